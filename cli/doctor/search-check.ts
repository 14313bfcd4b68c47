import { type Client, SluiceError } from "../../client/index.ts";
import { reportError } from "../report-error.ts";
import { type Check, fail, ok, warn } from "./check.ts";

/** Searches once. A stage whose vectors no embedding model made answers by words, which looks like any other answer. */
export async function checkSearch(client: Client): Promise<Check> {
  try {
    const { notice } = await client.projects.search({ query: "ready", top_k: 1 });
    return ok("search", notice ?? "answers");
  } catch (error) {
    if (error instanceof SluiceError && error.status === 403) {
      return warn("search", "not asked", "The key lacks the scope read.");
    }
    if (error instanceof SluiceError && error.status === 404) return ok("search", "left out: the stage has no vectors");
    return fail(
      "search",
      reportError(error).line,
      "EMBEDDING_* and VECTOR_STORE are the settings; see docs/embeddings.md.",
    );
  }
}
