/**
 * Asking the limiter for a job that is about to run, and telling it how the run ended.
 *
 * @module
 */

import { engineErrors } from "../../../contracts/errors.ts";
import { classifyError } from "../jobs/job-error.ts";
import type { JobRecord } from "../jobs/record.ts";
import type { Lease } from "../jobs/transitions/run.ts";
import { limitInWords, whoseLimit } from "../limits/rolling.ts";
import type { PutOff, Ticket } from "../limits/ticket.ts";
import type { Worker } from "./worker.ts";

/** Whether the limiter has a say in a job: because of the stage's limits, or of the key that the job came with. */
export const isLimited = ({ limiter }: Worker, { limited_key: key }: JobRecord): boolean =>
  limiter !== undefined && (limiter.isSet || key !== undefined);

/** @throws TypeError when nothing is limited */
export function admission({ limiter, services }: Worker, record: JobRecord, lease: Lease): Promise<Ticket | PutOff> {
  if (!limiter) throw new TypeError("There is no limiter to ask.");
  const wasPutOff = record.status === "RETRY" && record.error?.type === engineErrors.limitReached;
  return limiter.ask({
    tenant: record.project_id,
    key: record.limited_key,
    taskId: record.task_id,
    lease: { token: lease.token, ms: lease.until - services.now() },
    plannedFor: wasPutOff ? record.next_attempt_at : undefined,
  });
}

/** Why a job is put off, in words. */
export function limitCause(reason: PutOff["reason"]): string {
  if (reason.kind === "turn") return "Other jobs that wait for the same limit come first";
  return `${whoseLimit(reason)} reached the limit of ${limitInWords(reason)}`;
}

/** A job that was never started and expires before it could be is looked at when it does. */
export const waitingTime = ({ attempts, expires_at: expiresAt = Infinity }: JobRecord, until: number): number =>
  attempts === 0 ? Math.min(until, expiresAt) : until;

/**
 * Gives a ticket back. Never throws: should it fail, the slot ends with the job's lease.
 * @param ran what the run took; undefined: there was none
 */
export async function endTicket(
  { limiter, logger }: Worker,
  ticket: Ticket,
  ran: { readonly tokens: number } | undefined,
): Promise<void> {
  try {
    await limiter?.ended(ticket, ran);
  } catch (error) {
    logger.warn("the limiter could not be updated with a run's end", { detail: classifyError(error).message });
  }
}
