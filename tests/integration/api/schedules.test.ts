/**
 * Schedules that are made by API: one job for each time, whatever dies or is called twice.
 *
 * @module
 */

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { scheduleSchema } from "../../../contracts/schedules/schedules.ts";
import { noteCatalogRun } from "../../../shared/engine/schedules/catalog-schedules.ts";
import { releaseSchedules } from "../../../shared/engine/schedules/release-schedules.ts";
import { ScheduleStore } from "../../../shared/engine/schedules/schedule-store.ts";
import { TestApi } from "../../helpers/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
  Object.assign(api.jobs, { now: () => now });
});
afterAll(() => api.close());

let now = Date.parse("2026-11-28T12:00:30.000Z");
beforeEach(() => {
  now += 86_400_000;
  vi.spyOn(Date, "now").mockImplementation(() => now);
});
afterEach(() => {
  vi.restoreAllMocks();
});

const input = { text: "Water flows downhill." };
const jobsSchema = z.object({ jobs: z.array(z.object({ task_id: z.string(), task_name: z.string() })) });
const pass = (seconds: number) => {
  now += seconds * 1_000;
};
const call = async (method: string, target: string, body?: unknown, options: object = {}) =>
  api.call(method, target, { ...(body === undefined ? {} : { body }), ...options });

async function create(body: object) {
  const answer = await call("POST", "/schedules", { task_name: "summarize", input, ...body });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return scheduleSchema.parse(answer.body);
}
const logger = { error: vi.fn(), warn: vi.fn() };
const release = () => releaseSchedules(api.jobs, { logger, hasTime: () => true });
const jobs = async () => jobsSchema.parse((await call("GET", "/jobs?limit=100")).body).jobs.length;
const remove = (id: string) => call("DELETE", `/schedules/${id}`);

