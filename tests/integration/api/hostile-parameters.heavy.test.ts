/**
 * Every parameter of every route with values at and beyond its edges, alone and in random combinations: the API may
 * refuse them or answer, but never say that something went wrong within itself. Derived from the route table, so that a
 * new route or field is tried without a line here.
 *
 * @module
 */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getLoadablePath } from "sqlite-vec";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { RouteDefinition } from "../../../contracts/routes/define-route.ts";
import { type RouteName, routeNames, routeOf } from "../../../contracts/routes/routes.ts";
import { inGroups } from "../../../shared/lib/groups.ts";
import { sampleOf } from "../../helpers/schema-sample.ts";
import { TestApi } from "../../helpers/test-api.ts";

let api: TestApi;
let vectors: string;
const known: Record<string, string> = {};

const admin = { tenant: "acme", scopes: ["admin"] as const };
const base64 = (text: string) => Buffer.from(text).toString("base64url");

beforeAll(async () => {
  vectors = await mkdtemp(join(tmpdir(), "hostile-"));
  Object.assign(process.env, {
    VECTOR_STORE: "sqlite",
    SQLITE_VECTORS_PATH: join(vectors, "vectors.db"),
    SQLITE_VEC_EXTENSION: getLoadablePath(),
  });
  api = await TestApi.start();
  known.task_id = await api.submit();
  const failed = await api.submit();
  await (await api.start(failed)).fail();
  for (let count = 0; count < 3; count++) await api.submit();
  const made = async (path: string, body: unknown) =>
    z.record(z.string(), z.unknown()).parse((await api.call("POST", path, { body, key: admin })).body);
  known.batch_id = String((await made("/batches", { task_name: "keywords", inputs: [{ text: "One." }] })).batch_id);
  known.project_id = String((await made("/projects", { description: "A bridge over the river." })).id);
  known.document_id = String((await made("/documents", { file_name: "a.txt" })).id);
  known.key_id = String((await made("/keys", {})).key_id);
  known.config_id = String((await made("/llm/configs", { provider: "embedded" })).id);
  known.version = "1";
  known.provider = "claude";
  known.queue = "summarize";
  known.task_name = "summarize";
});
afterAll(async () => {
  await api.close();
  await rm(vectors, { recursive: true, force: true });
});

/** What goes wrong in parsers, comparisons, arithmetic on times, keys of tables and cursors. */
const texts: readonly string[] = [
  "",
  " ",
  "0",
  "-1",
  "1e400",
  "99999999999999999999",
  "NaN",
  "null",
  "0001-01-01T00:00:00Z",
  "1969-12-31T23:59:59Z",
  "2026-11-28T12:00:00Z",
  "9999-12-31T23:59:59.999Z",
  "a/b#../KEYS",
  "KEYS",
  "__proto__",
  "\u0000",
  "\ud800",
  "x".repeat(5_000),
  base64("000000000000001#a"),
  base64("999999999999999#a"),
  base64("1#a"),
  base64("2026-11-28T12:00:00.000Z#key_0123456789abcdef"),
  base64("\u0000"),
  base64("x".repeat(2_000)),
];
const values: readonly unknown[] = [
  ...texts,
  null,
  true,
  0,
  -1,
  0.5,
  1e14,
  1e308,
  -1e308,
  5e-324,
  Number.MAX_SAFE_INTEGER,
  [],
  [""],
  ["a", "a"],
  [null],
  {},
  { a: 1e300 },
  { a: "\ud800" },
];

/** As in a deployed stage without Lambda's API: what these routes need is not here. */
const withoutLambda: ReadonlySet<RouteName> = new Set(["pauseQueue", "resumeQueue"]);
const tried = routeNames.filter((name) => routeOf(name).scope !== null);

type Fields = Record<string, unknown>;

const pathOf = (route: RouteDefinition, params: Fields): string =>
  route.path.replace(/\{(\w+)\+?\}/g, (_, name: string) => encodeURIComponent(String(params[name] ?? known[name])));

/** Required fields alone, in their simplest form. */
function sampleBody(name: RouteName): Fields {
  if (name === "submitTask") return { input: { text: "Water flows downhill." } };
  if (name === "submitBatch") return { task_name: "keywords", inputs: [{ text: "One." }] };
  const schema = z.toJSONSchema(routeOf(name).body ?? z.object({}), { io: "input", unrepresentable: "any" });
  const required = new Set(schema.required ?? []);
  const fields = Object.entries(sampleOf(schema) as Fields).filter(([field]) => required.has(field));
  return Object.fromEntries(fields);
}

