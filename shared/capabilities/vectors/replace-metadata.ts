import { UNFILTERABLE_KEY } from "../../../contracts/projects/vector-search.ts";
import type { CollectionServices } from "./collections.ts";
import type { VectorPoint } from "./driver.ts";
import { type CollectionItem, fault, onWrittenIndexes, storedText } from "./indexing.ts";

/**
 * Gives stored items of one tenant other metadata and leaves their vectors as they are; no embedder is asked.
 * @returns the items that are not stored with this text, which must be embedded
 * @throws InvalidInputError when an item does not fit the store
 */
export async function replaceMetadata(
  services: CollectionServices,
  collection: string,
  { tenant, items, signal }: { tenant: string; items: readonly Omit<CollectionItem, "tenant">[]; signal: AbortSignal },
): Promise<Omit<CollectionItem, "tenant">[]> {
  const pointer = await services.pointers.get(collection);
  if (!pointer || items.length === 0) return [...items];
  for (const item of items) {
    const error = fault({ ...item, tenant });
    if (error !== undefined) throw error;
  }
  const ids = items.map(({ id }) => id);
  const missing = new Set(ids);
  await onWrittenIndexes(services, pointer, async ({ name }) => {
    const stored = new Map((await services.store.get(name, { tenant, ids }, signal)).map((point) => [point.id, point]));
    const points = items.flatMap(({ id, text, metadata }): VectorPoint[] => {
      const point = stored.get(id);
      const kept = storedText(text);
      if (!point || point.metadata[UNFILTERABLE_KEY] !== kept) return [];
      return [{ ...point, metadata: { ...metadata, [UNFILTERABLE_KEY]: kept } }];
    });
    await services.store.upsert(name, points, signal);
    // What a migration's target lacks, its backfill brings: it finds the active index changed and copies again.
    if (name === pointer.active.name) for (const { id } of points) missing.delete(id);
  });
  return items.filter(({ id }) => missing.has(id));
}
