/**
 * Webhooks: the secrets that sign them, and what became of them.
 *
 * @module
 */

import { z } from "zod";
import { createdWebhookSecretSchema, webhookDeliverySchema, webhookSecretSchema } from "../webhooks/webhooks.ts";
import type { RouteDefinition } from "./define-route.ts";
import { pageQuery, projectQuery } from "./shared-fields.ts";

/** Longest time that two secrets are valid together, in seconds. */
const MAX_OVERLAP_SECONDS = 30 * 86_400;

/** Routes of webhooks. */
export const webhookRoutes = {
  listWebhookSecrets: {
    method: "GET",
    path: "/webhooks/secrets",
    scope: "submit",
    tag: "Webhooks",
    summary: "List the valid signing secrets",
    description: "Does not return the secrets themselves. AWS calls: one SSM GetParameter.",
    query: projectQuery,
    response: { status: 200, schema: z.strictObject({ secrets: z.array(webhookSecretSchema) }) },
  },
  rotateWebhookSecret: {
    method: "POST",
    path: "/webhooks/secrets",
    scope: "submit",
    tag: "Webhooks",
    summary: "Create or rotate the signing secret",
    description:
      "The answer is the only place where the secret is ever shown. The previous secret continues to sign beside the new one for the overlap. Deliveries may use what they have read for another minute. AWS calls: one SSM GetParameter and one PutParameter.",
    query: projectQuery,
    body: z.strictObject({
      overlap_seconds: z
        .int()
        .min(0)
        .max(MAX_OVERLAP_SECONDS)
        .default(86_400)
        .describe("Seconds for which the previous secret stays valid. Default: one day."),
    }),
    response: { status: 201, schema: createdWebhookSecretSchema },
    problems: [413, 415],
  },
  listWebhookDeliveries: {
    method: "GET",
    path: "/webhooks/deliveries",
    scope: "read",
    tag: "Webhooks",
    summary: "List deliveries, newest first",
    description: "A delivery is a job of the task deliver_webhook: its attempts are in the job's events and log.",
    query: projectQuery.extend(pageQuery.shape),
    response: {
      status: 200,
      schema: z.strictObject({ deliveries: z.array(webhookDeliverySchema), next_cursor: z.string().nullable() }),
    },
  },
  redeliverWebhook: {
    method: "POST",
    path: "/webhooks/deliveries/{delivery_id}/redeliver",
    params: z.object({ delivery_id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "There is no such delivery.") }),
    scope: "submit",
    tag: "Webhooks",
    summary: "Redeliver a webhook",
    description:
      "A delivery that failed runs again; of one that succeeded a new delivery is made. The webhook-id stays the same, so that a receiver can drop what it has.",
    response: { status: 202, schema: webhookDeliverySchema.pick({ id: true, task_id: true, batch_id: true }) },
    problems: [404, 409, 503],
  },
} as const satisfies Record<string, RouteDefinition>;
