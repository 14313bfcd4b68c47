/**
 * Webhooks as they are sent and as the API shows them. The envelope, the headers and the signatures follow the Standard
 * Webhooks specification (https://www.standardwebhooks.com).
 *
 * @module
 */

import { z } from "zod";
import { jobStates } from "../jobs/states.ts";
import { jobErrorSchema, usageSchema } from "../jobs/wire.ts";

/** The task that delivers webhooks. Every queue's function submits it, for its jobs that have a callback URL. */
export const callbackTask = "deliver_webhook";

/** The types of events, by the state that a job ended in. */
export const webhookEventTypes = {
  SUCCESS: "task.succeeded",
  FAILURE: "task.failed",
  REVOKED: "task.revoked",
} as const;

/** A result larger than this, as JSON in UTF-8, is not sent: `response` is null and `result_url` says where it is. */
export const MAX_WEBHOOK_RESPONSE_BYTES = 256 * 1_024;

/** The body of a webhook. */
export const webhookPayloadSchema = z
  .strictObject({
    type: z.enum(Object.values(webhookEventTypes)),
    timestamp: z.iso.datetime().describe("When the job ended."),
    data: z.strictObject({
      success: z.boolean(),
      data: z
        .strictObject({
          task_id: z.string(),
          task_name: z.string(),
          status: z.enum(jobStates),
          response: z.json().describe("The result; null when there is none or it is larger than 256 KB."),
          result_url: z.string().optional().describe("Where a large result is fetched with an API key."),
          usage: usageSchema.nullable(),
        })
        .meta({ id: "WebhookData" }),
      error: jobErrorSchema.optional(),
    }),
  })
  .meta({ id: "WebhookPayload" });

const count = z.int().min(0);

/** The body of the webhook that says that all jobs of a batch have ended. */
export const batchWebhookPayloadSchema = z
  .strictObject({
    type: z.literal("batch.completed"),
    timestamp: z.iso.datetime().describe("When the outcome of the last job was counted."),
    data: z.strictObject({
      success: z.boolean().describe("True when every job was SUCCESS."),
      data: z.strictObject({
        batch_id: z.string(),
        task_name: z.string(),
        total: count,
        succeeded: count,
        failed: count,
        revoked: count,
        expired: count,
        results_url: z.string().describe("Where the results are fetched with an API key."),
      }),
    }),
  })
  .meta({ id: "BatchWebhookPayload" });

/** What {@link batchWebhookPayloadSchema} parses to. */
export type BatchWebhookPayload = z.infer<typeof batchWebhookPayloadSchema>;

/** What {@link webhookPayloadSchema} parses to. */
export type WebhookPayload = z.infer<typeof webhookPayloadSchema>;

/** A signing secret as it is listed: never the secret itself. */
export const webhookSecretSchema = z.strictObject({
  secret_id: z.string(),
  created_at: z.iso.datetime(),
  expires_at: z.iso.datetime().nullable().describe("After a rotation: until then both secrets sign."),
});

/** The answer of making or rotating a secret, the only one that contains it. */
export const createdWebhookSecretSchema = z.strictObject({
  ...webhookSecretSchema.shape,
  secret: z.string().describe("`whsec_` and 24 to 64 bytes in base64. Shown this once."),
});

/** One delivery of a webhook: a job on the queue `callbacks`. */
export const webhookDeliverySchema = z.strictObject({
  id: z.string(),
  task_id: z.string().nullable().describe("The job that the webhook is about; null for one about a batch."),
  batch_id: z.string().nullable().describe("The batch that the webhook is about."),
  status: z.enum(jobStates),
  attempts: z.int(),
  created_at: z.iso.datetime(),
  finished_at: z.iso.datetime().nullable(),
  next_attempt_at: z.iso.datetime().nullable(),
  response_status: z
    .int()
    .nullable()
    .describe("The HTTP status that the receiver answered the last attempt with; null when it did not answer."),
  duration_ms: z.int().nullable().describe("Of the last attempt."),
  error: jobErrorSchema.nullable(),
});
