/**
 * Batches on the wire: many jobs of one task, submitted with one request, followed, cancelled and read together.
 *
 * @module
 */

import { z } from "zod";
import { notBoth } from "../documented-rules.ts";
import { jobStates } from "./states.ts";
import { submitSchema } from "./submit.ts";
import { jobErrorSchema } from "./wire.ts";

/** Jobs that one batch may have. */
export const MAX_BATCH_JOBS = 10_000;
/** Jobs that are made within the request; the jobs of a larger batch are made by a job. */
export const MAX_INLINE_JOBS = 1_000;
/** Bytes of a list of inputs that is uploaded to S3. */
export const MAX_BATCH_UPLOAD_BYTES = 50 * 1_024 * 1_024;
/** How long a form for an upload is good for. */
export const BATCH_UPLOAD_SECONDS = 3_600;
/** What follows a batch is in its own item. */
export const MAX_ON_COMPLETE_BYTES = 8 * 1_024;

/** What is done once when all jobs of a batch have ended: a task is submitted, or a webhook sent. */
export const onCompleteSchema = z
  .strictObject({
    task_name: z.string().optional().describe("A task to submit, by its name or alias."),
    input: z.unknown().optional().describe("The task's input, up to 8 KB as JSON."),
    priority: submitSchema.shape.priority,
    callback_url: submitSchema.shape.callback_url.describe(
      "Notified by one signed webhook, `batch.completed` (Standard Webhooks). https, a public address.",
    ),
    config: submitSchema.shape.config.describe(
      "For a task that asks a language model: a stored config by id and version, or one inline. That of the batch is for its own jobs alone.",
    ),
  })
  .meta({ allOf: [notBoth("task_name", "callback_url"), notBoth("config", "callback_url")] })
  .describe(
    "Done once when all jobs have ended, however they ended: a task is submitted, or a webhook is sent. Give task_name or callback_url. The task's job has the tag `batch_id`.",
  );

const batchId = z.string().describe("The batch's id.");
const uploadId = z.uuid();

/** The body of `POST /batches`. */
export const batchSubmitSchema = z
  .strictObject({
    task_name: z.string().describe("A task's name or alias, also as tasks.<name>."),
    inputs: z
      .array(z.unknown())
      .min(1)
      .max(MAX_BATCH_JOBS)
      .optional()
      .describe("One job for each. Give inputs or upload_id."),
    upload_id: uploadId
      .optional()
      .describe("A list that was uploaded with a form of POST /batches/uploads, in place of inputs."),
    batch_size: z
      .int()
      .min(1)
      .max(50)
      .default(20)
      .describe("Number of jobs that are written and sent concurrently, where the request itself makes them."),
    on_complete: onCompleteSchema.optional(),
    ...submitSchema.omit({ input: true }).shape,
    callback_url: submitSchema.shape.callback_url.describe(
      "Notified of the end of each job. One webhook for the whole batch: on_complete.callback_url.",
    ),
    priority: submitSchema.shape.priority.describe(
      "0 to 10. 5 and higher selects the high lane. Default: 1, background work.",
    ),
  })
  .meta({ id: "BatchSubmit", allOf: [notBoth("inputs", "upload_id"), notBoth("delay_seconds", "eta")] });

const count = z.int().min(0);
const time = z.iso.datetime();

/** The answer of `POST /batches`. */
export const batchAcceptedSchema = z.strictObject({
  batch_id: batchId,
  status: z.literal("PENDING"),
  total: count,
  task_ids: z
    .array(z.string())
    .describe(
      `In the order of the inputs. In a batch of more than ${MAX_INLINE_JOBS}, a job that is not made yet is not found (404).`,
    ),
  links: z.strictObject({ self: z.string(), jobs: z.string(), results: z.string() }),
});

/** How far a batch is. */
export const batchStates = ["SUBMITTING", "RUNNING", "CANCELLING", "COMPLETED", "CANCELLED", "FAILED"] as const;

