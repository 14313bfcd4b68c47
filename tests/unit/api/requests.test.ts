/**
 * Everything that is decided before AWS is called, and the answers when AWS fails.
 *
 * @module
 */

import { gunzipSync, gzipSync } from "node:zlib";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { catalog } from "../../../contracts/catalog.ts";
import { problemSchema } from "../../../contracts/problem.ts";
import { MAX_BODY_BYTES } from "../../../contracts/routes/routes.ts";
import { createApi } from "../../../functions/api/api.ts";
import { ProjectQuotas } from "../../../functions/api/quotas.ts";
import { ConfigStore } from "../../../shared/capabilities/llm/configs/config-store.ts";
import { embedded } from "../../../shared/capabilities/llm/embedded/backend.ts";
import { ProviderStore } from "../../../shared/capabilities/llm/providers/provider-store.ts";
import { projectServices } from "../../../shared/capabilities/projects/services.ts";
import { WebhookSecretStore } from "../../../shared/capabilities/webhooks/secret-store.ts";
import { QueueUnavailableError } from "../../../shared/engine/jobs/send.ts";
import { jobServices } from "../../../shared/engine/jobs/services.ts";
import { KeyStore } from "../../../shared/engine/keys/key-store.ts";
import { embeddingLimiter } from "../../../shared/engine/limits/embedding-limiter.ts";
import { llmLimiter } from "../../../shared/engine/limits/llm-limiter.ts";
import { createMappings } from "../../../shared/engine/operations/mappings.ts";
import { Table } from "../../../shared/engine/table/table.ts";
import { type HttpEventOptions, httpEvent } from "../../helpers/http-event.ts";

const jobs = jobServices(catalog, {
  SLUICE_STAGE: "test",
  SLUICE_TABLE: "jobs",
  SLUICE_BUCKET: "files",
  SLUICE_QUEUE_URL_PREFIX: "http://127.0.0.1:1/queue/",
});
const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
const handle = createApi({
  jobs,
  keys: new KeyStore({ keys: new Table(jobs.store.table.document, "keys"), jobs: jobs.store.table }),
  mappings: createMappings(jobs),
  projects: projectServices(jobs),
  webhookSecrets: new WebhookSecretStore({ stage: "test", now: Date.now }),
  webhookSettings: { WEBHOOK_ALLOW_HTTP: false, WEBHOOK_ALLOW_LOOPBACK: false },
  llmConfigs: new ConfigStore(jobs.store.table, jobs.now),
  llmProviders: new ProviderStore({ stage: "test", now: Date.now }),
  limiter: llmLimiter(jobs, {}),
  embeddingLimiter: embeddingLimiter(jobs, {}),
  languageModel: async () => embedded(),
  quotas: new ProjectQuotas(jobs, {}),
  metricsPrefix: "sluice_",
  batchBounds: { jobs: 10_000, uploadBytes: 1_000_000 },
  waitsAtOnce: 20,
  logger,
});

async function call(method: string, target: string, options?: HttpEventOptions) {
  const answer = await handle(httpEvent(method, target, options));
  return { status: answer.statusCode, headers: answer.headers ?? {}, text: answer.body ?? "", raw: answer };
}

async function problem(method: string, target: string, options?: HttpEventOptions) {
  const { status, headers, text } = await call(method, target, options);
  expect(headers["content-type"]).toBe("application/problem+json");
  const body = problemSchema.parse(JSON.parse(text));
  expect(body.status).toBe(status);
  return { headers, ...body };
}

const submit = "/api/v1/tasks/summarize";
const input = { text: "Water flows downhill." };

beforeEach(() => {
  vi.restoreAllMocks();
  logger.error.mockClear();
});

