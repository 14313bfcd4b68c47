import { InvalidInputError, TaskError } from "../../contracts/errors.ts";
import { countedCollections } from "../../shared/capabilities/embeddings/counted.ts";
import type { CollectionServices } from "../../shared/capabilities/vectors/collections.ts";
import { invalid, ProblemError } from "../../shared/lib/http/problem.ts";
import type { Caller } from "./caller.ts";
import { countedCall } from "./counted-call.ts";
import { requireSearch } from "./require-search.ts";
import type { ApiServices } from "./route-handler.ts";

/** What a search may take; the gateway gives up after 30 seconds. */
const SEARCH_MS = 20_000;
/** How searches are named in the metrics. */
const NAME = "search";

/**
 * Runs a search by meaning. Embedding its question counts as any call of the embedding server does.
 * @param search given the collections
 * @throws UnknownTaskError on a stage without a vector store
 * @throws ProblemError 422 when the model or the store refuses the query, 429 when a limit is reached
 */
export async function answerSearch<T>(
  { projects, jobs, logger, embeddingLimiter: limiter }: ApiServices,
  { caller, tenant }: { readonly caller: Caller; readonly tenant: string },
  search: (collections: CollectionServices, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  requireSearch(jobs);
  // Opened here, so that a fault of the settings is not taken for one of the query.
  const collections = await projects.collections();
  try {
    return await countedCall(
      { jobs, logger, limiter, used: "embeddings" },
      { caller, tenant, name: NAME, ms: SEARCH_MS },
      // One call was admitted; another one, when the index is switched meanwhile, does not wait for its turn.
      (usage) =>
        search(countedCollections(collections, { admitCall: async () => {}, usage }), AbortSignal.timeout(SEARCH_MS)),
    );
  } catch (error) {
    if (error instanceof InvalidInputError) throw invalid([{ path: "/query", message: error.message }]);
    // What the settings or the server must change for is said to the caller; an outage is answered as any other.
    const isFinal = error instanceof TaskError && !error.retryable;
    throw isFinal ? new ProblemError("validation", `${error.name}: ${error.message}`, { cause: error }) : error;
  }
}
