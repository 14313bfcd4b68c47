import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { qdrantDriver } from "../../../shared/capabilities/vectors/qdrant/driver.ts";
import { openStore, type VectorStore } from "../../../shared/capabilities/vectors/store.ts";
import { closedPort, type JsonServer } from "../../helpers/json-server.ts";
import { qdrantFailure, startQdrantServer } from "../../helpers/qdrant-server.ts";
import { describeVectorStore } from "../../helpers/vector-store-conformance.ts";

// Real HTTP to a stand-in for the server, see tests/helpers/qdrant-server.ts, or to a real one at QDRANT_TEST_URL.
let server: JsonServer;
beforeAll(async () => {
  server = await startQdrantServer("secret");
});
afterAll(() => server[Symbol.asyncDispose]());

const openAt = (url: string, key = "secret"): VectorStore => openStore(qdrantDriver({ url, apiKey: async () => key }));

describeVectorStore("Qdrant", async () => openAt(server.url));

const real = process.env.QDRANT_TEST_URL;
if (real) describeVectorStore("A real Qdrant", async () => openStore(qdrantDriver({ url: real })));

describe("Qdrant's requests", () => {
  const vector = Float32Array.from([1, 0, 0, 0]);

  it("name the tenant in every search, inside the filter, and index it", async () => {
    const store = openAt(`${server.url}/`);
    await store.ensure("tenants", { dimensions: 4, metric: "cosine" });
    const made = server.requests.find(({ path }) => path === "/collections/tenants/index");
    expect(made?.body).toEqual({ field_name: "tenant_id", field_schema: { type: "keyword", is_tenant: true } });

    await store.query("tenants", { tenant: "acme", vector, topK: 1, filter: { year: 2024, open: true } });

    expect(server.requests.at(-1)?.body).toMatchObject({
      filter: {
        must: [
          { key: "tenant_id", match: { value: "acme" } },
          { should: [{ key: "metadata.year", range: { gte: 2024, lte: 2024 } }] },
          { should: [{ key: "metadata.open", match: { value: true } }] },
        ],
      },
    });
  });

  it("stay below 32 MB", async () => {
    const store = openAt(server.url);
    await store.ensure("large-batches", { dimensions: 4, metric: "cosine" });
    const before = server.requests.length;
    const metadata = { text: "x".repeat(40_000) };

    const ids = Array.from({ length: 1_000 }, (_, n) => `p${n}`);
    await store.upsert(
      "large-batches",
      ids.map((id) => ({ tenant: "acme", id, vector, metadata })),
    );

    const puts = server.requests.slice(before).filter(({ path }) => path === "/collections/large-batches/points");
    expect(puts).toHaveLength(2);
    expect(await store.get("large-batches", { tenant: "acme", ids })).toHaveLength(1_000);
  });
});

describe("Qdrant's failures", () => {
  it.each([
    [429, "RateLimitError", true],
    [500, "VectorStoreError", true],
    [503, "VectorStoreError", true],
    [403, "AuthenticationError", false],
    [400, "InvalidInputError", false],
    [422, "InvalidInputError", false],
  ])("become an error that says whether to try again: %d", async (status, name, retryable) => {
    const before = server.requests.length;
    server.failNext(qdrantFailure(status, "no"));

    await expect(openAt(server.url).describe("any-index")).rejects.toMatchObject({ name, retryable });
    expect(server.requests.length - before).toBe(1);
  });

  it("carry Retry-After", async () => {
    server.failNext(qdrantFailure(429, "slow down", { "retry-after": "17" }));

    await expect(openAt(server.url).describe("any-index")).rejects.toMatchObject({ retryAfterSeconds: 17 });
  });

  it("name a wrong API key", async () => {
    await expect(openAt(server.url, "wrong").describe("any-index")).rejects.toMatchObject({
      name: "AuthenticationError",
      retryable: false,
    });
  });

  it("of the connection may be tried again", async () => {
    await expect(openAt(await closedPort()).describe("any-index")).rejects.toMatchObject({ name: "ConnectionError" });
    server.failNext({ status: 0, body: null, cut: true });
    await expect(openAt(server.url).describe("any-index")).rejects.toMatchObject({ name: "ConnectionError" });
  });

  it("of an answer that is not Qdrant's may be tried again", async () => {
    server.failNext({ status: 200, body: { hello: "world" } });
    await expect(openAt(server.url).describe("any-index")).rejects.toMatchObject({ name: "VectorStoreError" });
  });
});
