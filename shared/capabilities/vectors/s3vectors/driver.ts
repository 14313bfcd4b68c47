/**
 * Amazon S3 Vectors: a vector bucket holds an index per collection. Writes are consistent when they are answered.
 *
 * @module
 */

import type { S3VectorsClientConfig } from "@aws-sdk/client-s3vectors";
import { CollectionNotFoundError, VectorStoreError } from "../../../../contracts/errors.ts";
import { TENANT_KEY, UNFILTERABLE_KEY } from "../../../../contracts/projects/vector-search.ts";
import type { PointKey, VectorDriver, VectorMatch } from "../driver.ts";
import { parseStoredMetadata } from "../stored-metadata.ts";
import { mapS3VectorsError } from "./errors.ts";
import { toS3Filter } from "./filter.ts";

/** Time for an answer, below any task's own limit. */
const TIMEOUT_MS = 30_000;

/** The bucket and client of S3 Vectors. */
export interface S3VectorsOptions {
  readonly bucket: string;
  /** For tests and emulators; deployed functions take region and credentials from their environment. */
  readonly client?: S3VectorsClientConfig;
}

// Tenants' names hold no slash, so the first one ends the tenant and no two points share a key.
const keyOf = ({ tenant, id }: PointKey): string => `${tenant}/${id}`;

function parseKey(key: string | undefined): PointKey {
  const slash = key?.indexOf("/") ?? -1;
  if (key === undefined || slash < 1)
    throw new VectorStoreError(`The index holds a key that Sluice did not write: ${key}.`);
  return { tenant: key.slice(0, slash), id: key.slice(slash + 1) };
}

function metadataOf(stored: unknown, id: string) {
  const { [TENANT_KEY]: _, ...metadata } = parseStoredMetadata(stored ?? {}, id);
  return metadata;
}

/** Opens the client; the SDK is loaded here, so that other stores' functions never pay for it. */
export async function s3VectorsDriver({ bucket, client: config }: S3VectorsOptions): Promise<VectorDriver> {
  const sdk = await import("@aws-sdk/client-s3vectors");
  // The queue retries; a client that retries too would multiply the attempts.
  const client = new sdk.S3VectorsClient({ maxAttempts: 1, requestHandler: { requestTimeout: TIMEOUT_MS }, ...config });
  const at = (indexName: string) => ({ vectorBucketName: bucket, indexName });

  /** Sends, and gives errors of ours. */
  async function call<T>(
    index: string,
    signal: AbortSignal | undefined,
    send: (options: { abortSignal?: AbortSignal }) => Promise<T>,
  ) {
    signal?.throwIfAborted();
    try {
      return await send(signal ? { abortSignal: signal } : {});
    } catch (error) {
      throw mapS3VectorsError(error, index, signal);
    }
  }

  return {
    name: "s3vectors",
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-vectors-limitations.html; the payload's bound is 20 MiB.
    limits: { pointsPerWrite: 500, bytesPerWrite: 16 * 1_024 ** 2, idsPerGet: 100, idsPerDelete: 500, pageSize: 1_000 },

    async create(index, { dimensions }, signal) {
      try {
        const command = new sdk.CreateIndexCommand({
          ...at(index),
          dataType: "float32",
          dimension: dimensions,
          distanceMetric: "cosine",
          metadataConfiguration: { nonFilterableMetadataKeys: [UNFILTERABLE_KEY] },
        });
        await call(index, signal, (options) => client.send(command, options));
      } catch (error) {
        if (error instanceof Error && error.cause instanceof sdk.ConflictException) return;
        throw error;
      }
    },

    async describe(index, signal) {
      try {
        const found = await call(index, signal, (options) => client.send(new sdk.GetIndexCommand(at(index)), options));
        const dimensions = found.index?.dimension;
        return dimensions === undefined ? undefined : { dimensions, metric: "cosine" };
      } catch (error) {
        if (error instanceof CollectionNotFoundError) return undefined;
        throw error;
      }
    },

    async drop(index, signal) {
      try {
        await call(index, signal, (options) => client.send(new sdk.DeleteIndexCommand(at(index)), options));
      } catch (error) {
        if (!(error instanceof CollectionNotFoundError)) throw error;
      }
    },

    async upsert(index, points, signal) {
      const command = new sdk.PutVectorsCommand({
        ...at(index),
        vectors: points.map((point) => ({
          key: keyOf(point),
          data: { float32: Array.from(point.vector) },
          metadata: { ...point.metadata, [TENANT_KEY]: point.tenant },
        })),
      });
      await call(index, signal, (options) => client.send(command, options));
    },

    async get(index, { tenant, ids }, signal) {
      const command = new sdk.GetVectorsCommand({
        ...at(index),
        keys: ids.map((id) => keyOf({ tenant, id })),
        returnData: true,
        returnMetadata: true,
      });
      const { vectors } = await call(index, signal, (options) => client.send(command, options));
      return (vectors ?? []).map(({ key, data, metadata }) => {
        const { id } = parseKey(key);
        return { tenant, id, vector: Float32Array.from(data?.float32 ?? []), metadata: metadataOf(metadata, id) };
      });
    },

    async delete(index, { tenant, ids }, signal) {
      const command = new sdk.DeleteVectorsCommand({ ...at(index), keys: ids.map((id) => keyOf({ tenant, id })) });
      await call(index, signal, (options) => client.send(command, options));
    },

    async query(index, { tenant, vector, topK, conditions }, signal) {
      const matches: VectorMatch[] = [];
      let nextToken: string | undefined;
      do {
        const command = new sdk.QueryVectorsCommand({
          ...at(index),
          topK,
          queryVector: { float32: Array.from(vector) },
          filter: toS3Filter(tenant, conditions),
          returnMetadata: true,
          returnDistance: true,
          nextToken,
        });
        const page = await call(index, signal, (options) => client.send(command, options));
        for (const { key, distance, metadata } of page.vectors ?? []) {
          const { id } = parseKey(key);
          // Cosine distance is 1 - similarity.
          matches.push({ id, score: 1 - (distance ?? 1), metadata: metadataOf(metadata, id) });
        }
        nextToken = page.nextToken;
      } while (nextToken !== undefined && matches.length < topK);
      return matches.slice(0, topK);
    },

    async list(index, { limit, cursor }, signal) {
      const command = new sdk.ListVectorsCommand({
        ...at(index),
        maxResults: limit,
        nextToken: cursor,
        returnMetadata: true,
      });
      const { vectors, nextToken } = await call(index, signal, (options) => client.send(command, options));
      return {
        points: (vectors ?? []).map(({ key, metadata }) => {
          const { tenant, id } = parseKey(key);
          return { tenant, id, metadata: metadataOf(metadata, id) };
        }),
        cursor: nextToken,
      };
    },
  };
}
