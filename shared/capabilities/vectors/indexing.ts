/**
 * Writing to collections.
 *
 * Why no write is lost by a migration, without any waiting: a write reads the pointer, writes, and reads the pointer
 * again. If the migration's start became visible in between, the write is repeated for the target. If not, the write
 * was complete before the start, and the backfill, which begins after it, finds the point.
 *
 * @module
 */

import { CollectionNotFoundError, InvalidInputError, VectorStoreError } from "../../../contracts/errors.ts";
import { UNFILTERABLE_KEY, type VectorMetadata } from "../../../contracts/projects/vector-search.ts";
import { type BatchStatistics, embedBatch } from "../embeddings/embed-batch.ts";
import { checkId, checkMetadata, checkTenant } from "./checks.ts";
import { type CollectionServices, openCollection } from "./collections.ts";
import type { VectorPoint } from "./driver.ts";
import type { CollectionPointer, IndexReference } from "./pointers.ts";

/** What a collection keeps of one thing. */
export interface CollectionItem {
  readonly tenant: string;
  readonly id: string;
  /** Embedded and stored up to MAX_TEXT_BYTES; what is beyond is not searched. */
  readonly text: string;
  /** Without `text`, which is the store's own. */
  readonly metadata: VectorMetadata;
}

/** What became of an item. */
export interface IndexingResult {
  /** Items that could not be embedded or do not fit the store; all others are written. */
  readonly failures: readonly { readonly item: CollectionItem; readonly error: unknown }[];
  readonly statistics: BatchStatistics;
}

/** How items are indexed. */
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

/** Does `work` for every index that must be written, and again for those that became one meanwhile. */
export async function onWrittenIndexes(
  services: CollectionServices,
  first: CollectionPointer,
  work: (index: IndexReference) => Promise<void>,
): Promise<void> {
  const { collection } = first;
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

/** Why an item does not fit the store, or undefined. */
export function fault({ tenant, id, text, metadata }: CollectionItem): unknown {
  try {
    checkTenant(tenant);
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
  { items, signal, onProgress, ...options }: IndexingOptions & { readonly items: readonly CollectionItem[] },
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
  await onWrittenIndexes(services, pointer, async (index) => {
    const embedder = await services.embedderFor(index);
    const result = await embedBatch(embedder, batch, {
      signal,
      ...options,
      ...(onProgress && !statistics ? { onProgress } : {}),
    });
    statistics ??= result.statistics;
    const points: VectorPoint[] = [];
    const refused: CollectionItem[] = [];
    for (const [position, outcome] of result.outcomes.entries()) {
      const item = sound[position];
      if (!item) continue;
      if ("error" in outcome) {
        failures.set(item, outcome.error);
        refused.push(item);
      } else {
        const { tenant, id, metadata } = item;
        const text = batch[position]?.text ?? "";
        points.push({ tenant, id, vector: outcome.vector, metadata: { ...metadata, [UNFILTERABLE_KEY]: text } });
      }
    }
    await services.store.upsert(index.name, points, signal);
    // The active index keeps what it had. A migration's target must not: it would bring the older text back.
    if (index.name === pointer.active.name) return;
    for (const { tenant, id } of refused) await services.store.delete(index.name, { tenant, ids: [id] }, signal);
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

/** Items of one tenant, by id. */
export interface TenantItems {
  readonly tenant: string;
  readonly ids: readonly string[];
  readonly signal: AbortSignal;
}

/** Whether any of these is stored, in whichever index of the collection. */
export async function hasItems(
  services: CollectionServices,
  collection: string,
  { tenant, ids, signal }: TenantItems,
): Promise<boolean> {
  const pointer = await services.pointers.get(collection);
  if (!pointer) return false;
  let found = false;
  await onWrittenIndexes(services, pointer, async ({ name }) => {
    found ||= (await services.store.get(name, { tenant, ids }, signal)).length > 0;
  });
  return found;
}

/** Removes items; missing ones, and a collection that was never written, are success. */
export async function removeItems(
  services: CollectionServices,
  collection: string,
  { tenant, ids, signal }: TenantItems,
): Promise<void> {
  const pointer = await services.pointers.get(collection);
  if (!pointer) return;
  await onWrittenIndexes(services, pointer, ({ name }) => services.store.delete(name, { tenant, ids }, signal));
}
