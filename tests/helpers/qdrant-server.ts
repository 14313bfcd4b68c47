/**
 * A stand-in for a Qdrant server: the REST paths, JSON and errors that Sluice uses, with an exact search in memory.
 * It is not Qdrant: no HNSW graph, no durability, no cluster, and only the filter conditions written below.
 * Source: https://api.qdrant.tech/api-reference (1.15)
 *
 * @module
 */

import { z } from "zod";
import { type JsonRequest, type JsonResponse, type JsonServer, startJsonServer } from "./json-server.ts";

type Payload = Record<string, unknown>;
interface Point {
  readonly id: string | number;
  readonly vector: readonly number[];
  readonly payload: Payload;
}
interface Collection {
  readonly size: number;
  readonly points: Map<string | number, Point>;
  readonly indexes: Map<string, unknown>;
}

class ServiceError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const pointId = z.union([z.uuid(), z.int().min(0)]);
const scalarMatch = z.union([z.string(), z.int(), z.boolean()]);
const match = z.union([
  z.strictObject({ value: scalarMatch }),
  z.strictObject({ any: z.union([z.array(z.string()), z.array(z.int())]) }),
]);
const bound = z.number().optional();
const range = z.strictObject({ gt: bound, gte: bound, lt: bound, lte: bound });
type Condition = { key: string; match: z.infer<typeof match> } | { key: string; range: z.infer<typeof range> } | Filter;
interface Filter {
  must?: Condition[] | undefined;
  should?: Condition[] | undefined;
  must_not?: Condition[] | undefined;
}
const filter: z.ZodType<Filter> = z.lazy(() =>
  z.strictObject({
    must: z.array(condition).optional(),
    should: z.array(condition).optional(),
    must_not: z.array(condition).optional(),
  }),
);
const condition: z.ZodType<Condition> = z.lazy(() =>
  z.union([z.strictObject({ key: z.string(), match }), z.strictObject({ key: z.string(), range }), filter]),
);

const requests = {
  create: z.strictObject({
    vectors: z.strictObject({ size: z.int().min(1).max(65_536), distance: z.literal("Cosine") }),
    hnsw_config: z.strictObject({ m: z.int().min(0), payload_m: z.int().min(0) }).optional(),
  }),
  index: z.strictObject({
    field_name: z.string(),
    field_schema: z.strictObject({ type: z.literal("keyword"), is_tenant: z.boolean() }),
  }),
  upsert: z.strictObject({
    points: z
      .array(z.strictObject({ id: pointId, vector: z.array(z.number()), payload: z.record(z.string(), z.unknown()) }))
      .min(1),
  }),
  get: z.strictObject({ ids: z.array(pointId), with_payload: z.boolean(), with_vector: z.boolean() }),
  delete: z.strictObject({ points: z.array(pointId) }),
  query: z.strictObject({
    query: z.array(z.number()),
    filter: filter.optional(),
    limit: z.int().min(1),
    with_payload: z.boolean(),
  }),
  scroll: z.strictObject({
    limit: z.int().min(1),
    offset: pointId.optional(),
    with_payload: z.boolean(),
    with_vector: z.boolean(),
  }),
};

