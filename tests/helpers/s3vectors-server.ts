/**
 * A stand-in for Amazon S3 Vectors, which no emulator offers: the documented paths, JSON, limits and errors, with an
 * exact search in memory. It is not the service: its search is not approximate, it knows no permissions beyond the
 * presence of a signature, and what AWS leaves undocumented is a guess. Sources: the API reference, and
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-vectors-limitations.html
 *
 * @module
 */

import { z } from "zod";
import { type JsonRequest, type JsonResponse, type JsonServer, startJsonServer } from "./json-server.ts";
import { invalid, type Metadata, matches, parse, ServiceError, scalar } from "./s3vectors-filter.ts";

interface StoredVector {
  readonly key: string;
  readonly data: Float32Array;
  readonly metadata: Metadata;
}
interface Index {
  readonly name: string;
  readonly dimension: number;
  readonly metric: "cosine" | "euclidean";
  readonly nonFilterable: readonly string[];
  readonly vectors: Map<string, StoredVector>;
}

const metadataSchema = z.record(z.string(), z.union([scalar, z.array(scalar)]));
const vectorData = z.strictObject({ float32: z.array(z.number()).min(1) });
const addressed = { vectorBucketName: z.string(), indexName: z.string() };
const requests = {
  createIndex: z.strictObject({
    ...addressed,
    indexName: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/),
    dataType: z.literal("float32"),
    dimension: z.int().min(1).max(4_096),
    distanceMetric: z.enum(["cosine", "euclidean"]),
    metadataConfiguration: z
      .strictObject({ nonFilterableMetadataKeys: z.array(z.string().min(1).max(63)).min(1).max(10) })
      .optional(),
  }),
  index: z.strictObject(addressed),
  put: z.strictObject({
    ...addressed,
    vectors: z
      .array(
        z.strictObject({ key: z.string().min(1).max(1_024), data: vectorData, metadata: metadataSchema.optional() }),
      )
      .min(1)
      .max(500),
  }),
  get: z.strictObject({
    ...addressed,
    keys: z.array(z.string().min(1).max(1_024)).min(1).max(100),
    returnData: z.boolean().default(false),
    returnMetadata: z.boolean().default(false),
  }),
  delete: z.strictObject({ ...addressed, keys: z.array(z.string().min(1).max(1_024)).min(1).max(500) }),
  list: z.strictObject({
    ...addressed,
    maxResults: z.int().min(1).max(1_000).default(500),
    nextToken: z.string().optional(),
    returnData: z.boolean().default(false),
    returnMetadata: z.boolean().default(false),
  }),
  query: z.strictObject({
    ...addressed,
    topK: z.int().min(1).max(100),
    queryVector: vectorData,
    filter: z.record(z.string(), z.json()).optional(),
    returnMetadata: z.boolean().default(false),
    returnDistance: z.boolean().default(false),
  }),
};

const size = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

function checkData({ float32 }: z.infer<typeof vectorData>, index: Index): Float32Array {
  if (float32.length !== index.dimension) throw invalid(`vector dimension ${float32.length} is not ${index.dimension}`);
  const data = Float32Array.from(float32);
  if (!data.every(Number.isFinite)) throw invalid("vector data must be finite");
  if (index.metric === "cosine" && data.every((value) => value === 0)) throw invalid("zero vectors are not allowed");
  return data;
}

function checkMetadata(metadata: Metadata, index: Index): void {
  if (Object.keys(metadata).length > 50) throw invalid("more than 50 metadata keys");
  if (size(metadata) > 40 * 1_024) throw invalid("more than 40 KB of metadata");
  const filterable = Object.entries(metadata).filter(([key]) => !index.nonFilterable.includes(key));
  if (size(Object.fromEntries(filterable)) > 2 * 1_024) throw invalid("more than 2 KB of filterable metadata");
}

function distance(a: Float32Array, b: Float32Array, metric: Index["metric"]): number {
  let dot = 0;
  let squareA = 0;
  let squareB = 0;
  for (const [position, value] of a.entries()) {
    const other = b[position] ?? 0;
    dot += value * other;
    squareA += value * value;
    squareB += other * other;
  }
  return metric === "cosine" ? 1 - dot / Math.sqrt(squareA * squareB) : squareA + squareB - 2 * dot;
}

