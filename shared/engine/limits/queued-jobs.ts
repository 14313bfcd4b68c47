/**
 * How many jobs of a project wait for their first run in a lane. The count is that of a sparse index: the update that
 * starts or ends a job takes it out, so that no crash leaves one behind.
 *
 * @module
 */

import { z } from "zod";
import { laneName } from "../../../contracts/jobs/lanes.ts";
import { table as names } from "../../../contracts/resources.ts";
import type { JobRecord } from "../jobs/record.ts";
import { queuedPartitions } from "../table/addresses.ts";
import type { Table } from "../table/table.ts";

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
