import { queueHandler } from "../queue-handler.ts";
import * as cleanupExpiredResults from "../tasks/cleanup-expired-results.ts";
import * as cleanupOldDocuments from "../tasks/cleanup-old-documents.ts";
import * as getQueueStats from "../tasks/get-queue-stats.ts";
import * as getWorkerStats from "../tasks/get-worker-stats.ts";
import * as processDeadLetterQueue from "../tasks/process-dead-letter-queue.ts";

export const handler = queueHandler("monitoring", {
  cleanup_old_documents: cleanupOldDocuments,
  cleanup_expired_results: cleanupExpiredResults,
  get_queue_stats: getQueueStats,
  get_worker_stats: getWorkerStats,
  process_dead_letter_queue: processDeadLetterQueue,
});
