/**
 * Copies a page of points from the old index to the new, while others write to both.
 *
 * @module
 */

import { isDeepStrictEqual } from "node:util";
import { TaskError, VectorStoreError } from "../../../contracts/errors.ts";
import { UNFILTERABLE_KEY, type VectorMetadata } from "../../../contracts/projects/vector-search.ts";
import { embedBatch } from "../embeddings/embed-batch.ts";
import type { CollectionServices } from "./collections.ts";
import type { ListedPoint, PointKey, VectorPoint } from "./driver.ts";
import type { IndexReference, Migrating, Migration } from "./pointers.ts";

/** What each step of the copying works with. */
interface Copying {
  readonly services: CollectionServices;
  readonly signal: AbortSignal;
}

/** Rewrites of a page that others keep changing. */
const MAX_ROUNDS = 10;

function byTenant<T extends PointKey>(points: readonly T[]): [tenant: string, points: T[]][] {
  return [...Map.groupBy(points, ({ tenant }) => tenant)];
}

/** Embeds and writes points; those that the model refuses are removed from the target and reported. */
async function copyPoints(
  copying: Copying,
  target: IndexReference,
  points: readonly ListedPoint[],
): Promise<Migration["failed"]> {
  const { services, signal } = copying;
  const items = points.map(({ id, metadata }) => {
    const text = metadata[UNFILTERABLE_KEY];
    return { id, text: typeof text === "string" ? text : "" };
  });
  const { outcomes } = await embedBatch(await services.embedderFor(target), items, { signal });
  const embedded: VectorPoint[] = [];
  const refused: ListedPoint[] = [];
  const failed: Migration["failed"] = [];
  for (const [position, outcome] of outcomes.entries()) {
    const point = points[position];
    if (!point) continue;
    if ("vector" in outcome) embedded.push({ ...point, vector: outcome.vector });
    else {
      // What may succeed in another attempt ends this run; the cursor stays before this page.
      if (!(outcome.error instanceof TaskError) || outcome.error.retryable) throw outcome.error;
      refused.push(point);
      failed.push({ tenant_id: point.tenant, id: point.id, message: outcome.error.message });
    }
  }
  await services.store.upsert(target.name, embedded, signal);
  await removePoints(copying, target, refused);
  return failed;
}

async function removePoints(
  { services: { store }, signal }: Copying,
  index: IndexReference,
  points: readonly PointKey[],
): Promise<void> {
  for (const [tenant, gone] of byTenant(points)) {
    const ids = gone.map(({ id }) => id);
    await store.delete(index.name, { tenant, ids }, signal);
  }
}

/** A point as it was last seen in the old index; without metadata when it was deleted. */
interface Seen extends PointKey {
  readonly metadata: VectorMetadata | undefined;
}
const isThere = (point: Seen): point is ListedPoint => point.metadata !== undefined;
const keyOf = ({ tenant, id }: PointKey): string => `${tenant}/${id}`;

/** Examines points again. */
async function lookAgain(
  { services: { store }, signal }: Copying,
  index: IndexReference,
  points: readonly Seen[],
): Promise<Seen[]> {
  const now = new Map<string, VectorMetadata>();
  for (const [tenant, some] of byTenant(points)) {
    const ids = some.map(({ id }) => id);
    for (const point of await store.get(index.name, { tenant, ids }, signal)) now.set(keyOf(point), point.metadata);
  }
  return points.map(({ tenant, id }) => ({ tenant, id, metadata: now.get(keyOf({ tenant, id })) }));
}

/**
 * Copies a page so that it is right even while its points are written or deleted: what changed in the old index since
 * it was read is copied again. A writer writes to the old index first; so if the old index still shows what was
 * copied, the writer's own write to the target is yet to come and will replace ours.
 */
export async function copyPage(
  copying: Copying,
  { active, migration: { target } }: Migrating,
  page: readonly ListedPoint[],
): Promise<Migration["failed"]> {
  const failed = new Map<string, Migration["failed"][number]>();
  let pending: readonly Seen[] = page;
  for (let round = 0; pending.length > 0; round++) {
    if (round === MAX_ROUNDS)
      throw new VectorStoreError(`Points of ${active.name} change faster than they are copied.`);
    for (const point of pending) failed.delete(keyOf(point));
    for (const failure of await copyPoints(copying, target, pending.filter(isThere))) {
      failed.set(keyOf({ tenant: failure.tenant_id, id: failure.id }), failure);
    }
    const gone = pending.filter((point) => !isThere(point));
    await removePoints(copying, target, gone);

    const now = await lookAgain(copying, active, pending);
    pending = now.filter(({ metadata }, position) => !isDeepStrictEqual(metadata, pending[position]?.metadata));
  }
  return [...failed.values()];
}
