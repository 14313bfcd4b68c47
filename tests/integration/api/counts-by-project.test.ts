/**
 * What a key without `admin` counts is its own project's alone.
 *
 * @module
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deadLetterCountsSchema } from "../../../contracts/dead-letters/dead-letters.ts";
import {
  healthSchema,
  laneSamplesSchema,
  queueStatsSchema,
  queuesSchema,
  reservedTasksSchema,
  summarySchema,
  workersSchema,
} from "../../../contracts/monitoring/operations.ts";
import { TestApi } from "../../helpers/test-api.ts";

const ours = { key: { tenant: "acme", scopes: ["read"] as const } };
const theirs = { key: { tenant: "other", scopes: ["read"] as const } };
const admin = { key: { tenant: "ops", scopes: ["admin"] as const } };
type Key = typeof ours | typeof theirs | typeof admin;

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
  const key = { tenant: "acme" };
  await api.submit({ key });
  await api.submit({ key, body: { input: { text: "Soon." }, expires_in: 600 } });
  await api.submit({ key, body: { input: { text: "Later." }, delay_seconds: 3_600 } });
  await api.start(await api.submit({ key }));
  await (await api.start(await api.submit({ key }))).fail("LLMServerError", "The server answered 500.", "outage");
});
afterAll(() => api.close());

const get = async (path: string, key: Key) => (await api.call("GET", path, key)).body;

const high = async (key: Key) => {
  const { queues } = queuesSchema.parse(await get("/queues", key));
  const queue = queues.find(({ name }) => name === "summarize");
  const lane = queue?.lanes.find((each) => each.lane === "high");
  return { ...lane, dead: queue?.dlq_depth };
};

describe("counts", () => {
  it("of queues are the project's own, without ages and rates, which are of all", async () => {
    const none = { depth: 0, in_flight: 0, delayed: 0, active_tasks: 0, dead: 0 };
    expect(await high(theirs)).toMatchObject({ ...none, oldest_age_seconds: null, rate_per_minute: null });
    expect(await high(ours)).toMatchObject({ depth: 2, in_flight: 1, delayed: 1, active_tasks: 1, dead: 1 });
    expect((await high(admin)).active_tasks).toBe(1);
  });

  it("of dead letters are the project's own, and SQS's number is shown to admin keys alone", async () => {
    const counted = async (key: Key) => {
      const { queues, total_count: total } = deadLetterCountsSchema.parse(await get("/dlq", key));
      return { total, messages: queues[0]?.messages };
    };
    expect(await counted(theirs)).toEqual({ total: 0, messages: null });
    expect(await counted(ours)).toEqual({ total: 1, messages: null });
    expect(await counted(admin)).toEqual({ total: 1, messages: expect.any(Number) });
  });

  it("of the monitoring API are the project's own", async () => {
    const counted = async (key: Key) => {
      const stats = queueStatsSchema.parse(await get("/tasks/queue/stats", key));
      const summary = summarySchema.parse(await get("/tasks/summary", key));
      const health = healthSchema.parse(await get("/tasks/health", key));
      const reserved = reservedTasksSchema.parse(await get("/tasks/tasks/reserved", key));
      const { workers } = workersSchema.parse(await get("/workers", key));
      return {
        active: [stats.active_tasks, summary.tasks.active, health.active_tasks],
        reserved: [stats.reserved_tasks, summary.tasks.reserved, reserved.total_count],
        busy: workers.filter((worker) => worker.active_tasks > 0).length,
      };
    };
    expect(await counted(theirs)).toEqual({ active: [0, 0, 0], reserved: [0, 0, 0], busy: 0 });
    expect(await counted(ours)).toEqual({ active: [1, 1, 1], reserved: [2, 2, 2], busy: 1 });
  });

  it("over time are of all projects, so only admin keys see them", async () => {
    await get("/queues", admin);
    const samples = async (key: Key) => laneSamplesSchema.parse(await get("/queues/history", key)).samples.length;
    expect(await samples(theirs)).toBe(0);
    expect(await samples(admin)).toBeGreaterThan(0);
  });
});
