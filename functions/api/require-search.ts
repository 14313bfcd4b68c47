import { indexDocument } from "../../contracts/tasks/index-document.ts";
import type { JobServices } from "../../shared/engine/jobs/services.ts";
import { taskOf } from "../../shared/engine/jobs/submit.ts";

/**
 * Refuses what needs the vector store on a stage that has none, before anything is written.
 * @throws UnknownTaskError which is answered with 404 and names the settings
 */
export function requireSearch({ catalog }: Pick<JobServices, "catalog">): void {
  taskOf(catalog, indexDocument.name);
}
