/**
 * A call of a limited backend that is answered at once, without a job: admitted or refused, and its tokens booked.
 *
 * @module
 */

import { randomUUID } from "node:crypto";
import type { Usage } from "../../contracts/jobs/wire.ts";
import type { Limiter } from "../../shared/engine/limits/limiter.ts";
import type { Ticket } from "../../shared/engine/limits/ticket.ts";
import type { Used } from "../../shared/engine/limits/usage.ts";
import { BatchStatistics } from "../../shared/engine/monitoring/statistics.ts";
import { type Caller, limitedKeyOf } from "./caller.ts";
import { limitProblem } from "./limit-problem.ts";
import type { ApiServices } from "./route-handler.ts";

/** What counts the call. */
export interface CallCounts extends Pick<ApiServices, "jobs" | "logger"> {
  readonly limiter: Limiter;
  /** What its tokens are of. */
  readonly used: Used;
}

/** Whose call it is. */
export interface CallOf {
  readonly caller: Caller;
  readonly tenant: string;
  /** How such calls are named in the metrics. */
  readonly name: string;
  /** How long it may take. */
  readonly ms: number;
}

/**
 * Asks the limiter for a call that waits for nothing.
 * @throws ProblemError 429 that says when there is room
 */
async function admitted({ jobs, limiter }: CallCounts, { caller, tenant, ms }: CallOf): Promise<Ticket | undefined> {
  const key = limitedKeyOf(caller);
  if (!limiter.isSet && !key) return undefined;
  const answer = await limiter.ask({ tenant, key, lease: { token: randomUUID(), ms }, comesBack: false });
  if ("until" in answer) throw limitProblem(answer, jobs.now());
  return answer;
}

/**
 * Makes a call, if it is admitted.
 * @param call given a function that books tokens; they count also when the call fails
 * @throws ProblemError 429 when a limit is reached; what the call throws
 */
export async function countedCall<T>(
  counts: CallCounts,
  of: CallOf,
  call: (book: (usage: Usage) => void) => Promise<T>,
): Promise<T> {
  const { jobs, limiter, logger } = counts;
  const { name, tenant } = of;
  const used: Usage[] = [];
  const ticket = await admitted(counts, of);
  try {
    return await call((usage) => used.push(usage));
  } finally {
    const tokens = used.reduce((sum, usage) => sum + usage.total_tokens, 0);
    // Should it fail, the slot ends with the call's time.
    if (ticket) await limiter.ended(ticket, { tokens }).catch((error) => logger.error("limiter not told", { error }));
    if (used.length > 0) {
      const statistics = new BatchStatistics(counts.used);
      for (const usage of used) statistics.addUsage({ taskName: name, tenant }, usage);
      // The answer is paid for: it is not lost with its count.
      await statistics.flush(jobs.store, name).catch((error) => logger.error("tokens not counted", { error }));
    }
  }
}
