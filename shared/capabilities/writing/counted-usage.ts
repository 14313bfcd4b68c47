import { addUsage } from "../../../contracts/jobs/add-usage.ts";
import type { Usage } from "../../../contracts/jobs/wire.ts";
import type { TaskContext } from "../../engine/worker/context.ts";

/** A run whose tokens are counted, beside being booked. */
export interface CountedRun {
  readonly context: TaskContext;
  /** Tokens of the job so far, those of its earlier runs included; null when none are counted. */
  usage(): Usage | null;
}

/** Counts the tokens of a job. @param context of the run, whose booking goes on as it was */
export function countedUsage(context: TaskContext): CountedRun {
  let used = context.usageBefore;
  const usage = (more: Usage): void => {
    used = addUsage(used, more);
    context.usage(more);
  };
  return { context: { ...context, usage }, usage: () => used ?? null };
}
