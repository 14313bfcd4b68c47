/**
 * Batches on the wire: many jobs of one task, submitted with one request and counted together.
 *
 * @module
 */

import { z } from "zod";
import { notBoth } from "../documented-rules.ts";
import { jobStates } from "./states.ts";
import { submitSchema } from "./wire.ts";

/** Jobs that one batch may have. */
const MAX_BATCH_JOBS = 1_000;

/** The body of `POST /batches`. */
export const batchSubmitSchema = z
  .strictObject({
    task_name: z.string().describe("A task's name or alias, also as tasks.<name>."),
    inputs: z.array(z.unknown()).min(1).max(MAX_BATCH_JOBS).describe("One job for each."),
    batch_size: z.int().min(1).max(50).default(20).describe("Number of jobs that are written and sent concurrently."),
    ...submitSchema.omit({ input: true }).shape,
    priority: submitSchema.shape.priority.describe(
      "0 to 10. 5 and higher selects the high lane. Default: 1, background work.",
    ),
  })
  .meta(notBoth("delay_seconds", "eta"));

const count = z.int().min(0);

/** The answer of `POST /batches`. */
export const batchAcceptedSchema = z.strictObject({
  batch_id: z.string(),
  status: z.literal("PENDING"),
  total: count,
  task_ids: z.array(z.string()).describe("In the order of the inputs."),
  links: z.strictObject({ self: z.string(), jobs: z.string() }),
});

/** A batch with the number of its jobs in each state. */
export const batchSchema = z.strictObject({
  batch_id: z.string(),
  task_name: z.string(),
  project_id: z.string(),
  total: count,
  counts: z.record(z.enum(jobStates), count).describe("Jobs by state."),
  expired: count.describe("Jobs whose records have expired."),
  ready: z.boolean().describe("True once every job has an outcome."),
  successful: z.boolean().describe("True once every job is SUCCESS."),
  created_at: z.iso.datetime(),
});
