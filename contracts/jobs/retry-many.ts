/**
 * Running again the failed or revoked jobs that a filter finds: the filters of the list of jobs, and the answer.
 *
 * @module
 */

import { z } from "zod";
import { atLeastOneOf } from "../documented-rules.ts";
import { cursorSchema, listQuerySchema } from "./list.ts";
import { jobSchema } from "./wire.ts";

const { task_name, trace_id, batch_id, tag, q, created_after, created_before } = listQuerySchema.shape;

/** Which jobs run again: those that fit every field given. */
export const retryManySchema = z
  .strictObject({
    task_name,
    status: z.enum(["FAILURE", "REVOKED"]).default("FAILURE").describe("The state of the jobs that run again."),
    ...{ trace_id, batch_id, tag, q, created_after, created_before },
    housekeeping: z.boolean().default(true).describe("False leaves out the tasks that only admin keys may submit."),
    all: z.literal(true).optional().describe("Every job of the project in that state."),
    dry_run: z.boolean().default(false).describe("Returns what would run again without running it."),
    cursor: cursorSchema.optional().describe("next_cursor of the answer before."),
  })
  .meta(atLeastOneOf("task_name", "trace_id", "batch_id", "tag", "q", "created_after", "created_before", "all"));

/** A job that would run again. */
const retriableSchema = jobSchema.pick({ task_id: true, task_name: true, status: true, created_at: true });

/** The answer of a bulk retry. */
export const retriedManySchema = z.strictObject({
  retried: z.int().min(0),
  skipped: z
    .int()
    .min(0)
    .describe(
      "Jobs that something else has changed in the meantime, and readings of documents that were deleted or whose file never came.",
    ),
  dry_run: z.boolean(),
  sample: z
    .array(retriableSchema)
    .max(10)
    .describe("In a dry run, the newest jobs that would run again. Empty otherwise."),
  next_cursor: z
    .string()
    .nullable()
    .describe(
      "Present when there may be more jobs, also when an error ended the request after some had run: send it as `cursor` to go on.",
    ),
});
