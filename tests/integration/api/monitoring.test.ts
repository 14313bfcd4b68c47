/**
 * The monitoring API's answers, field by field, as the API that Sluice replaces gave them.
 *
 * @module
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { catalog } from "../../../contracts/catalog.ts";
import { routeNames, routeOf } from "../../../contracts/routes/routes.ts";
import { TestApi } from "../../helpers/test-api.ts";

const { queues } = catalog;

let api: TestApi;
const ids = { running: "", delayed: "", waiting: "", failed: "" };

beforeAll(async () => {
  api = await TestApi.start();
  ids.running = await api.submit();
  await api.start(ids.running);
  ids.delayed = await api.submit({ body: { input: { text: "Later." }, delay_seconds: 600 } });
  ids.waiting = await api.submit({ task: "keywords" });
  ids.failed = await api.submit();
  await (await api.start(ids.failed)).fail();
});
afterAll(() => api.close());

/** One worker for each lane of each queue of the catalog. */
const workers = queues.flatMap((queue) => queue.lanes);

const object = z.record(z.string(), z.unknown());
const keysOf = (value: unknown): string[] => Object.keys(object.parse(value)).sort();
const admin = { key: { tenant: "ops", scopes: ["admin"] as const } };
const stranger = { key: { tenant: "strangers" } };

async function get(path: string, options = {}) {
  const answer = await api.call("GET", path, options);
  expect(answer.status).toBe(200);
  return object.parse(answer.body);
}

/** Field names as the design's table of aliases gives them, in alphabetical order. */
const fields: Readonly<Record<string, readonly string[]>> = {
  "/tasks/queue/stats": ["active_tasks", "queue_stats", "reserved_tasks", "workers", "workers_active"],
  "/tasks/workers/stats": ["total_workers", "workers"],
  "/tasks/tasks/active": ["active_tasks", "total_count"],
  "/tasks/tasks/scheduled": ["scheduled_tasks", "total_count"],
  "/tasks/tasks/reserved": ["reserved_tasks", "total_count"],
  "/tasks/registered": ["registered_tasks", "total_count"],
  "/tasks/active_queues": ["active_queues", "total_count"],
  "/tasks/ping": ["total_workers", "workers"],
  "/tasks/health": ["active_tasks", "broker_connected", "status", "timestamp", "workers"],
  "/tasks/summary": ["broker", "status", "tasks", "workers"],
};

describe("the monitoring API", () => {
  it.each(Object.entries(fields))("%s has exactly its fields, and they fit its schema", async (path, expected) => {
    const body = await get(path);

    expect(keysOf(body)).toEqual(expected);
    const name = routeNames.find((each) => routeOf(each).path === path);
    expect(name && routeOf(name).response.schema.safeParse(body).success).toBe(true);
  });

  it("counts tasks in all and by worker", async () => {
    const { queue_stats: byWorker, ...stats } = await get("/tasks/queue/stats", admin);

    expect(stats).toMatchObject({ active_tasks: 1, reserved_tasks: 3, workers: workers.length });
    expect(stats.workers_active).toContain("summarize-high@lambda");
    expect(object.parse(byWorker)["summarize-high@lambda"]).toEqual({
      pool: "lambda",
      max_concurrency: 5,
      processes: 1,
      active_tasks: 1,
      // The test's worker took its jobs from the records, so their messages still wait.
      reserved_tasks: 2,
    });
  });

  it("describes each worker with its pool and its tasks", async () => {
    const { workers: described, total_workers: total } = await get("/tasks/workers/stats");

    expect(total).toBe(workers.length);
    expect(object.parse(described)["keywords-low@lambda"]).toEqual({
      pool: { implementation: "lambda", max_concurrency: 5, processes: 0 },
      active_tasks: 0,
      registered_tasks: ["keywords"],
    });
  });

  it("lists running tasks with their start in epoch seconds", async () => {
    const record = await api.record(ids.running);

    expect(await get("/tasks/tasks/active")).toEqual({
      active_tasks: [
        {
          task_id: ids.running,
          task_name: "summarize",
          worker: "summarize-high@lambda",
          time_start: (record.started_at ?? 0) / 1_000,
        },
      ],
      total_count: 1,
    });
  });

  it("lists delayed tasks with the time they are due", async () => {
    const { scheduled_tasks: tasks, total_count: total } = await get("/tasks/tasks/scheduled");

    expect(total).toBe(1);
    expect(tasks).toMatchObject([{ task_id: ids.delayed, task_name: "summarize", status: "PENDING" }]);
  });

  it("lists tasks that wait and are due", async () => {
    const { reserved_tasks: tasks } = await get("/tasks/tasks/reserved");

    expect(tasks).toMatchObject([{ task_id: ids.waiting, task_name: "keywords", status: "PENDING" }]);
  });

  it("shows the tasks of other projects to admin keys alone", async () => {
    for (const path of ["/tasks/tasks/active", "/tasks/tasks/scheduled"]) {
      expect(await get(path, stranger)).toMatchObject({ total_count: 0 });
      expect(await get(path, admin)).toMatchObject({ total_count: 1 });
    }
    expect(await get("/tasks/tasks/reserved", stranger)).toMatchObject({ reserved_tasks: [] });
  });

  it("says that it is healthy, and sums up", async () => {
    expect(await get("/tasks/health")).toMatchObject({ status: "healthy", broker_connected: true, active_tasks: 1 });
    expect(await get("/tasks/summary", admin)).toEqual({
      status: "healthy",
      workers: { total: workers.length, active: 1 },
      tasks: { active: 1, reserved: 3, total: 4 },
      broker: { connected: true, type: "sqs" },
    });
    expect(keysOf((await get("/tasks/ping")).workers)).toContain("normalize-low@lambda");
  });
});

describe("without a broker", () => {
  it("says that it is unhealthy instead of failing", async () => {
    const alone = await TestApi.start();
    try {
      const unreachable = { ...alone.jobs.resources, SLUICE_QUEUE_URL_PREFIX: "http://127.0.0.1:9/none/" };
      Object.assign(alone.jobs, { resources: unreachable });

      const answer = await alone.call("GET", "/tasks/health");

      expect(answer).toMatchObject({ status: 200, body: { status: "unhealthy", broker_connected: false, workers: 0 } });
    } finally {
      await alone.close();
    }
  });
});
