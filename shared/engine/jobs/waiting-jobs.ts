/**
 * Jobs that wait for others, without a run or a message. An item names what is still waited for; each end takes its job
 * out of it, and whoever takes out the last one has the waiting job run again. Where a worker dies in
 * between, this is left to the sweeper, which reads the jobs themselves.
 *
 * @module
 */

import { z } from "zod";
import { isReady } from "../../../contracts/jobs/states.ts";
import { readBatch } from "../batches/batch-record.ts";
import { waitKey } from "../table/addresses.ts";
import { parseItem } from "../table/table.ts";
import { MAX_HOPS } from "./hops.ts";
import type { JobRecord } from "./record.ts";
import { payloadTtl } from "./record.ts";
import { QueueUnavailableError, sendJob } from "./send.ts";
import type { JobServices } from "./services.ts";
import { transitions } from "./store.ts";

/** DynamoDB keeps no empty set, so that there is none once all have ended. */
const waitSchema = z.object({
  pending: z.set(z.string()).optional(),
  /** A batch whose jobs are all waited for. */
  batch: z.string().optional(),
  since: z.number(),
});

/** Jobs that a job waits for: by their ids, at least one, or a batch. */
export type WaitedFor = readonly string[] | { readonly batchId: string };

/** What a job is about to wait for. */
interface Wait {
  readonly taskId: string;
  readonly waitId: string;
  readonly waitFor: WaitedFor;
}

/** Writes down what a job is about to wait for. */
export async function putWait(services: JobServices, { taskId, waitId, waitFor }: Wait): Promise<void> {
  const now = services.now();
  const ttl = payloadTtl(now, services.settings);
  const what = "batchId" in waitFor ? { batch: waitFor.batchId } : { pending: new Set(waitFor) };
  await services.store.table.put({ ...waitKey(taskId, waitId), ...what, since: now, ttl });
}

/** Takes a job that has ended out of what its parent waits for. Nothing for a job without a parent. */
export async function notifyParent(services: JobServices, child: JobRecord): Promise<void> {
  if (child.parent_id === undefined) return;
  const { store } = services;
  const parent = await store.get(child.parent_id, services.now());
  // A job that is parked after this read checks its jobs then.
  if (parent?.wait_id === undefined) return;
  const left = await store.table.updateIf(
    waitKey(parent.task_id, parent.wait_id),
    { take: { pending: new Set([child.task_id]) } },
    { condition: "contains(#pending, :child)", values: { ":child": child.task_id } },
  );
  if (left && !parseItem(waitSchema, left).pending) await resume(services, parent, (child.hops ?? 0) + 1);
}

/**
 * Checks whether what a job waits for has ended, and has it run again if so. Jobs whose records are gone have ended.
 * @returns since when it waits, in milliseconds since the epoch; undefined when it waits no longer
 */
export async function checkWait(
  services: JobServices,
  record: JobRecord,
  { hops }: { readonly hops: number },
): Promise<number | undefined> {
  if (record.wait_id === undefined) return undefined;
  const { store } = services;
  const key = waitKey(record.task_id, record.wait_id);
  const item = await store.table.get(key);
  const wait = item && parseItem(waitSchema, item);
  if (wait?.batch !== undefined) {
    const batch = await readBatch(store.table, wait.batch);
    const isOpen = batch?.project_id === record.project_id && batch.tracked && batch.completed_at === undefined;
    if (isOpen) return wait.since;
  }
  const pending = [...(wait?.pending ?? [])];
  const jobs = await store.getMany(pending, services.now(), { consistent: true });
  const unfinished = new Set(jobs.filter(({ status }) => !isReady(status)).map((job) => job.task_id));
  const ended = pending.filter((taskId) => !unfinished.has(taskId));
  if (wait && unfinished.size > 0) {
    const isLeft = ended.length === 0 || (await takeOut(ended));
    if (isLeft) return wait.since;
  }
  await resume(services, record, hops);
  return undefined;

  /** @returns false when it was the last: the others have ended meanwhile */
  async function takeOut(taskIds: readonly string[]): Promise<boolean> {
    const change = { take: { pending: new Set(taskIds) } };
    const left = await store.table.updateIf(key, change, { condition: "attribute_exists(#pending)" });
    return left !== undefined && parseItem(waitSchema, left).pending !== undefined;
  }
}

/** Has a job run again that waits for a batch, now that all jobs of the batch have ended. */
export async function resumeAfterBatch(
  services: JobServices,
  { parentId, batchId, hops }: { readonly parentId: string; readonly batchId: string; readonly hops: number },
): Promise<void> {
  const { store } = services;
  const parent = await store.get(parentId, services.now());
  // A job that is parked after this read checks the batch then.
  if (parent?.wait_id === undefined) return;
  const item = await store.table.get(waitKey(parentId, parent.wait_id));
  if (item && parseItem(waitSchema, item).batch === batchId) await resume(services, parent, hops);
}

/** Has a job run again, once for each wait: a second call changes nothing. */
async function resume(services: JobServices, record: JobRecord, hops: number): Promise<void> {
  const isFar = hops > MAX_HOPS;
  const resumed = await transitions(services).resume(record, isFar ? 0 : hops);
  if (resumed && !isFar) await sendNextRun(services, resumed);
}

/** Sends the message of a job whose next run begins at once; the sweeper does when the worker dies or SQS does not take it. */
export async function sendNextRun(services: JobServices, record: JobRecord): Promise<void> {
  try {
    await sendJob(services, record);
  } catch (error) {
    if (error instanceof QueueUnavailableError) return;
    throw error;
  }
  await transitions(services).markSent(record, { work_pk: record.work_pk ?? "", work_at: record.work_at ?? 0 });
}
