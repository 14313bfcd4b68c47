/**
 * What the sweeper does with one job that it found.
 *
 * @module
 */

import { ChangeMessageVisibilityCommand } from "@aws-sdk/client-sqs";
import { engineErrors } from "../../../contracts/errors.ts";
import { laneName } from "../../../contracts/jobs/lanes.ts";
import { LANE_RETENTION } from "../../../contracts/jobs/retention.ts";
import { visibilityTimeout } from "../../../contracts/queues.ts";
import { handleEnd } from "../jobs/callback.ts";
import { failureOf, lossOf, lostWorker } from "../jobs/job-error.ts";
import type { JobRecord } from "../jobs/record.ts";
import { revokeSubmitted } from "../jobs/revoke.ts";
import { inPresentLane, otherLane, sendAfterFailure, sendJob } from "../jobs/send.ts";
import { type JobServices, queueUrl } from "../jobs/services.ts";
import { assertSigned, needsSignature, UnsignedJobError } from "../jobs/signature.ts";
import { transitions } from "../jobs/store.ts";
import type { Failure } from "../jobs/transitions/run.ts";
import { checkWait } from "../jobs/waiting-jobs.ts";
import { delayedPlace, EXPIRING_CHECK_MS, sentPlace } from "../table/addresses.ts";
import { nextCheck } from "./due.ts";
import { type LaneProgress, UNCLAIMED_AFTER_MS } from "./unclaimed.ts";

/** What was done, as the sweeper counts it. */
export type Swept = "released" | "given_back" | "resent" | "failed" | "expired" | "called_back";

/** After a lease's end, so that a worker whose clock is late still renews first. */
export const LEASE_GRACE_MS = 1_000;
/** The time that a worker has to submit a job's callback after its end. */
export const CALLBACK_GRACE_MS = 30_000;
/** Beyond the visibility timeout, a message that did not return is no longer waited for. */
const LOST_MARGIN_MS = 15 * 60_000;

/** One sweep, as its steps know it. */
export interface Sweep {
  readonly services: JobServices;
  /** When it began, in milliseconds since the epoch. */
  readonly now: number;
  /** Where the jobs that became FAILURE are noted, to be counted. */
  readonly failed: JobRecord[];
  /** What it knows of its lanes. */
  readonly progress: LaneProgress;
}

/**
 * Fails a job that only an admin key may submit and that nobody with one has: a record that a function which runs tasks
 * could have written. Sending its message would run it with other functions' permissions.
 */
export async function refuseUnsigned({ services, failed }: Sweep, record: JobRecord): Promise<Swept | undefined> {
  if (!needsSignature(services, record.task_name)) return undefined;
  try {
    await assertSigned(services, record, () => services.store.readInput(record));
    return undefined;
  } catch (error) {
    if (!(error instanceof UnsignedJobError)) throw error;
    const { name: type, message, retryable } = error;
    const done = await transitions(services).failOrphaned(record, failureOf({ type, message, retryable }));
    if (done) failed.push(done);
    return done && "failed";
  }
}

/** Sends a delayed job's message, or takes it out of the index once SQS's own delay has brought it. */
export async function sweepDelayed({ services, now }: Sweep, record: JobRecord): Promise<Swept | undefined> {
  const change = transitions(services);
  const dueAt = record.next_attempt_at ?? 0;
  if (!record.needs_send && dueAt > now) return undefined;
  if (record.expires_at !== undefined && record.expires_at <= now) return sweepExpired({ services }, record);
  if (record.needs_send) await sendJob(services, record, secondsUntil(dueAt, now));
  const isEarly = record.needs_send && dueAt > now;
  await change.markSent(record, isEarly ? delayedPlace(record, dueAt) : sentPlace(record, now));
  return record.needs_send ? "released" : undefined;
}

/** Revokes a job that was not started in time, or checks whether its message is claimed. */
export async function sweepExpiring(sweep: Sweep, record: JobRecord): Promise<Swept | undefined> {
  if ((record.expires_at ?? 0) <= sweep.now) return sweepExpired(sweep, record);
  const sentAt = record.due_at ?? record.created_at;
  if (await sweepWaiting(sweep, record, sentAt)) return undefined;
  const checkAt = nextCheck(sweep.now, sentAt);
  await transitions(sweep.services).markSent(record, sentPlace(record, checkAt - EXPIRING_CHECK_MS));
  return undefined;
}

async function sweepExpired({ services }: Pick<Sweep, "services">, record: JobRecord): Promise<Swept | undefined> {
  const expired = await transitions(services).expire(record);
  if (expired) await handleEnd(services, expired);
  return expired && "expired";
}

/** A job that was sent again this often without being claimed is left to SQS, which delivers its messages again. */
const MAX_RESENDS = 3;
/** How long a job that seems unclaimed is given, twice as long each time. Two sweeps, less what they may be late. */
const CONFIRM_MS = 90_000;

/**
 * Notes a job whose message no worker seems to claim.
 * @param sentAt since when its message could be claimed
 * @returns whether it was noted
 */
export async function sweepWaiting({ services, now, progress }: Sweep, record: JobRecord, sentAt: number) {
  const { queue, lane, project_id, task_name, resends = 0 } = record;
  const isWaiting = record.status === "PENDING" || record.status === "RETRY";
  if (!isWaiting || record.needs_send || record.held || resends >= MAX_RESENDS) return false;
  if (
    now - sentAt < UNCLAIMED_AFTER_MS ||
    !(await progress.hasPassed({ queue, lane, project_id, task_name, at: sentAt }))
  ) {
    return false;
  }
  const noted = await transitions(services).suspectUnclaimed(record, now + CONFIRM_MS * 2 ** resends);
  return noted !== undefined;
}

