import { CollectionNotFoundError, InvalidInputError, VectorStoreError } from "../../contracts/errors.ts";
import { UNFILTERABLE_KEY, type VectorFilter, type VectorMetadata } from "../../contracts/vector-search.ts";
import { type BatchStatistics, embedBatch } from "../embeddings/embed-batch.ts";
import type { Embedder } from "../embeddings/embedder.ts";
import { checkId, checkMetadata, checkTenant } from "./checks.ts";
import type { VectorMatch, VectorPoint } from "./driver.ts";
import {
  type CollectionPointer,
  type CollectionPointers,
  type IndexModel,
  type IndexReference,
  indexName,
  sameModel,
} from "./pointers.ts";
import type { VectorStore } from "./store.ts";

/**
 * Collections: text in, nearest texts out. They hide which index is in use, and write to both while a migration fills
 * a new one (shared/vectors/migration.ts).
 *
 * Why no write is lost by a migration, without any waiting: a write reads the pointer, writes, and reads the pointer
 * again. If the migration's start became visible in between, the write is repeated for the target. If not, the write
 * was complete before the start, and the backfill, which begins after it, finds the point.
 */

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

export interface CollectionItem {
  readonly tenantId: string;
  readonly id: string;
  /** Embedded and stored up to MAX_TEXT_BYTES; what is beyond is not searched. */
  readonly text: string;
  /** Without `text`, which is the store's own. */
  readonly metadata: VectorMetadata;
}

export interface IndexingResult {
  /** Items that could not be embedded or do not fit the store; all others are written. */
  readonly failures: readonly { readonly item: CollectionItem; readonly error: unknown }[];
  readonly statistics: BatchStatistics;
}

