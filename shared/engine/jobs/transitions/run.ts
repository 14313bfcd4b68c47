/**
 * A run of a job, as its transitions know it, and what must still hold of a head item for a transition to be made.
 *
 * @module
 */

import { addUsage } from "../../../../contracts/jobs/add-usage.ts";
import type { JobError, Progress, Usage } from "../../../../contracts/jobs/wire.ts";
import type { JobLimitSettings } from "../../../../contracts/settings/job-limits.ts";
import type { TaskSettings } from "../../../../contracts/settings/tasks.ts";
import { workPartition } from "../../table/addresses.ts";
import type { Change, Condition } from "../../table/expressions.ts";
import { type JobFile, type JobRecord, type LogLine, type TimelineEntry, waitingTtl } from "../record.ts";

/** One conditional update of a head item: every state transition is exactly one of these. */
export interface HeadUpdate extends Omit<Change, "setOnce" | "append" | "take">, Condition {
  /** Added to the end of the timeline. */
  readonly event?: TimelineEntry;
}

/** What a group of transitions is bound to. */
export interface TransitionContext {
  /** One conditional update of a head item. @returns the record after it, or undefined when its condition did not hold */
  readonly update: (taskId: string, update: HeadUpdate) => Promise<JobRecord | undefined>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly settings: Pick<TaskSettings, "RESULT_EXPIRES"> & JobLimitSettings;
}

/** The right to run a job until a time, which heartbeats move on. */
export interface Lease {
  /** Fencing token: only its holder may finish the run. */
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** What a claim notes of the delivery of a message that it was made for. */
export interface Claimant {
  readonly messageId: string;
  /** 1 for the first time. */
  readonly receiveCount: number;
  readonly receiptHandle: string;
  /** The worker's name. */
  readonly worker: string;
}

/** A job that this worker has claimed. */
export interface ClaimedJob {
  /** As the claim left it. */
  readonly record: JobRecord;
  readonly lease: Lease;
}

/** What a run reports while it is under way. */
export interface Reported {
  readonly progress: Progress | undefined;
  /** Left out: what is there stays. */
  readonly log?: readonly LogLine[] | undefined;
  /** Left out: what is there stays. */
  readonly files?: readonly JobFile[] | undefined;
}

/** What a run leaves to be kept, however it ended. */
export interface Outcome extends Reported {
  /** Of this run alone. */
  readonly usage: Usage | undefined;
}

/** Why a job failed for good. */
export interface Failure {
  readonly error: JobError;
  /** The same for errors of one cause. */
  readonly fingerprint: string;
}

/** The job runs, and under this lease. */
export const heldBy = (lease: Lease) => ({
  condition: "#status = :started AND #lease_token = :token",
  values: { ":started": "STARTED", ":token": lease.token },
});

/** Nothing has moved since the record was read, and no live worker holds the job. */
export const orphaned = (record: JobRecord, now: number) => ({
  condition:
    "#status = :status AND #generation = :generation AND #attempts = :attempts AND (attribute_not_exists(#lease_until) OR #lease_until <= :now)",
  values: {
    ":status": record.status,
    ":generation": record.generation,
    ":attempts": record.attempts,
    ":now": now,
  },
});

/** Removed when no worker holds the job any more. */
export const LEASE_ATTRIBUTES: readonly string[] = ["lease_token", "lease_until", "receipt_handle"];

/** What the runs of a job have written; removed when it starts again from its first attempt. */
export const RUN_ATTRIBUTES: readonly string[] = [
  "finished_at",
  "duration_ms",
  "error",
  "fingerprint",
  "failure_handled",
  "failure_sends",
  "result",
  "usage",
  "progress",
  "log",
  "resends",
];

/** Older entries are dropped when a job starts again. */
const TIMELINE_KEPT = 20;

/** Where a RETRY job waits for a time, in milliseconds since the epoch: the sweeper finds it there. */
export const retryAt = (record: JobRecord, at: number) => ({
  next_attempt_at: at,
  work_pk: workPartition("RETRY", record.task_id),
  work_at: at,
});

/** TTL of a job that waits until a time: never less than it has. @param settings left out: nothing for its result */
export const keptUntil = (
  record: JobRecord,
  at: number,
  settings: Pick<TaskSettings, "RESULT_EXPIRES"> = { RESULT_EXPIRES: 0 },
): number => Math.max(record.ttl, waitingTtl(at, settings));

/** The newest part of a timeline, for a job that starts again. */
export const keptTimeline = (record: JobRecord) => record.events.slice(-TIMELINE_KEPT);

/** The attributes of an outcome. Tokens are paid for whether the attempt succeeds or not, so the job's are all runs'. */
export const outcomeAttributes = (record: JobRecord, { usage, progress, log, files }: Outcome) => ({
  usage: usage && addUsage(record.usage, usage),
  progress,
  log,
  files,
});

/** Milliseconds since the run began; undefined when there was none. */
export const ranFor = (record: JobRecord, now: number): number | undefined =>
  record.started_at === undefined ? undefined : Math.max(0, now - record.started_at);