/** Sends a job again that no worker has claimed since it was noted. */
export async function sweepUnclaimed(sweep: Sweep, record: JobRecord): Promise<Swept | undefined> {
  if (record.attempts === 0 && (record.expires_at ?? Infinity) <= sweep.now) return sweepExpired(sweep, record);
  return sendAgain(sweep, record);
}

/** Does what was left to do when a job ended, where its worker could not. */
export async function sweepEnded({ services }: Sweep, record: JobRecord): Promise<Swept> {
  await handleEnd(services, record);
  await revokeSubmitted(services, record);
  await transitions(services).markEndHandled(record);
  return "called_back";
}

/** Has a job run again that waits for others, should nobody have noticed that the last of them has ended. */
export async function sweepParked({ services, now }: Sweep, record: JobRecord): Promise<Swept | undefined> {
  const since = await checkWait(services, record, { hops: 0 });
  if (since === undefined) return "released";
  await transitions(services).checkLater(record, nextCheck(now, since));
  return undefined;
}

/** Sends the message of a job put off by the breaker; or of one whose backoff ended without its message returning. */
export async function sweepRetry(sweep: Sweep, record: JobRecord): Promise<Swept | undefined> {
  const { services, now } = sweep;
  const dueAt = record.next_attempt_at ?? 0;
  if (record.needs_send) {
    await sendJob(services, record, secondsUntil(dueAt, now));
    await transitions(services).markSent(record, { work_pk: record.work_pk ?? "", work_at: dueAt });
    return "released";
  }
  const overdue = now - dueAt;
  if (overdue <= visibilityTimeoutMs(services, record) + LOST_MARGIN_MS) {
    if (overdue <= LEASE_GRACE_MS) return undefined;
    const given = await giveBack(services, record);
    if (!given) await sweepWaiting(sweep, record, dueAt);
    return given;
  }
  if (!record.resends) return sendAgain(sweep, record);
  // The second message may wait in a backlog: it is certainly gone only after the queue's retention.
  return overdue > LANE_RETENTION * 1_000 ? failNow(sweep, record, messageLost) : undefined;
}

/** The worker of a running job stopped renewing its lease. */
export async function sweepRunning(sweep: Sweep, record: JobRecord): Promise<Swept | undefined> {
  const { services, now } = sweep;
  if (record.attempts >= record.max_attempts) {
    const failed = await failNow(sweep, record, lossOf(record, "worker-lost"));
    // On its way to the dead-letter queue, without waiting for the visibility timeout.
    if (failed) await giveBack(services, record);
    return failed;
  }
  const overdue = now - (record.lease_until ?? 0);
  if (overdue > visibilityTimeoutMs(services, record) + LOST_MARGIN_MS) return sendAgain(sweep, record);
  // Its message may wait behind a backlog now, and the job does not run meanwhile.
  const lost = await transitions(services).retryLost(record, lostWorker(record));
  return lost && giveBack(services, lost);
}

const messageLost = failureOf({
  type: engineErrors.messageLost,
  message: "The job's message did not come back, and neither did the one sent in its place.",
  retryable: true,
});

async function failNow({ services, failed }: Sweep, given: JobRecord, failure: Failure): Promise<Swept | undefined> {
  // Among the dead letters of a queue that there is.
  const record = await inPresentLane(services, given);
  // The job's own message may be gone, or on its way to the dead-letter queue without reaching a worker.
  await sendAfterFailure(services, record);
  const done = await transitions(services).failOrphaned(record, failure);
  if (done) failed.push(done);
  return done && "failed";
}

/** A message of the next generation; what remains of the old one is a duplicate from now on. */
async function sendAgain({ services, now }: Sweep, record: JobRecord): Promise<Swept | undefined> {
  const change = transitions(services);
  const renewed = await change.resend(record);
  if (!renewed) return undefined;
  await sendJob(services, renewed);
  const isPending = renewed.status === "PENDING";
  const { work_pk = "", work_at = now } = renewed;
  await change.markSent(renewed, isPending ? sentPlace(renewed, now) : { work_pk, work_at });
  return "resent";
}

/** Makes a job's message visible at once. @returns undefined when SQS no longer has it in flight, which is not an error */
async function giveBack(services: JobServices, record: JobRecord): Promise<Swept | undefined> {
  // With its queue, the message is gone.
  if (!record.receipt_handle || otherLane(services.catalog, record)) return undefined;
  try {
    await services.sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queueUrl(services, laneName(record.queue, record.lane)),
        ReceiptHandle: record.receipt_handle,
        VisibilityTimeout: 0,
      }),
    );
    return "given_back";
  } catch (error) {
    if (error instanceof Error && notInFlight.has(error.name)) return undefined;
    throw error;
  }
}

const notInFlight: ReadonlySet<string> = new Set([
  "MessageNotInflight",
  "ReceiptHandleIsInvalid",
  "InvalidParameterValue",
  "InvalidParameterValueException",
]);

const secondsUntil = (time: number, now: number) => Math.max(0, Math.ceil((time - now) / 1_000));

function visibilityTimeoutMs({ catalog }: JobServices, record: JobRecord): number {
  // The record may be of a queue that the catalog does not have any more.
  const hardLimit = catalog.queues.find((queue) => queue.name === record.queue)?.timeLimit.hard ?? 900;
  return visibilityTimeout(hardLimit) * 1_000;
}
