import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { s3VectorsDriver } from "../../../shared/capabilities/vectors/s3vectors/driver.ts";
import { openStore, type VectorStore } from "../../../shared/capabilities/vectors/store.ts";
import { closedPort, type JsonServer } from "../../helpers/json-server.ts";
import { serviceFailure, startS3VectorsServer } from "../../helpers/s3vectors-server.ts";
import { describeVectorStore } from "../../helpers/vector-store-conformance.ts";

// The SDK's client speaks real HTTP to a stand-in for the service; see tests/helpers/s3vectors-server.ts.
let server: JsonServer;
beforeAll(async () => {
  server = await startS3VectorsServer(["sluice-test-vectors"]);
});
afterAll(() => server[Symbol.asyncDispose]());

const openAt = async (endpoint: string): Promise<VectorStore> =>
  openStore(
    await s3VectorsDriver({
      bucket: "sluice-test-vectors",
      client: { endpoint, region: "us-east-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } },
    }),
  );

describeVectorStore("S3 Vectors", () => openAt(server.url));

describe("S3 Vectors' requests", () => {
  const vector = (n: number) => Float32Array.from([Math.cos(n), Math.sin(n), 0, 0]);
  const points = (count: number, text: string) =>
    Array.from({ length: count }, (_, n) => ({ tenant: "acme", id: `p${n}`, vector: vector(n), metadata: { text } }));

  it("hold at most 500 vectors and 20 MiB, and read at most 100 keys", async () => {
    const store = await openAt(server.url);
    await store.ensure("large-batches", { dimensions: 4, metric: "cosine" });
    const before = server.requests.length;

    await store.upsert("large-batches", points(1_001, ""));
    await store.upsert("large-batches", points(500, "x".repeat(40_000)));
    const found = await store.get("large-batches", { tenant: "acme", ids: points(250, "").map(({ id }) => id) });

    expect(found).toHaveLength(250);
    const sent = server.requests.slice(before);
    const puts = sent.filter(({ path }) => path === "/PutVectors");
    expect(puts, "three for 1,001 small points, two for 20 MB").toHaveLength(5);
    expect(Math.max(...puts.map(({ bytes }) => bytes))).toBeLessThan(20 * 1_024 ** 2);
    expect(sent.filter(({ path }) => path === "/GetVectors")).toHaveLength(3);
  });

  it("name the tenant in every search, inside the filter", async () => {
    const store = await openAt(server.url);
    await store.ensure("tenants", { dimensions: 4, metric: "cosine" });

    await store.query("tenants", { tenant: "acme", vector: vector(1), topK: 1, filter: { year: { gte: 2024 } } });

    expect(server.requests.at(-1)?.body).toMatchObject({
      filter: { $and: [{ tenant_id: { $eq: "acme" } }, { year: { $gte: 2024 } }] },
    });
  });
});

describe("S3 Vectors' failures", () => {
  it.each([
    [429, "TooManyRequestsException", "RateLimitError", true],
    [503, "ServiceUnavailableException", "VectorStoreError", true],
    [500, "InternalServerException", "VectorStoreError", true],
    [408, "RequestTimeoutException", "VectorStoreError", true],
    [403, "AccessDeniedException", "AuthenticationError", false],
    [400, "ValidationException", "InvalidInputError", false],
    [402, "ServiceQuotaExceededException", "InvalidInputError", false],
  ])("become an error that says whether to try again: %d %s", async (status, type, name, retryable) => {
    const store = await openAt(server.url);
    const before = server.requests.length;
    server.failNext(serviceFailure(status, { type }, "no"));

    await expect(store.describe("any-index")).rejects.toMatchObject({ name, retryable });
    expect(server.requests.length - before, "the client itself must not retry").toBe(1);
  });

  it("carry Retry-After", async () => {
    const store = await openAt(server.url);
    server.failNext(
      serviceFailure(429, { type: "TooManyRequestsException", headers: { "retry-after": "17" } }, "slow down"),
    );

    await expect(store.describe("any-index")).rejects.toMatchObject({ retryAfterSeconds: 17 });
  });

  it("of the connection may be tried again", async () => {
    const store = await openAt(await closedPort());
    await expect(store.describe("any-index")).rejects.toMatchObject({ name: "ConnectionError", retryable: true });

    const cut = await openAt(server.url);
    server.failNext({ status: 0, body: null, cut: true });
    await expect(cut.describe("any-index")).rejects.toMatchObject({ name: "ConnectionError", retryable: true });
  });
});
