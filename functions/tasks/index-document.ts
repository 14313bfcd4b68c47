import type { TaskInput, TaskOutput } from "../../contracts/catalog.ts";
import { indexPassages, readText, removePassages } from "../../shared/documents/passages.ts";
import { documentServices } from "../../shared/documents/services.ts";
import { classifyError } from "../../shared/engine/classify-error.ts";
import type { TaskContext } from "../../shared/engine/context.ts";
import { processProjects } from "../../shared/projects/services.ts";

/** Brings the vector store in line with a document as it is now: its passages, or none when it is gone. */
export async function run(
  { document_id: id, old_passages }: TaskInput<"index_document">,
  { projectId, signal, progress, log }: TaskContext,
): Promise<TaskOutput<"index_document">> {
  const started = performance.now();
  const { documents, files } = documentServices();
  const collections = await processProjects().collections();
  const document = await documents.get(id);
  const isThere = document?.project_id === projectId && document.status === "completed";
  const text = isThere ? await readText(files, document) : "";

  const result = isThere
    ? await indexPassages(collections, document, text, {
        signal,
        onProgress: (done, total) => progress(done, total, "passages"),
      })
    : { passages: 0, failures: [] };
  const again = result.failures.find(({ error }) => classifyError(error).retryable);
  if (again) throw again.error;
  for (const { item, error } of result.failures) log.warn("a passage could not be embedded", { id: item.id, error });
  await removePassages(collections, { id, project_id: projectId }, result.passages, old_passages, signal);
  if (isThere) await documents.indexed(id, result.passages);
  return {
    document_id: id,
    passages: result.passages,
    failed: result.failures.length,
    duration_ms: Math.round(performance.now() - started),
  };
}
