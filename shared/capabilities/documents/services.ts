import type { JobServices } from "../../engine/jobs/services.ts";
import { DocumentFiles } from "./document-files.ts";
import { DocumentStore } from "./document-store.ts";

/** What everything that touches documents needs. */
export interface DocumentServices {
  readonly jobs: JobServices;
  readonly documents: DocumentStore;
  readonly files: DocumentFiles;
}

/** What everything that touches documents needs. */
export const documentServices = (jobs: JobServices): DocumentServices => ({
  jobs,
  documents: new DocumentStore(jobs.store.table),
  files: new DocumentFiles(jobs.s3, jobs.resources.SLUICE_BUCKET),
});
