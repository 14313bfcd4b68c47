import { InvalidInputError, TaskError } from "../../contracts/errors.ts";
import type { ProjectServices } from "../../shared/capabilities/projects/services.ts";
import { invalid, ProblemError } from "../../shared/lib/http/problem.ts";
import { requireSearch } from "./require-search.ts";

/** What a search may take; the gateway gives up after 30 seconds. */
const SEARCH_MS = 20_000;

/**
 * Runs a search by meaning.
 * @throws UnknownTaskError on a stage without a vector store
 * @throws ProblemError 422 when the model or the store refuses the query
 */
export async function answerSearch<T>(
  { collections, jobs }: Pick<ProjectServices, "collections" | "jobs">,
  search: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  requireSearch(jobs);
  // Opened here, so that a fault of the settings is not taken for one of the query.
  await collections();
  try {
    return await search(AbortSignal.timeout(SEARCH_MS));
  } catch (error) {
    if (error instanceof InvalidInputError) throw invalid([{ path: "/query", message: error.message }]);
    // What the settings or the server must change for is said to the caller; an outage is answered as any other.
    const isFinal = error instanceof TaskError && !error.retryable;
    throw isFinal ? new ProblemError("validation", `${error.name}: ${error.message}`, { cause: error }) : error;
  }
}
