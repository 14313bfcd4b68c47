/**
 * The job record: the head item `J#<task_id>` of the table, the one truth about a job. Times are milliseconds since the
 * epoch. Attribute names of what grows are short, because an update bills the whole item.
 *
 * @module
 */

import { z } from "zod";
import { FAILED_JOB_RETENTION, LANE_RETENTION } from "../../../contracts/jobs/retention.ts";
import { jobStates } from "../../../contracts/jobs/states.ts";
import { jobErrorSchema, progressSchema, usageSchema } from "../../../contracts/jobs/wire.ts";
import { limitedKeySchema } from "../../../contracts/keys/key-limits.ts";
import type { TaskSettings } from "../../../contracts/settings/tasks.ts";
import { DAY, inSeconds } from "../../lib/time.ts";
import { taskIdOf } from "../table/addresses.ts";
import { parseItem } from "../table/table.ts";

/** Where an input or a result is: in the head, in an item of its own, or in S3. */
export const payloadSchema = z.discriminatedUnion("in", [
  z.object({ in: z.literal("json"), json: z.string() }),
  z.object({ in: z.literal("gzip"), gzip: z.instanceof(Uint8Array) }),
  z.object({ in: z.literal("item"), hash: z.string(), bytes: z.number() }),
  z.object({ in: z.literal("s3"), hash: z.string(), bytes: z.number() }),
]);

/** One entry of the timeline: state, time, attempt, worker, error type and message. */
export const timelineEntrySchema = z.object({
  s: z.enum(jobStates),
  t: z.number(),
  n: z.number(),
  w: z.string().optional(),
  e: jobErrorSchema.optional(),
  m: z.string().optional(),
  /** The run left its state to another one: attempts are counted from 1 again. */
  c: z.boolean().optional(),
});

/** A line that the task's code has logged: time, attempt, level and text. */
export const logLineSchema = z.object({ t: z.number(), n: z.number(), l: z.enum(["i", "w", "e"]), m: z.string() });

/** A file that the task's code has put: name, bytes, content type. */
export const jobFileSchema = z.object({ n: z.string(), b: z.number(), t: z.string() });

/** Base64 of some 300 bytes, the largest part of a running job: kept as bytes, a head item stays within one write unit. */
const receiptHandleSchema = z.union([
  z.string(),
  z.instanceof(Uint8Array).transform((bytes) => Buffer.from(bytes).toString("base64")),
]);

/** A receipt handle as it is stored. One that is not base64 stays as it is. */
export function packReceiptHandle(handle: string): string | Uint8Array {
  const bytes = Buffer.from(handle, "base64");
  return bytes.toString("base64") === handle ? bytes : handle;
}