export interface IndexingOptions {
  readonly signal: AbortSignal;
  readonly groupSize?: number;
  readonly parallel?: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Text is kept beside its vector so that a migration can embed it again; 40 KB of metadata must hold it. */
export const MAX_TEXT_BYTES = 32 * 1_024;
/** Changes of the pointer during one write; more of them are not a migration. */
const MAX_ROUNDS = 5;

/** The text that is stored: cut between characters. JSON may double a byte, hence the second bound. */
export function storedText(text: string): string {
  let cut = Buffer.from(text.toWellFormed())
    .subarray(0, MAX_TEXT_BYTES)
    .toString()
    .replace(/\uFFFD$/, "");
  while (Buffer.byteLength(JSON.stringify(cut)) > MAX_TEXT_BYTES + 4_096)
    cut = cut.slice(0, Math.floor(cut.length * 0.9)).toWellFormed();
  return cut;
}

/** The indexes that a write must reach, in the order that the backfill relies on: the active one first. */
const writtenIndexes = ({ active, migration }: CollectionPointer): IndexReference[] =>
  migration ? [active, migration.target] : [active];

/** The pointer of a collection, which is made when it is first written to. */
export async function openCollection(
  { store, pointers, model, prefix }: CollectionServices,
  collection: string,
  signal?: AbortSignal,
): Promise<CollectionPointer> {
  const found = await pointers.get(collection);
  if (found) return found;
  const active = { ...model, name: indexName(prefix, collection, model, 1) };
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

/** Does `work` for every index that must be written, and again for those that became one meanwhile. */
async function onWrittenIndexes(
  services: CollectionServices,
  collection: string,
  first: CollectionPointer,
  work: (index: IndexReference) => Promise<void>,
): Promise<void> {
  const done = new Set<string>();
  let pointer = first;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    try {
      for (const index of writtenIndexes(pointer)) {
        if (done.has(index.name)) continue;
        await work(index);
        done.add(index.name);
      }
    } catch (error) {
      // Dropped meanwhile? Then the pointer has moved on.
      const now = await services.pointers.get(collection);
      if (!(error instanceof CollectionNotFoundError) || !now || now.version === pointer.version) throw error;
      pointer = now;
      continue;
    }
    const now = await services.pointers.get(collection);
    if (!now || writtenIndexes(now).every(({ name }) => done.has(name))) return;
    pointer = now;
  }
  throw new VectorStoreError(`The pointer of ${collection} keeps changing.`);
}

function fault({ tenantId, id, text, metadata }: CollectionItem): unknown {
  try {
    checkTenant(tenantId);
    checkId(id);
    if (UNFILTERABLE_KEY in metadata) {
      throw new InvalidInputError(`Metadata of ${id}: "${UNFILTERABLE_KEY}" is the text itself and cannot be given.`);
    }
    checkMetadata({ ...metadata, [UNFILTERABLE_KEY]: storedText(text) }, id);
    return undefined;
  } catch (error) {
    return error;
  }
}

/**
 * Embeds items and writes them. Items fail one by one; a store or a server that fails makes the whole call throw.
 * @throws TaskError of the store; the signal's reason
 */
export async function indexItems(
  services: CollectionServices,
  collection: string,
  items: readonly CollectionItem[],
  { signal, onProgress, ...options }: IndexingOptions,
): Promise<IndexingResult> {
  const failures = new Map<CollectionItem, unknown>();
  for (const item of items) {
    const error = fault(item);
    if (error !== undefined) failures.set(item, error);
  }
  const sound = items.filter((item) => !failures.has(item));
  const batch = sound.map(({ id, text }) => ({ id, text: storedText(text) }));
  let statistics: BatchStatistics | undefined;

  const pointer = await openCollection(services, collection, signal);
  await onWrittenIndexes(services, collection, pointer, async (index) => {
    const embedder = await services.embedderFor(index);
    const result = await embedBatch(embedder, batch, {
      signal,
      ...options,
      ...(onProgress && !statistics ? { onProgress } : {}),
    });
    statistics ??= result.statistics;
    const points: VectorPoint[] = [];
    for (const [position, outcome] of result.outcomes.entries()) {
      const item = sound[position];
      if (!item) continue;
      if ("error" in outcome) failures.set(item, outcome.error);
      else {
        const { tenantId, id, metadata } = item;
        const text = batch[position]?.text ?? "";
        points.push({ tenantId, id, vector: outcome.vector, metadata: { ...metadata, [UNFILTERABLE_KEY]: text } });
      }
    }
    await services.store.upsert(index.name, points, signal);
  });

  return {
    failures: [...failures].map(([item, error]) => ({ item, error })),
    statistics: {
      calls: 0,
      groups_split: 0,
      duration_ms: 0,
      ...statistics,
      total: items.length,
      succeeded: items.length - failures.size,
      failed: failures.size,
    },
  };
}

/** Removes items; missing ones, and a collection that was never written, are success. */
export async function removeItems(
  services: CollectionServices,
  collection: string,
  tenantId: string,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const pointer = await services.pointers.get(collection);
  if (!pointer) return;
  await onWrittenIndexes(services, collection, pointer, ({ name }) =>
    services.store.delete(name, tenantId, ids, signal),
  );
}

export interface CollectionQuery {
  readonly tenantId: string;
  readonly text: string;
  readonly topK: number;
  readonly filter?: VectorFilter | undefined;
}

/** The nearest items of one tenant, best first; none from a collection that was never written. */
export async function searchItems(
  services: CollectionServices,
  collection: string,
  { text, ...query }: CollectionQuery,
  signal: AbortSignal,
): Promise<VectorMatch[]> {
  const searchIn = async ({ active }: CollectionPointer): Promise<VectorMatch[]> => {
    const embedder = await services.embedderFor(active);
    const [vector] = await embedder.embed([text], signal, "query");
    if (!vector) throw new InvalidInputError("The query gave no vector.");
    return await services.store.query(active.name, { ...query, vector }, signal);
  };
  const pointer = await services.pointers.get(collection);
  if (!pointer) return [];
  try {
    return await searchIn(pointer);
  } catch (error) {
    // The index was switched and dropped between reading the pointer and searching.
    const now = error instanceof CollectionNotFoundError ? await services.pointers.get(collection) : undefined;
    if (!now || now.active.name === pointer.active.name) throw error;
    return await searchIn(now);
  }
}
