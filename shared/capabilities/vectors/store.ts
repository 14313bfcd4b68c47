import { CollectionNotFoundError, DimensionMismatchError } from "../../../contracts/errors.ts";
import type { VectorFilter } from "../../../contracts/projects/vector-search.ts";
import type { VectorStoreName } from "../../../contracts/settings/vectors.ts";
import { chunksOf, writeBatches } from "./batches.ts";
import { checkId, checkIndexName, checkPoint, checkTenant, checkTopK, checkVector, parseFilter } from "./checks.ts";
import type {
  CollectionSpec,
  PageRequest,
  PointIds,
  PointPage,
  VectorDriver,
  VectorMatch,
  VectorPoint,
} from "./driver.ts";

/**
 * Vector stores: one interface over S3 Vectors, Qdrant and SQLite. Every point belongs to a tenant (the project of an
 * API key), and every read names one; the store itself filters by it.
 *
 * All methods throw the errors of contracts/errors.ts: InvalidInputError, DimensionMismatchError and
 * CollectionNotFoundError are final; ConnectionError, RateLimitError and VectorStoreError may pass.
 */
export interface VectorStore {
  readonly name: VectorStoreName;
  /**
   * Makes a collection unless it is there.
   * @throws DimensionMismatchError when it is there with other dimensions
   */
  ensure(collection: string, spec: CollectionSpec, signal?: AbortSignal): Promise<void>;
  describe(collection: string, signal?: AbortSignal): Promise<CollectionSpec | undefined>;
  /** Removes a collection; a missing one is success. */
  drop(collection: string, signal?: AbortSignal): Promise<void>;
  /** Writes any number of points; the last of two with one id wins. Not atomic over several batches, but repeatable. */
  upsert(collection: string, points: readonly VectorPoint[], signal?: AbortSignal): Promise<void>;
  /** The points that exist, in the order asked for. */
  get(collection: string, points: PointIds, signal?: AbortSignal): Promise<VectorPoint[]>;
  /** Missing ids are success. */
  delete(collection: string, points: PointIds, signal?: AbortSignal): Promise<void>;
  /** The nearest points of one tenant, best first. */
  query(collection: string, query: VectorQuery, signal?: AbortSignal): Promise<VectorMatch[]>;
  /** All tenants' points by pages, without vectors: for migrations, never for a request of a user. */
  list(collection: string, page: PageRequest, signal?: AbortSignal): Promise<PointPage>;
}

/** A search in a store. */
export interface VectorQuery {
  readonly tenant: string;
  readonly vector: Float32Array;
  /** 1 to 100. */
  readonly topK: number;
  readonly filter?: VectorFilter | undefined;
}

/** Puts the checks that all stores share, and the splitting of batches, in front of a driver. */
export function openStore(driver: VectorDriver): VectorStore {
  const { limits } = driver;
  // An index's dimensions never change under its name, so they are read once.
  const known = new Map<string, CollectionSpec>();

  async function describe(collection: string, signal?: AbortSignal): Promise<CollectionSpec | undefined> {
    checkIndexName(collection);
    const cached = known.get(collection);
    if (cached) return cached;
    const spec = await driver.describe(collection, signal);
    if (spec) known.set(collection, spec);
    return spec;
  }

  async function dimensionsOf(collection: string, signal?: AbortSignal): Promise<number> {
    const spec = await describe(collection, signal);
    if (!spec) throw new CollectionNotFoundError(`There is no vector index ${collection}.`);
    return spec.dimensions;
  }

  /** Forgets what was known of an index that turns out to be gone. */
  async function onIndex<T>(collection: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof CollectionNotFoundError) known.delete(collection);
      throw error;
    }
  }

  return {
    name: driver.name,
    describe,
    async ensure(collection, spec, signal) {
      checkIndexName(collection);
      await driver.create(collection, spec, signal);
      known.delete(collection);
      const dimensions = await dimensionsOf(collection, signal);
      if (dimensions !== spec.dimensions) {
        throw new DimensionMismatchError(
          `Index ${collection} exists with ${dimensions} dimensions, not ${spec.dimensions}.`,
        );
      }
    },
    async drop(collection, signal) {
      checkIndexName(collection);
      known.delete(collection);
      await driver.drop(collection, signal);
    },
    async upsert(collection, points, signal) {
      if (points.length === 0) return;
      const dimensions = await dimensionsOf(collection, signal);
      const unique = new Map<string, VectorPoint>();
      for (const point of points) {
        checkPoint(point, dimensions, collection);
        unique.set(`${point.tenant}/${point.id}`, point);
      }
      await onIndex(collection, async () => {
        for (const batch of writeBatches([...unique.values()], limits)) await driver.upsert(collection, batch, signal);
      });
    },
    async get(collection, { tenant, ids }, signal) {
      checkTenant(tenant);
      ids.forEach(checkId);
      await dimensionsOf(collection, signal);
      const found = new Map<string, VectorPoint>();
      await onIndex(collection, async () => {
        for (const batch of chunksOf([...new Set(ids)], limits.idsPerGet)) {
          for (const point of await driver.get(collection, { tenant, ids: batch }, signal)) found.set(point.id, point);
        }
      });
      return ids.flatMap((id) => found.get(id) ?? []);
    },
    async delete(collection, { tenant, ids }, signal) {
      checkTenant(tenant);
      ids.forEach(checkId);
      await dimensionsOf(collection, signal);
      await onIndex(collection, async () => {
        for (const batch of chunksOf([...new Set(ids)], limits.idsPerDelete)) {
          await driver.delete(collection, { tenant, ids: batch }, signal);
        }
      });
    },
    async query(collection, { tenant, vector, topK, filter }, signal) {
      checkTenant(tenant);
      checkTopK(topK);
      const conditions = filter === undefined ? [] : parseFilter(filter);
      checkVector(
        vector,
        { index: collection, dimensions: await dimensionsOf(collection, signal) },
        "The query's vector",
      );
      const matches = await onIndex(collection, () =>
        driver.query(collection, { tenant, vector, topK, conditions }, signal),
      );
      return matches.sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
    },
    async list(collection, { limit, cursor }, signal) {
      await dimensionsOf(collection, signal);
      return await onIndex(collection, () =>
        driver.list(collection, { limit: Math.min(limit, limits.pageSize), cursor }, signal),
      );
    },
  };
}
