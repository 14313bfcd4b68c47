/**
 * How many jobs of a project wait for their first run in a lane. The count is that of a sparse index: the update that
 * starts or ends a job takes it out, so that no crash leaves one behind.
 *
 * @module
 */

import { z } from "zod";
import { laneName } from "../../../contracts/jobs/lanes.ts";
import { table as names } from "../../../contracts/resources.ts";
import { type JobLimitSettings, jobLimits } from "../../../contracts/settings/job-limits.ts";
import type { JobRecord } from "../jobs/record.ts";
import { queuedPartitions } from "../table/addresses.ts";
import type { Table } from "../table/table.ts";
import { limitInWords } from "./rolling.ts";

/** Removed from what waits no longer for its first run. */
export const QUEUED_ATTRIBUTES: readonly string[] = [names.queuedIndex.partitionKey];

/** Whose jobs, and in which lane. */
export type QueuedIn = Pick<JobRecord, "project_id" | "queue" | "lane">;

const weightSchema = z.number().default(1);

/** Counts them: one query for each shard, which an index answers within a moment of the last write. */
export async function countQueued(table: Table, { project_id, queue, lane }: QueuedIn): Promise<number> {
  const counts = await Promise.all(
    queuedPartitions(project_id, laneName(queue, lane)).map(async (partition) => {
      let count = 0;
      for await (const page of table.pages({ index: names.queuedIndex, partition })) {
        for (const item of page) count += weightSchema.parse(item.queued_jobs);
      }
      return count;
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** What a project's bound leaves in a lane. */
export interface QueueRoom {
  /** The bound. */
  readonly most: number;
  readonly waiting: number;
  /** 0 or more. */
  readonly left: number;
}

/** What may still wait in a lane. Without a bound, nothing is read. @returns undefined where nothing bounds it */
export async function queueRoom(
  table: Table,
  settings: JobLimitSettings,
  place: QueuedIn,
): Promise<QueueRoom | undefined> {
  const most = jobLimits(settings)(place.project_id).queued_jobs;
  if (most === undefined) return undefined;
  const waiting = await countQueued(table, place);
  return { most, waiting, left: Math.max(0, most - waiting) };
}

/** As many jobs of a project wait in a lane as may. */
export class QueueFullError extends Error {
  override readonly name = "QueueFullError";
  /** @param more how many are asked for */
  constructor({ project_id, queue, lane }: QueuedIn, { most, waiting }: Pick<QueueRoom, "most" | "waiting">, more = 1) {
    const asked = more === 1 ? "" : `, and ${more} more are asked for`;
    super(
      `Project ${project_id} has reached the limit of ${limitInWords({ kind: "queued_jobs", most })} (queued_jobs): ${waiting} wait in ${laneName(queue, lane)}${asked}`,
    );
  }
}

/** Deals out what projects' bounds leave, job by job, over all that one request runs again. */
export class QueueRooms {
  readonly #table: Table;
  readonly #settings: JobLimitSettings;
  readonly #rooms = new Map<string, { readonly room: QueueRoom | undefined; taken: number }>();

  constructor(table: Table, settings: JobLimitSettings) {
    this.#table = table;
    this.#settings = settings;
  }

  /** As many jobs, from the first on, as there is room for. @returns `full` for the first that has none */
  async take<Job extends QueuedIn>(jobs: readonly Job[]): Promise<{ taken: Job[]; full?: QueueFullError }> {
    const taken: Job[] = [];
    for (const job of jobs) {
      const key = [job.project_id, laneName(job.queue, job.lane)].join(" ");
      const known = this.#rooms.get(key) ?? { room: await queueRoom(this.#table, this.#settings, job), taken: 0 };
      this.#rooms.set(key, known);
      const { room } = known;
      if (room && known.taken >= room.left) return { taken, full: new QueueFullError(job, room) };
      known.taken += 1;
      taken.push(job);
    }
    return { taken };
  }
}
