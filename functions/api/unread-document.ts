import type { TaskDefinition } from "../../contracts/define-task.ts";
import { classify, extract } from "../../contracts/tasks/extraction.ts";
import { documentServices } from "../../shared/capabilities/documents/services.ts";
import { documentFault } from "../../shared/capabilities/extraction/source.ts";
import type { JobServices } from "../../shared/engine/jobs/services.ts";
import { keyedTaskId } from "../../shared/engine/table/addresses.ts";
import { jsonPointer } from "../../shared/lib/http/pointer.ts";
import { invalid } from "../../shared/lib/http/problem.ts";

/** A submit whose input may name a document. */
interface DocumentSubmit {
  readonly input: { readonly document_id: unknown };
  readonly tenant: string;
  /** Where the input is in the body. */
  readonly at: readonly string[];
  /** Of the job: a replay of an accepted submission gets its job. */
  readonly idempotencyKey: string | undefined;
}

/**
 * Refuses a job about a document that is not there, is another project's, or has no text: it would fail.
 * @throws ProblemError 422 that points to the document's id
 */
export async function refuseUnreadDocument(
  jobs: JobServices,
  task: TaskDefinition,
  { input, tenant, at, idempotencyKey }: DocumentSubmit,
): Promise<void> {
  const isAboutText = task === extract || task === classify;
  const { document_id: id } = input;
  if (!isAboutText || typeof id !== "string") return;
  const message = documentFault(id, tenant, await documentServices(jobs).documents.get(id));
  if (message === undefined) return;
  const wasAccepted = idempotencyKey !== undefined && (await jobs.store.get(keyedTaskId(tenant, idempotencyKey)));
  if (!wasAccepted) throw invalid([{ path: jsonPointer([...at, "document_id"]), message }]);
}
