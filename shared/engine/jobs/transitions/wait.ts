/**
 * How a job waits, for another run or for its message. Each transition is one conditional update; undefined means that
 * it changed nothing, because someone else was first.
 *
 * @module
 */

import type { JobError } from "../../../../contracts/jobs/wire.ts";
import type { TaskSettings } from "../../../../contracts/settings/settings.ts";
import { workPartition } from "../../table/addresses.ts";
import { updateHead } from "../head-update.ts";
import { waitingTtl } from "../lifetimes.ts";
import type { JobRecord, TimelineEntry } from "../record.ts";
import type { JobStore } from "../store.ts";
import { heldBy, keptTimeline, LEASE_ATTRIBUTES, LEFT_OF_A_LIFE, unattended } from "./conditions.ts";
import { accountOf, type Lease, type Outcome, ranFor } from "./run.ts";

type Settings = Pick<TaskSettings, "RESULT_EXPIRES">;

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
      ...accountOf(record, outcome),
      duration_ms: ranFor(record, now),
      next_attempt_at: nextAttemptAt,
      work_pk: workPartition("RETRY", record.task_id),
      work_at: nextAttemptAt,
    },
    // The receipt handle stays: the sweeper gives the message back with it should it not come by itself.
    remove: ["lease_token", "lease_until"],
    event: { s: "RETRY", t: now, n: record.attempts, e: error },
    ...heldBy(lease),
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
 * FAILURE or REVOKED back to PENDING with a new generation, whose message the caller then sends.
 * @param dueAt when it is to run, for the time spent waiting
 */
export function restart(
  store: JobStore,
  record: JobRecord,
  reason: string,
  dueAt: number,
  now: number,
  settings: Settings,
) {
  const event: TimelineEntry = { s: "PENDING", t: now, n: 0, m: reason };
  return updateHead(store, record.task_id, {
    set: {
      status: "PENDING",
      attempts: 0,
      due_at: dueAt,
      events: [...keptTimeline(record), event],
      // Until its message is sent, the sweeper vouches for it.
      needs_send: true,
      work_pk: workPartition("DUE", record.task_id),
      work_at: now,
      ttl: Math.max(record.ttl, waitingTtl(now, settings)),
    },
    add: { generation: 1 },
    remove: [...LEFT_OF_A_LIFE, "worker", "started_at", "next_attempt_at", "expires_at", "held"],
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
    remove: LEASE_ATTRIBUTES,
    event: { s: "RETRY", t: now, n: record.attempts, m: "its message was lost, a new one was sent" },
    ...unattended(record, now),
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
