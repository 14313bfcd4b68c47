import type { TaskInput, TaskOutput } from "../../contracts/catalog.ts";
import { deleteDocument } from "../../shared/capabilities/documents/intake.ts";
import type { TaskContext } from "../../shared/engine/worker/context.ts";
import { processDocuments } from "../services.ts";

const HOUR_MS = 3_600_000;

/** Deletes documents that failed, or whose file never came, long enough ago. Safe to repeat. */
export async function run(
  { max_age_hours, dry_run }: TaskInput<"cleanup_old_documents">,
  { signal, progress, log }: TaskContext,
): Promise<TaskOutput<"cleanup_old_documents">> {
  const services = processDocuments();
  const counts = { found: 0, deleted: 0, failed: 0 };
  for await (const document of services.documents.overdue(Date.now() - max_age_hours * HOUR_MS)) {
    signal.throwIfAborted();
    counts.found += 1;
    if (dry_run) continue;
    try {
      await deleteDocument(services, document);
      counts.deleted += 1;
    } catch (error) {
      counts.failed += 1;
      log.warn("a document could not be deleted", { document_id: document.id, error });
    }
    progress(counts.deleted, null, "documents deleted");
  }
  return { ...counts, dry_run };
}
