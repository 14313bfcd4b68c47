/**
 * Collections: text in, nearest texts out. They hide which index is in use. Writing is in
 * indexing.ts, changing the model in migration.ts.
 *
 * @module
 */

import { CollectionNotFoundError, InvalidInputError, VectorStoreError } from "../../../contracts/errors.ts";
import type { VectorFilter } from "../../../contracts/projects/vector-search.ts";
import type { EmbeddingBackend } from "../../../contracts/settings/vectors.ts";
import type { Embedder } from "../embeddings/embedder.ts";
import type { VectorMatch } from "./driver.ts";
import { type CollectionPointer, type CollectionPointers, type IndexModel, indexName, sameModel } from "./pointers.ts";
import type { VectorStore } from "./store.ts";

/** What a collection works with. */
export interface CollectionServices {
  readonly store: VectorStore;
  readonly pointers: CollectionPointers;
  /** Opens the embedder that makes an index's vectors. */
  readonly embedderFor: (model: IndexModel) => Promise<Embedder>;
  /** What a new collection is made with. */
  readonly model: IndexModel;
  /** Start of every index's name. */
  readonly prefix: string;
}

/** The pointer of a collection, which is made when it is first written to. */
export async function openCollection(
  { store, pointers, model, prefix }: CollectionServices,
  collection: string,
  signal?: AbortSignal,
): Promise<CollectionPointer> {
  const found = await pointers.get(collection);
  if (found) return found;
  const active = { ...model, name: indexName(prefix, { collection, generation: 1 }, model) };
  await store.ensure(active.name, { dimensions: active.dimensions, metric: "cosine" }, signal);
  const first = { collection, version: 1, generation: 1, active, migration: null, retired: null };
  if (await pointers.compareAndSet(undefined, first)) return first;
  const winner = await pointers.get(collection);
  if (!winner) throw new VectorStoreError(`The pointer of ${collection} appeared and vanished.`);
  return winner;
}

/**
 * Whether the collection was made by another model than the settings name. It stays in use with its own model, so that
 * nothing breaks when settings change; a migration brings it up to them.
 * @returns a sentence for the log, or undefined
 */
export function modelMismatch(
  { model }: CollectionServices,
  { collection, active }: CollectionPointer,
): string | undefined {
  if (sameModel(active, model)) return undefined;
  return `Collection ${collection} holds vectors of ${active.model} with ${active.dimensions} dimensions; the settings name ${model.model} with ${model.dimensions}. Reindex it.`;
}

/** A search in a collection. */
export interface CollectionQuery {
  readonly tenant: string;
  readonly text: string;
  readonly topK: number;
  readonly filter?: VectorFilter | undefined;
}

/** What a search found, and how. */
export interface FoundItems {
  /** Best first. */
  readonly matches: readonly VectorMatch[];
  /** What made the vectors; undefined where there are none yet. */
  readonly backend?: EmbeddingBackend;
}

/**
 * The nearest items of one tenant; none from a collection that was never written. The question is embedded all the same: an
 * embedding server that is away or set wrongly must not look like one that finds nothing.
 */
export async function searchItems(
  services: CollectionServices,
  collection: string,
  { text, signal, ...query }: CollectionQuery & { readonly signal: AbortSignal },
): Promise<FoundItems> {
  const searchIn = async ({ active }: CollectionPointer): Promise<FoundItems> => {
    const embedder = await services.embedderFor(active);
    const [vector] = await embedder.embed([text], signal, { purpose: "query" });
    if (!vector) throw new InvalidInputError("The query gave no vector.");
    const matches = await services.store.query(active.name, { ...query, vector }, signal);
    return { matches, backend: active.backend };
  };
  const pointer = await services.pointers.get(collection);
  if (!pointer) {
    await (await services.embedderFor(services.model)).embed([text], signal, { purpose: "query" });
    return { matches: [] };
  }
  try {
    return await searchIn(pointer);
  } catch (error) {
    // The index was switched and dropped between reading the pointer and searching.
    const now = error instanceof CollectionNotFoundError ? await services.pointers.get(collection) : undefined;
    if (!now || now.active.name === pointer.active.name) throw error;
    return await searchIn(now);
  }
}
