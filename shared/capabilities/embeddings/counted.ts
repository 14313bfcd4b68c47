/**
 * Embeddings of a run, counted by the limits of its backend.
 *
 * @module
 */

import type { TaskContext } from "../../engine/worker/context.ts";
import type { CollectionServices } from "../vectors/collections.ts";
import type { Embedder } from "./embedder.ts";

/** What of a run's context counts. */
export type Counting = Pick<TaskContext, "admitCall" | "usage">;

const counted = (embedder: Embedder, { admitCall, usage }: Counting): Embedder => ({
  ...embedder,
  async embed(texts, signal, options = {}) {
    await admitCall();
    const used = (tokens: number) => {
      usage({ prompt_tokens: tokens, completion_tokens: 0, total_tokens: tokens, model: embedder.model });
      options.used?.(tokens);
    };
    return await embedder.embed(texts, signal, { ...options, used });
  },
});

/** Collections whose embedders wait for the run's turn before each call after the first, and book its tokens on the job. */
export const countedCollections = (collections: CollectionServices, context: Counting): CollectionServices => ({
  ...collections,
  embedderFor: async (model) => {
    const embedder = await collections.embedderFor(model);
    // The embedded one is a function, and nothing is scarce.
    return embedder.name === "embedded" ? embedder : counted(embedder, context);
  },
});
