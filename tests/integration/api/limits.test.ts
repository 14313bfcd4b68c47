/**
 * What the API refuses while the language model is limited, and what it answers meanwhile.
 *
 * @module
 */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { problemSchema } from "../../../contracts/problem.ts";
import { Limiter } from "../../../shared/engine/limits/limiter.ts";
import { BatchStatistics } from "../../../shared/engine/monitoring/statistics.ts";
import { TestApi } from "../../helpers/test-api.ts";

/** Far from the real time: the AWS SDK corrects its clock only by more than five minutes. */
const NOW = Date.parse("2020-11-28T23:00:00Z");
const usage = (total: number) => ({
  prompt_tokens: total - 10,
  completion_tokens: 10,
  total_tokens: total,
  model: "m",
});
const answers = {
  name: "llamacpp",
  generate: async () => ({ text: "Hello.", usage: usage(40) }),
};

let api: TestApi;
beforeEach(() => {
  vi.spyOn(Date, "now").mockReturnValue(NOW);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await api.close();
});

/** What the jobs of a project have used, booked as a worker does. */
async function spend(tenant: string, tokens: number): Promise<void> {
  const statistics = new BatchStatistics();
  statistics.addUsage({ taskName: "summarize", tenant }, usage(tokens));
  await statistics.flush(api.jobs.store, "summarize");
}

const summarize = { input: { text: "Water flows downhill." } };
const submit = (project: string, headers: Record<string, string> = {}) =>
  api.call("POST", "/tasks/summarize", { body: summarize, key: { tenant: project }, headers });

describe("a project over its tokens of the day", () => {
  beforeEach(async () => {
    api = await TestApi.start({ limits: { LLM_PROJECT_TOKENS_PER_DAY: "100" } });
    await spend("rich", 60);
    await spend("spent", 60);
    await spend("spent", 40);
  });

  it("is refused at submit with 429 that names the limit, and Retry-After to the end of the day", async () => {
    const answer = await submit("spent");

    expect(answer.status).toBe(429);
    expect(answer.headers).toMatchObject({ "content-type": "application/problem+json", "retry-after": "3600" });
    expect(problemSchema.parse(answer.body)).toMatchObject({
      type: "/problems/too-many-requests",
      status: 429,
      detail: expect.stringContaining("Project spent has reached the limit of 100 tokens a day"),
    });
    const batch = { task_name: "summarize", inputs: [summarize.input] };
    expect((await api.call("POST", "/batches", { body: batch, key: { tenant: "spent" } })).status).toBe(429);
    expect((await api.call("GET", "/jobs", { key: { tenant: "spent" } })).body).toMatchObject({ jobs: [] });
  });

  it("is not refused what needs no model, nor are other projects, nor is it on the next day", async () => {
    const check = await api.call("POST", "/tasks/health_check", { body: { input: {} }, key: { tenant: "spent" } });
    expect(check.status).toBe(202);
    expect((await submit("rich")).status).toBe(202);
    vi.mocked(Date.now).mockReturnValue(NOW + 3_600_000);
    expect((await submit("spent")).status).toBe(202);
  });

  it("gets the job of a submission that was accepted before, when it repeats it", async () => {
    const first = await submit("rich", { "idempotency-key": "one" });
    await spend("rich", 60);

    const again = await submit("rich", { "idempotency-key": "one" });
    expect(again).toMatchObject({ status: 202, body: first.body });
    expect((await submit("rich", { "idempotency-key": "two" })).status).toBe(429);
  });
});

describe("a key with limits of its own", () => {
  const limits = JSON.stringify({ concurrent_calls: 1, tokens_per_day: 50 });
  const key = { tenant: "acme", keyId: "key_0000000000000001", limits };

  it("gives them to its jobs, to those of its batches and schedules, and to no other's", async () => {
    api = await TestApi.start();
    const limited = { id: key.keyId, limits: JSON.parse(limits) };
    expect((await api.record(await api.submit({ key }))).limited_key).toEqual(limited);
    expect(await api.record(await api.submit({ key: { tenant: "acme" } }))).not.toHaveProperty("limited_key");

    const batch = { task_name: "summarize", inputs: [summarize.input] };
    const { body } = await api.call("POST", "/batches", { body: batch, key });
    const ids = z.object({ task_ids: z.array(z.string()) }).parse(body).task_ids;
    expect((await api.record(ids[0] ?? "")).limited_key).toEqual(limited);

    const schedule = { task_name: "summarize", input: summarize.input, rate: "1 hour", enabled: false };
    const made = await api.call("POST", "/schedules", { body: schedule, key });
    const { schedule_id } = z.object({ schedule_id: z.string() }).parse(made.body);
    const run = await api.call("POST", `/schedules/${schedule_id}/run`, { key: { tenant: "acme" } });
    const { task_id } = z.object({ task_id: z.string() }).parse(run.body);
    expect((await api.record(task_id)).limited_key).toEqual(limited);
  });

  it("is refused once it has used its tokens of the day, while other keys of its project are not", async () => {
    api = await TestApi.start({ languageModel: answers });
    const call = { body: { prompt: "Hi" } };
    expect((await api.call("POST", "/llm/complete", { ...call, key })).status).toBe(200);
    expect((await api.call("POST", "/llm/complete", { ...call, key })).status).toBe(200);

    const answer = await api.call("POST", "/tasks/summarize", { body: summarize, key });
    expect(answer).toMatchObject({ status: 429, headers: { "retry-after": "3600" } });
    expect(answer.body).toMatchObject({
      detail: expect.stringContaining(
        "Key key_0000000000000001 of project acme has reached the limit of 50 tokens a day",
      ),
    });
    expect((await api.call("POST", "/llm/complete", { ...call, key })).status).toBe(429);
    expect((await submit("acme")).status).toBe(202);
  });
});

