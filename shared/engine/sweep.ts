import { ChangeMessageVisibilityCommand } from "@aws-sdk/client-sqs";
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import { engineErrors } from "../../contracts/errors.ts";
import { queues } from "../../contracts/queues.ts";
import { table } from "../../contracts/resources.ts";
import { type WorkKind, workPartitions } from "../jobs/addresses.ts";
import { SOURCE_RETENTION } from "../jobs/lifetimes.ts";
import type { JobRecord } from "../jobs/record.ts";
import { queueUrl, sendAfterFailure, sendJob } from "../jobs/send.ts";
import type { JobServices } from "../jobs/services.ts";
import { waitingPlace } from "../jobs/submit.ts";
import { expire, failUnattended } from "../jobs/transitions/end.ts";
import { markSent, resend } from "../jobs/transitions/wait.ts";
import type { Logger } from "../observability/logger.ts";
import { inGroups } from "../operations/in-groups.ts";
import { fingerprintOf } from "./classify-error.ts";
import { lossOf } from "./consume.ts";

/**
 * The sweeper, every minute: what no message will do by itself. It finds its work in the sparse index, never by a scan,
 * and every step is idempotent: whatever it does twice is done once.
 */

/** Jobs due before the next sweep are sent ahead, with SQS's own delay, so that they start on the second. */
const LOOK_AHEAD_MS = 75_000;
/** After a lease's end, so that a worker whose clock is late still renews first. */
const LEASE_GRACE_MS = 1_000;
/** Beyond the visibility timeout, a message that did not come back is looked for no more. */
const LOST_MARGIN_MS = 15 * 60_000;
const AT_ONCE = 10;
/** Left of the invocation when a sweep stops. */
const CLOSING_MS = 5_000;

export interface SweepCounts {
  released: number;
  given_back: number;
  resent: number;
  failed: number;
  expired: number;
}

/**
 * @param remainingMs says how long this sweep may go on; what is left over is the next one's
 * @param failed is given the jobs that became FAILURE, to be counted
 * @throws AggregateError when part of the index could not be read, after all else was done
 */
export async function sweep(
  services: JobServices,
  logger: Logger,
  remainingMs: () => number,
  failed: JobRecord[] = [],
): Promise<SweepCounts> {
  const counts: SweepCounts = { released: 0, given_back: 0, resent: 0, failed: 0, expired: 0 };
  const now = services.now();
  const hasTime = () => remainingMs() > CLOSING_MS;
  const unread: unknown[] = [];
  const step = (kind: WorkKind, until: number, act: (record: JobRecord) => Promise<keyof SweepCounts | undefined>) =>
    inGroups(
      workPartitions(kind),
      (partition) =>
        forEachDue(services, partition, until, hasTime, async (taskId) => {
          try {
            // Read just before it is acted upon: a message sent for a job that has run meanwhile would be one too many.
            const record = await services.store.get(taskId, now);
            if (record?.work_pk !== partition || (record.work_at ?? 0) > until) return;
            const done = await act(record);
            if (done) counts[done] += 1;
          } catch (error) {
            logger.error("a job could not be swept", { task_id: taskId, error });
          }
        }).catch((error: unknown) => unread.push(error)),
      AT_ONCE,
    );
  // First what only workers make, and so many of it at most: a flood of the others cannot keep it waiting.
  await step("RUN", now - LEASE_GRACE_MS, (record) => sweepRunning(services, record, now, failed));
  await step("DUE", now + LOOK_AHEAD_MS, (record) => sweepDelayed(services, record, now));
  await step("EXPIRE", now, async (record) =>
    (await expire(services.store, record.task_id, now, services.settings)) ? "expired" : undefined,
  );
  await step("RETRY", now + LOOK_AHEAD_MS, (record) => sweepRetry(services, record, now, failed));
  if (unread.length > 0) throw new AggregateError(unread, "Part of the work index could not be read.");
  return counts;
}

/** Jobs of one shard of a kind of work up to a time, oldest first. The index may lag behind their heads. */
async function forEachDue(
  services: JobServices,
  partition: string,
  until: number,
  hasTime: () => boolean,
  act: (taskId: string) => Promise<void>,
): Promise<void> {
  const { name, partitionKey, sortKey } = table.workIndex;
  let start: Record<string, unknown> | undefined;
  do {
    const page = await services.store.document.send(
      new QueryCommand({
        TableName: services.store.table,
        IndexName: name,
        KeyConditionExpression: "#pk = :pk AND #at <= :until",
        ExpressionAttributeNames: { "#pk": partitionKey, "#at": sortKey },
        ExpressionAttributeValues: { ":pk": partition, ":until": until },
        Limit: 100,
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    );
    start = page.LastEvaluatedKey;
    const ids = (page.Items ?? []).map((item) => String(item.pk).slice("J#".length));
    await inGroups(ids, async (id) => void (hasTime() && (await act(id))), AT_ONCE);
  } while (start && hasTime());
}

/** Sends a delayed job's message, or strikes it from the index once SQS's own delay has brought it. */
async function sweepDelayed(services: JobServices, record: JobRecord, now: number) {
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
async function sweepRetry(services: JobServices, record: JobRecord, now: number, failed: JobRecord[]) {
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
async function sweepRunning(services: JobServices, record: JobRecord, now: number, failed: JobRecord[]) {
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
