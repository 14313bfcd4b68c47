/**
 * What the engine does for batches as jobs: making many jobs, and looking whether all have ended.
 *
 * @module
 */

import { z } from "zod";
import { defineTask } from "../define-task.ts";
import { settleBatchTask, submitBatchTask } from "../jobs/batch-tasks.ts";

const shared = {
  queue: "batches",
  retry: "idempotent",
  timeLimit: { soft: 270, hard: 300 },
  memory: 1_024,
  uses: ["batches"],
  continuesAtOnce: true,
  input: z.strictObject({ batch_id: z.string().min(1).max(64).describe("A batch of the same project.") }),
} as const;

/** The task `submit_batch`: makes the jobs of a batch that is too large for one request. */
export const submitBatch = defineTask({
  ...shared,
  name: submitBatchTask,
  description: "Makes the jobs of a large batch. Submitted by POST /batches; repeating it makes nothing twice.",
  output: z.strictObject({ made: z.int().describe("Jobs that the batch has.") }),
});

/** The task `settle_batch`: revokes what is left of a cancelled batch, and does what follows when all jobs have ended. */
export const settleBatch = defineTask({
  ...shared,
  name: settleBatchTask,
  description:
    "Revokes what is left of a cancelled batch, and does what is to follow when all its jobs have ended. Submitted by Sluice; repeating it does nothing twice.",
  output: z.strictObject({ completed: z.boolean() }),
});
