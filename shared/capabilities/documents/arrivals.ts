/**
 * What S3 reports of objects: a file that has arrived starts its document's job. Events may come twice or late.
 *
 * @module
 */

import { z } from "zod";
import type { JobState } from "../../../contracts/jobs/states.ts";
import { releaseJob } from "../../engine/jobs/release.ts";
import { retryJob } from "../../engine/jobs/retry.ts";
import type { Logger } from "../../lib/logger.ts";
import { documentAt } from "./document-files.ts";
import type { DocumentServices } from "./services.ts";

const recordSchema = z.object({
  s3: z.object({
    object: z.object({ key: z.string(), size: z.number().default(0), eTag: z.string().default("") }),
  }),
});
const eventSchema = z.union([
  z.object({ Records: z.array(recordSchema) }),
  // S3 sends this once, when notifications are set up.
  z.object({ Event: z.literal("s3:TestEvent") }),
]);

/** The old file is still being read: the new one has to wait. */
class DocumentBusyError extends Error {
  override readonly name = "DocumentBusyError";
}

/**
 * Handles one message of S3.
 * @throws DocumentBusyError: the message should come again
 * @throws ZodError when it is not an event of S3
 */
export async function handleArrival(services: DocumentServices, body: string, logger: Logger): Promise<void> {
  const event = eventSchema.parse(JSON.parse(body));
  if ("Event" in event) return;
  for (const { s3 } of event.Records) {
    // S3 encodes keys as forms do.
    const key = decodeURIComponent(s3.object.key.replaceAll("+", " "));
    await arrive({ services, logger }, key, { etag: s3.object.eTag, size: s3.object.size });
  }
}

async function arrive(
  { services, logger }: { readonly services: DocumentServices; readonly logger: Logger },
  key: string,
  file: { etag: string; size: number },
): Promise<void> {
  const place = documentAt(key);
  const document = place && (await services.documents.get(place.id));
  if (!document || document.project_id !== place.tenant) {
    logger.warn("a file without a document", { key });
    // Deleted while it was on its way: nothing else would ever remove it.
    if (place && !document) await services.files.removeFile({ id: place.id, project_id: place.tenant });
    return;
  }
  const job = await services.jobs.store.get(document.task_id);
  if (document.etag === file.etag && document.upload_until === undefined) {
    // The same event again; the job may still lack its message if the first handling was cut off.
    if (job) await releaseJob(services.jobs, job);
    return;
  }
  if (job?.status === "STARTED" || job?.status === "RETRY") {
    throw new DocumentBusyError(`Document ${document.id} was overwritten while it is processed.`);
  }
  await services.documents.arrived(document.id, file);
  if (!job) {
    logger.error("a document without a job", { document_id: document.id });
    return;
  }
  if (job.status === "PENDING") await releaseJob(services.jobs, job);
  else await retryJob(services.jobs, job, { reason: "a new file arrived", from: finished });
}

const finished: readonly JobState[] = ["SUCCESS", "FAILURE", "REVOKED"];
