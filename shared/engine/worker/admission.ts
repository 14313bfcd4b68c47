/**
 * Asks the limiters to admit a job that is about to run, and reports to them how the run ended.
 *
 * @module
 */

import { engineErrors } from "../../../contracts/errors.ts";
import { classifyError, type PutOffReason } from "../jobs/job-error.ts";
import type { JobRecord } from "../jobs/record.ts";
import type { Lease } from "../jobs/transitions/run.ts";
import type { Limiter } from "../limits/limiter.ts";
import { limitInWords, limitOwner } from "../limits/rolling.ts";
import type { PutOff, Ticket } from "../limits/ticket.ts";
import { asksFirst, type Worker } from "./worker.ts";

/** A limiter's ticket, which goes back to it. */
interface Held {
  readonly limiter: Limiter;
  readonly ticket: Ticket;
}

/** What a run was admitted with; nothing where nothing is limited. */
export type Admission = readonly Held[];

/** Why a run is not admitted, and until when it is put off. */
interface Refused {
  readonly reason: PutOffReason;
  readonly until: number;
}

/** Whether limits apply to a job: those of the stage, or of the key that the job came with. */
export const isLimited = ({ limiter, lanes }: Worker, { limited_key: key }: JobRecord): boolean =>
  asksFirst({ limiter, lanes }) || (limiter !== undefined && key !== undefined);

/** Asks each limiter in turn, that of the lane first: it answers at once. A job that one of them refuses holds nothing. */
export async function admission(
  worker: Worker,
  record: JobRecord,
  { token, until }: Lease,
): Promise<Admission | Refused> {
  const { limiter, lanes, services } = worker;
  const lease = { token, ms: until - services.now() };
  const held: Held[] = [];
  try {
    for (const [each, type, key] of [
      [lanes?.[record.lane], engineErrors.laneLimitReached, undefined],
      [limiter, engineErrors.limitReached, record.limited_key],
    ] as const) {
      if (!each || !(each.isSet || key)) continue;
      const wasPutOff = record.status === "RETRY" && record.error?.type === type;
      const plannedFor = wasPutOff ? record.next_attempt_at : undefined;
      const answer = await each.ask({ tenant: record.project_id, key, taskId: record.task_id, lease, plannedFor });
      if ("until" in answer) {
        await endTickets(worker, held, undefined);
        return { reason: { type, cause: limitCause(answer.reason) }, until: answer.until };
      }
      held.push({ limiter: each, ticket: answer });
    }
  } catch (error) {
    await endTickets(worker, held, undefined);
    throw error;
  }
  return held;
}

/** Asks for one more call of the backend; undefined where that is not limited. */
export function oneMoreCall({ limiter }: Worker, admitted: Admission) {
  const ticket = admitted.find((held) => held.limiter === limiter)?.ticket;
  return ticket && limiter && ((signal: AbortSignal) => limiter.more(ticket, signal));
}

/** Why a job is put off, in words. */
export function limitCause(reason: PutOff["reason"]): string {
  if (reason.kind === "turn") return "Other jobs that wait for the same limit come first";
  return `${limitOwner(reason)} reached the limit of ${limitInWords(reason)}`;
}

/** A job that was never started and expires before it could be is examined when it does. */
export const waitingTime = ({ attempts, expires_at: expiresAt = Infinity }: JobRecord, until: number): number =>
  attempts === 0 ? Math.min(until, expiresAt) : until;

/**
 * Gives tickets back. Never throws: should it fail, a slot ends with the job's lease.
 * @param ran what the run took; undefined: there was none
 */
export async function endTickets(
  { logger }: Pick<Worker, "logger">,
  admitted: Admission,
  ran: { readonly tokens: number } | undefined,
): Promise<void> {
  for (const { limiter, ticket } of admitted) {
    try {
      await limiter.ended(ticket, ran);
    } catch (error) {
      logger.warn("the limiter could not be updated with a run's end", { detail: classifyError(error).message });
    }
  }
}
