import { queueHandler } from "../../shared/engine/queue-handler.ts";
import * as cleanupExpiredResults from "../tasks/cleanup-expired-results.ts";
import * as cleanupOldDocuments from "../tasks/cleanup-old-documents.ts";

export const handler = queueHandler("monitoring", {
  cleanup_old_documents: cleanupOldDocuments,
  cleanup_expired_results: cleanupExpiredResults,
});
