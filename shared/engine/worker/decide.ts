import type { RetryClass } from "../../../contracts/jobs/retry.ts";
import type { JobRecord } from "../jobs/record.ts";
import type { JobDelivery } from "./worker.ts";

/**
 * Every message is decided by its job's record. This is asked when a claim did not hold, and says why not and what
 * becomes of the message. It never acknowledges what may be the only message of an unfinished job.
 */
export type Decision =
  /** The job no longer needs this message. */
  | { readonly action: "acknowledge"; readonly reason: string }
  /** Not now: the message returns at that time. */
  | ({ readonly action: "wait"; readonly reason: string } & Waiting)
  /** Something moved since the claim: try again. */
  | { readonly action: "claim" }
  /** It was not started in time: REVOKED. */
  | { readonly action: "expire" }
  /** Its worker was lost, or its attempts are used up: FAILURE. */
  | { readonly action: "fail"; readonly cause: "worker-lost" | "exhausted" }
  /** An operator moved it back from the dead-letter queue: run it again. */
  | { readonly action: "redriven" }
  /** It has failed for good and was purged or archived: acknowledged, once the task's onFailure has run. */
  | { readonly action: "discard"; readonly reason: string }
  /** It has failed for good, or belongs to no job: SQS moves it to the dead-letter queue. */
  | { readonly action: "leave"; readonly reason: string };

/** Until when a message waits. */
export interface Waiting {
  /** Milliseconds since the epoch. */
  readonly until: number;
  /** It is the end of another worker's lease, which may be renewed. */
  readonly isLease: boolean;
}

/** What a decision needs to know of the delivery. */
export type Delivered = Pick<JobDelivery, "reference" | "messageId" | "receiveCount" | "sentAt" | "receivedAt">;

/** What a decision takes into account beside the record and the message. */
export interface DecideOptions {
  /** The class of the worker's queue. */
  readonly retry: RetryClass;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** SQS's clock and ours may differ; a redrive by hand takes longer than this. */
const REDRIVE_MARGIN_MS = 2_000;
/**
 * A sender whose connection hung repeats its message, which SQS then has twice: within this time, as no sender lives
 * longer. Other jobs may run again for such a copy; a critical one must not.
 */
const CRITICAL_REDRIVE_MARGIN_MS = 60_000;

/** @param record the job's, as it was read after the claim did not hold; undefined when there is none */
export function decide(record: JobRecord | undefined, delivery: Delivered, { retry, now }: DecideOptions): Decision {
  const { generation } = delivery.reference;
  if (!record) return { action: "leave", reason: "there is no such job" };
  if (generation > record.generation) return { action: "leave", reason: "nobody sent that generation" };
  if (generation < record.generation) return { action: "acknowledge", reason: "a newer message was sent" };
  switch (record.status) {
    case "SUCCESS":
    case "REVOKED":
      return { action: "acknowledge", reason: `the job is ${record.status}` };
    case "FAILURE":
      return decideFailed(record, delivery, retry);
    case "STARTED":
      return decideStarted(record, now);
    case "PENDING":
    case "RETRY":
      return decideWaiting(record, now);
  }
}

function decideFailed(record: JobRecord, delivery: Delivered, retry: RetryClass): Decision {
  const settledAt = (record.finished_at ?? 0) + REDRIVE_MARGIN_MS;
  if (delivery.messageId === record.message_id) {
    // A delivery from before the end is not a redrive: the failed run's own, its copy at another worker, or that of a
    // worker whose job the sweeper gave up.
    const isRedriven = delivery.receiveCount <= (record.receive_count ?? 0) && delivery.receivedAt > settledAt;
    if (isRedriven) return { action: "redriven" };
    return isListed(record)
      ? { action: "leave", reason: "the job has failed" }
      : { action: "discard", reason: "its dead letter was purged or archived" };
  }
  // The job's own message is on its way to the dead-letter queue, so a second one sent before that is a duplicate.
  if (delivery.sentAt <= settledAt) return { action: "acknowledge", reason: "a duplicate of a failed job's message" };
  const isTooSoon = retry === "critical" && delivery.sentAt <= (record.finished_at ?? 0) + CRITICAL_REDRIVE_MARGIN_MS;
  return isTooSoon ? { action: "leave", reason: "too soon to tell a redrive from a copy" } : { action: "redriven" };
}

/** A failed job is in the index of dead letters until it is purged or archived. */
const isListed = (record: JobRecord): boolean => record.work_pk !== undefined;

function decideStarted(record: JobRecord, now: number): Decision {
  const leaseUntil = record.lease_until ?? 0;
  if (leaseUntil > now)
    return { action: "wait", until: leaseUntil, isLease: true, reason: "another worker runs the job" };
  return record.attempts < record.max_attempts ? { action: "claim" } : { action: "fail", cause: "worker-lost" };
}

function decideWaiting(record: JobRecord, now: number): Decision {
  if (record.attempts === 0 && record.expires_at !== undefined && record.expires_at <= now) return { action: "expire" };
  const dueAt = record.next_attempt_at ?? 0;
  if (dueAt > now) return { action: "wait", until: dueAt, isLease: false, reason: "the job is not due yet" };
  return record.attempts < record.max_attempts ? { action: "claim" } : { action: "fail", cause: "exhausted" };
}