/** @param buckets the vector buckets that exist */
export async function startS3VectorsServer(buckets: readonly string[]): Promise<JsonServer> {
  const indexes = new Map<string, Index>();

  const find = ({ vectorBucketName, indexName }: { vectorBucketName: string; indexName: string }): Index => {
    const index = indexes.get(`${vectorBucketName}/${indexName}`);
    if (!index) throw new ServiceError(404, "NotFoundException", "The specified index could not be found");
    return index;
  };
  const present = (vector: StoredVector, show: { returnData?: boolean; returnMetadata: boolean }) => ({
    key: vector.key,
    ...(show.returnData ? { data: { float32: Array.from(vector.data) } } : {}),
    ...(show.returnMetadata ? { metadata: vector.metadata } : {}),
  });

  const operations: Record<string, (body: unknown) => unknown> = {
    "/CreateIndex"(body) {
      const request = parse(requests.createIndex, body);
      if (!buckets.includes(request.vectorBucketName)) {
        throw new ServiceError(404, "NotFoundException", "The specified vector bucket could not be found");
      }
      const address = `${request.vectorBucketName}/${request.indexName}`;
      if (indexes.has(address))
        throw new ServiceError(409, "ConflictException", "An index with this name already exists");
      indexes.set(address, {
        name: request.indexName,
        dimension: request.dimension,
        metric: request.distanceMetric,
        nonFilterable: request.metadataConfiguration?.nonFilterableMetadataKeys ?? [],
        vectors: new Map(),
      });
      return {
        indexArn: `arn:aws:s3vectors:us-east-1:000000000000:bucket/${request.vectorBucketName}/index/${request.indexName}`,
      };
    },
    "/GetIndex"(body) {
      const request = parse(requests.index, body);
      const index = find(request);
      return {
        index: {
          vectorBucketName: request.vectorBucketName,
          indexName: index.name,
          indexArn: `arn:aws:s3vectors:us-east-1:000000000000:bucket/${request.vectorBucketName}/index/${index.name}`,
          creationTime: 1_790_000_000,
          dataType: "float32",
          dimension: index.dimension,
          distanceMetric: index.metric,
          metadataConfiguration: { nonFilterableMetadataKeys: index.nonFilterable },
        },
      };
    },
    "/DeleteIndex"(body) {
      const request = parse(requests.index, body);
      find(request);
      indexes.delete(`${request.vectorBucketName}/${request.indexName}`);
      return {};
    },
    "/PutVectors"(body) {
      const request = parse(requests.put, body);
      const index = find(request);
      // All or none: everything is checked before anything is stored.
      const vectors = request.vectors.map(({ key, data, metadata = {} }) => {
        checkMetadata(metadata, index);
        return { key, data: checkData(data, index), metadata };
      });
      if (new Set(vectors.map(({ key }) => key)).size < vectors.length) throw invalid("duplicate keys in one request");
      for (const vector of vectors) index.vectors.set(vector.key, vector);
      return {};
    },
    "/GetVectors"(body) {
      const request = parse(requests.get, body);
      const { vectors } = find(request);
      const found = request.keys.map((key) => vectors.get(key)).filter((vector) => vector !== undefined);
      return { vectors: found.map((vector) => present(vector, request)) };
    },
    "/DeleteVectors"(body) {
      const request = parse(requests.delete, body);
      const { vectors } = find(request);
      for (const key of request.keys) vectors.delete(key);
      return {};
    },
    "/ListVectors"(body) {
      const request = parse(requests.list, body);
      const after = request.nextToken === undefined ? "" : Buffer.from(request.nextToken, "base64").toString();
      const sorted = [...find(request).vectors.values()]
        .filter(({ key }) => key > after)
        .sort((a, b) => (a.key < b.key ? -1 : 1));
      // A page also ends after 1 MB.
      const page: StoredVector[] = [];
      let bytes = 0;
      for (const vector of sorted.slice(0, request.maxResults)) {
        bytes += vector.data.byteLength + size(vector.metadata);
        if (page.length > 0 && bytes > 1_000_000) break;
        page.push(vector);
      }
      const last = page.length < sorted.length ? page.at(-1) : undefined;
      return {
        vectors: page.map((vector) => present(vector, request)),
        ...(last ? { nextToken: Buffer.from(last.key).toString("base64") } : {}),
      };
    },
    "/QueryVectors"(body) {
      const request = parse(requests.query, body);
      const index = find(request);
      const target = checkData(request.queryVector, index);
      const { filter } = request;
      if (filter && Object.keys(filter).length === 0) throw invalid("empty filter");
      if (filter) matches(filter, {}, index.nonFilterable);
      const found = [...index.vectors.values()]
        .filter(({ metadata }) => filter === undefined || matches(filter, metadata, index.nonFilterable))
        .map((vector) => ({ vector, distance: distance(target, vector.data, index.metric) }))
        .sort((a, b) => a.distance - b.distance)
        .slice(0, request.topK);
      return {
        distanceMetric: index.metric,
        vectors: found.map(({ vector, distance }) => ({
          ...present(vector, { returnMetadata: request.returnMetadata }),
          ...(request.returnDistance ? { distance: Math.fround(distance) } : {}),
        })),
      };
    },
  };

  function answer(request: JsonRequest): JsonResponse {
    try {
      if (!request.headers.authorization?.startsWith("AWS4-HMAC-SHA256 ")) {
        throw new ServiceError(403, "AccessDeniedException", "The request is not signed");
      }
      if (request.bytes > 20 * 1_024 ** 2) throw new ServiceError(413, "RequestTooLargeException", "over 20 MiB");
      const operation = request.method === "POST" ? operations[request.path] : undefined;
      if (!operation) throw new ServiceError(404, "UnknownOperationException", request.path);
      return { status: 200, body: operation(request.body) };
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return serviceFailure(error.status, error, error.message);
    }
  }
  return await startJsonServer(answer);
}

/** An error as the service sends it (protocol restJson1). */
export const serviceFailure = (
  status: number,
  { type, headers = {} }: { readonly type: string; readonly headers?: Readonly<Record<string, string>> },
  message: string,
): JsonResponse => ({ status, body: { message }, headers: { "x-amzn-errortype": type, ...headers } });
