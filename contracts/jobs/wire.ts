/**
 * What travels over HTTP: snake_case, always the same fields, null when empty, times in ISO 8601 UTC.
 *
 * @module
 */

import { z } from "zod";
import { jobStates } from "./states.ts";

const time = z.iso.datetime();

export const jobErrorSchema = z
  .strictObject({
    type: z.string().describe("The error's name, such as RateLimitError."),
    message: z.string(),
    retryable: z.boolean(),
  })
  .meta({ id: "JobError" });

export const progressSchema = z
  .strictObject({
    current: z.number(),
    total: z.number().nullable(),
    message: z.string().nullable(),
  })
  .meta({ id: "Progress" });

export const usageSchema = z
  .strictObject({
    prompt_tokens: z.int(),
    completion_tokens: z.int(),
    total_tokens: z.int(),
    model: z.string().nullable(),
  })
  .meta({ id: "Usage" });

export const jobSchema = z
  .strictObject({
    task_id: z.string(),
    task_name: z.string(),
    status: z.enum(jobStates),
    result: z.json(),
    error: jobErrorSchema.nullable(),
    ready: z.boolean().describe("True once the job has an outcome."),
    successful: z.boolean(),
    progress: progressSchema.nullable(),
    attempts: z.int().describe("Runs so far: at most the task's retries + 1."),
    priority: z.int(),
    project_id: z.string(),
    trace_id: z.string(),
    batch_id: z.string().nullable(),
    created_at: time,
    started_at: time.nullable(),
    finished_at: time.nullable(),
    next_attempt_at: time.nullable(),
    duration_ms: z.int().nullable().describe("Of the last run."),
    worker: z.string().nullable(),
    usage: usageSchema.nullable(),
  })
  .meta({ id: "Job" });

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

/** Longest delay or ETA: what a record's lifetime still covers. */
export const MAX_DELAY_SECONDS = 30 * 24 * 3_600;

export const submitSchema = z.strictObject({
  input: z.unknown(),
  priority: z.int().min(0).max(10).optional().describe("5 and over takes the high lane. Default 5."),
  delay_seconds: z.number().min(0).max(MAX_DELAY_SECONDS).optional(),
  eta: z.iso.datetime({ offset: true }).optional().describe("Not before this time; instead of delay_seconds."),
  expires_in: z
    .number()
    .positive()
    .max(MAX_DELAY_SECONDS)
    .optional()
    .describe("Seconds; not started by then: REVOKED."),
  trace_id: z
    .string()
    .regex(/^[\w.:/-]{1,128}$/, "must be 1 to 128 letters, digits or . : / _ -")
    .optional(),
});

export const acceptedSchema = z.strictObject({
  task_id: z.string(),
  status: z.enum(jobStates),
  links: z.strictObject({ self: z.string(), result: z.string(), events: z.string() }),
});

export const resultSchema = z.strictObject({
  task_id: z.string(),
  status: z.enum(jobStates),
  result: z.json(),
  error: jobErrorSchema.nullable(),
});

export const jobListSchema = z.strictObject({
  jobs: z.array(jobSchema),
  next_cursor: z.string().nullable().describe("Given while there may be more, even when this page holds no job."),
  searched: z
    .strictObject({
      jobs: z.int().min(0).describe("Jobs that this call looked at."),
      back_to: time.nullable().describe("When the last of them was made; null when there was none."),
    })
    .describe("How far this call looked."),
});

export const listQuerySchema = z.strictObject({
  status: z.enum(jobStates).optional(),
  task_name: z.string().optional(),
  project_id: z.string().optional().describe("Admin keys only; others see their own project."),
  trace_id: z.string().max(128).optional(),
  batch_id: z.string().max(64).optional(),
  q: z
    .string()
    .max(200)
    .transform((words) => words.trim() || undefined)
    .optional()
    .describe(
      "Words that must all occur, in any case, in a job's id, task, project, batch, trace id, worker, error type, error message or progress message. Inputs and results are not searched.",
    ),
  created_after: z.iso.datetime({ offset: true }).optional().describe("Created at this time or later."),
  created_before: z.iso.datetime({ offset: true }).optional().describe("Created at this time or earlier."),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().optional(),
});

export const logLevels = ["info", "warn", "error"] as const;

export const jobLogLineSchema = z
  .strictObject({ at: time, level: z.enum(logLevels), attempt: z.int(), message: z.string() })
  .meta({ id: "JobLogLine" });

export const eventListSchema = z.strictObject({
  task_id: z.string(),
  events: z.array(jobEventSchema),
  log: z.array(jobLogLineSchema).describe("The newest lines that the task's code has logged: 20 at the most."),
});

export const revokeSchema = z.strictObject({ terminate: z.boolean().default(true) });
export const revokedSchema = z.strictObject({
  status: z.literal("revoked"),
  task_id: z.string(),
  message: z.string(),
});

/** RFC 9457 problem details; `errors` points into the request body (RFC 6901). */
export const problemSchema = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  errors: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
});

export type Job = z.infer<typeof jobSchema>;
export type JobEvent = z.infer<typeof jobEventSchema>;
export type JobLogLine = z.infer<typeof jobLogLineSchema>;
export type JobError = z.infer<typeof jobErrorSchema>;
export type Progress = z.infer<typeof progressSchema>;
export type Usage = z.infer<typeof usageSchema>;
export type SubmitBody = z.infer<typeof submitSchema>;
export type Accepted = z.infer<typeof acceptedSchema>;
export type JobResult = z.infer<typeof resultSchema>;
export type JobList = z.infer<typeof jobListSchema>;
export type ListQuery = z.infer<typeof listQuerySchema>;
export type Problem = z.infer<typeof problemSchema>;