describe("a schedule", () => {
  it("submits one job for each time, on the second, however often the sweeper comes", async () => {
    const before = await jobs();
    const made = await create({ cron: "*/5 * * * *" });
    expect(made.next_runs).toHaveLength(5);
    expect(made.next_runs[0]).toMatch(/T12:05:00/);
    for (let minute = 0; minute < 15; minute++) {
      await Promise.all([release(), release()]);
      pass(60);
    }

    expect((await jobs()) - before).toBe(3);
    const after = scheduleSchema.parse((await call("GET", `/schedules/${made.schedule_id}`)).body);
    expect(after.last_run_at).toMatch(/T12:15:00/);
    const record = await api.record(after.last_task_id ?? "");
    expect(record.due_at).toBe(Date.parse(after.last_run_at ?? ""));
    await remove(made.schedule_id);
  });

  it("makes up once for the times that passed while nothing ran", async () => {
    const before = await jobs();
    const made = await create({ rate: "1 hour" });
    pass(10 * 3_600 + 60);
    await release();
    await release();

    expect((await jobs()) - before).toBe(1);
    await remove(made.schedule_id);
  });

  it("submits once when the sweeper dies between the job and its note", async () => {
    const before = await jobs();
    const made = await create({ at: new Date(now + 60_000).toISOString() });
    const dies = vi.spyOn(ScheduleStore.prototype, "advance").mockRejectedValueOnce(new Error("the process is gone"));
    await release();
    expect(dies).toHaveBeenCalled();
    await release();
    await release();

    expect((await jobs()) - before).toBe(1);
    const over = scheduleSchema.parse((await call("GET", `/schedules/${made.schedule_id}`)).body);
    expect(over).toMatchObject({ enabled: false, next_runs: [] });
    expect((await call("POST", `/schedules/${made.schedule_id}/resume`)).status).toBe(409);
    await remove(made.schedule_id);
  });

  it("makes up for the times that passed after the sweeper died between a job and its note", async () => {
    const before = await jobs();
    const made = await create({ rate: "1 minute" });
    const dies = vi.spyOn(ScheduleStore.prototype, "advance").mockRejectedValueOnce(new Error("the process is gone"));
    await release();
    expect(dies).toHaveBeenCalled();
    pass(330);
    for (let sweep = 0; sweep < 4; sweep++) await release();

    // That of the first time, which was made before the death; one for the four times since; and that of the next minute.
    expect((await jobs()) - before).toBe(3);
    await remove(made.schedule_id);
  });

  it("rests while it is paused, runs when asked to, and continues with its next time", async () => {
    const before = await jobs();
    const { schedule_id: id } = await create({ rate: "1 minute" });
    expect((await call("POST", `/schedules/${id}/pause`)).body).toMatchObject({ enabled: false, next_runs: [] });
    pass(600);
    await release();
    expect((await jobs()) - before).toBe(0);
    expect((await call("POST", `/schedules/${id}/run`)).status).toBe(202);
    expect((await jobs()) - before).toBe(1);
    await call("POST", `/schedules/${id}/resume`);
    pass(30);
    await release();
    expect((await jobs()) - before).toBe(2);
    expect((await remove(id)).status).toBe(200);
    expect((await call("GET", `/schedules/${id}`)).status).toBe(404);
  });

  it.each(["https://10.0.0.1/hook", "https://localhost./hook", "ftp://example.com/"])(
    "refuses to call back %s",
    async (url) => {
      const answer = await call("POST", "/schedules", {
        ...{ task_name: "summarize", input, rate: "1 minute" },
        callback_url: url,
      });
      expect(answer.status).toBe(422);
      expect(answer.body).toMatchObject({ errors: [{ path: "/callback_url" }] });
    },
  );

  it("runs its jobs with its config as that was when it was made, and shows it", async () => {
    const first = { provider: "embedded" };
    expect((await call("POST", "/llm/configs", { id: "brief", ...first })).status).toBe(201);
    const held = { ...first, id: "brief", version: 1 };
    const made = await create({ rate: "1 minute", config: { id: "brief" } });
    expect(made.config).toEqual(held);
    await call("POST", "/llm/configs/brief/versions", first);
    pass(60);
    await release();

    const after = scheduleSchema.parse((await call("GET", `/schedules/${made.schedule_id}`)).body);
    const byHand = z
      .object({ task_id: z.string() })
      .parse((await call("POST", `/schedules/${made.schedule_id}/run`)).body);
    for (const id of [after.last_task_id ?? "", byHand.task_id]) {
      const record = await api.record(id);
      expect(record).toMatchObject({ config_name: "brief@1" });
      expect(await api.jobs.store.readConfig(record)).toEqual(held);
    }
    await remove(made.schedule_id);
    const plain = await create({ rate: "1 minute" });
    expect(plain.config).toBeNull();
    await remove(plain.schedule_id);
  });

  it.each([
    ["a task without a model", { task_name: "health_check", input: {}, config: { provider: "embedded" } }, "/config"],
    ["one that is not there", { config: { id: "none" } }, "/config"],
    ["what the engine does not take", { config: { provider: "default", system: "Be brief." } }, "/config/system"],
    ["an id and what it holds", { config: { id: "x", provider: "default" } }, "/config/provider"],
  ])("refuses a config of %s", async (_what, body, path) => {
    const answer = await call("POST", "/schedules", { task_name: "summarize", input, rate: "1 hour", ...body });

    expect(answer).toMatchObject({ status: 422, body: { errors: [{ path }] } });
  });

  it("whose task takes another input by now pauses itself, and says why", async () => {
    const made = await create({ rate: "1 minute" });
    const { table } = api.jobs.store;
    await table.update({ pk: `SCHEDULE#${made.schedule_id}`, sk: "head" }, { set: { input: '{"texts":[]}' } });
    pass(60);
    await release();

    const paused = scheduleSchema.parse((await call("GET", `/schedules/${made.schedule_id}`)).body);
    expect(paused).toMatchObject({ enabled: false, error: expect.stringContaining("does not fit") });
    await remove(made.schedule_id);
  });

  it("is its project's own, and listed newest first by pages", async () => {
    const ids: string[] = [];
    for (let index = 0; index < 3; index++) {
      pass(1);
      ids.unshift((await create({ cron: "0 3 * * *", time_zone: "Europe/Berlin" })).schedule_id);
    }
    const listSchema = z.object({ schedules: z.array(scheduleSchema), next_cursor: z.string().nullable() });
    const first = listSchema.parse((await call("GET", "/schedules?limit=2")).body);
    const rest = listSchema.parse((await call("GET", `/schedules?limit=2&cursor=${first.next_cursor}`)).body);
    expect([...first.schedules, ...rest.schedules].map((each) => each.schedule_id)).toEqual(ids);
    expect(rest.next_cursor).toBeNull();

    const stranger = { key: { tenant: "other" } };
    for (const [method, path] of [
      ["GET", ""],
      ["POST", "/pause"],
      ["POST", "/resume"],
      ["POST", "/run"],
      ["DELETE", ""],
    ] as const) {
      expect((await call(method, `/schedules/${ids[0]}${path}`, undefined, stranger)).status, path).toBe(404);
    }
    for (const id of ids) await remove(id);
  });

  describe("of the catalog", () => {
    const cleanup = "catalog-cleanup_old_documents";
    const admin = { key: { tenant: "default", scopes: ["admin"] as const } };
    const listed = async (options: object, query = "") =>
      z
        .object({ schedules: z.array(scheduleSchema) })
        .parse((await call("GET", `/schedules${query}`, undefined, options)).body)
        .schedules.filter(({ source }) => source === "catalog");

    it("is listed with its next times, for those who see its jobs", async () => {
      const [first, ...others] = await listed(admin);
      expect(first).toMatchObject({
        ...{ schedule_id: cleanup, task_name: "cleanup_old_documents", cron: "15 3 * * ? *", time_zone: "UTC" },
        ...{ project_id: "default", enabled: true, created_at: null },
      });
      const tomorrow = new Date(now + 86_400_000).toISOString().slice(0, 10);
      expect(first?.next_runs).toHaveLength(5);
      expect(first?.next_runs[0]).toBe(`${tomorrow}T03:15:00.000Z`);
      expect(others.map(({ task_name }) => task_name)).toEqual([
        "cleanup_expired_results",
        "process_dead_letter_queue",
      ]);
      expect((await call("GET", `/schedules/${cleanup}`, undefined, admin)).body).toEqual(first);

      expect(await listed({ key: { tenant: "default" } })).toEqual([]);
      expect(await listed({ key: { tenant: "other" } })).toEqual([]);
      expect(await listed(admin, "?project_id=other")).toEqual([]);
      expect((await call("GET", `/schedules/${cleanup}`, undefined, { key: { tenant: "other" } })).status).toBe(404);
    });

    it("counts a rate from its last run, which is shown", async () => {
      const id = "catalog-process_dead_letter_queue";
      const read = async () => scheduleSchema.parse((await call("GET", `/schedules/${id}`, undefined, admin)).body);
      expect(await read()).toMatchObject({ rate: "15 minutes", next_runs: [], last_run_at: null });
      await noteCatalogRun(api.jobs.store.table, "process_dead_letter_queue", { at: now - 60_000, taskId: "job-1" });

      const { next_runs, last_run_at, last_task_id } = await read();
      expect([last_run_at, last_task_id]).toEqual([new Date(now - 60_000).toISOString(), "job-1"]);
      expect(next_runs[0]).toBe(new Date(now + 14 * 60_000).toISOString());
    });

    it("is run by hand by those who may submit its task, and cannot be changed", async () => {
      const run = await call("POST", `/schedules/${cleanup}/run`, undefined, admin);
      expect(run.status).toBe(202);
      const { task_id: id } = z.object({ task_id: z.string() }).parse(run.body);
      expect(await api.record(id)).toMatchObject({
        ...{ task_name: "cleanup_old_documents", project_id: "default", priority: 1, signature: expect.anything() },
      });
      for (const [method, path] of [
        ["POST", "/pause"],
        ["POST", "/resume"],
        ["DELETE", ""],
      ] as const) {
        expect((await call(method, `/schedules/${cleanup}${path}`, undefined, admin)).status, path).toBe(409);
      }
      expect((await call("POST", `/schedules/${cleanup}/run`)).status).toBe(404);
    });
  });

  it.each([
    ["without a time", {}, ""],
    ["with two", { cron: "0 3 * * *", rate: "1 hour" }, ""],
    ["with a cron that is none", { cron: "0 0 3 * * *" }, "/cron"],
    ["with a cron that never comes", { cron: "0 0 30 2 *" }, "/cron"],
    ["with a rate that is none", { rate: "5 seconds" }, "/rate"],
    ["in the past", { at: "2020-01-01T00:00:00Z" }, "/at"],
    ["without an offset", { at: "2030-01-01T00:00:00" }, "/at"],
    ["in no zone", { cron: "0 3 * * *", time_zone: "Europe/Atlantis" }, "/time_zone"],
    ["with an input that does not fit", { rate: "1 hour", input: { texts: 1 } }, "/input"],
    ["of a task that needs an admin key", { rate: "1 hour", task_name: "get_queue_stats", input: {} }, "/task_name"],
    ["with an input that is too large", { rate: "1 hour", input: { text: "x".repeat(70_000) } }, "/input"],
  ])("%s is refused, and the field is named", async (_, body, path) => {
    const answer = await call("POST", "/schedules", { task_name: "summarize", input, ...body });

    expect(answer.status).toBe(422);
    expect(JSON.stringify(answer.body)).toContain(`"path":"${path}`);
  });
});