describe("a request that is refused", () => {
  it("400 for a body that is not JSON", async () => {
    expect(await problem("POST", submit, { body: '{"input":' })).toMatchObject({
      status: 400,
      type: "/problems/malformed-json",
    });
  });

  it("400 for a body that is not UTF-8", async () => {
    const event = {
      ...httpEvent("POST", submit),
      body: Buffer.from([0x7b, 0xff]).toString("base64"),
      isBase64Encoded: true,
    };

    expect((await handle(event)).statusCode).toBe(400);
  });

  it("400 for a gzip body without its Content-Encoding, with the header to send", async () => {
    const body = gzipSync('{"input":{}}').toString("base64");
    const response = await handle({ ...httpEvent("POST", submit), body, isBase64Encoded: true });

    expect(response).toMatchObject({ statusCode: 400, body: expect.stringContaining("Content-Encoding: gzip") });
  });

  it("422 for a body that is nested too deep to walk through", async () => {
    const answer = await problem("POST", submit, { body: `${'{"input":'.repeat(200_000)}1${"}".repeat(200_000)}` });

    expect(answer).toMatchObject({ status: 422, detail: expect.stringContaining("100 levels") });
  });

  it("401 when no authorizer vouches for the caller", async () => {
    expect(await problem("GET", "/api/v1/jobs", { key: null })).toMatchObject({
      status: 401,
      headers: { "www-authenticate": "Bearer" },
    });
  });

  it.each([
    ["POST", submit, "read", "submit"],
    ["GET", "/api/v1/jobs", "submit", "read"],
    ["GET", "/api/v1/keys", "read", "admin"],
  ] as const)("403 for %s %s with the scope %s", async (method, target, has, needs) => {
    const answer = await problem(method, target, { key: { scopes: [has] }, body: {} });

    expect(answer).toMatchObject({ status: 403, detail: expect.stringContaining(needs) });
  });

  it("404 for an unknown path", async () => {
    expect(await problem("GET", "/api/v1/nothing")).toMatchObject({ status: 404, type: "/problems/not-found" });
  });

  it("404 for an unknown task, naming the known ones", async () => {
    const answer = await problem("POST", "/api/v1/tasks/translate", { body: { input } });

    expect(answer).toMatchObject({ status: 404, detail: expect.stringMatching(/translate.*summarize.*keywords/) });
  });

  it("404 for a misspelt task, with the one that was meant", async () => {
    const answers = [
      await problem("POST", "/api/v1/tasks/summarise", { body: { input } }),
      await problem("POST", "/api/v1/batches", { body: { task_name: "summarise", inputs: [input] } }),
    ];

    for (const answer of answers) expect(answer.detail).toContain("Did you mean summarize?");
  });

  it("404 for an id that no job can have", async () => {
    expect(await problem("GET", `/api/v1/jobs/${"x".repeat(3_000)}`)).toMatchObject({ status: 404 });
  });

  it.each(["PUT", "PATCH", "TRACE"])("405 for %s, with the methods allowed", async (method) => {
    expect(await problem(method, "/api/v1/jobs")).toMatchObject({ status: 405, headers: { allow: "GET, HEAD" } });
  });

  it("413 for a body over the limit, naming it", async () => {
    const body = JSON.stringify({ input: { text: "a".repeat(MAX_BODY_BYTES) } });

    const answer = await problem("POST", submit, { body });

    expect(answer).toMatchObject({ status: 413, detail: expect.stringContaining(String(MAX_BODY_BYTES)) });
  });

  it.each(["application/xml", "text/plain", "application/jsonx"])("415 for %s", async (type) => {
    const answer = await problem("POST", submit, { body: "{}", headers: { "content-type": type } });

    expect(answer).toMatchObject({ status: 415, headers: { accept: "application/json" } });
  });

  it("reads JSON under curl's default type, so that `curl -d` needs no header: 422 for what it holds", async () => {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const answer = await problem("POST", submit, { body: '{"input":{}}', headers });

    expect(answer).toMatchObject({ status: 422 });
  });

  it.each(["", "has space", "é", "x".repeat(256)])("422 for the Idempotency-Key %j", async (key) => {
    const answer = await problem("POST", submit, { body: { input }, headers: { "idempotency-key": key } });

    expect(answer).toMatchObject({ status: 422, errors: [{ path: "/headers/idempotency-key" }] });
  });

  it.each([
    [{}, "/input"],
    [{ input, callback_url: "http://example.com" }, "/callback_url"],
    [{ input, priority: 11 }, "/priority"],
    [{ input, delay_seconds: -1 }, "/delay_seconds"],
    [{ input, eta: "tomorrow" }, "/eta"],
    [{ input, expires_in: 0 }, "/expires_in"],
    [{ input, trace_id: "a b" }, "/trace_id"],
    [{ input, "a/b~c": 1 }, "/a~1b~0c"],
    [{ input: "text" }, "/input"],
    [{ input: { ...input, max_length: "9" } }, "/input/max_length"],
  ])("422 for the body %j, pointing to %s", async (body, path) => {
    const answer = await problem("POST", submit, { body });

    expect(answer.status).toBe(422);
    expect(answer.errors?.map((error) => error.path)).toEqual([path]);
  });

  it("422 with every fault of the query and the body at once", async () => {
    const answer = await problem("POST", `${submit}?colour=red`, { body: { input, priority: -1, extra: true } });

    expect(answer.errors?.map((error) => error.path)).toEqual(["/query/colour", "/priority", "/extra"]);
  });

  it.each(["limit=0", "limit=101", "limit=ten", "limit=1&limit=2"])("422 for the query ?%s", async (query) => {
    const answer = await problem("GET", `/api/v1/jobs?${query}`);

    expect(answer).toMatchObject({ status: 422, errors: [{ path: "/query/limit" }] });
  });

  it("422 with an example for a time without an offset", async () => {
    const answers = await Promise.all([
      problem("POST", submit, { body: { input, eta: "2026-12-01T08:00:00" } }),
      problem("GET", "/api/v1/jobs?created_after=2026-12-01T08:00:00"),
    ]);

    for (const answer of answers) expect(answer.errors?.[0]?.message).toMatch(/an offset, such as 20\d\d-.*\+01:00/);
  });

  it("422 for a blank text and for an empty cursor", async () => {
    const blank = await problem("POST", submit, { body: { input: { text: " \n\ufeff" } } });
    const empty = await problem("GET", "/api/v1/jobs?cursor=");

    expect(blank.errors).toEqual([{ path: "/input/text", message: "must not be blank" }]);
    expect(empty.errors).toMatchObject([{ path: "/query/cursor" }]);
  });

  it("takes null for every field that may be left out", async () => {
    const body = { input, priority: null, delay_seconds: null, eta: null, expires_in: null, trace_id: null };
    vi.spyOn(jobs.store, "create").mockRejectedValue(new QueueUnavailableError("So far it came."));

    expect((await problem("POST", submit, { body })).status).toBe(503);
  });

  it("422 for a body where none is expected", async () => {
    const answer = await problem("POST", "/api/v1/jobs/1/retry", { body: { now: true } });

    expect(answer).toMatchObject({ status: 422, errors: [{ path: "/now" }] });
  });
});

