import { DimensionMismatchError, InvalidInputError } from "../../../contracts/errors.ts";
import {
  type EmbeddingSettings,
  embeddingDimensions,
  type VectorSettings,
} from "../../../contracts/settings/vectors.ts";
import { createEmbedder } from "../embeddings/create-embedder.ts";
import type { Embedder } from "../embeddings/embedder.ts";
import type { CollectionServices } from "./collections.ts";
import { createVectorStore } from "./create-store.ts";
import type { CollectionPointers, IndexModel } from "./pointers.ts";

/** The model that the settings name. */
async function modelOf(settings: EmbeddingSettings): Promise<IndexModel> {
  const { name, model, dimensions } = await createEmbedder(settings);
  return { backend: name, model, dimensions, server_url: settings.EMBEDDING_SERVER_URL ?? null };
}

/** The embedder that made an index: the settings' key and options, with the index's own model. */
async function embedderOf(settings: EmbeddingSettings, model: IndexModel): Promise<Embedder> {
  const dimensions = embeddingDimensions.find((known) => known === model.dimensions);
  if (dimensions === undefined) {
    throw new DimensionMismatchError(`No embedder gives vectors of ${model.dimensions} dimensions.`);
  }
  const embedder = await createEmbedder({
    ...settings,
    EMBEDDING_BACKEND: model.backend,
    EMBEDDING_MODEL: model.model,
    EMBEDDING_DIMENSIONS: dimensions,
    EMBEDDING_SERVER_URL: model.server_url ?? undefined,
  });
  if (embedder.model !== model.model) {
    throw new InvalidInputError(`The index was made by ${model.model}, which is not offered any more. Reindex it.`);
  }
  return embedder;
}

/**
 * All that collections need, from settings.
 * @throws InvalidInputError or LLMClientError when a setting is missing
 */
export async function createCollections(
  settings: EmbeddingSettings & VectorSettings,
  pointers: CollectionPointers,
): Promise<CollectionServices> {
  const embedders = new Map<string, Promise<Embedder>>();
  return {
    store: await createVectorStore(settings),
    pointers,
    model: await modelOf(settings),
    prefix: settings.VECTOR_INDEX_PREFIX,
    embedderFor(model) {
      const key = JSON.stringify([model.backend, model.model, model.dimensions, model.server_url]);
      const opened = embedders.get(key) ?? embedderOf(settings, model);
      embedders.set(key, opened);
      return opened;
    },
  };
}
