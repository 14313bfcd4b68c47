/**
 * What follows when all jobs of a batch have ended: the task or the webhook that was asked for, and the job that waits.
 *
 * @module
 */

import { z } from "zod";
import { BACKGROUND_PRIORITY } from "../../../contracts/jobs/lanes.ts";
import { callbackTask } from "../../../contracts/webhooks/webhooks.ts";
import type { JobServices } from "../jobs/services.ts";
import { InputValidationError, submitJob, UnknownTaskError } from "../jobs/submit.ts";
import { resumeAfterBatch } from "../jobs/waiting-jobs.ts";
import { type BatchRecord, stopChecks, updateBatch } from "./batch-record.ts";

const onCompleteSchema = z.union([
  z.object({ task_name: z.string(), input: z.unknown(), priority: z.number().optional() }),
  z.object({ callback_url: z.string() }),
]);

/** What is done when all jobs of a batch have ended, as it is stored. */
export type OnComplete = z.infer<typeof onCompleteSchema>;

/** The tag of the job that follows a batch. */
const BATCH_TAG = "batch_id";

/** Where the webhook of a completed batch goes. @returns undefined when there is none */
export function callbackOf({ on_complete: stored }: Pick<BatchRecord, "on_complete">): string | undefined {
  const parsed = stored === undefined ? undefined : onCompleteSchema.parse(JSON.parse(stored));
  return parsed && "callback_url" in parsed ? parsed.callback_url : undefined;
}

/**
 * Does what follows, once: the ids of what is submitted follow from the batch's.
 * @param hops functions that the message came through so far
 */
export async function followUp(services: JobServices, batch: BatchRecord, hops: number | undefined): Promise<void> {
  const { table } = services.store;
  const { batch_id: batchId, parent_id: parentId } = batch;
  const taskId = await submitOnComplete(services, batch, hops);
  if (parentId !== undefined) await resumeAfterBatch(services, { parentId, batchId, hops: (hops ?? 0) + 1 });
  await stopChecks(table, batchId, taskId);
}

async function submitOnComplete(
  services: JobServices,
  batch: BatchRecord,
  hops: number | undefined,
): Promise<string | undefined> {
  if (batch.on_complete === undefined) return undefined;
  const asked = onCompleteSchema.parse(JSON.parse(batch.on_complete));
  const wanted =
    "callback_url" in asked
      ? { taskName: callbackTask, input: { batch_id: batch.batch_id } }
      : { taskName: asked.task_name, input: asked.input, priority: asked.priority ?? BACKGROUND_PRIORITY };
  try {
    const { job } = await submitJob(services, {
      ...wanted,
      tenant: batch.project_id,
      limitedKey: batch.limited_key,
      tags: { [BATCH_TAG]: batch.batch_id },
      idempotencyKey: `batch ${batch.batch_id} complete`,
      isSameByKey: true,
      traceId: batch.batch_id,
      parent: { hops },
    });
    return job.task_id;
  } catch (error) {
    // The catalog has changed since it was asked for: trying again would not help.
    if (!(error instanceof UnknownTaskError || error instanceof InputValidationError)) throw error;
    const message = `What was to follow could not be submitted: ${error.message}`.slice(0, 500);
    await updateBatch(services.store.table, batch.batch_id, { set: { error: message } });
    return undefined;
  }
}