const statusSchema = z
  .enum(batchStates)
  .describe(
    "SUBMITTING: jobs are still being made. COMPLETED: all have ended, however they ended. FAILED: its jobs could not all be made, see error; those that were not are counted as REVOKED.",
  );

const described = {
  batch_id: batchId,
  task_name: z.string(),
  project_id: z.string(),
  status: statusSchema,
  total: count,
};

/** A batch with the number of its jobs in each state. */
export const batchSchema = z.strictObject({
  ...described,
  counts: z
    .record(z.enum(jobStates), count)
    .describe(
      "Jobs by state. Those that are not made yet are PENDING; what was not made when it was cancelled is REVOKED.",
    ),
  expired: count.describe("Jobs whose records have expired before their outcome was counted."),
  ready: z.boolean().describe("True once every job has an outcome."),
  successful: z.boolean().describe("True once every job is SUCCESS; also when their records have expired."),
  error: z.string().nullable().describe("Why its jobs could not all be made."),
  created_at: time,
  completed_at: time.nullable().describe("When the outcome of the last job was counted."),
  on_complete_task_id: z
    .string()
    .nullable()
    .describe("The job that was submitted then: the task, or the webhook's delivery."),
});

/** A batch in a list. */
const batchSummarySchema = z.strictObject({
  ...described,
  ended: count
    .nullable()
    .describe("Jobs that have ended so far, however they ended. Null for a batch of an early version of Sluice."),
  succeeded: count.nullable().describe("Those of them that were SUCCESS."),
  failed: count.nullable().describe("Those that were FAILURE."),
  revoked: count.nullable().describe("Those that were REVOKED, or were not made when it was cancelled."),
  expired: count.nullable().describe("Those whose records expired before their outcome was counted."),
  created_at: time,
  completed_at: time.nullable(),
});

/** One page of batches, newest first. */
export const batchListSchema = z.strictObject({
  batches: z.array(batchSummarySchema),
  next_cursor: z.string().nullable(),
});

/** The answer of cancelling a batch. */
export const batchCancelledSchema = z.strictObject({
  batch_id: batchId,
  status: statusSchema,
  message: z.string(),
});

/** The body of `POST /batches/uploads`. */
export const batchUploadBodySchema = z.strictObject({
  size: z
    .int()
    .min(1)
    .max(MAX_BATCH_UPLOAD_BYTES)
    .optional()
    .describe(
      "The list's bytes: the form takes no larger file, and the project's quota of uploaded bytes is asked for these. Default: as many as a list may have.",
    ),
});

/** The answer of `POST /batches/uploads`: POST the fields and then the file to the URL. */
export const batchUploadSchema = z.strictObject({
  upload_id: uploadId,
  upload: z.strictObject({ url: z.string(), fields: z.record(z.string(), z.string()), expires_at: time }),
  max_bytes: count,
});

/** Lines of a page of results. */
const MAX_RESULTS = 1_000;

/** The query of `GET /batches/{batch_id}/results`. */
export const batchResultsQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(MAX_RESULTS).default(100).describe("Lines at the most."),
  from: z.coerce
    .number()
    .int()
    .min(0)
    .max(MAX_BATCH_JOBS)
    .default(0)
    .describe("Place of the first input; of the next page, the header X-Next-From, or the last index + 1."),
});

/** One line of `GET /batches/{batch_id}/results`. */
export const batchResultSchema = z
  .strictObject({
    index: count.describe("Place of the input."),
    task_id: z.string(),
    task_name: z.string().describe("The batch's."),
    status: z.enum([...jobStates, "EXPIRED"]),
    result: z.json().describe("Null when there is none, it has expired, or it is larger than 256 KB: then result_url."),
    result_url: z.string().optional(),
    error: jobErrorSchema.nullable(),
  })
  .meta({ id: "BatchResult" });

/** What {@link batchResultSchema} parses to. */
export type BatchResult = z.infer<typeof batchResultSchema>;
/** What {@link batchStates} holds. */
export type BatchState = (typeof batchStates)[number];
