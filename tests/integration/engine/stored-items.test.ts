/**
 * A stage's table as an earlier version wrote it is read, replayed, swept and run by this one. The items are captured, not
 * made here: each file of tests/fixtures/stored-items/ holds those of one version, and the requests that made them.
 *
 * @module
 */

import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { z } from "zod";
import { documentServices } from "../../../shared/capabilities/documents/services.ts";
import { transitions } from "../../../shared/engine/jobs/store.ts";
import { readSamples } from "../../../shared/engine/monitoring/samples.ts";
import { readStatistics } from "../../../shared/engine/monitoring/statistics.ts";
import { notifyDeadLetters } from "../../../shared/engine/operations/dead-letter-notices.ts";
import { redrive } from "../../../shared/engine/operations/redrive.ts";
import { sweep } from "../../../shared/engine/sweeper/sweep.ts";
import { CircuitBreaker } from "../../../shared/engine/worker/circuit-breaker.ts";
import { TestApi } from "../../helpers/test-api.ts";

const answerSchema = z.object({
  task_id: z.string().optional(),
  batch_id: z.string().optional(),
  id: z.string().optional(),
  task_ids: z.array(z.string()).optional(),
});
const storedSchema = z.object({
  captured_at: z.number(),
  api_key: z.string(),
  ids: z.record(z.string(), z.string()),
  requests: z.array(
    z.object({
      name: z.string(),
      target: z.string(),
      body: z.unknown(),
      headers: z.record(z.string(), z.string()),
      answer: answerSchema,
    }),
  ),
  items: z.array(z.record(z.string(), z.unknown())),
});
const bytesSchema = z.strictObject({ $bytes: z.string() });

const file = new URL("../../fixtures/stored-items/2026-11-28.json", import.meta.url);
const stored = storedSchema.parse(
  JSON.parse(await readFile(file, "utf8"), (_, value: unknown) => {
    const bytes = bytesSchema.safeParse(value);
    return bytes.success ? Buffer.from(bytes.data.$bytes, "base64") : value;
  }),
);
const id = (name: string): string => stored.ids[name] ?? expect.fail(`There is no job "${name}".`);

/** The marshaller refuses a plain object with a key named "constructor". */
const marshallable = ({ metadata, ...item }: Record<string, unknown>) => ({
  ...item,
  ...(typeof metadata === "object" && metadata !== null && { metadata: new Map(Object.entries(metadata)) }),
});

let api: TestApi;
let now = stored.captured_at + 1_000;
beforeAll(async () => {
  vi.spyOn(Date, "now").mockImplementation(() => now);
  api = await TestApi.start();
  await Promise.all(stored.items.map((item) => api.jobs.store.table.put(marshallable(item))));
});
afterAll(async () => {
  vi.restoreAllMocks();
  await api.close();
});

it.each([
  ["pending", { status: "PENDING", attempts: 0, priority: 7, trace_id: "a-trace" }],
  ["delayed", { status: "PENDING", next_attempt_at: expect.any(String) }],
  ["eta", { status: "PENDING", next_attempt_at: "2026-12-24T18:00:00.000Z" }],
  ["done", { status: "SUCCESS", result: { summary: "Water flows.", language: "en" }, ready: true }],
  ["failed", { status: "FAILURE", error: { type: "LLMServerError", retryable: false } }],
  ["revoked", { status: "REVOKED" }],
  ["running", { status: "STARTED", progress: { current: 1, total: 2, message: "half" }, attempts: 1 }],
  ["retrying", { status: "RETRY", error: { type: "RateLimitError" }, usage: { total_tokens: 3 } }],
  ["deferred", { status: "RETRY", attempts: 0 }],
  ["again", { status: "PENDING", attempts: 0, error: null }],
] as const)("the job that is %s is shown", async (name, expected) => {
  const { status, body } = await api.call("GET", `/jobs/${id(name)}`);
  expect(status).toBe(200);
  expect(body).toMatchObject(expected);
});

it("inputs that lie in the head and in an item of their own are read", async () => {
  const { store } = api.jobs;
  const small = await store.readInput(await api.record(id("pending")));
  expect(small).toMatchObject({ text: expect.stringMatching(/^Water flows downhill/), max_length: expect.any(Number) });
  const large = z.object({ text: z.string() }).parse(await store.readInput(await api.record(id("large"))));
  expect(large.text).toMatch(/^0 words/);
});

