/**
 * Where items are in the table and in its indexes: keys, ids, and where the sweeper looks for a job that waits.
 *
 * @module
 */

import { createHash, createHmac, randomUUID } from "node:crypto";
import { type Lane, laneName } from "../../../contracts/jobs/lanes.ts";
import { bucketPrefix, table } from "../../../contracts/resources.ts";
import { type JobLimitSettings, jobLimits } from "../../../contracts/settings/job-limits.ts";

const HEAD = "head";

/** The key of a job's head item. */
export const headKey = (taskId: string) => ({ pk: `J#${taskId}`, sk: HEAD });
/** The job of a head item, or of its entry in an index. */
export const taskIdOf = (item: Readonly<Record<string, unknown>>): string => String(item.pk).slice("J#".length);
/** Whether an entry of an index is that of a job. */
export const isJob = ({ pk }: Readonly<Record<string, unknown>>): boolean => String(pk).startsWith("J#");
/** The key of a large input or result in the table. */
export const blobKey = (taskId: string, hash: string) => ({ pk: `J#${taskId}`, sk: `blob#${hash}` });
/** The jobs that a job waits for: one item for each wait. */
export const waitKey = (taskId: string, waitId: string) => ({ pk: `J#${taskId}`, sk: `wait#${waitId}` });
/** A job that another one has submitted, beside the latter's head item. */
export const childKey = (taskId: string, childId: string) => ({ pk: `J#${taskId}`, sk: `child#${childId}` });
/** All that {@link childKey} makes for one job. */
export const childRange = (taskId: string) => ({ partition: `J#${taskId}`, from: "child#", until: "child#~" });
/** The id of the submitted job in an item of {@link childKey}. */
export const childIdOf = (item: Readonly<Record<string, unknown>>): string => String(item.sk).slice("child#".length);
/** S3 key of a file that a task has put. */
export const filePath = (taskId: string, name: string) => `${bucketPrefix.files}${taskId}/${name}`;
/** S3 key of a large input or result. */
export const blobPath = (taskId: string, hash: string) => `${bucketPrefix.blobs}${taskId}/${hash}`;

