import type { TaskInput, TaskOutput } from "../../contracts/catalog.ts";
import { InvalidInputError } from "../../contracts/errors.ts";
import { parseSettings } from "../../contracts/settings/parse-settings.ts";
import { webhookEnv } from "../../contracts/settings/webhooks.ts";
import { type Delivery, deliverWebhook } from "../../shared/capabilities/webhooks/deliver.ts";
import { batchWebhookPayload, webhookPayload } from "../../shared/capabilities/webhooks/payload.ts";
import { WebhookSecretReader } from "../../shared/capabilities/webhooks/secret-reader.ts";
import { readBatch } from "../../shared/engine/batches/batch-record.ts";
import { callbackOf } from "../../shared/engine/batches/follow-up.ts";
import { presentJob } from "../../shared/engine/jobs/present.ts";
import type { TaskContext } from "../../shared/engine/worker/context.ts";
import { processServices } from "../services.ts";

let reader: WebhookSecretReader | undefined;
const secrets = () =>
  (reader ??= new WebhookSecretReader({
    stage: processServices().resources.SLUICE_STAGE,
    now: processServices().now,
  }));
const settings = parseSettings(webhookEnv, process.env);

type Message = Pick<Delivery, "url" | "id" | "payload">;

/** Delivers once; what fails is tried again by the engine, and after the last attempt is a dead letter. */
export async function run(
  input: TaskInput<"deliver_webhook">,
  context: TaskContext,
): Promise<TaskOutput<"deliver_webhook">> {
  const message = await messageOf(input, context.tenant);
  if (!message) {
    context.log.info("not delivered: the job has been run again since");
    return { delivered: false, response_status: null, duration_ms: null };
  }
  const { status, durationMs } = await deliverWebhook({
    ...message,
    secrets: (await secrets().valid(context.tenant)).map(({ secret }) => secret),
    settings,
    signal: context.signal,
    now: processServices().now,
  }).catch((error: unknown) => {
    context.log.warn(`attempt ${context.attempt}: ${error instanceof Error ? error.message : String(error)}`);
    throw error;
  });
  context.log.info(`attempt ${context.attempt}: the receiver answered ${status} after ${durationMs} ms`);
  return { delivered: true, response_status: status, duration_ms: durationMs };
}

/** @returns undefined when there is nothing left to send */
async function messageOf(input: TaskInput<"deliver_webhook">, tenant: string): Promise<Message | undefined> {
  const { task_id: taskId, batch_id: batchId, ended_at: endedAt } = input;
  if (taskId !== undefined && batchId === undefined) return ofJob(taskId, tenant, endedAt);
  if (batchId !== undefined && taskId === undefined) return ofBatch(batchId, tenant);
  throw new InvalidInputError("Give either task_id or batch_id.");
}

async function ofJob(taskId: string, tenant: string, endedAt: number | undefined): Promise<Message | undefined> {
  const { store, now } = processServices();
  const record = await store.get(taskId, now());
  if (record?.project_id !== tenant) throw new InvalidInputError(`There is no job ${taskId}.`);
  const { callback_url: url, finished_at: finishedAt } = record;
  if (url === undefined) throw new InvalidInputError(`Job ${taskId} has no callback URL.`);
  const payload = webhookPayload(presentJob(record, await store.readResult(record)), settings.SLUICE_PUBLIC_URL);
  const isOtherEnd = endedAt !== undefined && endedAt !== finishedAt;
  return payload && !isOtherEnd ? { url, id: `${taskId}.${finishedAt}`, payload } : undefined;
}

async function ofBatch(batchId: string, tenant: string): Promise<Message> {
  const batch = await readBatch(processServices().store.table, batchId);
  if (batch?.project_id !== tenant) throw new InvalidInputError(`There is no batch ${batchId}.`);
  const { completed_at, outcome } = batch;
  const url = callbackOf(batch);
  if (url === undefined) throw new InvalidInputError(`Batch ${batchId} has no callback URL.`);
  if (completed_at === undefined || !outcome) throw new InvalidInputError(`Jobs of batch ${batchId} have not ended.`);
  const payload = batchWebhookPayload({ ...batch, completed_at, outcome }, settings.SLUICE_PUBLIC_URL);
  return { url, id: `${batchId}.${completed_at}`, payload };
}
