import type { Job } from "../../contracts/jobs/wire.ts";

/** A job as the API answers it. */
export const job = (fields: Partial<Job> = {}): Job => ({
  task_id: "5d0f9c2a-0000-4000-8000-000000000001",
  task_name: "summarize",
  status: "PENDING",
  result: null,
  error: null,
  ready: false,
  successful: false,
  progress: null,
  attempts: 0,
  priority: 5,
  project_id: "default",
  trace_id: "trace-1",
  batch_id: null,
  parent_id: null,
  files: [],
  tags: null,
  created_at: "2026-11-21T10:00:00.000Z",
  started_at: null,
  finished_at: null,
  next_attempt_at: null,
  duration_ms: null,
  worker: null,
  usage: null,
  ...fields,
});

export const succeeded = (result: Job["result"]): Job =>
  job({
    status: "SUCCESS",
    ready: true,
    successful: true,
    result,
    attempts: 1,
    started_at: "2026-11-21T10:00:01.000Z",
    finished_at: "2026-11-21T10:00:03.500Z",
    duration_ms: 2_500,
    worker: "summarize-high@lambda",
  });

export const failed = (): Job =>
  job({
    status: "FAILURE",
    ready: true,
    error: { type: "LLMServerError", message: "The model server answered 500.", retryable: true },
    attempts: 4,
    finished_at: "2026-11-21T10:00:03.500Z",
  });
