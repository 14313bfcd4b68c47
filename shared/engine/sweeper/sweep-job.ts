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
import { submitCallback } from "../jobs/callback.ts";
import { failureOf, lossOf } from "../jobs/job-error.ts";
import type { JobRecord } from "../jobs/record.ts";
import { sendAfterFailure, sendJob } from "../jobs/send.ts";
import { type JobServices, queueUrl } from "../jobs/services.ts";
import { assertSigned, needsSignature, UnsignedJobError } from "../jobs/signature.ts";
import { waitingPlace } from "../jobs/submit.ts";
import type { Failure } from "../jobs/transitions/run.ts";
import { transitions } from "../jobs/transitions/transitions.ts";

/** What was done, as the sweeper counts it. */
export type Swept = "released" | "given_back" | "resent" | "failed" | "expired" | "called_back";

/** After a lease's end, so that a worker whose clock is late still renews first. */
export const LEASE_GRACE_MS = 1_000;
/** Whoever ends a job has this long to submit its callback. */
export const CALLBACK_GRACE_MS = 30_000;
/** Beyond the visibility timeout, a message that did not come back is looked for no more. */
const LOST_MARGIN_MS = 15 * 60_000;

/** One sweep, as its steps know it. */
export interface Sweep {
  readonly services: JobServices;
  /** When it began, in milliseconds since the epoch. */
  readonly now: number;
  /** Where the jobs that became FAILURE are noted, to be counted. */
  readonly failed: JobRecord[];
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
  const place = record.needs_send && dueAt > now ? waitingPlace(record.task_id, dueAt) : undefined;
  await change.markSent(record, place ?? waitingPlace(record.task_id, undefined, record.expires_at));
  return record.needs_send ? "released" : undefined;
}

/** Revokes a job that was not started in time. */
export async function sweepExpired(
  { services }: Pick<Sweep, "services">,
  record: JobRecord,
): Promise<Swept | undefined> {
  const expired = await transitions(services).expire(record);
  if (expired) await submitCallback(services, expired);
  return expired && "expired";
}

/** Submits the callback of an ended job whose worker could not. */
export async function sweepCallback({ services }: Sweep, record: JobRecord): Promise<Swept> {
  await submitCallback(services, record);
  return "called_back";
}

/** Sends the message of a job put off by the breaker; brings back one whose backoff ended without it. */
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
    return overdue > LEASE_GRACE_MS ? giveBack(services, record) : undefined;
  }
  if (!record.resends) return sendAnew(sweep, record);
  // The second message may wait in a backlog: only after the queue's retention is it certainly gone.
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
  const isLost = overdue > visibilityTimeoutMs(services, record) + LOST_MARGIN_MS;
  return isLost ? sendAnew(sweep, record) : giveBack(services, record);
}

const messageLost = failureOf({
  type: engineErrors.messageLost,
  message: "The job's message did not come back, and neither did the one sent in its place.",
  retryable: true,
});

async function failNow({ services, failed }: Sweep, record: JobRecord, failure: Failure): Promise<Swept | undefined> {
  // The job's own message may be gone, or on its way to the dead-letter queue without reaching a worker.
  await sendAfterFailure(services, record);
  const done = await transitions(services).failOrphaned(record, failure);
  if (done) failed.push(done);
  return done && "failed";
}

/** A message of the next generation; what remains of the old one is a duplicate from now on. */
async function sendAnew({ services, now }: Sweep, record: JobRecord): Promise<Swept | undefined> {
  const change = transitions(services);
  const renewed = await change.resend(record);
  if (!renewed) return undefined;
  await sendJob(services, renewed);
  await change.markSent(renewed, { work_pk: renewed.work_pk ?? "", work_at: renewed.work_at ?? now });
  return "resent";
}

/** Makes a job's message visible at once. @returns undefined when SQS no longer has it in flight, which is not an error */
async function giveBack(services: JobServices, record: JobRecord): Promise<Swept | undefined> {
  if (!record.receipt_handle) return undefined;
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
