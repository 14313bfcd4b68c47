import type { TaskInput, TaskOutput } from "../../contracts/catalog.ts";
import { VectorStoreError } from "../../contracts/errors.ts";
import { indexPassages, readText, removePassages } from "../../shared/capabilities/documents/passages.ts";
import { countedCollections } from "../../shared/capabilities/embeddings/counted.ts";
import { classifyError } from "../../shared/engine/jobs/job-error.ts";
import type { TaskContext } from "../../shared/engine/worker/context.ts";
import { processDocuments, processProjects } from "../services.ts";

/** How often one run follows a document that is replaced again and again. */
const MAX_ROUNDS = 5;

/**
 * Synchronizes the vector store with a document as it is now: its passages, or none when it was deleted. Jobs about one
 * document may overlap; a job that finds, after writing, that the document has changed starts over.
 */
export async function run(
  { document_id: id, old_passages }: TaskInput<"index_document">,
  context: TaskContext,
): Promise<TaskOutput<"index_document">> {
  const { tenant, signal, progress, log } = context;
  const started = performance.now();
  const { documents, files } = processDocuments();
  const collections = countedCollections(await processProjects().collections(), context);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const document = await documents.get(id);
    const isThere = document?.project_id === tenant && document.status === "completed";
    const result = isThere
      ? await indexPassages(
          collections,
          { document, text: await readText(files, document) },
          {
            signal,
            onProgress: (done, total) => progress(done, total, "passages"),
          },
        )
      : { passages: 0, failures: [] };
    const again = result.failures.find(({ error }) => classifyError(error).retryable);
    if (again) throw again.error;
    for (const { item, error } of result.failures) log.warn("a passage could not be embedded", { id: item.id, error });
    await removePassages(
      collections,
      { id, project_id: tenant },
      { from: result.passages, until: old_passages, signal },
    );
    if (isThere && !(await documents.indexed(document, result.passages))) continue;
    return {
      document_id: id,
      passages: result.passages,
      failed: result.failures.length,
      duration_ms: Math.round(performance.now() - started),
    };
  }
  throw new VectorStoreError(`Document ${id} is replaced faster than it is indexed.`);
}