function parse<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new ServiceError(400, `Format error in JSON body: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** Values under a key such as `metadata.tags`; a list stands for its elements. */
function valuesAt(payload: Payload, key: string): unknown[] {
  let value: unknown = payload;
  for (const part of key.split(".")) {
    if (typeof value !== "object" || value === null) return [];
    value = new Map<string, unknown>(Object.entries(value)).get(part);
  }
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

/** Whole numbers match whole numbers only, as in Qdrant. */
function matchesValue(stored: unknown, wanted: z.infer<typeof match>): boolean {
  return "any" in wanted ? wanted.any.some((value) => value === stored) : wanted.value === stored;
}

function inRange(stored: unknown, { gt, gte, lt, lte }: z.infer<typeof range>): boolean {
  if (typeof stored !== "number") return false;
  if (gt !== undefined && !(stored > gt)) return false;
  if (gte !== undefined && !(stored >= gte)) return false;
  if (lt !== undefined && !(stored < lt)) return false;
  return lte === undefined || stored <= lte;
}

function holds(test: Condition, payload: Payload): boolean {
  if ("match" in test) return valuesAt(payload, test.key).some((value) => matchesValue(value, test.match));
  if ("range" in test) return valuesAt(payload, test.key).some((value) => inRange(value, test.range));
  const { must = [], should = [], must_not = [] } = "key" in test ? {} : test;
  return (
    must.every((part) => holds(part, payload)) &&
    (should.length === 0 || should.some((part) => holds(part, payload))) &&
    !must_not.some((part) => holds(part, payload))
  );
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, position) => sum + value * (b[position] ?? 0), 0);

/** Qdrant keeps vectors for the cosine metric normalized, in 32 bits, and gives them back like that. */
function normalized(vector: readonly number[], size: number): number[] {
  if (vector.length !== size) {
    throw new ServiceError(400, `Wrong input: Vector dimension error: expected dim: ${size}, got ${vector.length}`);
  }
  const length = Math.sqrt(dot(vector, vector)) || 1;
  return vector.map((value) => Math.fround(value / length));
}

const compareIds = (a: string | number, b: string | number): number => (String(a) < String(b) ? -1 : 1);

/** @param apiKey demanded in the `api-key` header when it is given */
export async function startQdrantServer(apiKey?: string): Promise<JsonServer> {
  const collections = new Map<string, Collection>();

  const find = (name: string): Collection => {
    const collection = collections.get(name);
    if (!collection) throw new ServiceError(404, `Not found: Collection \`${name}\` doesn't exist!`);
    return collection;
  };
  const present = (point: Point, show: { with_payload: boolean; with_vector: boolean }) => ({
    id: point.id,
    ...(show.with_payload ? { payload: point.payload } : {}),
    ...(show.with_vector ? { vector: point.vector } : {}),
  });

  const operations: Record<string, (name: string, body: unknown) => unknown> = {
    "PUT "(name, body) {
      const { vectors } = parse(requests.create, body);
      if (collections.has(name)) throw new ServiceError(409, `Wrong input: Collection \`${name}\` already exists!`);
      collections.set(name, { size: vectors.size, points: new Map(), indexes: new Map() });
      return true;
    },
    "GET "(name) {
      const { size, points, indexes } = find(name);
      return {
        status: "green",
        points_count: points.size,
        config: { params: { vectors: { size, distance: "Cosine" }, shard_number: 1 } },
        payload_schema: Object.fromEntries(indexes),
      };
    },
    "DELETE ": (name) => collections.delete(name),
    "PUT /index"(name, body) {
      const { field_name, field_schema } = parse(requests.index, body);
      find(name).indexes.set(field_name, { data_type: field_schema.type, params: field_schema });
      return { operation_id: 1, status: "completed" };
    },
    "PUT /points"(name, body) {
      const { points, size } = find(name);
      const added = parse(requests.upsert, body).points.map((point) => ({
        ...point,
        vector: normalized(point.vector, size),
      }));
      for (const point of added) points.set(point.id, point);
      return { operation_id: 2, status: "completed" };
    },
    "POST /points"(name, body) {
      const { ids, ...show } = parse(requests.get, body);
      const { points } = find(name);
      return ids.flatMap((id) => {
        const point = points.get(id);
        return point ? [present(point, show)] : [];
      });
    },
    "POST /points/delete"(name, body) {
      const { points } = find(name);
      for (const id of parse(requests.delete, body).points) points.delete(id);
      return { operation_id: 3, status: "completed" };
    },
    "POST /points/query"(name, body) {
      const { query, filter = {}, limit, with_payload } = parse(requests.query, body);
      const { points, size } = find(name);
      const target = normalized(query, size);
      const found = [...points.values()]
        .filter(({ payload }) => holds(filter, payload))
        .map((point) => ({ point, score: Math.fround(dot(target, point.vector)) }))
        .sort((a, b) => b.score - a.score)
        .slice(0, limit);
      return {
        points: found.map(({ point, score }) => ({
          ...present(point, { with_payload, with_vector: false }),
          version: 0,
          score,
        })),
      };
    },
    "POST /points/scroll"(name, body) {
      const { limit, offset, ...show } = parse(requests.scroll, body);
      const sorted = [...find(name).points.values()].sort((a, b) => compareIds(a.id, b.id));
      const start =
        offset === undefined ? 0 : sorted.findIndex(({ id }) => compareIds(offset, id) <= 0 || id === offset);
      const from = start < 0 ? sorted.length : start;
      return {
        points: sorted.slice(from, from + limit).map((point) => present(point, show)),
        next_page_offset: sorted[from + limit]?.id ?? null,
      };
    },
  };

  function answer(request: JsonRequest): JsonResponse {
    try {
      if (apiKey !== undefined && request.headers["api-key"] !== apiKey) {
        return { status: 401, body: "Must provide an API key or an Authorization bearer token" };
      }
      if (request.bytes > 32 * 1_024 ** 2) throw new ServiceError(413, "JSON payload is larger than allowed");
      const [, name, rest = ""] = /^\/collections\/([^/]+)(\/.*)?$/.exec(request.path) ?? [];
      const operation = operations[`${request.method} ${rest}`];
      if (name === undefined || !operation) return { status: 404, body: "" };
      const writes = request.method !== "GET" && (rest.startsWith("/points/delete") || request.method === "PUT");
      if (writes && rest !== "" && request.query.get("wait") !== "true") {
        throw new Error("This server answers writes when they are done; a real one does so with ?wait=true alone.");
      }
      return { status: 200, body: { result: operation(name, request.body), status: "ok", time: 0.001 } };
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return qdrantFailure(error.status, error.message);
    }
  }
  return await startJsonServer(answer);
}

/** An error as Qdrant sends it. */
export const qdrantFailure = (status: number, error: string, headers: Record<string, string> = {}): JsonResponse => ({
  status,
  body: { status: { error }, time: 0.001 },
  headers,
});
