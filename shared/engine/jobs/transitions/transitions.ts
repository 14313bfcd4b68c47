/**
 * The state transitions of a job. Each is one conditional update of its head item; undefined means that it changed
 * nothing, because someone else was first.
 *
 * @module
 */

import { headKey } from "../../table/addresses.ts";
import { parseRecord } from "../record.ts";
import type { JobServices } from "../services.ts";
import { endTransitions } from "./end.ts";
import type { HeadUpdate, TransitionContext } from "./run.ts";
import { startTransitions } from "./start.ts";
import { waitTransitions } from "./wait.ts";

/** All transitions, bound to a store, a clock and settings. */
export type Transitions = ReturnType<typeof transitions>;

/** Binds the transitions to a store, a clock and settings. Cheap: nothing is read or kept. */
export function transitions({ store, settings, now }: Pick<JobServices, "store" | "settings" | "now">) {
  const update = async (taskId: string, { event, condition, values, ...change }: HeadUpdate) => {
    const item = await store.table.updateIf(
      headKey(taskId),
      { ...change, ...(event && { append: { events: [event] } }) },
      { condition: `attribute_exists(#pk) AND (${condition})`, ...(values && { values }) },
    );
    return item && parseRecord(item);
  };
  const context: TransitionContext = { update, settings, now };
  return { ...startTransitions(context), ...waitTransitions(context), ...endTransitions(context) };
}
