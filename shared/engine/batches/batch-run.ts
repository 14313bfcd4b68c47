/**
 * The jobs that work on batches: one makes the jobs of a large batch, another one settles a batch.
 *
 * @module
 */

import { InvalidInputError } from "../../../contracts/errors.ts";
import { settleBatch as settling, submitBatch as submitting } from "../../../contracts/tasks/batches.ts";
import type { JobServices } from "../jobs/services.ts";
import type { TaskContext } from "../worker/context.ts";
import { type BatchRecord, readBatch } from "./batch-record.ts";
import { makeJobs } from "./make-jobs.ts";
import { submitSettling } from "./note-end.ts";
import { settleBatch } from "./settle.ts";

interface BatchInput {
  readonly batch_id: string;
}

/** Of the soft limit: a group of jobs takes its time, too. */
const SHARE = 0.7;

/** A batch of the job's own project. @throws InvalidInputError when there is none */
async function ownBatch({ store }: JobServices, batchId: string, { tenant }: TaskContext): Promise<BatchRecord> {
  const batch = await readBatch(store.table, batchId);
  if (batch?.project_id !== tenant) throw new InvalidInputError(`There is no batch ${batchId}.`);
  return batch;
}

/** @param softSeconds the task's soft time limit @returns whether a run that begins now still has time */
function runUntil({ settings, now }: JobServices, softSeconds: number): () => boolean {
  const until = now() + Math.min(softSeconds, settings.TASK_SOFT_TIME_LIMIT ?? softSeconds) * SHARE * 1_000;
  return () => now() < until;
}

/** Makes the jobs of a batch; continues in another run where one is too short. */
export async function runSubmitBatch(
  services: JobServices,
  { batch_id: batchId }: BatchInput,
  context: TaskContext,
): Promise<{ made: number }> {
  const batch = await ownBatch(services, batchId, context);
  if (batch.maker_id === undefined) throw new InvalidInputError(`The request of batch ${batchId} makes its jobs.`);
  if (batch.made_all) return { made: batch.made ?? 0 };
  const hasTime = runUntil(services, submitting.timeLimit.soft);
  const { hops } = context;
  const made = await makeJobs(services, batch, {
    isOver: () => !hasTime(),
    assertActive: context.assertActive,
    progress: (count, total) => context.progress(count, total, "jobs made"),
    hops,
  });
  if (!made.made_all) return context.continueWith(null);
  if (made.cancelled_at !== undefined && (await settleBatch(services, batchId, { hasTime, hops })) === "out of time") {
    await submitSettling(services, made, { reason: "stopped", lineage: { hops } });
  }
  return { made: made.made ?? 0 };
}

/** After the jobs of a batch could not all be made: those that were made run, the others are counted as revoked. */
export async function failSubmitBatch(
  services: JobServices,
  { batch_id: batchId }: BatchInput,
  context: TaskContext,
): Promise<void> {
  const batch = await ownBatch(services, batchId, context);
  await submitSettling(services, batch, { reason: "not made", lineage: { hops: context.hops } });
}

/** Does what is left to do for a batch; continues in another run where one is too short. */
export async function runSettleBatch(
  services: JobServices,
  { batch_id: batchId }: BatchInput,
  context: TaskContext,
): Promise<{ completed: boolean }> {
  await ownBatch(services, batchId, context);
  const hasTime = runUntil(services, settling.timeLimit.soft);
  const settled = await settleBatch(services, batchId, { hasTime, hops: context.hops });
  if (settled === "out of time") return context.continueWith(null);
  return { completed: settled === "completed" };
}
