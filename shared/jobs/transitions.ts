import type { TaskSettings } from "../../contracts/settings.ts";
import type { JobState } from "../../contracts/states.ts";
import type { JobError, Progress, Usage } from "../../contracts/wire.ts";
import { workPartition } from "./addresses.ts";
import { updateHead } from "./head-update.ts";
import { failedTtl, finishedTtl, waitingTtl } from "./lifetimes.ts";
import type { JobRecord, LogLine, Payload, TimelineEntry } from "./record.ts";
import type { JobStore } from "./store.ts";

/**
 * The transitions of a job that a worker makes, each one conditional update. A function that returns undefined changed
 * nothing: the condition did not hold, because someone else was first.
 */

/** The delivery that a run came from. */
export interface Delivery {
  readonly messageId: string;
  readonly receiveCount: number;
  readonly receiptHandle: string;
  readonly worker: string;
}

export interface Lease {
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

type Settings = Pick<TaskSettings, "RESULT_EXPIRES">;

/** Hosts' clocks differ a little, and a message delivered a moment early should not cost a receive. */
const CLOCK_TOLERANCE_MS = 500;
/** Older entries make room when a redrive starts a job anew. */
const TIMELINE_KEPT_ON_REDRIVE = 20;

const leaseHeld = "#status = :started AND #lease_token = :token";
const held = (lease: Lease) => ({ ":started": "STARTED", ":token": lease.token });

/**
 * Takes a due job, or one whose worker was lost, and counts the attempt.
 * @returns the record as this worker's own, or undefined when it is not to be run now
 */
export function claim(
  store: JobStore,
  taskId: string,
  generation: number,
  delivery: Delivery,
  lease: Lease,
  now: number,
): Promise<JobRecord | undefined> {
  return updateHead(store, taskId, {
    set: startedBy(taskId, delivery, lease, now),
    add: { attempts: 1 },
    remove: ["next_attempt_at", "finished_at", "needs_send"],
    event: { s: "STARTED", t: now, n: 0, w: delivery.worker },
    condition: [
      "#generation = :generation AND #attempts < #max_attempts",
      "(attribute_not_exists(#expires_at) OR #expires_at > :now OR #attempts > :none)",
      "(((#status = :pending OR #status = :retry) AND (attribute_not_exists(#next_attempt_at) OR #next_attempt_at <= :soon))" +
        " OR (#status = :started AND #lease_until <= :now))",
    ].join(" AND "),
    values: {
      ":generation": generation,
      ":now": now,
      ":soon": now + CLOCK_TOLERANCE_MS,
      ":none": 0,
      ":pending": "PENDING",
      ":retry": "RETRY",
      ":started": "STARTED",
    },
  });
}

/** Runs a failed job again whose message an operator moved back from the dead-letter queue: attempts start anew. */
export function claimRedriven(
  store: JobStore,
  record: JobRecord,
  delivery: Delivery,
  lease: Lease,
  now: number,
  settings: Settings,
) {
  const event: TimelineEntry = {
    s: "STARTED",
    t: now,
    n: 1,
    w: delivery.worker,
    m: "redriven from the dead-letter queue",
  };
  return updateHead(store, record.task_id, {
    set: {
      ...startedBy(record.task_id, delivery, lease, now),
      attempts: 1,
      events: [...record.events.slice(-TIMELINE_KEPT_ON_REDRIVE), event],
      ttl: Math.max(record.ttl, waitingTtl(now, settings)),
    },
    remove: ["finished_at", "failure_handled", "fingerprint", "resends"],
    condition: "#status = :failure AND #generation = :generation AND #finished_at = :finished",
    values: { ":failure": "FAILURE", ":generation": record.generation, ":finished": record.finished_at ?? 0 },
  });
}

function startedBy(taskId: string, delivery: Delivery, lease: Lease, now: number): Record<string, unknown> {
  return {
    status: "STARTED" satisfies JobState,
    started_at: now,
    worker: delivery.worker,
    message_id: delivery.messageId,
    receive_count: delivery.receiveCount,
    receipt_handle: delivery.receiptHandle,
    lease_token: lease.token,
    lease_until: lease.until,
    work_pk: workPartition("RUN", taskId),
    work_at: lease.until,
  };
}

/** What a run tells of itself while it goes on. */
export interface Reported {
  readonly progress: Progress | undefined;
  /** Left out: what is there stays. */
  readonly log?: readonly LogLine[] | undefined;
}

/** The heartbeat: keeps the lease and carries what the run reports. @returns undefined when the job is no longer this worker's */
export function renew(store: JobStore, taskId: string, lease: Lease, until: number, { progress, log }: Reported) {
  return updateHead(store, taskId, {
    set: { lease_until: until, work_at: until, progress, log },
    condition: leaseHeld,
    values: held(lease),
  });
}

const LEASE_ATTRIBUTES = ["lease_token", "lease_until", "receipt_handle"];

export interface Outcome extends Reported {
  readonly usage: Usage | undefined;
}

const account = ({ usage, progress, log }: Outcome) => ({ usage, progress, log });

export function succeed(
  store: JobStore,
  record: JobRecord,
  lease: Lease,
  result: Payload,
  outcome: Outcome,
  now: number,
  settings: Settings,
) {
  return updateHead(store, record.task_id, {
    set: { status: "SUCCESS", result, ...account(outcome), ...finished(record, now), ttl: finishedTtl(now, settings) },
    remove: [...LEASE_ATTRIBUTES, "work_pk", "work_at", "error", "resends"],
    event: { s: "SUCCESS", t: now, n: record.attempts },
    condition: leaseHeld,
    values: held(lease),
  });
}

/** FAILURE for good, by the worker that holds the lease. Its message then goes to the dead-letter queue by itself. */
export function fail(
  store: JobStore,
  record: JobRecord,
  lease: Lease,
  failure: { readonly error: JobError; readonly fingerprint: string },
  outcome: Outcome,
  now: number,
  settings: Settings,
) {
  const update = failed(record, failure, now, settings);
  return updateHead(store, record.task_id, {
    ...update,
    set: { ...update.set, ...account(outcome) },
    condition: leaseHeld,
    values: held(lease),
  });
}

/**
 * FAILURE of a job that no live worker holds: its worker was lost, or its message was.
 * @param record as it was read; the update holds only if nothing has moved since
 * @param message the one that lies in the dead-letter queue, where no worker has noted it
 */
export function failUnattended(
  store: JobStore,
  record: JobRecord,
  failure: { readonly error: JobError; readonly fingerprint: string },
  now: number,
  settings: Settings,
  message?: Pick<Delivery, "messageId" | "receiveCount">,
) {
  const update = failed(record, failure, now, settings);
  return updateHead(store, record.task_id, {
    ...update,
    set: { ...update.set, message_id: message?.messageId, receive_count: message?.receiveCount },
    condition:
      "#status = :status AND #generation = :generation AND #attempts = :attempts AND (attribute_not_exists(#lease_until) OR #lease_until <= :now)",
    values: {
      ":status": record.status,
      ":generation": record.generation,
      ":attempts": record.attempts,
      ":now": now,
    },
  });
}

function failed(
  record: JobRecord,
  failure: { readonly error: JobError; readonly fingerprint: string },
  now: number,
  settings: Settings,
) {
  return {
    set: {
      status: "FAILURE" satisfies JobState,
      error: failure.error,
      fingerprint: failure.fingerprint,
      error_type: failure.error.type,
      ...finished(record, now),
      work_pk: workPartition(`DEAD#${record.queue}`, record.task_id),
      work_at: now,
      ttl: failedTtl(now, settings),
    },
    remove: [...LEASE_ATTRIBUTES, "next_attempt_at", "needs_send"],
    event: { s: "FAILURE", t: now, n: record.attempts, e: failure.error } satisfies TimelineEntry,
  };
}

const finished = (record: JobRecord, now: number) => ({
  finished_at: now,
  duration_ms: record.started_at === undefined ? undefined : Math.max(0, now - record.started_at),
});

/** RETRY at a later time, by the worker that holds the lease. */
export function retryLater(
  store: JobStore,
  record: JobRecord,
  lease: Lease,
  error: JobError,
  nextAttemptAt: number,
  outcome: Outcome,
  now: number,
) {
  return updateHead(store, record.task_id, {
    set: {
      status: "RETRY",
      error,
      ...account(outcome),
      duration_ms: finished(record, now).duration_ms,
      next_attempt_at: nextAttemptAt,
      work_pk: workPartition("RETRY", record.task_id),
      work_at: nextAttemptAt,
    },
    // The receipt handle stays: the sweeper gives the message back with it should it not come by itself.
    remove: ["lease_token", "lease_until"],
    event: { s: "RETRY", t: now, n: record.attempts, e: error },
    condition: leaseHeld,
    values: held(lease),
  });
}

/**
 * Puts a job off without a run while its backend is down: no attempt is counted, and its message may be acknowledged,
 * because the sweeper sends one of the next generation when the time has come.
 */
export function defer(store: JobStore, record: JobRecord, reason: string, nextAttemptAt: number, now: number) {
  return updateHead(store, record.task_id, {
    set: {
      status: "RETRY",
      next_attempt_at: nextAttemptAt,
      needs_send: true,
      work_pk: workPartition("RETRY", record.task_id),
      work_at: nextAttemptAt,
      ttl: Math.max(record.ttl, waitingTtl(nextAttemptAt, { RESULT_EXPIRES: 0 })),
    },
    add: { generation: 1 },
    ...(record.status === "RETRY" ? {} : { event: { s: "RETRY", t: now, n: record.attempts, m: reason } as const }),
    condition: "#status = :status AND #generation = :generation AND #attempts = :attempts",
    values: { ":status": record.status, ":generation": record.generation, ":attempts": record.attempts },
  });
}

/**
 * REVOKED. A running job's worker sees it at its next look and stops; its late result finds no lease.
 * @param from the states it may be taken from
 */
export function revoke(
  store: JobStore,
  taskId: string,
  from: readonly JobState[],
  reason: string,
  now: number,
  settings: Settings,
) {
  const states = from.map((state, index) => [`:from${index}`, state] as const);
  return updateHead(store, taskId, {
    set: { status: "REVOKED", finished_at: now, ttl: finishedTtl(now, settings) },
    remove: [...LEASE_ATTRIBUTES, "work_pk", "work_at", "next_attempt_at", "needs_send"],
    event: { s: "REVOKED", t: now, n: 0, m: reason },
    condition: `#status IN (${states.map(([name]) => name).join(", ")})`,
    values: Object.fromEntries(states),
  });
}

/** REVOKED because it was not started in time; holds only for a job that never ran. */
export function expire(store: JobStore, taskId: string, now: number, settings: Settings) {
  return updateHead(store, taskId, {
    set: { status: "REVOKED", finished_at: now, ttl: finishedTtl(now, settings) },
    remove: ["work_pk", "work_at", "next_attempt_at", "needs_send"],
    event: { s: "REVOKED", t: now, n: 0, m: "expired before it was started" },
    condition: "(#status = :pending OR #status = :retry) AND #attempts = :none AND #expires_at <= :now",
    values: { ":pending": "PENDING", ":retry": "RETRY", ":none": 0, ":now": now },
  });
}

/** FAILURE or REVOKED back to PENDING with a new generation, whose message the caller then sends. */
export function restart(store: JobStore, record: JobRecord, reason: string, now: number, settings: Settings) {
  const event: TimelineEntry = { s: "PENDING", t: now, n: 0, m: reason };
  return updateHead(store, record.task_id, {
    set: {
      status: "PENDING",
      attempts: 0,
      events: [...record.events.slice(-TIMELINE_KEPT_ON_REDRIVE), event],
      // Until its message is sent, the sweeper vouches for it.
      needs_send: true,
      work_pk: workPartition("DUE", record.task_id),
      work_at: now,
      ttl: Math.max(record.ttl, waitingTtl(now, settings)),
    },
    add: { generation: 1 },
    remove: [
      "finished_at",
      "next_attempt_at",
      "expires_at",
      "failure_handled",
      "fingerprint",
      "held",
      "resends",
      // What the life before left to be read.
      "error",
      "result",
      "usage",
      "progress",
      "log",
      "worker",
      "started_at",
      "duration_ms",
    ],
    condition: "#status = :status AND #generation = :generation",
    values: { ":status": record.status, ":generation": record.generation },
  });
}

/** A new generation for a job whose message did not come back; the caller sends it. */
export function resend(store: JobStore, record: JobRecord, now: number) {
  return updateHead(store, record.task_id, {
    set: {
      status: "RETRY",
      needs_send: true,
      next_attempt_at: now,
      work_pk: workPartition("RETRY", record.task_id),
      work_at: now,
      ttl: Math.max(record.ttl, waitingTtl(now, { RESULT_EXPIRES: 0 })),
    },
    add: { generation: 1, resends: 1 },
    remove: [...LEASE_ATTRIBUTES],
    event: { s: "RETRY", t: now, n: record.attempts, m: "its message was lost, a new one was sent" },
    condition:
      "#status = :status AND #generation = :generation AND #attempts = :attempts AND (attribute_not_exists(#lease_until) OR #lease_until <= :now)",
    values: {
      ":status": record.status,
      ":generation": record.generation,
      ":attempts": record.attempts,
      ":now": now,
    },
  });
}

/**
 * Notes that the message of a job's present generation was sent.
 * @param waiting where the job is looked for from now on; nowhere when SQS alone knows of it
 */
export function markSent(
  store: JobStore,
  record: JobRecord,
  waiting: { work_pk: string; work_at: number } | undefined,
) {
  return updateHead(store, record.task_id, {
    ...(waiting ? { set: { ...waiting }, remove: ["needs_send"] } : { remove: ["needs_send", "work_pk", "work_at"] }),
    condition: "#status = :status AND #generation = :generation AND #work_at = :work_at",
    values: { ":status": record.status, ":generation": record.generation, ":work_at": record.work_at ?? 0 },
  });
}

/** Notes that a held job was sent: what it waited for is there, so it no longer expires. */
export function markReleased(store: JobStore, record: JobRecord) {
  return updateHead(store, record.task_id, {
    remove: ["held", "expires_at", "work_pk", "work_at"],
    condition: "#status = :pending AND #generation = :generation AND attribute_exists(#held)",
    values: { ":pending": "PENDING", ":generation": record.generation },
  });
}

export function markFailureHandled(store: JobStore, record: JobRecord) {
  return updateHead(store, record.task_id, {
    set: { failure_handled: true },
    condition: "#status = :failure AND #generation = :generation",
    values: { ":failure": "FAILURE", ":generation": record.generation },
  });
}
