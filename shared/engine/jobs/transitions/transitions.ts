/**
 * The state transitions of a job. Each is one conditional update of its head item; undefined means that it changed
 * nothing, because someone else was first.
 *
 * @module
 */

import { updateHead } from "../head-update.ts";
import type { JobServices } from "../services.ts";
import { endTransitions } from "./end.ts";
import type { TransitionContext } from "./run.ts";
import { startTransitions } from "./start.ts";
import { waitTransitions } from "./wait.ts";

/** All transitions, bound to a store, a clock and settings. */
export type Transitions = ReturnType<typeof transitions>;

/** Binds the transitions to a store, a clock and settings. Cheap: nothing is read or kept. */
export function transitions({ store, settings, now }: Pick<JobServices, "store" | "settings" | "now">) {
  const context: TransitionContext = { update: (taskId, update) => updateHead(store, taskId, update), settings, now };
  return { ...startTransitions(context), ...waitTransitions(context), ...endTransitions(context) };
}
