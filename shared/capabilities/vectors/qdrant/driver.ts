/**
 * Qdrant (https://qdrant.tech) over REST; version 1.11 or newer, for tenant indexes.
 *
 * @module
 */

import { z } from "zod";
import { CollectionNotFoundError, VectorStoreError } from "../../../../contracts/errors.ts";
import { TENANT_KEY } from "../../../../contracts/projects/vector-search.ts";
import type { VectorDriver } from "../driver.ts";
import { parseStoredMetadata } from "../stored-metadata.ts";
import { toQdrantFilter } from "./filter.ts";
import { pointId } from "./point-id.ts";
import { CollectionExistsError, type QdrantOptions, request } from "./rest.ts";

const payload = z.object({ [TENANT_KEY]: z.string(), id: z.string(), metadata: z.unknown() });
const records = z.array(z.object({ payload, vector: z.array(z.number()).optional() }));
const matches = z.object({ points: z.array(z.object({ score: z.number(), payload })) });
const scrolled = z.object({ points: records, next_page_offset: z.string().nullish() });
const collection = z.object({
  config: z.object({ params: z.object({ vectors: z.object({ size: z.number(), distance: z.literal("Cosine") }) }) }),
});

/** Speaks to the server at `options.url`. */
export function qdrantDriver(options: QdrantOptions): VectorDriver {
  const at = (index: string, rest = ""): string => `/collections/${index}${rest}`;

  return {
    name: "qdrant",
    // Qdrant takes 32 MB a request unless configured otherwise.
    limits: {
      pointsPerWrite: 500,
      bytesPerWrite: 24 * 1_000 ** 2,
      idsPerGet: 500,
      idsPerDelete: 1_000,
      pageSize: 1_000,
    },

    async create(index, { dimensions }, signal) {
      const body = {
        vectors: { size: dimensions, distance: "Cosine" },
        // Every search is within a tenant: one graph per tenant instead of one for all.
        // https://qdrant.tech/documentation/guides/multiple-partitions/
        hnsw_config: { payload_m: 16, m: 0 },
      };
      try {
        await request(options, { method: "PUT", path: at(index), body, result: z.boolean(), signal });
      } catch (error) {
        if (!(error instanceof CollectionExistsError)) throw error;
      }
      const tenantIndex = { field_name: TENANT_KEY, field_schema: { type: "keyword", is_tenant: true } };
      // Repeated also for a collection that exists, in case whoever made it got no further.
      await request(options, {
        method: "PUT",
        path: at(index, "/index?wait=true"),
        body: tenantIndex,
        result: z.unknown(),
        signal,
      });
    },

    async describe(index, signal) {
      try {
        const found = await request(options, { method: "GET", path: at(index), result: collection, signal });
        return { dimensions: found.config.params.vectors.size, metric: "cosine" };
      } catch (error) {
        if (error instanceof CollectionNotFoundError) return undefined;
        throw error;
      }
    },

    async drop(index, signal) {
      await request(options, { method: "DELETE", path: at(index), result: z.boolean(), signal });
    },

    async upsert(index, points, signal) {
      const body = {
        points: points.map((point) => ({
          id: pointId(point),
          vector: Array.from(point.vector),
          payload: { [TENANT_KEY]: point.tenant, id: point.id, metadata: point.metadata },
        })),
      };
      await request(options, {
        method: "PUT",
        path: at(index, "/points?wait=true"),
        body,
        result: z.unknown(),
        signal,
      });
    },

    async get(index, { tenant, ids }, signal) {
      const body = { ids: ids.map((id) => pointId({ tenant, id })), with_payload: true, with_vector: true };
      const found = await request(options, {
        method: "POST",
        path: at(index, "/points"),
        body,
        result: records,
        signal,
      });
      return found.map(({ payload: { id, metadata }, vector }) => {
        if (!vector) throw new VectorStoreError(`Qdrant gave no vector for ${id}.`);
        return { tenant, id, vector: Float32Array.from(vector), metadata: parseStoredMetadata(metadata, id) };
      });
    },

    async delete(index, { tenant, ids }, signal) {
      const body = { points: ids.map((id) => pointId({ tenant, id })) };
      const path = at(index, "/points/delete?wait=true");
      await request(options, { method: "POST", path, body, result: z.unknown(), signal });
    },

    async query(index, { tenant, vector, topK, conditions }, signal) {
      const body = {
        query: Array.from(vector),
        filter: toQdrantFilter(tenant, conditions),
        limit: topK,
        with_payload: true,
      };
      const path = at(index, "/points/query");
      const { points } = await request(options, { method: "POST", path, body, result: matches, signal });
      return points.map(({ score, payload: { id, metadata } }) => ({
        id,
        score,
        metadata: parseStoredMetadata(metadata, id),
      }));
    },

    async list(index, { limit, cursor }, signal) {
      const body = {
        limit,
        with_payload: true,
        with_vector: false,
        ...(cursor === undefined ? {} : { offset: cursor }),
      };
      const path = at(index, "/points/scroll");
      const page = await request(options, { method: "POST", path, body, result: scrolled, signal });
      return {
        points: page.points.map(({ payload: { id, metadata, [TENANT_KEY]: tenant } }) => ({
          tenant,
          id,
          metadata: parseStoredMetadata(metadata, id),
        })),
        cursor: page.next_page_offset ?? undefined,
      };
    },
  };
}
