/**
 * Cancels a batch: no more of its jobs are made, and those that have not ended are revoked.
 *
 * @module
 */

import type { JobServices } from "../jobs/services.ts";
import { type BatchRecord, readBatch, updateBatch } from "./batch-record.ts";
import { submitSettling } from "./note-end.ts";

/** Until the sweeper examines a cancelled batch. */
const CHECK_MS = 60_000;

/**
 * Notes that a batch is cancelled; that alone keeps further jobs from being made. Repeating it changes nothing.
 * @returns the batch as it is then, or undefined when there is none. One whose jobs have all ended stays as it was
 */
export async function markCancelled(services: JobServices, batchId: string): Promise<BatchRecord | undefined> {
  const { table } = services.store;
  const now = services.now();
  const marked = await updateBatch(table, batchId, {
    set: { cancelled_at: now, work_at: now + CHECK_MS },
    condition: "#tracked = :tracked AND attribute_not_exists(#completed_at) AND attribute_not_exists(#cancelled_at)",
    values: { ":tracked": true },
  });
  return marked ?? readBatch(table, batchId);
}

/** Cancels a batch; a job revokes what has not ended. */
export async function cancelBatch(services: JobServices, batchId: string): Promise<void> {
  const batch = await markCancelled(services, batchId);
  if (batch && batch.cancelled_at !== undefined && batch.completed_at === undefined) {
    await submitSettling(services, batch, { reason: `cancel ${batch.cancelled_at}` });
  }
}
