/**
 * Submissions beyond the jobs of a project that may wait in a lane: 429, one by one and as batches, and no way around it by
 * what is made after the answer.
 *
 * @module
 */

import { afterEach, beforeEach, expect, it } from "vitest";
import { problemSchema } from "../../../contracts/problem.ts";
import { TestApi } from "../../helpers/test-api.ts";

let api: TestApi;
beforeEach(async () => {
  api = await TestApi.start({
    settings: {
      PROJECT_QUEUED_JOBS: "3",
      PROJECT_JOB_LIMITS: '{"free":{"queued_jobs":null},"large":{"queued_jobs":1120}}',
    },
  });
});
afterEach(() => api.close());

const text = { text: "Water flows downhill." };
const submit = (tenant: string, more: object = {}, headers: Record<string, string> = {}) =>
  api.call("POST", "/tasks/summarize", { body: { input: text, ...more }, key: { tenant }, headers });
const batch = (tenant: string, jobs: number, headers: Record<string, string> = {}) =>
  api.call("POST", "/batches", {
    body: { task_name: "summarize", inputs: Array.from({ length: jobs }, () => text), priority: 5 },
    key: { tenant },
    headers,
  });

it("refuses the next job with 429 that names the quota, until one of them has begun", async () => {
  const first = await submit("busy", {}, { "idempotency-key": "one" });
  const { task_id: taskId } = first.body as { task_id: string };
  await submit("busy");
  await submit("busy", { delay_seconds: 60 });

  const answer = await submit("busy");
  expect(answer.status).toBe(429);
  expect(answer.headers).toMatchObject({ "content-type": "application/problem+json", "retry-after": "60" });
  expect(problemSchema.parse(answer.body)).toMatchObject({
    type: "/problems/too-many-requests",
    detail:
      "Project busy has reached the limit of 3 jobs waiting in a lane (queued_jobs): 3 wait in summarize-high; try again in 60 s.",
  });

  // What was accepted before is, also now.
  expect(await submit("busy", {}, { "idempotency-key": "one" })).toMatchObject({ status: 202, body: first.body });
  // Another lane, another project, a project without a bound.
  expect((await submit("busy", { priority: 1 })).status).toBe(202);
  expect((await submit("quiet")).status).toBe(202);
  for (let job = 0; job < 5; job++) expect((await submit("free")).status).toBe(202);

  await api.start(taskId);
  expect((await submit("busy")).status).toBe(202);
  expect((await submit("busy")).status).toBe(429);
});

it("refuses the other ways to submit as well", async () => {
  for (let job = 0; job < 3; job++) await submit("busy");
  const key = { tenant: "busy" };
  const path = { function_path: "app.tasks.summarize_text", ...text };
  const executed = (lane: string) => api.call("POST", `/tasks/execute_${lane}_priority_task`, { body: path, key });
  expect((await executed("high")).status).toBe(429);
  expect((await executed("low")).status).toBe(202);
  const provider = {
    body: { type: "llamacpp", base_url: "http://10.0.0.5:8080/v1" },
    key: { scopes: ["admin"] },
  } as const;
  expect((await api.call("PUT", "/llm/providers/own", provider)).status).toBe(200);
  const call = { body: { config: { provider: "own", model: "m" }, query: "Hi" }, key };
  for (let calls = 0; calls < 3; calls++) expect((await api.call("POST", "/llm/call", call)).status).toBe(202);
  expect((await api.call("POST", "/llm/call", call)).status).toBe(429);
});

it("refuses a batch for which there is not room, says so for one that never has any, and takes no part of it", async () => {
  expect((await batch("busy", 2)).status).toBe(202);
  const answer = await batch("busy", 2);
  expect(answer.status).toBe(429);
  expect(answer.body).toMatchObject({
    detail: expect.stringContaining("2 wait in summarize-high, and 2 more are asked for"),
  });

  const never = await batch("busy", 4);
  expect(never.status).toBe(422);
  expect(JSON.stringify(never.body)).toContain("project busy may have 3 jobs waiting in a lane (queued_jobs), not 4");
  expect((await api.call("GET", "/batches", { key: { tenant: "busy" } })).body).toMatchObject({
    batches: [{ total: 2 }],
  });
  expect((await submit("busy")).status).toBe(202);
});

it("counts a large batch in full from when it is accepted, though its jobs are made later", async () => {
  const large = await batch("large", 1_100, { "idempotency-key": "large" });
  expect(large.status).toBe(202);

  expect((await batch("large", 21)).status).toBe(429);
  expect((await batch("large", 20)).status).toBe(202);
  expect((await submit("large")).status).toBe(429);
  expect((await batch("large", 1_100, { "idempotency-key": "large" })).body).toEqual(large.body);

  const { batch_id: id } = large.body as { batch_id: string };
  expect((await api.call("POST", `/batches/${id}/cancel`, { key: { tenant: "large" } })).status).toBe(202);
  expect((await submit("large")).status).toBe(202);
});
