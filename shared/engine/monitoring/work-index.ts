/**
 * Reads the sparse work index: jobs that run, wait for a time or have failed, without reading their records.
 *
 * @module
 */

import { z } from "zod";
import { lanes } from "../../../contracts/jobs/lanes.ts";
import { jobStates } from "../../../contracts/jobs/states.ts";
import { table } from "../../../contracts/resources.ts";
import type { JobServices } from "../jobs/services.ts";
import { taskIdOf, type WorkKind, workPartitions } from "../table/addresses.ts";
import * as cursors from "../table/cursor.ts";
import { type Item, parseItem } from "../table/table.ts";

const index = table.workIndex;

const entrySchema = z
  .object({
    pk: z.string(),
    [index.sortKey]: z.number(),
    task_name: z.string(),
    project_id: z.string(),
    queue: z.string(),
    lane: z.enum(lanes),
    status: z.enum(jobStates),
    created_at: z.number(),
    worker: z.string().optional(),
    started_at: z.number().optional(),
    finished_at: z.number().optional(),
    fingerprint: z.string().optional(),
  })
  .transform(({ pk, [index.sortKey]: at, ...entry }) => ({ ...entry, at, task_id: taskIdOf({ pk }) }));

/** What the index holds of a job; `at` is the time that it is sorted by, in milliseconds since the epoch. */
export type WorkEntry = z.output<typeof entrySchema>;

/** Reads an entry of the index. @throws BrokenItemError */
export const toEntry = (item: Item): WorkEntry => parseItem(entrySchema, item);

/** Jobs of a kind: one counting query per shard, and more only beyond 1 MB of index entries. */
export async function countWork(services: JobServices, kind: WorkKind): Promise<number> {
  const counts = await Promise.all(
    workPartitions(kind).map((partition) => services.store.table.count({ index, partition })),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** What of a kind is read. */
export interface WorkRange {
  /** Bounds what is read per shard, so that no backlog makes this slow. */
  readonly limit?: number;
  /** Leaves out what is before that time. */
  readonly since?: number;
  /** Leaves out what is after that time. */
  readonly until?: number;
  /** Leaves out the kind's other partitions. @default all of them */
  readonly partitions?: readonly string[];
}

/** All jobs of a kind, earliest first. */
export async function readWork(
  services: JobServices,
  kind: WorkKind,
  { limit = 5_000, since, until, partitions = workPartitions(kind) }: WorkRange = {},
): Promise<WorkEntry[]> {
  const shards = await Promise.all(
    partitions.map((partition) => take(services, partition, { limit, since, until, isWanted: () => true })),
  );
  return shards.flat().sort(comparePositions);
}

/** One page of the work index. */
export interface WorkPage {
  readonly entries: readonly WorkEntry[];
  readonly nextCursor: string | null;
}

/**
 * A page of jobs of a kind, latest first.
 * @throws InvalidCursorError
 */
export async function pageWork(
  services: JobServices,
  kind: WorkKind,
  { limit, cursor, isWanted = () => true }: { limit: number; cursor?: string | undefined; isWanted?: Filter },
): Promise<WorkPage> {
  const before = cursor === undefined ? undefined : decodeCursor(cursor);
  const shards = await Promise.all(
    workPartitions(kind).map((partition) =>
      take(services, partition, {
        limit: limit + 1,
        newestFirst: true,
        until: before?.at,
        isWanted: (entry) => (before === undefined || comparePositions(entry, before) < 0) && isWanted(entry),
      }),
    ),
  );
  return firstPage(shards.flat(), limit);
}

/**
 * A page of entries that are read already, latest first.
 * @throws InvalidCursorError
 */
export function pageEntries(
  read: readonly WorkEntry[],
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): WorkPage {
  const before = cursor === undefined ? undefined : decodeCursor(cursor);
  return firstPage(
    read.filter((entry) => before === undefined || comparePositions(entry, before) < 0),
    limit,
  );
}

function firstPage(found: readonly WorkEntry[], limit: number): WorkPage {
  const sorted = found.toSorted((one, other) => comparePositions(other, one));
  const entries = sorted.slice(0, limit);
  const last = sorted.length > limit ? entries.at(-1) : undefined;
  return { entries, nextCursor: last ? encodeCursor(last) : null };
}

type Filter = (entry: WorkEntry) => boolean;
/** Where a job is in the index. */
export type Position = Pick<WorkEntry, "at" | "task_id">;

interface Range {
  readonly limit: number;
  readonly isWanted: Filter;
  readonly newestFirst?: boolean;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
}

/** The first entries of a shard that are wanted. */
async function take({ store }: JobServices, partition: string, range: Range): Promise<WorkEntry[]> {
  const taken: WorkEntry[] = [];
  const { limit, isWanted, newestFirst = false, since, until } = range;
  const isBounded = since !== undefined || until !== undefined;
  const pages = store.table.pages({
    index,
    partition,
    ...(isBounded && { from: since ?? 0, until: until ?? Number.MAX_SAFE_INTEGER }),
    newestFirst,
    // A few more than wanted, for those that a cursor or a filter leaves out.
    pageSize: limit + 10,
  });
  for await (const page of pages) {
    taken.push(...page.map(toEntry).filter(isWanted));
    if (taken.length >= limit) return taken.slice(0, limit);
  }
  return taken;
}

/** By time, then by id, so that jobs of one millisecond have an order too. */
export const comparePositions = (one: Position, other: Position): number =>
  one.at - other.at || (one.task_id < other.task_id ? -1 : one.task_id > other.task_id ? 1 : 0);

/** Where a page ends, for the next one to continue. */
export const encodeCursor = ({ at, task_id }: Position): string => cursors.encodeCursor(`${at}#${task_id}`);

/** @throws InvalidCursorError when this API did not give it */
export function decodeCursor(cursor: string): Position {
  const [at, taskId = ""] = cursors.decodeCursor(cursor, /^\d{1,15}#[\w-]{1,64}$/).split("#");
  return { at: Number(at), task_id: taskId };
}
