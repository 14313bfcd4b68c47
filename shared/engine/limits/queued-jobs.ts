/**
 * How many jobs of a project wait for their first run in a lane, and how many are open over all lanes. Each count is that of a
 * sparse index: the update that starts or ends a job takes it out, so that no crash leaves one behind.
 *
 * @module
 */

import { z } from "zod";
import { laneName } from "../../../contracts/jobs/lanes.ts";
import { table as names } from "../../../contracts/resources.ts";
import { type JobLimitSettings, jobLimits } from "../../../contracts/settings/job-limits.ts";
import { createLogger } from "../../lib/logger.ts";
import type { JobRecord } from "../jobs/record.ts";
import { isJob, openPartitions, queuedPartitions } from "../table/addresses.ts";
import type { Index } from "../table/expressions.ts";
import type { Item, Table } from "../table/table.ts";
import { limitInWords } from "./rolling.ts";

/** Removed from what waits no longer for its first run. */
export const QUEUED_ATTRIBUTES: readonly string[] = [names.queuedIndex.partitionKey];
/** Removed from what has its outcome. */
export const OPEN_ATTRIBUTES: readonly string[] = [...QUEUED_ATTRIBUTES, names.openIndex.partitionKey];

/** Whose jobs, and in which lane. */
export type QueuedIn = Pick<JobRecord, "project_id" | "queue" | "lane">;

const entrySchema = z.object({ queued_jobs: z.number().optional(), finished_at: z.number().optional() });

/**
 * Counts the jobs that wait in a lane: one query for each shard, which an index answers within a moment of the last write.
 * @returns undefined where the table has no such index
 */
export const countQueued = (table: Table, { project_id, queue, lane }: QueuedIn): Promise<number | undefined> =>
  countIn(table, names.queuedIndex, queuedPartitions(project_id, laneName(queue, lane)));

/** Counts the open jobs of a project, in the same way. */
export const countOpen = (table: Table, project: string): Promise<number | undefined> =>
  countIn(table, names.openIndex, openPartitions(project));

/** While a deployment or its rollback makes or drops an index, a bound that cannot be counted must not stop all submissions. */
async function countIn(
  table: Table,
  index: Index & { readonly name: string },
  partitions: readonly string[],
): Promise<number | undefined> {
  try {
    const counts = await Promise.all(partitions.map((partition) => countPartition(table, index, partition)));
    return counts.reduce((sum, count) => sum + count, 0);
  } catch (error) {
    // What DynamoDB says of a query of ours whose index is not there, or not filled yet.
    if (!(error instanceof Error) || error.name !== "ValidationException") throw error;
    createLogger("limits").error("an index cannot be read: what it counts is not bounded", {
      index: index.name,
      error,
    });
    return undefined;
  }
}

async function countPartition(table: Table, index: Index, partition: string): Promise<number> {
  let count = 0;
  for await (const page of table.pages({ index, partition })) for (const item of page) count += weightOf(item);
  return count;
}

/**
 * Nothing for what has ended, or has made its jobs: a version that did not know of the index took them out of the others, and
 * left them in this one.
 */
function weightOf(item: Item): number {
  const { queued_jobs: jobs, finished_at: end } = entrySchema.parse(item);
  if (end !== undefined) return 0;
  return jobs ?? (isJob(item) ? 1 : 0);
}

/** What one of a project's bounds leaves. */
export interface QueueRoom {
  readonly kind: "queued_jobs" | "open_jobs";
  /** The bound. */
  readonly most: number;
  /** How many there are: waiting in the lane, or open. */
  readonly counted: number;
  /** 0 or more. */
  readonly left: number;
}

/** What each bound leaves that a job in a lane is held to. Without a bound, nothing is read. */
export async function queueRooms(table: Table, settings: JobLimitSettings, place: QueuedIn): Promise<QueueRoom[]> {
  const { queued_jobs: queued, open_jobs: open } = jobLimits(settings)(place.project_id);
  const rooms = await Promise.all([
    queued === undefined ? undefined : roomOf("queued_jobs", queued, countQueued(table, place)),
    open === undefined ? undefined : roomOf("open_jobs", open, countOpen(table, place.project_id)),
  ]);
  return rooms.filter((room) => room !== undefined);
}

async function roomOf(
  kind: QueueRoom["kind"],
  most: number,
  counting: Promise<number | undefined>,
): Promise<QueueRoom | undefined> {
  const counted = await counting;
  return counted === undefined ? undefined : { kind, most, counted, left: Math.max(0, most - counted) };
}

/** The bound that leaves least; undefined where nothing bounds it. */
export async function queueRoom(
  table: Table,
  settings: JobLimitSettings,
  place: QueuedIn,
): Promise<QueueRoom | undefined> {
  const [least] = (await queueRooms(table, settings, place)).toSorted((one, other) => one.left - other.left);
  return least;
}

/** As many jobs of a project wait in a lane, or are open, as may. */
export class QueueFullError extends Error {
  override readonly name = "QueueFullError";
  /** @param more how many are asked for */
  constructor({ project_id, queue, lane }: QueuedIn, { kind, most, counted }: Omit<QueueRoom, "left">, more = 1) {
    const asked = more === 1 ? "" : `, and ${more} more are asked for`;
    const are = kind === "open_jobs" ? `${counted} are open` : `${counted} wait in ${laneName(queue, lane)}`;
    super(`Project ${project_id} has reached the limit of ${limitInWords({ kind, most })} (${kind}): ${are}${asked}`);
  }
}

/** A bound's room, and how much of it one request has taken. */
interface Dealt {
  readonly room: QueueRoom;
  taken: number;
}

/** Deals out what projects' bounds leave, job by job, over all that one request runs again. */
export class QueueRooms {
  readonly #table: Table;
  readonly #settings: JobLimitSettings;
  /** By project and lane; of open jobs, all lanes of a project share one. */
  readonly #dealt = new Map<string, readonly Dealt[]>();
  readonly #open = new Map<string, Dealt>();

  constructor(table: Table, settings: JobLimitSettings) {
    this.#table = table;
    this.#settings = settings;
  }

  /** As many jobs, from the first on, as there is room for. @returns `full` for the first that has none */
  async take<Job extends QueuedIn>(jobs: readonly Job[]): Promise<{ taken: Job[]; full?: QueueFullError }> {
    const taken: Job[] = [];
    for (const job of jobs) {
      const dealt = await this.#of(job);
      const full = dealt.find((each) => each.taken >= each.room.left);
      if (full) return { taken, full: new QueueFullError(job, full.room) };
      for (const each of dealt) each.taken += 1;
      taken.push(job);
    }
    return { taken };
  }

  async #of(job: QueuedIn): Promise<readonly Dealt[]> {
    const key = [job.project_id, laneName(job.queue, job.lane)].join(" ");
    const known = this.#dealt.get(key);
    if (known) return known;
    const dealt = (await queueRooms(this.#table, this.#settings, job)).map((room) => {
      const fresh: Dealt = { room, taken: 0 };
      if (room.kind === "queued_jobs") return fresh;
      const shared = this.#open.get(job.project_id) ?? fresh;
      this.#open.set(job.project_id, shared);
      return shared;
    });
    this.#dealt.set(key, dealt);
    return dealt;
  }
}
