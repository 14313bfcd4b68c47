/**
 * What the end of a job means for its batch: it is noted, and whoever notes the last one of a hundred checks whether all
 * have ended. Who dies in between is made up for by the sweeper.
 *
 * @module
 */

import { settleBatchTask } from "../../../contracts/jobs/batch-tasks.ts";
import type { JobRecord } from "../jobs/record.ts";
import type { JobServices } from "../jobs/services.ts";
import { submitJob } from "../jobs/submit.ts";
import { endOf, noteEnds, placesOf, readEnds, SHARD_JOBS } from "./batch-ends.ts";
import { type BatchRecord, complete, hasFollowUp, readBatch } from "./batch-record.ts";

/** True for a job whose batch notes its end. */
export const isOfTrackedBatch = (
  job: Pick<JobRecord, "batch_id" | "batch_place" | "batch_total">,
): job is { readonly batch_id: string; readonly batch_place: number; readonly batch_total: number } =>
  job.batch_id !== undefined && job.batch_place !== undefined && job.batch_total !== undefined;

/** Notes the end of a job in its batch: one write. Nothing for a job without one. Safe to repeat. */
export async function noteEndInBatch(services: JobServices, job: JobRecord): Promise<void> {
  const kind = endOf(job);
  if (kind === undefined || !isOfTrackedBatch(job)) return;
  const { batch_id: batchId, batch_place: place, batch_total: total } = job;
  const shard = Math.floor(place / SHARD_JOBS);
  const ended = await noteEnds(services, { batchId, shard, kind, places: [place] });
  if (ended !== undefined && ended >= placesOf(total, shard).length) await tryToComplete(services, batchId, job);
}

/** Where a chain of messages is, for the job that continues with it. */
type Lineage = Pick<JobRecord, "depth" | "hops">;

/**
 * Notes that all jobs of a batch have ended, if so; holds once. What is to follow is done by a job, as only its function may
 * send to every queue.
 */
export async function tryToComplete(
  services: JobServices,
  batchId: string,
  lineage: Lineage = {},
): Promise<BatchRecord | undefined> {
  const { table } = services.store;
  const batch = await readBatch(table, batchId);
  if (!batch || batch.completed_at !== undefined) return batch;
  const ends = await readEnds(services, batch);
  if (ends.count < batch.total) return batch;
  const completed = await complete(table, batch, { now: services.now(), outcome: ends.outcome });
  if (completed && hasFollowUp(completed)) await submitSettling(services, completed, { reason: "end", lineage });
  return completed ?? readBatch(table, batchId);
}

/**
 * Submits the job that examines a batch.
 * @param options.reason the same reason gives the same job
 */
export async function submitSettling(
  services: JobServices,
  { batch_id, project_id }: BatchRecord,
  { reason, lineage }: { readonly reason: string; readonly lineage?: Lineage },
): Promise<string> {
  const { job } = await submitJob(services, {
    taskName: settleBatchTask,
    tenant: project_id,
    input: { batch_id },
    idempotencyKey: `batch ${batch_id} ${reason}`,
    isSameByKey: true,
    traceId: batch_id,
    parent: lineage && { depth: lineage.depth, hops: lineage.hops },
  });
  return job.task_id;
}