it("of all projects together refuses each of them", async () => {
  api = await TestApi.start({ limits: { LLM_TOKENS_PER_DAY: "50" }, languageModel: answers });
  const call = { body: { prompt: "Hi" } };
  expect((await api.call("POST", "/llm/complete", { ...call, key: { tenant: "one" } })).status).toBe(200);
  expect((await api.call("POST", "/llm/complete", { ...call, key: { tenant: "two" } })).status).toBe(200);

  const answer = await submit("three");

  expect(answer.status).toBe(429);
  expect(answer.body).toMatchObject({ detail: expect.stringContaining("All projects together") });
});

it("refuses a call that is answered at once while the slot is taken, and gives the slot back after each", async () => {
  const { promise: end, resolve: finish } = Promise.withResolvers<void>();
  let asked = 0;
  const slow = {
    name: "llamacpp",
    async generate() {
      if (++asked === 1) await end;
      return { text: "Hello.", usage: usage(40) };
    },
  };
  api = await TestApi.start({ limits: { LLM_CONCURRENT_CALLS: "1" }, languageModel: slow });
  const call = () => api.call("POST", "/llm/complete", { body: { prompt: "Hi" } });

  const first = call();
  await vi.waitFor(() => expect(asked).toBe(1));
  expect(await call()).toMatchObject({ status: 429, headers: { "retry-after": expect.any(String) } });
  finish();
  expect((await first).status).toBe(200);
  expect((await call()).status).toBe(200);
});

it("puts a job off to the next day that was submitted before its project had spent all", async () => {
  api = await TestApi.start();
  await spend("spent", 100);
  const { table } = api.jobs.store;
  const limitsOf = () => ({ tokens_per_day: 100 });
  const limiter = new Limiter({ table, backend: "llm", limits: {}, limitsOf, now: () => NOW });

  const answer = await limiter.ask({ tenant: "spent", lease: { token: "t", ms: 60_000 } });

  expect(answer).toMatchObject({ reason: { kind: "tokens_per_day", most: 100, tenant: "spent" } });
  const until = "until" in answer ? answer.until : 0;
  expect(until).toBeGreaterThanOrEqual(NOW + 3_600_000);
  expect(until).toBeLessThan(NOW + 3_600_000 + 600_000);
});

describe("usage by day and model", () => {
  beforeEach(async () => {
    api = await TestApi.start({ limits: { LLM_PROJECT_LIMITS: '{"one":{"tokens_per_day":500}}' } });
    await spend("one", 60);
    await spend("one", 40);
    await spend("two", 7_000);
    vi.mocked(Date.now).mockReturnValue(NOW + 86_400_000);
    await spend("one", 30);
  });

  it("is that of the key's own project, newest day first, with its limits", async () => {
    const { status, body } = await api.call("GET", "/usage", { key: { tenant: "one" } });

    expect(status).toBe(200);
    const day = (name: string, runs: number, total_tokens: number) => {
      const tokens = { runs, prompt_tokens: total_tokens - runs * 10, completion_tokens: runs * 10, total_tokens };
      return { day: name, ...tokens, models: [{ model: "m", ...tokens }], configs: [] };
    };
    const noLimits = {
      concurrent_calls: null,
      requests_per_minute: null,
      tokens_per_minute: null,
      tokens_per_day: null,
    };
    expect(body).toEqual({
      project_id: "one",
      days: [day("2020-11-29", 1, 30), day("2020-11-28", 2, 100)],
      quotas: expect.any(Array),
      limits: { ...noLimits, tokens_per_day: 500 },
      embeddings: { days: [], limits: noLimits },
    });
  });

  it("is cut to a span, and another project's is for admins", async () => {
    const key = { tenant: "one" };
    const span = await api.call("GET", "/usage?from=2020-11-01&until=2020-11-28", { key });
    expect(span.body).toMatchObject({ days: [{ day: "2020-11-28" }] });
    expect((await api.call("GET", "/usage?project_id=two", { key })).status).toBe(403);
    const admin = { tenant: "one", scopes: ["admin"] as const };
    const other = await api.call("GET", "/usage?project_id=two", { key: admin });
    expect(other.body).toMatchObject({ project_id: "two", days: [{ total_tokens: 7_000 }] });
    expect((await api.call("GET", "/usage?from=2020-11-02&until=2020-11-01", { key })).status).toBe(422);
    expect((await api.call("GET", "/usage?from=yesterday", { key })).status).toBe(422);
  });
});
