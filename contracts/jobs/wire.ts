/**
 * A job over HTTP, with its events, its log and its result. Names are in snake_case, every field is always present and null
 * when it is empty, and times are ISO 8601 in UTC.
 *
 * @module
 */

import { z } from "zod";
import { jobFileSchema } from "./files.ts";
import { jobStates } from "./states.ts";

const time = z.iso.datetime();

/** Why an attempt failed: the type's name, a message, and whether another attempt may succeed. */
export const jobErrorSchema = z
  .strictObject({
    type: z.string().describe("The error's name, such as RateLimitError."),
    message: z.string(),
    retryable: z.boolean(),
  })
  .meta({ id: "JobError" });

/** How far a run has come. */
export const progressSchema = z
  .strictObject({
    current: z.number(),
    total: z.number().nullable(),
    message: z.string().nullable(),
  })
  .meta({ id: "Progress" });

/** The tokens that a job's model calls used, over all its attempts. */
export const usageSchema = z
  .strictObject({
    prompt_tokens: z.int().min(0),
    completion_tokens: z.int().min(0),
    total_tokens: z.int().min(0),
    model: z.string().nullable(),
  })
  .meta({ id: "Usage" });

/** A job as the API shows it. Every field is always present; times are ISO 8601 in UTC. */
export const jobSchema = z
  .strictObject({
    task_id: z.string(),
    task_name: z.string(),
    status: z.enum(jobStates),
    result: z
      .json()
      .describe("Null until the job has succeeded; in lists also when it is over 1 KB: /jobs/{task_id}/result has it."),
    error: jobErrorSchema.nullable(),
    ready: z.boolean().describe("True once the job has an outcome."),
    successful: z.boolean(),
    progress: progressSchema.nullable(),
    attempts: z.int().describe("Number of runs so far, at most the task's retries + 1."),
    priority: z.int(),
    project_id: z.string(),
    trace_id: z.string(),
    batch_id: z.string().nullable(),
    parent_id: z.string().nullable().describe("The job that has submitted it."),
    tags: z.record(z.string(), z.string()).nullable(),
    created_at: time,
    started_at: time.nullable(),
    finished_at: time.nullable(),
    next_attempt_at: time.nullable(),
    duration_ms: z.int().nullable().describe("Of the last run."),
    worker: z.string().nullable(),
    usage: usageSchema.nullable(),
    files: z.array(jobFileSchema).describe("What its task has put beside the result."),
  })
  .meta({ id: "Job" });

/** One entry of a job's timeline. */
export const jobEventSchema = z
  .strictObject({
    at: time,
    status: z.enum(jobStates),
    attempt: z.int(),
    worker: z.string().nullable(),
    error: jobErrorSchema.nullable(),
    message: z.string().nullable(),
  })
  .meta({ id: "JobEvent" });

/** The answer of `GET /jobs/{id}/result`. */
export const resultSchema = z
  .strictObject({
    task_id: z.string(),
    task_name: z.string(),
    status: z.enum(jobStates),
    result: z.json().describe("Null unless the job has succeeded."),
    error: jobErrorSchema.nullable(),
  })
  .meta({ id: "JobResult" });

/** The levels of a job's own log lines. */
const logLevels = ["info", "warn", "error"] as const;

/** One line that a task logged with `ctx.log`. */
export const jobLogLineSchema = z
  .strictObject({ at: time, level: z.enum(logLevels), attempt: z.int(), message: z.string() })
  .meta({ id: "JobLogLine" });

/** The answer of `GET /jobs/{id}/events`. */
export const eventListSchema = z.strictObject({
  task_id: z.string(),
  events: z.array(jobEventSchema),
  log: z.array(jobLogLineSchema).describe("The newest lines that the task's code has logged, at most 20."),
});

/** The body of a revoke. With `terminate` false, a running job is left alone. */
export const revokeSchema = z.strictObject({ terminate: z.boolean().default(true) });
/** The answer of a revoke. */
export const revokedSchema = z.strictObject({
  status: z.literal("revoked"),
  task_id: z.string(),
  message: z.string(),
});

/** What {@link jobSchema} parses to. */
export type Job = z.infer<typeof jobSchema>;
/** What {@link jobEventSchema} parses to. */
export type JobEvent = z.infer<typeof jobEventSchema>;
/** What {@link jobLogLineSchema} parses to. */
export type JobLogLine = z.infer<typeof jobLogLineSchema>;
/** What {@link jobErrorSchema} parses to. */
export type JobError = z.infer<typeof jobErrorSchema>;
/** What {@link progressSchema} parses to. */
export type Progress = z.infer<typeof progressSchema>;
/** What {@link usageSchema} parses to. */
export type Usage = z.infer<typeof usageSchema>;
