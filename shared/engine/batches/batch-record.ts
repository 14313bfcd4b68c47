/**
 * A batch's item in the table: what was asked for, how far its jobs are made, and when all of them had ended.
 *
 * @module
 */

import { z } from "zod";
import { limitedKeySchema } from "../../../contracts/keys/key-limits.ts";
import { table as names } from "../../../contracts/resources.ts";
import type { TaskSettings } from "../../../contracts/settings/tasks.ts";
import { payloadSchema, payloadTtl } from "../jobs/record.ts";
import { OPEN_ATTRIBUTES } from "../limits/queued-jobs.ts";
import { keyedTaskId, listSort, workPartition } from "../table/addresses.ts";
import type { Change, Condition } from "../table/expressions.ts";
import { type ListPage, listPage } from "../table/list-page.ts";
import { type Item, isNew, parseItem, type Table } from "../table/table.ts";

/** How the jobs of a batch have ended: how many of each kind. */
const outcomeSchema = z.object({ ok: z.number(), failed: z.number(), revoked: z.number(), gone: z.number() });

const recordSchema = z.object({
  task_name: z.string(),
  project_id: z.string(),
  total: z.number(),
  created_at: z.number(),
  /** SHA-256 of what was asked for. */
  request_hash: z.string(),
  /** Its jobs note their ends; those of batches of earlier versions do not. */
  tracked: z.boolean().optional(),
  /** The job that makes its jobs, where the request does not. */
  maker_id: z.string().optional(),
  /** What the maker works with. It is stored as the maker's own, and removed with it. */
  inputs: payloadSchema.optional(),
  options: payloadSchema.optional(),
  /** Jobs that the maker has made, from the first on; and that nobody makes any more. */
  made: z.number().optional(),
  made_all: z.boolean().optional(),
  cancelled_at: z.number().optional(),
  /** Why its jobs could not all be made. */
  error: z.string().optional(),
  completed_at: z.number().optional(),
  outcome: outcomeSchema.optional(),
  /** What is done then, as JSON. */
  on_complete: z.string().optional(),
  on_complete_id: z.string().optional(),
  /** The model's config that it is done with. It is stored as that job's own. */
  on_complete_config: payloadSchema.optional(),
  on_complete_config_name: z.string().optional(),
  /** The key that it was submitted with, where that has limits of its own: for what is done then. */
  limited_key: limitedKeySchema.optional(),
  /** The job that has submitted it, and may wait for it. */
  parent_id: z.string().optional(),
  /** When the sweeper examines it next, and how many had ended when it last did. */
  work_at: z.number().optional(),
  looked: z.number().optional(),
});

/** A batch's item. Times are milliseconds since the epoch. */
export type BatchRecord = z.infer<typeof recordSchema> & { readonly batch_id: string };
/** How many jobs of a batch have ended, by how. `gone`: their records expired before that was noted. */
export type BatchOutcome = z.infer<typeof outcomeSchema>;

const batchKey = (batchId: string) => ({ [names.partitionKey]: `B#${batchId}`, [names.sortKey]: "head" });
/** The batch of an item, or of its entry in an index. */
export const batchIdOf = (item: Readonly<Record<string, unknown>>): string => String(item.pk).slice("B#".length);
const listPartition = (tenant: string) => `BATCHES#${tenant}`;

/** The id of a job follows from the batch and the place of its input. A blank cannot be in a caller's own key. */
export const jobKey = (batchId: string, place: number): string => `batch ${batchId} ${place}`;
/** The id of one job of a batch. */
export const batchTaskId = ({ batch_id, project_id }: Pick<BatchRecord, "batch_id" | "project_id">, place: number) =>
  keyedTaskId(project_id, jobKey(batch_id, place));

/** Until the sweeper examines a new batch, after its jobs are due. */
const FIRST_CHECK_MS = 60_000;
const PLACE: readonly string[] = ["work_pk", "work_at"];
/** Removed when all its jobs are made: each of them counts by itself. */
export const RESERVED: readonly string[] = [...OPEN_ATTRIBUTES, "queued_jobs"];

function parse(item: Readonly<Record<string, unknown>>): BatchRecord {
  return { ...parseItem(recordSchema, item), batch_id: batchIdOf(item) };
}

/** One read. @returns undefined when there is no such batch */
export async function readBatch(table: Table, batchId: string): Promise<BatchRecord | undefined> {
  const item = await table.get(batchKey(batchId));
  return item && parse(item);
}

/**
 * Writes a new batch.
 * @param due when its jobs are, in milliseconds since the epoch
 * @param reserved what makes it count for jobs that are yet to be made
 * @returns false when it was there already
 */
export function createBatch(
  table: Table,
  { batch_id: id, ...batch }: BatchRecord,
  {
    due,
    settings,
    reserved = {},
  }: {
    readonly due: number;
    readonly settings: Pick<TaskSettings, "RESULT_EXPIRES">;
    readonly reserved?: Readonly<Record<string, unknown>>;
  },
): Promise<boolean> {
  const item = {
    ...batchKey(id),
    ...batch,
    ...reserved,
    list_pk: listPartition(batch.project_id),
    list_sk: listSort(batch.created_at, id),
    work_pk: workPartition("BATCH", id),
    work_at: due + FIRST_CHECK_MS,
    [names.ttl]: payloadTtl(due, settings),
  };
  return table.putIf(item, isNew);
}

/** Changes a batch if a condition holds of it. @returns the batch after it, or undefined when it did not hold */
export async function updateBatch(
  table: Table,
  batchId: string,
  { condition, values, ...change }: Change & Partial<Condition>,
): Promise<BatchRecord | undefined> {
  const all = { condition: condition ?? `attribute_exists(#${names.partitionKey})`, ...(values && { values }) };
  const item = await table.updateIf(batchKey(batchId), change, all);
  return item && parse(item);
}

/** Notes when the sweeper examines a batch again. */
export const checkLater = (
  table: Table,
  batch: BatchRecord,
  { at, ended }: { readonly at: number; readonly ended: number },
) =>
  updateBatch(table, batch.batch_id, {
    set: { work_at: at, looked: ended },
    condition: "#work_at = :at",
    values: { ":at": batch.work_at ?? 0 },
  });

/** Notes that nothing is left to do for a batch. */
export const stopChecks = (table: Table, batchId: string, onCompleteId?: string) =>
  updateBatch(table, batchId, { set: { on_complete_id: onCompleteId }, remove: PLACE });

/** Notes that all jobs of a batch have ended. Holds once. */
export const complete = (
  table: Table,
  batch: BatchRecord,
  { now, outcome }: { readonly now: number; readonly outcome: BatchOutcome },
) =>
  updateBatch(table, batch.batch_id, {
    set: { completed_at: now, outcome },
    remove: [...RESERVED, ...(hasFollowUp(batch) ? [] : PLACE)],
    condition: "attribute_exists(#pk) AND attribute_not_exists(#completed_at)",
  });

/** True when something is to be done once all jobs of a batch have ended. */
export const hasFollowUp = ({ on_complete, parent_id }: BatchRecord): boolean =>
  on_complete !== undefined || parent_id !== undefined;

/**
 * A project's batches, newest first.
 * @throws InvalidCursorError
 */
export async function listBatches(table: Table, tenant: string, page: ListPage) {
  const keyOf = (entry: Item) => batchKey(batchIdOf(entry));
  const { items, nextCursor } = await listPage(table, listPartition(tenant), { ...page, keyOf });
  return { batches: items.map(parse), nextCursor };
}
