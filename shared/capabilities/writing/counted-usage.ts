import { addUsage } from "../../../contracts/jobs/add-usage.ts";
import type { Usage } from "../../../contracts/jobs/wire.ts";
import type { TaskContext } from "../../engine/worker/context.ts";

/** A run whose tokens are counted, beside being booked. */
export interface CountedRun {
  readonly context: TaskContext;
  /** Tokens of the job so far, those of its earlier runs included; null when none are counted. */
  usage(): Usage | null;
}

/** Tokens before this run. A job that an operator runs again counts again, but continues at its state. */
function before(counted: Usage | undefined, left: Usage | null): Usage | undefined {
  if (!left) return counted;
  if (!counted) return left;
  return counted.total_tokens >= left.total_tokens ? counted : addUsage(left, counted);
}

/**
 * Counts the tokens of a job.
 * @param context of the run, whose booking continues as it was
 * @param left tokens that the last run had counted when it left its state
 */
export function countedUsage(context: TaskContext, left: Usage | null): CountedRun {
  let used = before(context.usageBefore, left);
  const usage = (more: Usage): void => {
    used = addUsage(used, more);
    context.usage(more);
  };
  return { context: { ...context, usage }, usage: () => used ?? null };
}
