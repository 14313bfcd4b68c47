import { z } from "zod";
import { documentServices } from "../../shared/capabilities/documents/services.ts";
import type { JobRecord } from "../../shared/engine/jobs/record.ts";
import type { JobServices } from "../../shared/engine/jobs/services.ts";

const inputSchema = z.object({ document_id: z.string() });

/** Whether a job was to read a document that is deleted by now, or whose file never came: it would run only to fail. */
export async function hasNothingToRead(jobs: JobServices, job: JobRecord): Promise<boolean> {
  if (job.task_name !== "process_document") return false;
  const { data } = inputSchema.safeParse(await jobs.store.readInput(job));
  if (data === undefined) return false;
  const document = await documentServices(jobs).documents.get(data.document_id);
  return document === undefined || document.upload_until !== undefined;
}
