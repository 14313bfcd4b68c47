/**
 * What the sweeper does with one job that it found.
 *
 * @module
 */

import { ChangeMessageVisibilityCommand } from "@aws-sdk/client-sqs";
import { engineErrors } from "../../../contracts/errors.ts";
import { queues } from "../../../contracts/queues.ts";
import { SOURCE_RETENTION } from "../jobs/lifetimes.ts";
import type { JobRecord } from "../jobs/record.ts";
import { queueUrl, sendAfterFailure, sendJob } from "../jobs/send.ts";
import type { JobServices } from "../jobs/services.ts";
import { waitingPlace } from "../jobs/submit.ts";
import { expire, failUnattended } from "../jobs/transitions/end.ts";
import { markSent, resend } from "../jobs/transitions/wait.ts";
import { fingerprintOf } from "../worker/classify-error.ts";
import { lossOf } from "../worker/consume.ts";

/** What was done, as the sweeper counts it. */
export type Swept = "released" | "given_back" | "resent" | "failed" | "expired";

/** After a lease's end, so that a worker whose clock is late still renews first. */
export const LEASE_GRACE_MS = 1_000;
/** Beyond the visibility timeout, a message that did not come back is looked for no more. */
const LOST_MARGIN_MS = 15 * 60_000;

/** Sends a delayed job's message, or strikes it from the index once SQS's own delay has brought it. */
export async function sweepDelayed(services: JobServices, record: JobRecord, now: number): Promise<Swept | undefined> {
  const dueAt = record.next_attempt_at ?? 0;
  if (!record.needs_send && dueAt > now) return undefined;
  if (record.expires_at !== undefined && record.expires_at <= now) {
    return (await expire(services.store, record.task_id, now, services.settings)) ? "expired" : undefined;
  }
  if (record.needs_send) await sendJob(services, record, secondsUntil(dueAt, now));
  const place = record.needs_send && dueAt > now ? waitingPlace(record.task_id, dueAt, undefined) : undefined;
  await markSent(services.store, record, place ?? waitingPlace(record.task_id, undefined, record.expires_at));
  return record.needs_send ? "released" : undefined;
}

/** Sends the message of a job put off by the breaker; brings back one whose backoff ended without it. */
export async function sweepRetry(
  services: JobServices,
  record: JobRecord,
  now: number,
  failed: JobRecord[],
): Promise<Swept | undefined> {
  const dueAt = record.next_attempt_at ?? 0;
  if (record.needs_send) {
    await sendJob(services, record, secondsUntil(dueAt, now));
    await markSent(services.store, record, { work_pk: record.work_pk ?? "", work_at: dueAt });
    return "released";
  }
  const overdue = now - dueAt;
  if (overdue <= visibilityTimeoutMs(record.queue) + LOST_MARGIN_MS) {
    return overdue > LEASE_GRACE_MS && (await giveBack(services, record)) ? "given_back" : undefined;
  }
  if (!record.resends) return sendAnew(services, record, now);
  // The second message may wait in a backlog: only after the queue's retention is it certainly gone.
  if (overdue <= SOURCE_RETENTION * 1_000) return undefined;
  const error = {
    type: engineErrors.messageLost,
    message: "The job's message did not come back, and neither did the one sent in its place.",
    retryable: true,
  };
  return failNow(services, record, error, now, failed);
}

/** The worker of a running job stopped renewing its lease. */
export async function sweepRunning(
  services: JobServices,
  record: JobRecord,
  now: number,
  failed: JobRecord[],
): Promise<Swept | undefined> {
  if (record.attempts >= record.max_attempts) {
    const done = await failNow(services, record, lossOf(record, "worker-lost"), now, failed);
    // On its way to the dead-letter queue, without waiting for the visibility timeout.
    if (done) await giveBack(services, record);
    return done;
  }
  const overdue = now - (record.lease_until ?? 0);
  if (overdue > visibilityTimeoutMs(record.queue) + LOST_MARGIN_MS) return sendAnew(services, record, now);
  return (await giveBack(services, record)) ? "given_back" : undefined;
}

async function failNow(
  services: JobServices,
  record: JobRecord,
  error: NonNullable<JobRecord["error"]>,
  now: number,
  failed: JobRecord[],
) {
  const failure = { error, fingerprint: fingerprintOf(error) };
  // The job's own message may be gone, or on its way to the dead-letter queue without coming by a worker.
  await sendAfterFailure(services, record);
  const done = await failUnattended(services.store, record, failure, now, services.settings);
  if (done) failed.push(done);
  return done && "failed";
}

/** A message of the next generation; what remains of the old one is a duplicate from now on. */
async function sendAnew(services: JobServices, record: JobRecord, now: number) {
  const renewed = await resend(services.store, record, now);
  if (!renewed) return undefined;
  await sendJob(services, renewed);
  await markSent(services.store, renewed, { work_pk: renewed.work_pk ?? "", work_at: renewed.work_at ?? now });
  return "resent";
}

/** Makes a job's message visible at once. @returns false when SQS no longer has it in flight, which is no error */
async function giveBack(services: JobServices, record: JobRecord): Promise<boolean> {
  if (!record.receipt_handle) return false;
  try {
    await services.sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queueUrl(services, record),
        ReceiptHandle: record.receipt_handle,
        VisibilityTimeout: 0,
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof Error && notInFlight.has(error.name)) return false;
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

function visibilityTimeoutMs(queueName: string): number {
  const hardLimit = queues.find((queue) => queue.name === queueName)?.timeLimit.hard ?? 900;
  return VISIBILITY_FACTOR * hardLimit * 1_000;
}

/** As infra/ sets it: six times the function's time limit. */
const VISIBILITY_FACTOR = 6;
