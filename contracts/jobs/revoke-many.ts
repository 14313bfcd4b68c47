/**
 * Revoking the unfinished jobs that a filter finds, and the answer.
 *
 * @module
 */

import { z } from "zod";
import { atLeastOneOf } from "../documented-rules.ts";
import { cursorSchema } from "./list.ts";
import { jobSchema } from "./wire.ts";

/** No job is kept so long: ten years. A larger number was meant as milliseconds. */
const MAX_AGE_SECONDS = 10 * 365 * 86_400;

/** Which jobs to revoke: those that fit every field given. */
export const revokeManySchema = z
  .strictObject({
    task_name: z.string().optional(),
    status: z.enum(["PENDING", "RETRY", "STARTED"]).optional(),
    trace_id: z.string().max(128).optional(),
    batch_id: z.string().max(64).optional(),
    older_than_seconds: z
      .number()
      .min(0)
      .max(MAX_AGE_SECONDS)
      .optional()
      .describe("Only jobs that were submitted at least this long ago."),
    all: z.literal(true).optional().describe("Every unfinished job of the project."),
    terminate: z.boolean().default(true).describe("Also revoke running jobs."),
    dry_run: z.boolean().default(false).describe("Returns what would be revoked without revoking it."),
    cursor: cursorSchema.optional().describe("next_cursor of the answer before."),
  })
  .meta(atLeastOneOf("task_name", "status", "trace_id", "batch_id", "older_than_seconds", "all"));

/** A job that would be revoked. */
const revocableSchema = jobSchema.pick({ task_id: true, task_name: true, status: true, created_at: true });

/** The answer of a bulk revoke. */
export const revokedManySchema = z.strictObject({
  revoked: z.int().min(0),
  skipped: z.int().min(0).describe("Running jobs when `terminate` is false, and jobs that ended in the meantime."),
  dry_run: z.boolean(),
  sample: z
    .array(revocableSchema)
    .max(10)
    .describe("In a dry run, the newest jobs that would be revoked. Empty otherwise."),
  next_cursor: z
    .string()
    .nullable()
    .describe(
      "Present when there may be more jobs, also when an error ended the request after some were revoked: send it as `cursor` to go on.",
    ),
});