describe("a failure of AWS", () => {
  const awsError = (name: string, httpStatusCode: number) =>
    Object.assign(new Error(`${name} from AWS`), { name, $metadata: { httpStatusCode } });

  it.each([
    ["ProvisionedThroughputExceededException", 400, 429],
    ["ThrottlingException", 400, 429],
    ["InternalServerError", 500, 503],
    ["ServiceUnavailable", 503, 503],
  ])("%s is told as temporary", async (name, awsStatus, status) => {
    vi.spyOn(jobs.store, "get").mockRejectedValue(awsError(name, awsStatus));

    const answer = await problem("GET", "/api/v1/jobs/1");

    expect(answer.status).toBe(status);
    expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
  });

  it("a queue that does not take the job is 503", async () => {
    vi.spyOn(jobs.store, "create").mockRejectedValue(new QueueUnavailableError("The queue did not take the job."));

    const answer = await problem("POST", submit, { body: { input } });

    expect(answer).toMatchObject({ status: 503, type: "/problems/unavailable" });
    expect(answer.headers["retry-after"]).toBeDefined();
  });

  it("anything else is 500 with the request id, logged, and tells nothing of the inside", async () => {
    vi.spyOn(jobs.store, "get").mockRejectedValue(new TypeError("secret detail at store.ts:12"));

    const answer = await problem("GET", "/api/v1/jobs/1");

    expect(answer).toMatchObject({ status: 500, type: "/problems/internal" });
    expect(answer.detail).toContain(String(answer.headers["x-request-id"]));
    expect(JSON.stringify(answer)).not.toContain("secret");
    expect(logger.error).toHaveBeenCalledWith("request failed", expect.objectContaining({ route: "getJob" }));
  });
});

describe("HEAD", () => {
  it("answers what GET does, without the body", async () => {
    for (const target of ["/health", "/api/v1/tasks/registered", "/api/v1/nothing"]) {
      const [head, get] = [await call("HEAD", target), await call("GET", target)];

      expect(head.status).toBe(get.status);
      expect(head.headers).toEqual(get.headers);
      expect([head.text, head.raw.isBase64Encoded]).toEqual(["", undefined]);
    }
  });

  it("405 where there is no GET", async () => {
    const answer = await call("HEAD", "/api/v1/llm/call");

    expect(answer).toMatchObject({ status: 405, headers: { allow: "POST" } });
  });
});

describe("answers", () => {
  it("carry security headers and are not cached", async () => {
    for (const target of ["/api/v1/tasks/registered", "/api/v1/nothing"]) {
      expect((await call("GET", target)).headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "cache-control": "no-store",
        "content-security-policy": expect.stringContaining("default-src 'none'"),
      });
    }
  });

  it("are compressed when they are large and the caller takes gzip", async () => {
    const plain = await call("GET", "/openapi.json");
    const packed = await call("GET", "/openapi.json", { headers: { "accept-encoding": "br, gzip" } });
    const refused = await call("GET", "/openapi.json", { headers: { "accept-encoding": "gzip;q=0" } });

    expect(packed.headers["content-encoding"]).toBe("gzip");
    expect(packed.raw.isBase64Encoded).toBe(true);
    expect(gunzipSync(Buffer.from(packed.text, "base64")).toString()).toBe(plain.text);
    expect(refused.text).toBe(plain.text);
  });

  it("say that the API is up without a key and without AWS", async () => {
    const answer = await call("GET", "/health", { key: null });

    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toMatchObject({ status: "healthy" });
  });

  it("list the tasks there are", async () => {
    const answer = await call("GET", "/api/v1/tasks/registered");

    expect(JSON.parse(answer.text)).toMatchObject({ registered_tasks: expect.arrayContaining(["summarize"]) });
  });
});
