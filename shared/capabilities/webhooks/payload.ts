/**
 * What a webhook says of a job that has ended.
 *
 * @module
 */

import type { Job } from "../../../contracts/jobs/wire.ts";
import { API_PREFIX } from "../../../contracts/routes/define-route.ts";
import {
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
