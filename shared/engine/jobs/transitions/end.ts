/**
 * How a job ends: SUCCESS, FAILURE, REVOKED.
 *
 * @module
 */

import type { JobState } from "../../../../contracts/jobs/states.ts";
import { OPEN_ATTRIBUTES } from "../../limits/queued-jobs.ts";
import { workPartition } from "../../table/addresses.ts";
import { failedTtl, finishedTtl, type JobRecord, type Payload, revokedTtl, type TimelineEntry } from "../record.ts";
import {
  type Claimant,
  type ClaimedJob,
  type Failure,
  heldBy,
  LEASE_ATTRIBUTES,
  type Outcome,
  orphaned,
  outcomeAttributes,
  type Reported,
  ranFor,
  type TransitionContext,
} from "./run.ts";

/** The transitions to SUCCESS, FAILURE and REVOKED, and what may still be noted of a job that has ended. */
export const endTransitions = ({ update, now: clock, settings }: TransitionContext) => ({
  /** SUCCESS, by the worker that holds the lease. */
  succeed({ record, lease }: ClaimedJob, result: Payload, outcome: Outcome) {
    const now = clock();
    return update(record.task_id, {
      set: {
        status: "SUCCESS",
        result,
        ...outcomeAttributes(record, outcome),
        ...finished(record, now),
        ...callbackPlace(record, now),
        ttl: finishedTtl(now, settings),
      },
      remove: [...LEASE_ATTRIBUTES, ...workPlace(record), "error", "resends", "state", ...OPEN_ATTRIBUTES],
      event: { s: "SUCCESS", t: now, n: record.attempts },
      ...heldBy(lease),
    });
  },

  /**
   * FAILURE for good, by the worker that holds the lease. SQS then moves its message to the dead-letter queue.
   * @param outcome.hasHandler false when neither an onFailure nor a callback follows
   */
  fail({ record, lease }: ClaimedJob, failure: Failure, outcome: Outcome & { readonly hasHandler: boolean }) {
    const { set, ...rest } = failed(record, failure, { now: clock(), settings });
    return update(record.task_id, {
      ...rest,
      set: {
        ...set,
        ...outcomeAttributes(record, outcome),
        failure_handled: outcome.hasHandler ? undefined : true,
      },
      ...heldBy(lease),
    });
  },

  /**
   * FAILURE of a job that no live worker holds: its worker was lost, or its message was.
   * @param record as it was read; the update holds only if nothing has moved since
   * @param message the one that is in the dead-letter queue, where no worker has noted it
   */
  failOrphaned(record: JobRecord, failure: Failure, message?: Pick<Claimant, "messageId" | "receiveCount">) {
    const now = clock();
    const { set, ...rest } = failed(record, failure, { now, settings });
    return update(record.task_id, {
      ...rest,
      set: { ...set, message_id: message?.messageId, receive_count: message?.receiveCount },
      ...orphaned(record, now),
    });
  },

  /**
   * REVOKED. A running job's worker sees it with its next heartbeat and stops; its late result finds no lease.
   * @param job its id, and what is left to do after its end: the update holds only if that is so
   */
  revoke(job: Pick<JobRecord, "task_id" | "callback_url" | "may_submit">, { from, reason }: Revoking) {
    const now = clock();
    const { task_id: taskId } = job;
    const states = from.map((state, index) => [`:from${index}`, state] as const);
    return update(taskId, {
      set: { status: "REVOKED", finished_at: now, ...revokedPlace(job, now), ttl: revokedTtl(now, settings) },
      remove: [
        ...LEASE_ATTRIBUTES,
        ...(isSwept(job) ? [] : ["work_pk", "work_at"]),
        "next_attempt_at",
        "needs_send",
        ...OPEN_ATTRIBUTES,
      ],
      event: { s: "REVOKED", t: now, n: 0, m: reason },
      condition: `#status IN (${states.map(([name]) => name).join(", ")}) AND ${isThere(job.callback_url)}(#callback_url) AND ${isThere(job.may_submit)}(#may_submit)`,
      values: Object.fromEntries(states),
    });
  },

  /** REVOKED because it was not started in time; holds only for a job that never ran. */
  expire(record: JobRecord) {
    const now = clock();
    return update(record.task_id, {
      set: { status: "REVOKED", finished_at: now, ...callbackPlace(record, now), ttl: revokedTtl(now, settings) },
      remove: [...workPlace(record), "next_attempt_at", "needs_send", ...OPEN_ATTRIBUTES],
      event: { s: "REVOKED", t: now, n: 0, m: "expired before it was started" },
      condition: "(#status = :pending OR #status = :retry) AND #attempts = :none AND #expires_at <= :now",
      values: { ":pending": "PENDING", ":retry": "RETRY", ":none": 0, ":now": now },
    });
  },

  /**
   * Notes that a message is about to be sent to have a failure handled.
   * @returns undefined when it was handled, or another one was sent, in the meantime
   */
  noteFailureSend({ task_id: taskId, generation, failure_sends: sends = 0 }: JobRecord) {
    return update(taskId, {
      set: { failure_sends: sends + 1 },
      condition:
        "#status = :failure AND #generation = :generation AND attribute_not_exists(#failure_handled)" +
        " AND (attribute_not_exists(#failure_sends) OR #failure_sends = :sends)",
      values: { ":failure": "FAILURE", ":generation": generation, ":sends": sends },
    });
  },

  /**
   * Notes what the task's onFailure has logged, and whether nothing of it is left to do.
   * @param handled.log left out: what is there stays
   */
  noteFailureHandling(record: JobRecord, { isDone, log }: Pick<Reported, "log"> & { readonly isDone: boolean }) {
    return update(record.task_id, {
      set: { failure_handled: isDone ? true : undefined, log },
      condition: "#status = :failure AND #generation = :generation",
      values: { ":failure": "FAILURE", ":generation": record.generation },
    });
  },

  /** Notes that nothing is left to do after a job's end. */
  markEndHandled(record: JobRecord) {
    return update(record.task_id, {
      remove: ["work_pk", "work_at"],
      condition: "#status = :status AND #finished_at = :finished AND #work_pk = :place",
      values: {
        ":status": record.status,
        ":finished": record.finished_at ?? 0,
        ":place": workPartition("CALLBACK", record.task_id),
      },
    });
  },

  /** Lists a dead letter under another queue, as its own is gone. @returns undefined when it was run again or taken off the list meanwhile */
  moveDeadLetter(record: JobRecord, { queue, lane }: Pick<JobRecord, "queue" | "lane">) {
    return update(record.task_id, {
      set: { queue, lane, work_pk: workPartition(`DEAD#${queue}`, record.task_id) },
      condition: "#status = :failure AND #generation = :generation AND #work_pk = :place",
      values: {
        ":failure": "FAILURE",
        ":generation": record.generation,
        ":place": workPartition(`DEAD#${record.queue}`, record.task_id),
      },
    });
  },

  /** Takes a failed job off the list of dead letters. @returns undefined when it has been run again in the meantime */
  removeDeadLetter(record: JobRecord, reason: string) {
    return update(record.task_id, {
      remove: ["work_pk", "work_at"],
      event: { s: "FAILURE", t: clock(), n: 0, m: reason },
      condition: "#status = :failure AND #generation = :generation AND attribute_exists(#work_pk)",
      values: { ":failure": "FAILURE", ":generation": record.generation },
    });
  },
});

