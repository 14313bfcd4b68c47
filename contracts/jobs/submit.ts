/**
 * The submission of a job over HTTP: its body and its answer.
 *
 * @module
 */

import { z } from "zod";
import { notBoth } from "../documented-rules.ts";
import { projectInBodySchema } from "../keys/project-id.ts";
import { configOfCallSchema } from "../llm/configs.ts";
import { timeWithOffsetSchema } from "../time.ts";
import { jobStates } from "./states.ts";
import { traceparentSchema } from "./traceparent.ts";

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

/** What {@link submitSchema} parses to. */
export type SubmitBody = z.infer<typeof submitSchema>;
