/**
 * What travels over HTTP: snake_case, always the same fields, null when empty, times in ISO 8601 UTC.
 *
 * @module
 */

import { z } from "zod";
import { notBoth } from "../documented-rules.ts";
import { projectIdSchema, projectInBodySchema } from "../keys/project-id.ts";
import { configOfCallSchema } from "../llm/configs.ts";
import { jobFileSchema } from "./files.ts";
import { jobStates } from "./states.ts";
import { traceparentSchema } from "./traceparent.ts";

const time = z.iso.datetime();

/** A time that a caller gives: without an offset it would be a guess which one is meant. */
export const timeWithOffsetSchema = z.iso.datetime({
  offset: true,
  error: "must be an ISO 8601 time with Z or an offset, such as 2026-11-28T18:30:00Z or 2026-11-28T19:30:00+01:00",
});

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

const TAG = "must be 1 to 40 letters, digits or . _ -";
/** Tags of one job. */
const MAX_TAGS = 10;

/** Ids of the caller's own, kept with a job. A number is kept as its digits. */
export const tagsSchema = z
  .record(
    z.string().regex(/^[\w.-]{1,40}$/, TAG),
    z
      .union([z.string().max(100), z.number().transform(String)], {
        error: "must be a string of up to 100 characters, or a number",
      })
      .pipe(z.string()),
  )
  .refine((tags) => Object.keys(tags).length <= MAX_TAGS, `must be at most ${MAX_TAGS} tags`)
  .describe(
    "Up to 10 short ids of your own, such as a job_id of another system: shown with the job, and found by `tag`.",
  );

/** A job as the API shows it. Every field is always present; times are ISO 8601 in UTC. */
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

/** Longest delay or ETA: what a record's lifetime still covers. */
export const MAX_DELAY_SECONDS = 30 * 24 * 3_600;

/** The body of `POST /tasks/{task_name}`. */
export const submitSchema = z
  .strictObject({
    input: z.unknown().optional().describe("The task's input, an object. May be left out where the task needs none."),
    priority: z.int().min(0).max(10).optional().describe("0 to 10. 5 and higher selects the high lane. Default: 5."),
    delay_seconds: z
      .number()
      .min(0)
      .max(MAX_DELAY_SECONDS)
      .optional()
      .describe("Seconds until the job is due. Cannot be combined with eta."),
    eta: timeWithOffsetSchema
      .optional()
      .describe("The job does not start before this time. Cannot be combined with delay_seconds."),
    expires_in: z
      .number()
      .positive()
      .max(MAX_DELAY_SECONDS)
      .optional()
      .describe("Seconds after which a job that has not started is revoked."),
    callback_url: z
      .string()
      .max(2_048)
      .optional()
      .describe("Notified by a signed webhook when the job has ended (Standard Webhooks). https, a public address."),
    trace_id: z
      .string()
      .regex(/^[\w.:/-]{1,128}$/, "must be 1 to 128 letters, digits or . : / _ -")
      .optional()
      .describe("An id of your choice. Default: the trace-id of the traceparent, or a generated id."),
    project_id: projectInBodySchema
      .optional()
      .describe("The project to act for, when it is not the key's own: a string or a number."),
    tags: tagsSchema.optional(),
    config: configOfCallSchema
      .optional()
      .describe("For tasks that ask a language model: a stored config by id and version, or one inline."),
    traceparent: traceparentSchema
      .optional()
      .describe("The trace that the job belongs to (W3C Trace Context); counts before the header of that name."),
  })
  .meta(notBoth("delay_seconds", "eta"));

/** The answer of a submit. */
export const acceptedSchema = z.strictObject({
  task_id: z.string(),
  status: z.enum(jobStates),
  links: z.strictObject({ self: z.string(), result: z.string(), events: z.string() }),
});

/** The answer of `GET /jobs/{id}/result`. */
export const resultSchema = z.strictObject({
  task_id: z.string(),
  status: z.enum(jobStates),
  result: z.json(),
  error: jobErrorSchema.nullable(),
});

/** One page of jobs, newest first. */
export const jobListSchema = z.strictObject({
  jobs: z.array(jobSchema),
  next_cursor: z.string().nullable().describe("Present while there may be more results, even if this page is empty."),
  searched: z
    .strictObject({
      jobs: z.int().min(0).describe("Number of jobs that this request examined."),
      back_to: time.nullable().describe("When the last of them was made; null when there was none."),
    })
    .describe("How much this request searched."),
});

/** What an answer gives as `next_cursor`. */
export const cursorSchema = z.string().min(1, "must be the next_cursor of an answer, or left out").max(4_096);

/** Filters and paging of `GET /jobs`. */
export const listQuerySchema = z
  .strictObject({
    status: z.enum(jobStates).optional(),
    task_name: z.string().optional(),
    project_id: projectIdSchema.optional().describe("Admin keys only. Other keys see their own project."),
    trace_id: z.string().max(128).optional(),
    batch_id: z.string().max(64).optional(),
    tag: z
      .string()
      .regex(/^[\w.-]{1,40}:[^\n]{0,100}$/, "must be NAME:VALUE")
      .optional()
      .describe("`NAME:VALUE`: jobs that have this tag."),
    q: z
      .string()
      .max(200)
      .transform((words) => words.trim() || undefined)
      .optional()
      .describe(
        "Words that must all occur, in any case, in a job's id, task, project, batch, trace id, worker, tag, error type, error message or progress message. Inputs and results are not searched.",
      ),
    created_after: timeWithOffsetSchema.optional().describe("Created at or after this time."),
    created_before: timeWithOffsetSchema.optional().describe("Created at or before this time."),
    limit: z.coerce.number().int().min(1).max(100).default(20),
    cursor: cursorSchema.optional(),
  })
  .refine(
    ({ created_after: from, created_before: until }) =>
      from === undefined || until === undefined || Date.parse(from) <= Date.parse(until),
    { path: ["created_before"], error: "must not be before created_after" },
  );

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

/** RFC 9457 problem details; `errors` points into the request body (RFC 6901). */
export const problemSchema = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  errors: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
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
/** What {@link submitSchema} parses to. */
export type SubmitBody = z.infer<typeof submitSchema>;
/** What {@link jobListSchema} parses to. */
export type JobList = z.infer<typeof jobListSchema>;
/** What {@link problemSchema} parses to. */
export type Problem = z.infer<typeof problemSchema>;
