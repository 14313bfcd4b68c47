/**
 * Jobs before an embedding server that is scarce, through the whole stack and over real HTTP.
 *
 * @module
 */

import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { acceptedSchema } from "../../../contracts/jobs/submit.ts";
import { usageReportSchema } from "../../../contracts/llm/usage.ts";
import { problemSchema } from "../../../contracts/problem.ts";
import { hashText } from "../../../shared/capabilities/embeddings/hashing/embedder.ts";
import { eventually } from "../../helpers/eventually.ts";
import { type JsonServer, startJsonServer } from "../../helpers/json-server.ts";
import { startTestStack, type TestStack } from "../../helpers/stack.ts";

const JOBS = 12;
/** Of each call, as the server counts them. */
const TOKENS = 10;
const TOKENS_PER_DAY = 30;

let server: JsonServer;
let stack: TestStack;
let busy = 0;
let mostBusy = 0;

beforeAll(async () => {
  server = await startJsonServer(async ({ body }) => {
    const { input } = z.object({ input: z.array(z.string()) }).parse(body);
    busy += 1;
    mostBusy = Math.max(mostBusy, busy);
    // Long enough for two runs to meet.
    await sleep(200);
    busy -= 1;
    const data = input.map((text, index) => ({ index, embedding: Array.from(hashText(text, 384)) }));
    return { status: 200, body: { data, usage: { prompt_tokens: TOKENS, total_tokens: TOKENS } } };
  });
  stack = await startTestStack({
    env: {
      EMBEDDING_BACKEND: "openai-compatible",
      EMBEDDING_SERVER_URL: `${server.url}/v1`,
      EMBEDDING_CONCURRENT_CALLS: "1",
      EMBEDDING_PROJECT_TOKENS_PER_DAY: String(TOKENS_PER_DAY),
    },
    timeScale: 60,
  });
}, 400_000);
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

it("embeds for one run at a time until the day's tokens are used, and puts the other jobs off", async () => {
  const ids = await Promise.all(
    Array.from({ length: JOBS }, (_, at) =>
      stack.submit("generate_project_embedding", { project_id: `p${at}`, description: `A bridge of ${at} arches.` }),
    ),
  );
  const jobs = await eventually(
    "each job has ended or waits",
    async () => {
      const found = await Promise.all(ids.map((id) => stack.job(id)));
      const isSettled = found.every(
        ({ status, error }) =>
          status === "SUCCESS" || (error?.type === "LimitReachedError" && /a day/.test(error.message)),
      );
      return isSettled ? found : undefined;
    },
    200,
  );
  const done = jobs.filter(({ status }) => status === "SUCCESS");
  const waiting = jobs.filter(({ status }) => status === "RETRY");

  expect(mostBusy).toBe(1);
  expect(done.length + waiting.length).toBe(JOBS);
  // An invocation books its tokens at its end: runs of others may begin before.
  expect(done.length).toBeGreaterThanOrEqual(TOKENS_PER_DAY / TOKENS);
  expect(waiting.length).toBeGreaterThan(0);
  expect(server.requests).toHaveLength(done.length);
  for (const job of done) expect(job.usage).toMatchObject({ prompt_tokens: TOKENS, completion_tokens: 0 });
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  for (const job of waiting) {
    expect(job).toMatchObject({ attempts: 0, next_attempt_at: expect.stringContaining(tomorrow) });
    expect(job.error?.message).toMatch(/30 tokens a day/);
  }
});

it("shows what was embedded, which are no tokens of the language model", async () => {
  const { days, embeddings } = usageReportSchema.parse(await (await stack.request("/usage")).json());

  expect(days).toEqual([]);
  expect(embeddings.limits).toMatchObject({ tokens_per_day: TOKENS_PER_DAY, requests_per_minute: null });
  const [today] = embeddings.days;
  expect(today).toMatchObject({ runs: server.requests.length, tokens: server.requests.length * TOKENS });
});

it("refuses a search over a limit, and counts the tokens of one that it answers", async () => {
  const search = (key?: string) =>
    stack.post("/projects/search", { query: "old bridges" }, key ? { authorization: `Bearer ${key}` } : {});
  const refused = await search();
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(problemSchema.parse(await refused.json()).detail).toContain("30 tokens a day (UTC) (tokens_per_day)");

  const made = await stack.post("/keys", {
    project_id: "fresh",
    scopes: ["submit", "read"],
    limits: { requests_per_minute: 2 },
  });
  const { key } = z.object({ key: z.string() }).parse(await made.json());
  const before = server.requests.length;
  expect((await search(key)).status).toBe(200);
  expect((await search(key)).status).toBe(200);
  const third = await search(key);
  expect(third.status).toBe(429);
  expect(problemSchema.parse(await third.json()).detail).toContain("2 requests a minute (requests_per_minute)");
  expect(server.requests).toHaveLength(before + 2);
  const usage = await stack.request("/usage", { headers: { authorization: `Bearer ${key}` } });
  expect(usageReportSchema.parse(await usage.json()).embeddings.days).toMatchObject([
    { runs: 2, tokens: 2 * TOKENS, models: [{ runs: 2, tokens: 2 * TOKENS }] },
  ]);
  // What the key submits is limited as well.
  const job = await stack.post(
    "/tasks/generate_project_embedding",
    { input: { project_id: "one", description: "A bridge." } },
    { authorization: `Bearer ${key}` },
  );
  const { task_id: id } = acceptedSchema.parse(await job.json());
  const waiting = await stack.waitFor(id, ({ error, ready }) => ready || error !== null, 100);
  expect(waiting).toMatchObject({ status: "RETRY", attempts: 0, error: { type: "LimitReachedError" } });
  expect(waiting.error?.message).toContain("2 requests a minute");
});
