import { mergedHandler } from "../queue-handler.ts";
import * as cleanupExpiredResults from "../tasks/cleanup-expired-results.ts";
import * as cleanupOldDocuments from "../tasks/cleanup-old-documents.ts";
import * as getQueueStats from "../tasks/get-queue-stats.ts";
import * as getWorkerStats from "../tasks/get-worker-stats.ts";
import * as healthCheck from "../tasks/health-check.ts";
import * as processDeadLetterQueue from "../tasks/process-dead-letter-queue.ts";
import * as settleBatch from "../tasks/settle-batch.ts";
import * as submitBatch from "../tasks/submit-batch.ts";

export const handler = mergedHandler("housekeeping", {
  submit_batch: submitBatch,
  settle_batch: settleBatch,
  health_check: healthCheck,
  cleanup_old_documents: cleanupOldDocuments,
  cleanup_expired_results: cleanupExpiredResults,
  get_queue_stats: getQueueStats,
  get_worker_stats: getWorkerStats,
  process_dead_letter_queue: processDeadLetterQueue,
});
