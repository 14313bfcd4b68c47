/**
 * Dead letters on the wire: jobs that failed for good and were neither run again, purged nor archived since.
 *
 * @module
 */

import { z } from "zod";
import { atLeastOneOf } from "../documented-rules.ts";
import { cursorSchema } from "../jobs/list.ts";
import { jobErrorSchema } from "../jobs/wire.ts";

const count = z.int().min(0);
const time = z.iso.datetime();

/** One job in a dead-letter queue, as the API shows it. */
export const deadLetterSchema = z.strictObject({
  task_id: z.string(),
  task_name: z.string(),
  project_id: z.string(),
  error: jobErrorSchema.nullable(),
  fingerprint: z
    .string()
    .nullable()
    .describe("The same for errors that differ only in ids, quoted values, and numbers that are not an HTTP status."),
  attempts: count,
  trace_id: z.string(),
  created_at: time,
  received_at: time.describe("When the job failed for good."),
});

/** How many dead letters each queue has: the answer of `GET /dlq`. */
export const deadLetterCountsSchema = z.strictObject({
  queues: z.array(
    z.strictObject({
      queue: z.string(),
      count: count.describe("Jobs, by their records."),
      messages: count
        .nullable()
        .describe(
          "Messages in the SQS dead-letter queue. The message of a failed job arrives there shortly after the job has failed. SQS does not count by project, so this is null unless the key is an admin key.",
        ),
    }),
  ),
  total_count: count,
});

/** One page of a queue's dead letters: the answer of `GET /dlq/{queue}`. */
export const deadLetterListSchema = z.strictObject({
  messages: z.array(deadLetterSchema),
  next_cursor: z.string().nullable(),
});

/** A queue's dead letters grouped by error fingerprint. */
export const deadLetterGroupsSchema = z.strictObject({
  groups: z.array(
    z.strictObject({
      fingerprint: z.string().nullable(),
      task_names: z.array(z.string()),
      count,
      first_at: time,
      last_at: time,
      example: deadLetterSchema.nullable().describe("The latest one."),
    }),
  ),
  total_count: count,
});

/** Most dead letters that one request works through; `next_cursor` then says where to continue. */
export const MAX_DEAD_LETTERS_PER_REQUEST = 1_000;

const filterFields = {
  task_ids: z.array(z.string().max(64)).min(1).max(MAX_DEAD_LETTERS_PER_REQUEST).optional(),
  fingerprint: z.string().max(64).optional(),
  all: z.literal(true).optional().describe("Every dead letter of the queue."),
  dry_run: z.boolean().default(false).describe("Returns what would be done without doing it."),
  cursor: cursorSchema.optional().describe("next_cursor of the answer before."),
};

const isFiltered = (body: { task_ids?: unknown; fingerprint?: unknown; all?: unknown }): boolean =>
  body.task_ids !== undefined || body.fingerprint !== undefined || body.all !== undefined;
const needsFilter = { error: "give task_ids, fingerprint or all: true" } as const;

/** Which dead letters an operation applies to: ids, a fingerprint, or all. An empty filter is refused. */
export const deadLetterFilterSchema = z
  .strictObject(filterFields)
  .refine(isFiltered, needsFilter)
  .meta(atLeastOneOf("task_ids", "fingerprint", "all"));

/** The body of a redrive: a filter, an optional rate in jobs per second, and `dry_run`. */
export const redriveSchema = z
  .strictObject({
    ...filterFields,
    rate_per_second: z
      .number()
      .min(0.01)
      .max(1_000)
      .optional()
      .describe("Spreads the jobs over time. Default: all at once."),
  })
  .refine(isFiltered, needsFilter)
  .meta(atLeastOneOf("task_ids", "fingerprint", "all"));

const outcomeFields = {
  skipped: count.describe("Jobs that were selected but are no longer dead letters of this queue."),
  failed: count.describe(
    "Jobs for which the operation failed. They are still dead letters: repeat the request without a cursor.",
  ),
  reason: z.string().nullable().describe("Why the first of those failed."),
  messages: z
    .strictObject({
      removed: count.describe("Messages removed, including those of jobs that were handled by earlier requests."),
      not_removed: count.describe("Messages that should have been removed but could not be."),
      not_found: count.describe(
        "Jobs of this response whose message was not in the dead-letter queue: it is still in its lane, or never existed. A worker or process_dead_letter_queue removes it later.",
      ),
      reason: z
        .string()
        .nullable()
        .describe("Why messages are still there, or the queue was not looked through to its end."),
    })
    .describe(
      "What happened to the jobs' messages in the dead-letter queue. Repeat the request to search the queue again.",
    ),
  dry_run: z.boolean(),
  more: z.boolean().describe("True when the filter matches more: ask again with next_cursor."),
  next_cursor: z
    .string()
    .nullable()
    .describe(
      "Continues after the dead letters of this response. A job that fails again in the meantime is not included again.",
    ),
};

/** The answer of a redrive. */
export const redrivenSchema = z.strictObject({ redriven: count, ...outcomeFields });
/** The answer of a dead-letter purge. */
export const purgedSchema = z.strictObject({ purged: count, ...outcomeFields });
/** The answer of a dead-letter archive. */
export const archivedSchema = z.strictObject({ archived: count, ...outcomeFields });

/** What {@link deadLetterSchema} parses to. */
export type DeadLetter = z.output<typeof deadLetterSchema>;
/** What {@link deadLetterCountsSchema} parses to. */
export type DeadLetterCounts = z.output<typeof deadLetterCountsSchema>;
/** What {@link deadLetterGroupsSchema} parses to. */
export type DeadLetterGroups = z.output<typeof deadLetterGroupsSchema>;
/** What {@link deadLetterFilterSchema} parses to. */
export type DeadLetterFilter = z.output<typeof deadLetterFilterSchema>;
/** What {@link redriveSchema} parses to. */
export type Redrive = z.output<typeof redriveSchema>;