/** From which states a job may be revoked, and why it is. */
export interface Revoking {
  readonly from: readonly JobState[];
  readonly reason: string;
}

/** Until its callback is submitted, the sweeper finds it. A failed job is among the dead letters instead. */
const callbackPlace = (job: Pick<JobRecord, "task_id" | "callback_url">, now: number) =>
  job.callback_url === undefined ? {} : { work_pk: workPartition("CALLBACK", job.task_id), work_at: now };

/** Until all that was submitted by it is revoked too, the sweeper looks for a revoked job. */
const isSwept = (job: Pick<JobRecord, "callback_url" | "may_submit">): boolean =>
  job.callback_url !== undefined || job.may_submit === true;

const revokedPlace = (job: Pick<JobRecord, "task_id" | "callback_url" | "may_submit">, now: number) =>
  isSwept(job) ? { work_pk: workPartition("CALLBACK", job.task_id), work_at: now } : {};

const isThere = (value: unknown): string => (value === undefined ? "attribute_not_exists" : "attribute_exists");

/** What is removed of a job that is looked for no longer. */
const workPlace = (job: Pick<JobRecord, "callback_url">): readonly string[] =>
  job.callback_url === undefined ? ["work_pk", "work_at"] : [];

function failed(
  record: JobRecord,
  { error, fingerprint }: Failure,
  { now, settings }: Pick<TransitionContext, "settings"> & { readonly now: number },
) {
  return {
    set: {
      status: "FAILURE" satisfies JobState,
      error,
      fingerprint,
      error_type: error.type,
      ...finished(record, now),
      work_pk: workPartition(`DEAD#${record.queue}`, record.task_id),
      work_at: now,
      ttl: failedTtl(now, settings),
    },
    remove: [...LEASE_ATTRIBUTES, "next_attempt_at", "needs_send", ...OPEN_ATTRIBUTES],
    event: { s: "FAILURE", t: now, n: record.attempts, e: error } satisfies TimelineEntry,
  };
}

const finished = (record: JobRecord, now: number) => ({ finished_at: now, duration_ms: ranFor(record, now) });
