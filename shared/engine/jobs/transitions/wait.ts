/**
 * How a job waits, for another run or for its message.
 *
 * @module
 */

import type { JobError } from "../../../../contracts/jobs/wire.ts";
import { queuedPlace, sentPlace, type WorkPlace, workPartition } from "../../table/addresses.ts";
import type { JobRecord, TimelineEntry } from "../record.ts";
import {
  type ClaimedJob,
  heldBy,
  keptTimeline,
  keptUntil,
  LEASE_ATTRIBUTES,
  type Outcome,
  orphaned,
  outcomeAttributes,
  RUN_ATTRIBUTES,
  ranFor,
  retryAt,
  type TransitionContext,
} from "./run.ts";

/** Why a job is tried again, and when; milliseconds since the epoch. */
export interface NextAttempt {
  readonly error: JobError;
  readonly at: number;
}

/** The transitions to RETRY and PENDING, and the notes that a message was sent. */
export const waitTransitions = ({ update, now: clock, settings }: TransitionContext) => ({
  /** RETRY at a later time, by the worker that holds the lease. */
  retryLater({ record, lease }: ClaimedJob, { error, at }: NextAttempt, outcome: Outcome) {
    const now = clock();
    return update(record.task_id, {
      set: {
        status: "RETRY",
        error,
        ...outcomeAttributes(record, outcome),
        duration_ms: ranFor(record, now),
        ...retryAt(record, at),
      },
      // The receipt handle stays: the sweeper makes the message visible with it should it not return by itself.
      remove: ["lease_token", "lease_until"],
      event: { s: "RETRY", t: now, n: record.attempts, e: error },
      ...heldBy(lease),
    });
  },

  /**
   * RETRY at a later time, by the worker that holds the lease: what the run needs is limited. The attempt is not counted,
   * and the message may be acknowledged, as the sweeper sends one of the next generation.
   */
  putOffRun({ record, lease }: ClaimedJob, { error, at }: NextAttempt, outcome: Outcome) {
    const now = clock();
    return update(record.task_id, {
      set: {
        status: "RETRY",
        error,
        attempts: Math.max(0, record.attempts - 1),
        ...outcomeAttributes(record, outcome),
        duration_ms: ranFor(record, now),
        needs_send: true,
        hops: 0,
        ...retryAt(record, at),
        // However often it waits, its timeline does not grow.
        events: [...keptTimeline(record), { s: "RETRY", t: now, n: record.attempts, e: error }],
        ttl: keptUntil(record, at),
      },
      add: { generation: 1 },
      remove: LEASE_ATTRIBUTES,
      ...heldBy(lease),
    });
  },

  /**
   * Puts a job off without a run while its backend is down or limited: no attempt is counted, and its message may be
   * acknowledged, because the sweeper sends one of the next generation when the time has come.
   */
  defer(record: JobRecord, { reason, until }: { readonly reason: JobError; readonly until: number }) {
    return update(record.task_id, {
      set: {
        status: "RETRY",
        error: reason,
        needs_send: true,
        ...retryAt(record, until),
        ttl: keptUntil(record, until),
      },
      add: { generation: 1 },
      // Of a job whose worker was lost.
      ...(record.status === "STARTED" && { remove: LEASE_ATTRIBUTES }),
      ...(record.status === "RETRY"
        ? {}
        : { event: { s: "RETRY", t: clock(), n: record.attempts, e: reason } as const }),
      ...orphaned(record, clock()),
    });
  },

  /**
   * FAILURE or REVOKED back to PENDING with a new generation, whose message the caller then sends.
   * @param delaySeconds until it is to run, for the time spent waiting
   */
  restart(record: JobRecord, { reason, delaySeconds }: { readonly reason: string; readonly delaySeconds: number }) {
    const now = clock();
    const event: TimelineEntry = { s: "PENDING", t: now, n: 0, m: reason };
    return update(record.task_id, {
      set: {
        status: "PENDING",
        attempts: 0,
        due_at: now + delaySeconds * 1_000,
        events: [...keptTimeline(record), event],
        // Until its message is sent, the sweeper finds it.
        needs_send: true,
        work_pk: workPartition("DUE", record.task_id),
        work_at: now,
        ttl: keptUntil(record, now, settings),
        ...queuedPlace(settings, record.task_id, record),
      },
      add: { generation: 1 },
      remove: [...RUN_ATTRIBUTES, "worker", "started_at", "next_attempt_at", "expires_at", "held", "wait_id", "hops"],
      condition: "#status = :status AND #generation = :generation",
      values: { ":status": record.status, ":generation": record.generation },
    });
  },

  /**
   * RETRY at once, of a job whose worker died. The receipt handle stays: with it the sweeper makes the message visible.
   * @param record as it was read; the update holds only if nothing has moved since
   */
  retryLost(record: JobRecord, error: JobError) {
    const now = clock();
    return update(record.task_id, {
      set: {
        status: "RETRY",
        error,
        ...retryAt(record, now),
      },
      remove: ["lease_token", "lease_until"],
      event: { s: "RETRY", t: now, n: record.attempts, e: error },
      ...orphaned(record, now),
    });
  },

  /**
   * Notes that no worker seems to claim the job, which is sent again unless one does after all.
   * @param until when it is sent again
   */
  suspectUnclaimed(record: JobRecord, until: number) {
    return update(record.task_id, {
      set: { work_pk: workPartition("UNCLAIMED", record.task_id), work_at: until },
      condition: "#status = :status AND #generation = :generation AND #work_pk = :work_pk AND #work_at = :work_at",
      values: {
        ":status": record.status,
        ":generation": record.generation,
        ":work_pk": record.work_pk ?? "",
        ":work_at": record.work_at ?? 0,
      },
    });
  },

  /** A new generation for a job whose message did not return, or was not claimed; the caller sends it. */
  resend(record: JobRecord) {
    const now = clock();
    const status = record.status === "STARTED" ? "RETRY" : record.status;
    return update(record.task_id, {
      set: {
        status,
        needs_send: true,
        next_attempt_at: status === "RETRY" ? now : undefined,
        work_pk: workPartition(status === "PENDING" ? "DUE" : "RETRY", record.task_id),
        work_at: now,
        ttl: keptUntil(record, now),
      },
      add: { generation: 1, resends: 1 },
      remove: LEASE_ATTRIBUTES,
      event: { s: status, t: now, n: record.attempts, m: "its message was lost, a new one was sent" },
      ...orphaned(record, now),
    });
  },

  /** Another lane, of a job whose own is gone with its messages. */
  moveTo(job: Pick<JobRecord, "task_id" | "generation">, { queue, lane }: Pick<JobRecord, "queue" | "lane">) {
    return update(job.task_id, {
      set: { queue, lane },
      remove: ["receipt_handle"],
      condition: "#generation = :generation",
      values: { ":generation": job.generation },
    });
  },

  /**
   * Notes that the message of a job's present generation was sent.
   * @param waiting where the job is looked for from now on
   */
  markSent(record: JobRecord, waiting: WorkPlace) {
    return update(record.task_id, {
      set: { ...waiting },
      remove: ["needs_send"],
      condition: "#status = :status AND #generation = :generation AND #work_at = :work_at",
      values: { ":status": record.status, ":generation": record.generation, ":work_at": record.work_at ?? 0 },
    });
  },

  /** Notes that a held job was sent: what it waited for is there, so it no longer expires. */
  markReleased(record: JobRecord) {
    return update(record.task_id, {
      set: { ...sentPlace({ ...record, expires_at: undefined }, clock()) },
      remove: ["held", "expires_at"],
      condition: "#status = :pending AND #generation = :generation AND attribute_exists(#held)",
      values: { ":pending": "PENDING", ":generation": record.generation },
    });
  },
});