/** Spreads over the shards of an index; task ids are random, so their first 32 bits will do. */
export function shardOf(taskId: string, shards: number): number {
  const head = Number.parseInt(taskId.slice(0, 8), 16);
  return Number.isNaN(head) ? 0 : head % shards;
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

/** The partition of a job in the list index. */
export const listPartition = (tenant: string, taskId: string) =>
  `P#${tenant}#${shardOf(taskId, table.listIndex.shards)}`;
/** Every partition of a tenant in the list index. */
export const listPartitions = (tenant: string) =>
  numbers(table.listIndex.shards).map((index) => `P#${tenant}#${index}`);
/** A job that is to wait: its project, its lane, and how many jobs it counts for. */
interface QueuedJob {
  readonly project_id: string;
  readonly queue: string;
  readonly lane: Lane;
  readonly jobs?: number;
}

/** What makes a new job, or a batch that is yet to be made, count as waiting and as open; nothing where neither is bounded. */
export function queuedPlace(settings: JobLimitSettings, id: string, { project_id, queue, lane, jobs = 1 }: QueuedJob) {
  const open = openPlace(settings, id, project_id);
  const { partitionKey, shards } = table.queuedIndex;
  const isBounded = jobLimits(settings)(project_id).queued_jobs !== undefined;
  const partition = `Q#${project_id}#${laneName(queue, lane)}#${shardOf(id, shards)}`;
  const places = { ...open, ...(isBounded && { [partitionKey]: partition }) };
  return { ...places, ...(jobs !== 1 && Object.keys(places).length > 0 && { queued_jobs: jobs }) };
}

/** What makes a job count as open until its end; nothing where open jobs are not bounded. */
export function openPlace(settings: JobLimitSettings, id: string, project: string) {
  if (jobLimits(settings)(project).open_jobs === undefined) return {};
  const { partitionKey, shards } = table.openIndex;
  return { [partitionKey]: `O#${project}#${shardOf(id, shards)}` };
}
/** Every partition of what is open of a tenant. */
export const openPartitions = (tenant: string) =>
  numbers(table.openIndex.shards).map((index) => `O#${tenant}#${index}`);

/** Every partition of what waits in a lane for a tenant. */
export const queuedPartitions = (tenant: string, lane: string) =>
  numbers(table.queuedIndex.shards).map((index) => `Q#${tenant}#${lane}#${index}`);
/** Sorts by creation, then by id. */
export const listSort = (createdAt: number, taskId: string) => `${String(createdAt).padStart(15, "0")}#${taskId}`;

/**
 * What an operator or the sweeper looks for, by time:
 * DUE delayed jobs by due time, WAIT#<lane> jobs whose message was sent by that time, EXPIRE waiting jobs with
 * `expires_in` by the time of the next check of them, UNCLAIMED jobs that are to be sent again by when, RUN running jobs by
 * lease expiry, RETRY jobs in backoff by next attempt, SCHEDULE schedules by their next time, PARKED jobs that wait for
 * others by the next check of them, BATCH batches whose jobs have not all ended by the next check of them, DEAD failed jobs of
 * a queue by failure time, CALLBACK ended jobs whose callback is not submitted yet by their end.
 */
export type WorkKind =
  | "DUE"
  | "EXPIRE"
  | "RUN"
  | "RETRY"
  | "PARKED"
  | "SCHEDULE"
  | "BATCH"
  | "UNCLAIMED"
  | "CALLBACK"
  | `WAIT#${Lane}`
  | `DEAD#${string}`;

/** The partition of a job in the work index. */
export const workPartition = (kind: WorkKind, taskId: string) => `${kind}#${shardOf(taskId, table.workIndex.shards)}`;
/** Every partition of a kind in the work index. */
export const workPartitions = (kind: WorkKind) => numbers(table.workIndex.shards).map((index) => `${kind}#${index}`);

/** A job that may expire is examined this long after it was sent, and then again and again. */
export const EXPIRING_CHECK_MS = 120_000;

/** What the place of a waiting job follows from: of its record. */
interface WaitingJob {
  readonly task_id: string;
  readonly lane: Lane;
  readonly expires_at?: number | undefined;
  readonly held?: boolean | undefined;
}

/** A job's keys in the work index. */
export interface WorkPlace {
  readonly work_pk: string;
  readonly work_at: number;
}

const placeOf = (kind: WorkKind, { task_id }: Pick<WaitingJob, "task_id">, at: number): WorkPlace => ({
  work_pk: workPartition(kind, task_id),
  work_at: at,
});

/** The place of a job whose message was sent at a time, or is about to be. */
export function sentPlace(job: WaitingJob, sentAt: number): WorkPlace {
  if (job.expires_at === undefined) return placeOf(`WAIT#${job.lane}`, job, sentAt);
  return placeOf("EXPIRE", job, job.held ? job.expires_at : Math.min(job.expires_at, sentAt + EXPIRING_CHECK_MS));
}

/** The place of a job that is due later. One that expires before it is due will only ever expire. */
export const delayedPlace = (job: WaitingJob, dueAt: number): WorkPlace =>
  neverRuns(job, dueAt) ? placeOf("EXPIRE", job, job.expires_at ?? dueAt) : placeOf("DUE", job, dueAt);

/** True when a job expires before it is due. */
export const neverRuns = ({ expires_at: expiresAt }: Pick<WaitingJob, "expires_at">, dueAt: number): boolean =>
  expiresAt !== undefined && expiresAt <= dueAt;

/** A new random task id. */
export const newTaskId = (): string => randomUUID();

/** The same project and Idempotency-Key give the same id, so that one conditional put decides who came first. */
export function keyedTaskId(tenant: string, idempotencyKey: string): string {
  const hex = createHmac("sha256", tenant).update(idempotencyKey).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    "-",
  );
}

/** The SHA-256 of data, in hexadecimal. */
export const sha256 = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex");