/** A job's head item. */
export const jobRecordSchema = z.object({
  pk: z.string(),
  task_name: z.string(),
  project_id: z.string(),
  queue: z.string(),
  lane: z.enum(["high", "low"]),
  priority: z.number(),
  status: z.enum(jobStates),
  /** Counts the messages that were sent on purpose; a message of an older one is a duplicate. */
  generation: z.number(),
  /** Runs so far, and how many there may be. */
  attempts: z.number(),
  max_attempts: z.number(),
  trace_id: z.string(),
  /** The submitter's place in a trace of its own, when it gave one (W3C Trace Context). */
  traceparent: z.string().optional(),
  batch_id: z.string().optional(),
  /** The place of its input in the batch, and how many there are: where its end is noted. */
  batch_place: z.number().optional(),
  batch_total: z.number().optional(),
  /** The job that submitted it, and how many did so one after the other, itself included. */
  parent_id: z.string().optional(),
  depth: z.number().optional(),
  /** Functions that its message came through since one that was not called by a message; Lambda stops such a chain. */
  hops: z.number().optional(),
  /** Its task submits jobs: they are revoked with it. */
  may_submit: z.boolean().optional(),
  /** What its last run left for the next one, and how often one did. */
  state: payloadSchema.optional(),
  checkpoints: z.number().optional(),
  /** The jobs that it waits for: an item of its own. */
  wait_id: z.string().optional(),
  /** Ids of the submitter's own. */
  tags: z.record(z.string(), z.string()).optional(),
  created_at: z.number(),
  started_at: z.number().optional(),
  finished_at: z.number().optional(),
  /** Not to be run before: a delay, an ETA or a backoff. */
  next_attempt_at: z.number().optional(),
  /** When the first run since the last restart was due, if not at submission: the time spent waiting is counted from it. */
  due_at: z.number().optional(),
  /** Not started by then: REVOKED. */
  expires_at: z.number().optional(),
  /** No message of this generation has been sent yet: the sweeper sends it when it is due. */
  needs_send: z.boolean().optional(),
  /** Waits for something other than time, such as a file; `releaseJob` sends it. */
  held: z.boolean().optional(),
  /** Times the sweeper sent a new message because the old one did not come back. */
  resends: z.number().optional(),
  duration_ms: z.number().optional(),
  worker: z.string().optional(),
  /** Fencing token: only who holds it may finish the run. */
  lease_token: z.string().optional(),
  lease_until: z.number().optional(),
  /** The message that the last run came from. */
  message_id: z.string().optional(),
  receive_count: z.number().optional(),
  receipt_handle: receiptHandleSchema.optional(),
  input: payloadSchema,
  /** What the task is run with beside its input, such as a model's config. */
  config: payloadSchema.optional(),
  /** What its use is counted under, such as `greeting@3`. */
  config_name: z.string().optional(),
  /** The key that it was submitted with, where that has limits of its own. */
  limited_key: limitedKeySchema.optional(),
  result: payloadSchema.optional(),
  error: jobErrorSchema.optional(),
  /** Same for errors that differ only in numbers, ids and quoted values. */
  fingerprint: z.string().optional(),
  /** The task's onFailure has run and the callback is submitted, or there is neither. */
  failure_handled: z.boolean().optional(),
  /** Messages that were sent to have the failure handled because the job's own could not. */
  failure_sends: z.number().optional(),
  usage: usageSchema.optional(),
  progress: progressSchema.optional(),
  /** What its task has put beside the result: name, bytes and content type. */
  files: z.array(jobFileSchema).optional(),
  /** The URL to notify when the job has ended, as the caller gave it. */
  callback_url: z.string().optional(),
  /** SHA-256 of what was asked for, when an Idempotency-Key came with it. */
  request_hash: z.string().optional(),
  /** Of a job whose task needs an admin key: the code that KMS made, and until when it counts. */
  signature: z.object({ until: z.number(), mac: z.instanceof(Uint8Array) }).optional(),
  events: z.array(timelineEntrySchema),
  log: z.array(logLineSchema).optional(),
  list_sk: z.string(),
  /** While it waits for its first run, of a project whose waiting jobs are bounded. */
  queued_pk: z.string().optional(),
  /** Until it has an outcome, of a project whose open jobs are bounded. */
  open_pk: z.string().optional(),
  work_pk: z.string().optional(),
  work_at: z.number().optional(),
  /** Seconds since the epoch; DynamoDB may remove the item any time after it. */
  ttl: z.number(),
});

/** Where an input or a result is kept. */
export type Payload = z.infer<typeof payloadSchema>;
/** One entry of a job's timeline. */
export type TimelineEntry = z.infer<typeof timelineEntrySchema>;
/** A file that a task's code has put. */
export type JobFile = z.infer<typeof jobFileSchema>;
/** A line that a task's code has logged. */
export type LogLine = z.infer<typeof logLineSchema>;
/** A job's head item, with its id. */
export type JobRecord = z.infer<typeof jobRecordSchema> & { readonly task_id: string };

/** Reads a head item. @throws BrokenItemError when the item is not a job record */
export function parseRecord(item: Record<string, unknown>): JobRecord {
  const record = parseItem(jobRecordSchema, item);
  return { ...record, task_id: taskIdOf(record) };
}

/** How long things live, in seconds. */
type Expiry = Pick<TaskSettings, "RESULT_EXPIRES">;

/** TTL of a waiting or running job: it cannot still have a message after this. */
export const waitingTtl = (dueAt: number, settings: Expiry) =>
  inSeconds(dueAt) + LANE_RETENTION + DAY + settings.RESULT_EXPIRES;
/** When the record of a finished job expires, in seconds since the epoch. */
export const finishedTtl = (now: number, settings: Expiry) => inSeconds(now) + settings.RESULT_EXPIRES;
/** A message of a revoked job may still lie in a backlog: one without a record would count as a dead letter. */
export const revokedTtl = (now: number, settings: Expiry) =>
  inSeconds(now) + Math.max(LANE_RETENTION + DAY, settings.RESULT_EXPIRES);
/** When the record of a failed job expires, in seconds since the epoch. */
export const failedTtl = (now: number, settings: Expiry) =>
  inSeconds(now) + Math.max(FAILED_JOB_RETENTION, settings.RESULT_EXPIRES);
/**
 * TTL of stored data: at least that of any head that can refer to it. A failed job that is run again at
 * the end of its time is kept that long once again; the bucket's lifecycle rule allows for it.
 */
export const payloadTtl = (dueAt: number, settings: Expiry) =>
  waitingTtl(dueAt, settings) + 2 * Math.max(FAILED_JOB_RETENTION, settings.RESULT_EXPIRES);
