import { queueHandler } from "../queue-handler.ts";
import * as settleBatch from "../tasks/settle-batch.ts";
import * as submitBatch from "../tasks/submit-batch.ts";

export const handler = queueHandler("batches", { submit_batch: submitBatch, settle_batch: settleBatch });
