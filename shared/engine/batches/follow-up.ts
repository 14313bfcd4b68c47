/**
 * What follows when all jobs of a batch have ended: the task or the webhook that was asked for, and the job that waits.
 *
 * @module
 */

import { z } from "zod";
import { BACKGROUND_PRIORITY } from "../../../contracts/jobs/lanes.ts";
import { callbackTask } from "../../../contracts/webhooks/webhooks.ts";
import { payloadTtl } from "../jobs/record.ts";
import type { JobServices } from "../jobs/services.ts";
import { readPayload, writePayload } from "../jobs/store.ts";
import { InputValidationError, type SubmitRequest, submitJob, UnknownTaskError } from "../jobs/submit.ts";
import { resumeAfterBatch } from "../jobs/waiting-jobs.ts";
import { keyedTaskId } from "../table/addresses.ts";
import { type BatchRecord, stopChecks, updateBatch } from "./batch-record.ts";

const onCompleteSchema = z.union([
  z.object({ task_name: z.string(), input: z.unknown(), priority: z.number().optional() }),
  z.object({ callback_url: z.string() }),
]);

/** What is done when all jobs of a batch have ended, as it is stored. */
export type OnComplete = z.infer<typeof onCompleteSchema>;

/** The model's config that it is done with. */
export type FollowUpConfig = Pick<SubmitRequest, "config" | "configName">;

const followKey = (batchId: string): string => `batch ${batchId} complete`;
const followId = ({ batch_id, project_id }: Pick<BatchRecord, "batch_id" | "project_id">): string =>
  keyedTaskId(project_id, followKey(batch_id));

/**
 * Stores the config of what follows a batch.
 * @param due when the batch's jobs are, in milliseconds since the epoch
 * @returns the batch that refers to it
 */
export async function withFollowUpConfig(
  { store, settings }: JobServices,
  batch: BatchRecord,
  { config: given, due }: { readonly config: FollowUpConfig | undefined; readonly due: number },
): Promise<BatchRecord> {
  if (given?.config === undefined) return batch;
  const payload = { value: given.config, ttl: payloadTtl(due, settings) };
  const config = await writePayload(store.payloads, followId(batch), payload);
  return { ...batch, on_complete_config: config, on_complete_config_name: given.configName };
}

async function readFollowUpConfig({ store }: JobServices, batch: BatchRecord): Promise<FollowUpConfig> {
  const { on_complete_config: stored, on_complete_config_name: configName } = batch;
  return stored === undefined ? {} : { config: await readPayload(store.payloads, followId(batch), stored), configName };
}

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
      ...(await readFollowUpConfig(services, batch)),
      tenant: batch.project_id,
      limitedKey: batch.limited_key,
      tags: { [BATCH_TAG]: batch.batch_id },
      idempotencyKey: followKey(batch.batch_id),
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
