/**
 * Settles a batch: whatever its state, does what is left to do. It revokes the rest of one that was cancelled, notes ends
 * that nobody has noted, and does what follows when all jobs have ended. Repeating it does nothing twice.
 *
 * @module
 */

import { isReady } from "../../../contracts/jobs/states.ts";
import { inGroups } from "../../lib/groups.ts";
import { revokeJob } from "../jobs/revoke.ts";
import type { JobServices } from "../jobs/services.ts";
import { type BatchEnds, type EndKind, endOf, noteAll, readEnds, shardsOf } from "./batch-ends.ts";
import { type BatchRecord, batchTaskId, RESERVED, readBatch, updateBatch } from "./batch-record.ts";
import { followUp } from "./follow-up.ts";
import { submitMaker } from "./make-jobs.ts";
import { tryToComplete } from "./note-end.ts";

/** A request that makes jobs itself has ended by then. */
const REQUEST_MS = 60_000;
/** For so long, a request that has made some of its jobs may be repeated to make the others. */
const REPEATABLE_MS = 86_400_000;

/** For the timelines of its jobs. */
const CANCELLED = "its batch was cancelled";

interface Settling {
  readonly hasTime: () => boolean;
  /** Functions that the message came through so far. */
  readonly hops: number | undefined;
}

/** What became of a batch that was settled. `open`: jobs are still to end, or to be made. */
export type Settled = "completed" | "open" | "out of time" | "missing";

/** Does what is left to do for a batch: two reads, and one for each hundred jobs that have not ended. */
export async function settleBatch(
  services: JobServices,
  batchId: string,
  { hasTime, hops }: Settling,
): Promise<Settled> {
  const found = await readBatch(services.store.table, batchId);
  if (!found?.tracked) return "missing";
  let batch = found;
  if (batch.completed_at === undefined) {
    batch = await lookAtMaker(services, batch, hops);
    const ends = await readEnds(services, batch);
    for (let shard = 0; shard < shardsOf(batch.total); shard++) {
      if (!hasTime()) return "out of time";
      await settleShard(services, batch, { ends, shard });
    }
    batch = (await tryToComplete(services, batchId)) ?? batch;
  }
  if (batch.completed_at === undefined) return "open";
  await followUp(services, batch, hops);
  return "completed";
}

/** Revokes the jobs of a batch of an earlier version, whose jobs do not note their ends. */
export async function revokeJobsOf(services: JobServices, batch: BatchRecord): Promise<void> {
  const places = Array.from({ length: batch.total }, (_, place) => place);
  await inGroups(places, (place) =>
    revokeJob(services, batchTaskId(batch, place), { terminate: true, reason: CANCELLED }),
  );
}

/** Checks whether somebody still makes jobs of a batch. @returns the batch, `made_all` when nobody does */
async function lookAtMaker(services: JobServices, batch: BatchRecord, hops: number | undefined): Promise<BatchRecord> {
  if (batch.made_all) return batch;
  const now = services.now();
  const isCancelled = batch.cancelled_at !== undefined;
  if (batch.maker_id === undefined) {
    const isOver = now - batch.created_at > (isCancelled ? REQUEST_MS : REPEATABLE_MS);
    return isOver ? stop(services, batch, "Not all of its jobs were made, and the request was not repeated.") : batch;
  }
  const maker = await services.store.get(batch.maker_id, now);
  if (!maker) {
    if (isCancelled) return stop(services, batch);
    await submitMaker(services, batch, { hops });
    return batch;
  }
  if (isReady(maker.status)) return stop(services, batch, maker.error?.message);
  if (!isCancelled || maker.status === "STARTED") return batch;
  // It has not begun, or waits for another attempt. One that runs sees for itself that it is to stop.
  const { outcome } = await revokeJob(services, maker.task_id, { terminate: false, reason: CANCELLED });
  return outcome === "revoked" ? stop(services, batch) : batch;
}

/** Notes that nobody makes the jobs that are missing. */
async function stop(services: JobServices, batch: BatchRecord, error?: string): Promise<BatchRecord> {
  const set = {
    made_all: true,
    cancelled_at: batch.cancelled_at ?? services.now(),
    // Who cancelled it knows why jobs are missing.
    error: batch.cancelled_at === undefined ? error : undefined,
  };
  return (await updateBatch(services.store.table, batch.batch_id, { set, remove: RESERVED })) ?? batch;
}

/** Notes the ends of a shard's jobs that nobody has noted; revokes the others when the batch is cancelled. */
async function settleShard(
  services: JobServices,
  batch: BatchRecord,
  { ends, shard }: { readonly ends: BatchEnds; readonly shard: number },
): Promise<void> {
  const open = ends.open(shard);
  if (open.length === 0) return;
  const ids = new Map(open.map((place) => [place, batchTaskId(batch, place)]));
  const found = await services.store.getMany([...ids.values()], services.now(), { consistent: true });
  const jobs = new Map(found.map((job) => [job.task_id, job]));
  const isCancelled = batch.cancelled_at !== undefined;
  const ended = new Map<EndKind, number[]>();
  const unfinished: string[] = [];
  for (const [place, taskId] of ids) {
    const job = jobs.get(taskId);
    const missing = batch.made_all ? (isCancelled ? "revoked" : "gone") : undefined;
    const kind = job ? endOf(job) : missing;
    if (kind) ended.set(kind, [...(ended.get(kind) ?? []), place]);
    else if (job && isCancelled) unfinished.push(taskId);
  }
  await noteAll(services, { batchId: batch.batch_id, shard }, ended);
  await inGroups(unfinished, (taskId) => revokeJob(services, taskId, { terminate: true, reason: CANCELLED }));
}
