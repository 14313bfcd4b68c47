import { describe, expect, it } from "vitest";
import type { Job } from "../../../contracts/jobs/wire.ts";
import { MAX_WEBHOOK_RESPONSE_BYTES, webhookPayloadSchema } from "../../../contracts/webhooks/webhooks.ts";
import { webhookPayload } from "../../../shared/capabilities/webhooks/payload.ts";

const job: Job = {
  task_id: "0f5e7a0e-7a53-4b0a-9f8e-2a3b9f6f0001",
  task_name: "summarize",
  status: "SUCCESS",
  result: { summary: "Short." },
  error: null,
  ready: true,
  successful: true,
  progress: null,
  attempts: 1,
  priority: 5,
  project_id: "acme",
  trace_id: "t",
  batch_id: null,
  parent_id: null,
  files: [],
  tags: null,
  created_at: "2026-11-28T10:00:00.000Z",
  started_at: "2026-11-28T10:00:01.000Z",
  finished_at: "2026-11-28T10:00:02.000Z",
  next_attempt_at: null,
  duration_ms: 1_000,
  worker: null,
  usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3, model: "m" },
};

describe("webhookPayload", () => {
  it("carries result and usage of a job that succeeded", () => {
    const payload = webhookPayload(job);
    expect(webhookPayloadSchema.parse(payload)).toEqual({
      type: "task.succeeded",
      timestamp: "2026-11-28T10:00:02.000Z",
      data: {
        success: true,
        data: {
          task_id: job.task_id,
          task_name: "summarize",
          status: "SUCCESS",
          response: { summary: "Short." },
          usage: job.usage,
        },
      },
    });
  });

  it("carries the error of a job that failed", () => {
    const error = { type: "LLMClientError", message: "no", retryable: false };
    const payload = webhookPayload({ ...job, status: "FAILURE", result: null, error, successful: false });
    expect(payload).toMatchObject({ type: "task.failed", data: { success: false, error, data: { response: null } } });
  });

  it("tells a revoked job", () => {
    expect(webhookPayload({ ...job, status: "REVOKED", result: null })).toMatchObject({
      type: "task.revoked",
      data: { success: false },
    });
  });

  it.each(["PENDING", "STARTED", "RETRY"] as const)("says nothing of a job that is %s", (status) => {
    expect(webhookPayload({ ...job, status })).toBeUndefined();
  });

  it("names a URL in place of a result over 256 KB, counted in bytes", () => {
    const fits = webhookPayload({ ...job, result: "x".repeat(MAX_WEBHOOK_RESPONSE_BYTES - 2) });
    expect(fits?.data.data).toMatchObject({ response: expect.any(String) });
    expect(fits?.data.data).not.toHaveProperty("result_url");
    const large = webhookPayload({ ...job, result: "ä".repeat(MAX_WEBHOOK_RESPONSE_BYTES / 2) }, "https://x.example/");
    expect(large?.data.data).toMatchObject({
      response: null,
      result_url: `https://x.example/api/v1/jobs/${job.task_id}/result`,
    });
  });
});