const fieldsOf = (schema: z.ZodType | undefined): string[] =>
  schema === undefined
    ? []
    : Object.keys(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }).properties ?? {});

interface Attempt {
  readonly params?: Fields;
  readonly query?: Record<string, string>;
  readonly body?: Fields;
}

/** @returns what was sent, when the answer was that something went wrong */
async function faultOf(name: RouteName, { params = {}, query = {}, body = {} }: Attempt): Promise<string | undefined> {
  const route = routeOf(name);
  const hasBody = route.method === "POST" || route.method === "PUT";
  const target = `${pathOf(route, params)}?${new URLSearchParams(query)}`;
  const sent = { ...sampleBody(name), ...body };
  const { statusCode: status = 0 } = await api.raw(route.method, target, {
    key: admin,
    ...(hasBody && { body: sent }),
  });
  const isFault = status >= 500 && !(status === 503 && withoutLambda.has(name));
  return isFault
    ? `${status} ${route.method} ${target.slice(0, 300)} ${JSON.stringify(sent).slice(0, 300)}`
    : undefined;
}

function* attempts(name: RouteName): Generator<Attempt> {
  const route = routeOf(name);
  for (const [, field = ""] of route.path.matchAll(/\{(\w+)\+?\}/g)) {
    for (const text of texts) if (text.isWellFormed()) yield { params: { [field]: text } };
  }
  for (const field of fieldsOf(route.query)) for (const text of texts) yield { query: { [field]: text } };
  for (const field of fieldsOf(route.body)) for (const value of values) yield { body: { [field]: value } };
}

/** The same combinations in every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), state | 1) + 0x6d2b79f5) | 0;
    return ((state ^ (state >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function* combinations(name: RouteName, count: number): Generator<Attempt> {
  const route = routeOf(name);
  const next = random(routeNames.indexOf(name) + 1);
  const pick = <T>(all: readonly T[]): T => all[Math.floor(next() * all.length)] as T;
  const choose = <T>(fields: readonly string[], all: readonly T[]): Record<string, T> =>
    Object.fromEntries(fields.filter(() => next() < 0.5).map((field) => [field, pick(all)]));
  const [query, body] = [fieldsOf(route.query), fieldsOf(route.body)];
  if (query.length + body.length < 2) return;
  for (let round = 0; round < count; round++) yield { query: choose(query, texts), body: choose(body, values) };
}

async function faultsOf(name: RouteName, all: Iterable<Attempt>): Promise<string[]> {
  // Side by side: some look through a dead-letter queue, which takes a second of waiting.
  const faults = await inGroups([...all], (attempt) => faultOf(name, attempt), 10);
  return faults.filter((fault) => fault !== undefined);
}

describe("no parameter makes the API answer that something went wrong", () => {
  it.each(tried)("%s", async (name) => {
    expect(await faultsOf(name, attempts(name))).toEqual([]);
    expect(await faultsOf(name, combinations(name, 40))).toEqual([]);
  });

  it.each(tried.filter((name) => fieldsOf(routeOf(name).query).includes("project_id")))(
    "an admin key may not give %s a project_id that no project can have",
    async (name) => {
      const route = routeOf(name);
      const target = `${pathOf(route, {})}?${new URLSearchParams({ project_id: "a/b#../KEYS" })}`;
      const refused: unknown = expect.objectContaining({ path: "/query/project_id" });
      const answer = await api.call(route.method, target, { key: admin, body: sampleBody(name) });

      expect(answer.status).toBe(422);
      expect(answer.body).toHaveProperty("errors", expect.arrayContaining([refused]));
    },
  );

  it("holds for every two bounds and cursors of a list", async () => {
    const bounds = texts.filter((text) => !Number.isNaN(Date.parse(text)) || text.startsWith(base64("0")[0] ?? ""));
    const pairs = ["", ...texts].flatMap((one) => bounds.map((other) => [one, other] as const));
    const attempts = pairs.flatMap(([one, other]) => [
      { query: { created_after: one, created_before: other } },
      { query: { created_after: other, cursor: one } },
    ]);

    expect(await faultsOf("listJobs", attempts)).toEqual([]);
  });
});
