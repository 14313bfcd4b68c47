/**
 * The services of a function's process, created from the catalog and the environment on first use.
 *
 * @module
 */

import { type DocumentServices, documentServices } from "../shared/capabilities/documents/services.ts";
import { type ProjectServices, projectServices } from "../shared/capabilities/projects/services.ts";
import { type JobServices, jobServices } from "../shared/engine/jobs/services.ts";
import { catalog } from "./app.ts";

let jobs: JobServices | undefined;
let documents: DocumentServices | undefined;
let projects: ProjectServices | undefined;

/** The services of jobs. @throws Error that names what is missing or wrong in the environment */
export function processServices(): JobServices {
  jobs ??= jobServices(catalog);
  return jobs;
}

/** The services of documents. @throws Error as {@link processServices} */
export function processDocuments(): DocumentServices {
  documents ??= documentServices(processServices());
  return documents;
}

/** The services of projects. @throws Error as {@link processServices} */
export function processProjects(): ProjectServices {
  projects ??= projectServices(processServices());
  return projects;
}
