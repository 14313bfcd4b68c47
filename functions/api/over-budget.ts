/**
 * Refusing what the language model's limits forbid: at submit, what a project has no tokens left for today; a call that is
 * answered at once, whatever has no room now.
 *
 * @module
 */

import type { TaskDefinition } from "../../contracts/define-task.ts";
import type { LimitedKey } from "../../contracts/keys/key-limits.ts";
import { limitInWords, whoseLimit } from "../../shared/engine/limits/rolling.ts";
import type { PutOff } from "../../shared/engine/limits/ticket.ts";
import { keyedTaskId } from "../../shared/engine/table/addresses.ts";
import { ProblemError } from "../../shared/lib/http/problem.ts";
import type { ApiServices } from "./route-handler.ts";

/** 429 that names the limit and says when to come again. */
export function limitProblem({ reason, until }: PutOff, now: number): ProblemError {
  const seconds = Math.max(1, Math.ceil((until - now) / 1_000));
  const headers = { "retry-after": String(seconds) };
  if (reason.kind === "turn") return new ProblemError("too-many-requests", "Other jobs come first.", { headers });
  const detail = `${whoseLimit(reason)} reached the limit of ${limitInWords(reason)} (${reason.kind}); try again in ${seconds} s.`;
  return new ProblemError("too-many-requests", detail, { headers });
}

/** Who submits. */
interface Submitter {
  readonly tenant: string;
  /** The key, where it has limits of its own. */
  readonly limitedKey: LimitedKey | undefined;
  /** Of the job: a replay of an accepted submission gets its job. */
  readonly idempotencyKey: string | undefined;
}

/**
 * Refuses a job that would wait for the next day. Without a limit of a day, nothing is read.
 * @throws ProblemError 429
 */
export async function refuseOverBudget(
  { jobs, limiter }: Pick<ApiServices, "jobs" | "limiter">,
  task: TaskDefinition,
  { tenant, limitedKey, idempotencyKey }: Submitter,
): Promise<void> {
  if (!jobs.catalog.queueOf(task.queue).uses.has("llm")) return;
  const reason = await limiter.overBudget({ tenant, key: limitedKey });
  if (!reason) return;
  const now = jobs.now();
  if (idempotencyKey !== undefined && (await jobs.store.get(keyedTaskId(tenant, idempotencyKey), now))) return;
  throw limitProblem({ reason, until: reason.roomAt }, now);
}
