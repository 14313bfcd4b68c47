import type { z } from "zod";
import type { webhookRoutes } from "../../../contracts/routes/webhooks.ts";
import { deliverWebhook } from "../../../contracts/tasks/deliver-webhook.ts";
import { answeredStatus } from "../../../contracts/webhooks/errors.ts";
import type { webhookDeliverySchema, webhookSecretSchema } from "../../../contracts/webhooks/webhooks.ts";
import type { WebhookSecret } from "../../../shared/capabilities/webhooks/secret-reader.ts";
import { presentJob } from "../../../shared/engine/jobs/present.ts";
import type { JobRecord } from "../../../shared/engine/jobs/record.ts";
import { isRestartable, retryJob } from "../../../shared/engine/jobs/retry.ts";
import type { JobServices } from "../../../shared/engine/jobs/services.ts";
import { submitJob } from "../../../shared/engine/jobs/submit.ts";
import { conflict, notFound } from "../../../shared/lib/http/problem.ts";
import { callerName, mayAccessJob, projectFor } from "../caller.ts";
import { refuseAgain } from "../over-budget.ts";
import type { Handlers } from "../route-handler.ts";

const presentSecret = ({ secret_id, created_at, expires_at }: WebhookSecret): z.output<typeof webhookSecretSchema> => ({
  secret_id,
  created_at: new Date(created_at).toISOString(),
  expires_at: expires_at === undefined ? null : new Date(expires_at).toISOString(),
});

async function presentDelivery(
  { store }: JobServices,
  record: JobRecord,
): Promise<z.output<typeof webhookDeliverySchema>> {
  const [input, result] = await Promise.all([store.readInput(record), store.readResult(record)]);
  const job = presentJob(record, result);
  const { task_id = null, batch_id = null } = deliverWebhook.input.parse(input);
  const done = deliverWebhook.output.safeParse(result).data;
  return {
    id: job.task_id,
    task_id,
    batch_id,
    status: job.status,
    attempts: job.attempts,
    created_at: job.created_at,
    finished_at: job.finished_at,
    next_attempt_at: job.next_attempt_at,
    response_status: (job.error ? answeredStatus(job.error) : done?.response_status) ?? null,
    duration_ms: done?.duration_ms ?? job.duration_ms,
    error: job.error,
  };
}

/** Signing secrets and deliveries. */
export const webhookHandlers: Handlers<keyof typeof webhookRoutes> = {
  async listWebhookSecrets({ query, caller }, { webhookSecrets }) {
    const secrets = await webhookSecrets.list(projectFor(caller, query.project_id));
    return { body: { secrets: secrets.map(presentSecret) } };
  },

  async rotateWebhookSecret({ query, body, caller }, { webhookSecrets }) {
    const created = await webhookSecrets.rotate(projectFor(caller, query.project_id), body.overlap_seconds);
    return { body: { ...presentSecret(created), secret: created.secret } };
  },

  async listWebhookDeliveries({ query, caller }, { jobs }) {
    const page = await jobs.store.list({
      tenant: projectFor(caller, query.project_id),
      taskName: deliverWebhook.name,
      limit: query.limit,
      cursor: query.cursor,
    });
    const deliveries = await Promise.all(page.jobs.map((record) => presentDelivery(jobs, record)));
    return { body: { deliveries, next_cursor: page.nextCursor } };
  },

  async redeliverWebhook({ params, caller }, services) {
    const { jobs } = services;
    const id = params.delivery_id;
    const record = await jobs.store.get(id, jobs.now());
    const isDelivery = record?.task_name === deliverWebhook.name && mayAccessJob(caller, record);
    if (!record || !isDelivery) throw notFound(`There is no delivery ${id}.`);
    const input = deliverWebhook.input.parse(await jobs.store.readInput(record));
    const { task_id = null, batch_id = null } = input;
    if (record.status === "SUCCESS" || isRestartable(record.status)) await refuseAgain(services, caller, record);
    if (record.status === "SUCCESS") {
      const { job } = await submitJob(jobs, { taskName: deliverWebhook.name, tenant: record.project_id, input });
      return { body: { id: job.task_id, task_id, batch_id } };
    }
    if (!(await retryJob(jobs, record, { reason: `redelivered by ${callerName(caller)}` }))) {
      throw conflict(`Delivery ${id} is ${record.status}: it is still being tried.`);
    }
    return { body: { id, task_id, batch_id } };
  },
};
