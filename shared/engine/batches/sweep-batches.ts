/**
 * Examines batches whose jobs have not all ended, for what nobody has noticed: ends that were not noted because a worker
 * died, jobs that nobody makes any more, and what was to follow.
 *
 * @module
 */

import { inGroups } from "../../lib/groups.ts";
import type { Logger } from "../../lib/logger.ts";
import type { JobServices } from "../jobs/services.ts";
import { WorkPartitions } from "../monitoring/work-at-once.ts";
import { AT_ONCE, forEachDue, nextCheck } from "../sweeper/due.ts";
import { readEnds } from "./batch-ends.ts";
import { type BatchRecord, batchIdOf, checkLater, readBatch, stopChecks } from "./batch-record.ts";
import { submitSettling } from "./note-end.ts";

interface SweepBatchesOptions {
  readonly logger: Pick<Logger, "error">;
  readonly hasTime: () => boolean;
  /** Where there is work. @default read at the beginning */
  readonly partitions?: WorkPartitions;
}

/**
 * Has batches settled of which no job has ended since the last look, that are cancelled, or that have something to follow.
 * Never throws: what could not be done is done by the next sweep.
 * @returns how many
 */
export async function sweepBatches(services: JobServices, options: SweepBatchesOptions): Promise<number> {
  const { logger, hasTime } = options;
  const partitions = options.partitions ?? (await WorkPartitions.read(services, logger));
  const { table } = services.store;
  const until = services.now();
  let settled = 0;
  const lookAtOne = async (id: string): Promise<void> => {
    try {
      const batch = await readBatch(table, id);
      if (batch?.work_at === undefined || batch.work_at > until) return;
      if (await look(services, batch)) settled += 1;
    } catch (error) {
      logger.error("a batch could not be looked at", { batch_id: id, error });
    }
  };
  await inGroups(
    partitions.of("BATCH"),
    async (partition) => {
      try {
        await forEachDue(table, { partition, until, hasTime }, (entry) => lookAtOne(batchIdOf(entry)));
      } catch (error) {
        logger.error("a shard of the batches could not be read", { partition, error });
      }
    },
    AT_ONCE,
  );
  return settled;
}

/** @returns whether it is settled */
async function look(services: JobServices, batch: BatchRecord): Promise<boolean> {
  const { table } = services.store;
  const now = services.now();
  const ended = (await readEnds(services, batch)).count;
  const isMoving = ended !== batch.looked && ended < batch.total;
  const isDue = !isMoving || batch.cancelled_at !== undefined || batch.completed_at !== undefined;
  // Each look has a job of its own, so that one which failed does not keep the batch from being settled.
  if (isDue) await submitSettling(services, batch, { reason: `look ${batch.work_at}` });
  if (batch.completed_at !== undefined && batch.on_complete === undefined && batch.parent_id === undefined) {
    await stopChecks(table, batch.batch_id);
  } else await checkLater(table, batch, { at: nextCheck(now, batch.created_at), ended });
  return isDue;
}
