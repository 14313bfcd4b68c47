/**
 * The tasks that work on batches, by name: the engine submits them.
 *
 * @module
 */

/** Makes the jobs of a batch that is too large for one request. */
export const submitBatchTask = "submit_batch";
/** Checks whether all jobs of a batch have ended, and does what follows. Every queue's function submits it. */
export const settleBatchTask = "settle_batch";
