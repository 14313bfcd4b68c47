import type { TaskInput, TaskOutput } from "../../contracts/catalog.ts";
import { InvalidInputError } from "../../contracts/errors.ts";
import { parseSettings } from "../../contracts/settings/settings.ts";
import { webhookEnv } from "../../contracts/settings/webhooks.ts";
import { deliverWebhook } from "../../shared/capabilities/webhooks/deliver.ts";
import { webhookPayload } from "../../shared/capabilities/webhooks/payload.ts";
import { WebhookSecretReader } from "../../shared/capabilities/webhooks/secret-reader.ts";
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

/** Delivers once; what fails is tried again by the engine, and after the last attempt is a dead letter. */
export async function run(
  { task_id: taskId, ended_at: endedAt }: TaskInput<"deliver_webhook">,
  context: TaskContext,
): Promise<TaskOutput<"deliver_webhook">> {
  const { store, now } = processServices();
  const record = await store.get(taskId, now());
  if (record?.project_id !== context.tenant) throw new InvalidInputError(`There is no job ${taskId}.`);
  const { callback_url: url, finished_at: finishedAt } = record;
  if (url === undefined) throw new InvalidInputError(`Job ${taskId} has no callback URL.`);
  const payload = webhookPayload(presentJob(record, await store.readResult(record)), settings.SLUICE_PUBLIC_URL);
  const isOtherEnd = endedAt !== undefined && endedAt !== finishedAt;
  if (!payload || isOtherEnd) {
    context.log.info("not delivered: the job has been run again since");
    return { delivered: false, response_status: null, duration_ms: null };
  }
  const id = `${taskId}.${finishedAt}`;
  const { status, durationMs } = await deliverWebhook({
    url,
    id,
    payload,
    secrets: (await secrets().valid(context.tenant)).map(({ secret }) => secret),
    settings,
    signal: context.signal,
    now,
  }).catch((error: unknown) => {
    context.log.warn(`attempt ${context.attempt}: ${error instanceof Error ? error.message : String(error)}`);
    throw error;
  });
  context.log.info(`attempt ${context.attempt}: the receiver answered ${status} after ${durationMs} ms`);
  return { delivered: true, response_status: status, duration_ms: durationMs };
}
