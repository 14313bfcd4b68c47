/**
 * How a job ends: SUCCESS, FAILURE, REVOKED. Each transition is one conditional update; undefined means that it changed
 * nothing, because someone else was first.
 *
 * @module
 */

import type { JobState } from "../../../../contracts/jobs/states.ts";
import type { JobError } from "../../../../contracts/jobs/wire.ts";
import type { TaskSettings } from "../../../../contracts/settings/settings.ts";
import { workPartition } from "../../table/addresses.ts";
import { updateHead } from "../head-update.ts";
import { failedTtl, finishedTtl, revokedTtl } from "../lifetimes.ts";
import type { JobRecord, Payload, TimelineEntry } from "../record.ts";
import type { JobStore } from "../store.ts";
import { heldBy, LEASE_ATTRIBUTES, unattended } from "./conditions.ts";
import { accountOf, type Delivery, type Lease, type Outcome, ranFor } from "./run.ts";

type Settings = Pick<TaskSettings, "RESULT_EXPIRES">;

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
    set: {
      status: "SUCCESS",
      result,
      ...accountOf(record, outcome),
      ...finished(record, now),
      ttl: finishedTtl(now, settings),
    },
    remove: [...LEASE_ATTRIBUTES, "work_pk", "work_at", "error", "resends"],
    event: { s: "SUCCESS", t: now, n: record.attempts },
    ...heldBy(lease),
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
    set: { ...update.set, ...accountOf(record, outcome) },
    ...heldBy(lease),
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
    ...unattended(record, now),
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

const finished = (record: JobRecord, now: number) => ({ finished_at: now, duration_ms: ranFor(record, now) });

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
    set: { status: "REVOKED", finished_at: now, ttl: revokedTtl(now, settings) },
    remove: [...LEASE_ATTRIBUTES, "work_pk", "work_at", "next_attempt_at", "needs_send"],
    event: { s: "REVOKED", t: now, n: 0, m: reason },
    condition: `#status IN (${states.map(([name]) => name).join(", ")})`,
    values: Object.fromEntries(states),
  });
}

/** REVOKED because it was not started in time; holds only for a job that never ran. */
export function expire(store: JobStore, taskId: string, now: number, settings: Settings) {
  return updateHead(store, taskId, {
    set: { status: "REVOKED", finished_at: now, ttl: revokedTtl(now, settings) },
    remove: ["work_pk", "work_at", "next_attempt_at", "needs_send"],
    event: { s: "REVOKED", t: now, n: 0, m: "expired before it was started" },
    condition: "(#status = :pending OR #status = :retry) AND #attempts = :none AND #expires_at <= :now",
    values: { ":pending": "PENDING", ":retry": "RETRY", ":none": 0, ":now": now },
  });
}

/** Notes that the task's onFailure has run. */
export function markFailureHandled(store: JobStore, record: JobRecord) {
  return updateHead(store, record.task_id, {
    set: { failure_handled: true },
    condition: "#status = :failure AND #generation = :generation",
    values: { ":failure": "FAILURE", ":generation": record.generation },
  });
}
