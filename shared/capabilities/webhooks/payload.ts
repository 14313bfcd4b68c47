/**
 * What a webhook says about a job that has ended, or of a batch whose jobs have.
 *
 * @module
 */

import type { Job } from "../../../contracts/jobs/wire.ts";
import { API_PREFIX } from "../../../contracts/routes/define-route.ts";
import {
  type BatchWebhookPayload,
  MAX_WEBHOOK_RESPONSE_BYTES,
  type WebhookPayload,
  webhookEventTypes,
} from "../../../contracts/webhooks/webhooks.ts";

/**
 * Builds the body of a webhook.
 * @param job a job that has ended, as the API shows it
 * @param publicUrl where the API is reached from outside; without it, `result_url` is a path
 * @returns undefined while the job has not ended
 */
export function webhookPayload(job: Job, publicUrl = ""): WebhookPayload | undefined {
  if (job.status !== "SUCCESS" && job.status !== "FAILURE" && job.status !== "REVOKED") return undefined;
  const isLarge = Buffer.byteLength(JSON.stringify(job.result)) > MAX_WEBHOOK_RESPONSE_BYTES;
  const url = `${publicUrl.replace(/\/$/, "")}${API_PREFIX}/jobs/${job.task_id}/result`;
  return {
    type: webhookEventTypes[job.status],
    timestamp: job.finished_at ?? job.created_at,
    data: {
      success: job.status === "SUCCESS",
      data: {
        task_id: job.task_id,
        task_name: job.task_name,
        status: job.status,
        response: isLarge ? null : job.result,
        ...(isLarge ? { result_url: url } : {}),
        usage: job.usage,
      },
      ...(job.error ? { error: job.error } : {}),
    },
  };
}

/** A batch as its webhook describes it. */
export interface EndedBatch {
  readonly batch_id: string;
  readonly task_name: string;
  readonly total: number;
  /** Milliseconds since the epoch. */
  readonly completed_at: number;
  /** How many of its jobs ended how. */
  readonly outcome: { readonly ok: number; readonly failed: number; readonly revoked: number; readonly gone: number };
}

/**
 * Builds the body of the webhook of a batch.
 * @param publicUrl where the API is reached from outside; without it, `results_url` is a path
 */
export function batchWebhookPayload(batch: EndedBatch, publicUrl = ""): BatchWebhookPayload {
  const { batch_id, task_name, total, outcome } = batch;
  return {
    type: "batch.completed",
    timestamp: new Date(batch.completed_at).toISOString(),
    data: {
      success: outcome.ok === total,
      data: {
        batch_id,
        task_name,
        total,
        succeeded: outcome.ok,
        failed: outcome.failed,
        revoked: outcome.revoked,
        expired: outcome.gone,
        results_url: `${publicUrl.replace(/\/$/, "")}${API_PREFIX}/batches/${batch_id}/results`,
      },
    },
  };
}
