/**
 * Reads a batch's jobs: counts by state, and one after the other.
 *
 * @module
 */

import type { JobState } from "../../../contracts/jobs/states.ts";
import { inGroups } from "../../lib/groups.ts";
import type { JobRecord } from "../jobs/record.ts";
import type { JobServices } from "../jobs/services.ts";
import { BatchEnds, type EndKind, readEnds, SHARD_JOBS, shardsOf } from "./batch-ends.ts";
import { type BatchRecord, batchTaskId } from "./batch-record.ts";

const states = { ok: "SUCCESS", failed: "FAILURE", revoked: "REVOKED" } as const;

/** Batch reads that are made side by side. */
const READS_AT_ONCE = 5;

/** A batch's jobs by state. */
export interface BatchCounts {
  readonly counts: Readonly<Record<JobState, number>>;
  /** Jobs whose records expired before their end was noted. */
  readonly expired: number;
}

const endsOf = (
  services: JobServices,
  batch: BatchRecord,
  shards?: readonly number[],
): Promise<BatchEnds> | BatchEnds =>
  batch.tracked ? readEnds(services, batch, shards) : new BatchEnds(batch, new Map());

/**
 * Counts a batch's jobs: one read for all that have ended, and one for each hundred of the others.
 */
export async function countBatch(services: JobServices, batch: BatchRecord): Promise<BatchCounts> {
  const ends = await endsOf(services, batch);
  const { ok, failed, revoked, gone } = ends.outcome;
  const counts = { PENDING: 0, STARTED: 0, RETRY: 0, SUCCESS: ok, FAILURE: failed, REVOKED: revoked };
  const open = Array.from({ length: shardsOf(batch.total) }, (_, shard) => ends.open(shard)).flat();
  const groups = Array.from({ length: Math.ceil(open.length / SHARD_JOBS) }, (_, index) =>
    open.slice(index * SHARD_JOBS, (index + 1) * SHARD_JOBS),
  );
  const read = async (places: readonly number[]) =>
    services.store.getMany(places.map((place) => batchTaskId(batch, place)));
  const jobs = (await inGroups(groups, read, READS_AT_ONCE)).flat();
  for (const job of jobs) counts[job.status] += 1;
  const missing = open.length - jobs.length;
  // Those of a batch that is still being made are to come.
  const areToCome = batch.tracked === true && !batch.made_all;
  if (areToCome) counts.PENDING += missing;
  return { counts, expired: gone + (areToCome ? 0 : missing) };
}

/** One job of a batch. */
export interface BatchJob {
  readonly place: number;
  readonly taskId: string;
  /** Undefined: it is not made yet, or its record has expired. */
  readonly job: JobRecord | undefined;
  /** EXPIRED: nobody has noted how it ended. */
  readonly status: JobState | "EXPIRED";
}

/** Jobs of a batch in the order of their inputs. */
export async function readBatchJobs(
  services: JobServices,
  batch: BatchRecord,
  { from, limit }: { readonly from: number; readonly limit: number },
): Promise<BatchJob[]> {
  const until = Math.min(batch.total, from + limit);
  if (from >= until) return [];
  const shards = [...new Set([from, until - 1].map((place) => Math.floor(place / SHARD_JOBS)))];
  const [first = 0, last = first] = shards;
  const wanted = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const ends = await endsOf(services, batch, wanted);
  const ids = Array.from({ length: until - from }, (_, index) => batchTaskId(batch, from + index));
  const found = new Map((await services.store.getMany(ids)).map((job) => [job.task_id, job]));
  return ids.map((taskId, index) => {
    const place = from + index;
    const job = found.get(taskId);
    return { place, taskId, job, status: job?.status ?? withoutRecord(batch, ends.of(place)) };
  });
}

function withoutRecord(batch: BatchRecord, end: EndKind | undefined): JobState | "EXPIRED" {
  if (end !== undefined && end !== "gone") return states[end];
  return end === undefined && batch.tracked && !batch.made_all ? "PENDING" : "EXPIRED";
}