it("all jobs of the project are listed, newest first", async () => {
  const { body } = await api.call("GET", "/jobs?limit=100");
  const { jobs } = z.object({ jobs: z.array(z.object({ task_id: z.string(), created_at: z.string() })) }).parse(body);
  const heads = stored.items.filter(({ pk, project_id }) => String(pk).startsWith("J#") && project_id === "acme");
  expect(jobs.map(({ task_id }) => `J#${task_id}`).toSorted()).toEqual(heads.map(({ pk }) => pk).toSorted());
  expect(jobs.map((job) => job.created_at)).toEqual(
    jobs
      .map((job) => job.created_at)
      .toSorted()
      .toReversed(),
  );
});

const keyed = stored.requests.filter(({ headers }) => "idempotency-key" in headers);
it.each(keyed.map((request) => [request.name, request] as const))(
  "the same request under the key of %s gives what it made",
  async (_, { target, body, headers, answer }) => {
    const replayed = await api.call("POST", target, { body, headers });
    expect(replayed.status, JSON.stringify(replayed.body)).toBe(202);
    expect(replayed.body).toMatchObject(answer);
  },
);

it("another request under a key that was used is refused", async () => {
  const [request] = keyed;
  const body = { input: { text: "Something else." } };
  const { status } = await api.call("POST", request?.target ?? "", { body, headers: request?.headers ?? {} });
  expect(status).toBe(409);
});

it("batch, key, document, projects, counters, samples, breaker and notices are read", async () => {
  const { table } = api.jobs.store;
  const batch = await api.call("GET", `/batches/${id("batch")}`);
  expect(batch.body).toMatchObject({ total: 2, counts: { PENDING: 2 }, expired: 0 });
  expect(await api.keys.find(stored.api_key)).toMatchObject({ name: "captured", project_id: "default" });
  const document = stored.requests.find(({ name }) => name === "document")?.answer.id ?? "";
  expect(await documentServices(api.jobs).documents.get(document)).toMatchObject({ status: "pending" });
  const projects = await api.call("GET", "/projects");
  expect(projects.body).toMatchObject({ projects: [{ name: "A project", metadata: { a: 1, constructor: "x" } }] });
  const { runs, lanes, tokens } = await readStatistics(api.jobs.store);
  expect(runs).toContainEqual({ taskName: "summarize", status: "SUCCESS", count: 1 });
  expect(tokens).toContainEqual(expect.objectContaining({ kind: "completion", count: 2 }));
  expect(lanes.get("summarize-high")).toMatchObject({ ended: 2 });
  expect(await readSamples(api.jobs, stored.captured_at - 60_000)).toHaveLength(1);
  const open = await new CircuitBreaker(table, "llm").putOffUntil("a-job", now);
  expect(open).toBe(stored.captured_at + 30_000);
});

it("the notice of a failure that was published is not published again", async () => {
  const publish = vi.fn(async () => ["taken" as const]);
  const logger = { error: vi.fn() };
  const outcome = await notifyDeadLetters(api.jobs, { publish, publicUrl: "", logger, hasTime: () => true });
  expect(outcome).toEqual({ notified: 0, failed: 0 });
});

it("a job that runs keeps its lease, and loses it when it has ended", async () => {
  const change = transitions(api.jobs);
  const lease = { token: "a-token", until: stored.captured_at + 90_000 };
  expect(await change.renew(id("running"), lease, { until: lease.until, progress: undefined })).toBeDefined();
  const other = { token: "other", until: now + 60_000 };
  const delivery = { messageId: "m-2", receiveCount: 2, receiptHandle: "receipt", worker: "summarize-high@lambda" };
  const reference = { task_id: id("running"), generation: 1 };
  expect(await change.claim(reference, delivery, other)).toBeUndefined();
  now = stored.captured_at + 91_000;
  expect(await change.claim(reference, delivery, { ...other, until: now + 60_000 })).toMatchObject({ attempts: 2 });
});

it("the sweeper sends what is due and revokes what has expired", async () => {
  now = stored.captured_at + 700_000;
  const errors: unknown[] = [];
  const logger = { error: (...said: unknown[]) => void errors.push(said) };
  const counts = await sweep(api.jobs, { logger, remainingMs: () => 60_000 });
  expect(errors).toEqual([]);
  expect(counts.released).toBeGreaterThanOrEqual(1);
  expect(counts.expired).toBeGreaterThanOrEqual(1);
  expect(await api.record(id("alias"))).toMatchObject({ status: "REVOKED" });
});

it("a dead letter is redriven", async () => {
  const { done } = await redrive(api.jobs, "summarize", { wanted: { dry_run: false }, reason: "redriven" });
  expect(done).toHaveLength(1);
  expect(await api.record(id("failed"))).toMatchObject({ status: "PENDING", generation: 2, attempts: 0 });
});
