/**
 * The list of jobs over HTTP: its filters, its pages and their cursor.
 *
 * @module
 */

import { z } from "zod";
import { projectIdSchema } from "../keys/project-id.ts";
import { timeWithOffsetSchema } from "../time.ts";
import { jobStates } from "./states.ts";
import { jobSchema } from "./wire.ts";

const time = z.iso.datetime();

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
    housekeeping: z
      .stringbool()
      .default(true)
      .describe(
        "False leaves out the tasks that only admin keys may submit, such as cleanups: the stack's own schedules.",
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

/** The jobs that a job has submitted. */
export const childListSchema = z.strictObject({
  task_id: z.string(),
  jobs: z
    .array(jobSchema)
    .describe(
      "Those that the job's code has submitted, whether it waited for them or not, oldest first within a page.",
    ),
  batch_ids: z.array(z.string()).describe("Batches that it has submitted; GET /jobs?batch_id= has their jobs."),
  next_cursor: z.string().nullable().describe("Present while there are more."),
});

/** What {@link jobListSchema} parses to. */
export type JobList = z.infer<typeof jobListSchema>;
/** What {@link childListSchema} parses to. */
export type ChildList = z.output<typeof childListSchema>;
