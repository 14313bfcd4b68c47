/**
 * Schedules that a project makes: their next times, jobs by hand and in time, pausing and deleting.
 *
 * @module
 */

import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { jobListSchema } from "../../../contracts/jobs/list.ts";
import { scheduleSchema } from "../../../contracts/schedules/schedules.ts";
import { eventually } from "../../helpers/eventually.ts";
import type { Target } from "./target.ts";

/** The sweeper submits the jobs, once a minute. */
const SWEEPS_MS = 240_000;

export function describeSchedules(target: Target): void {
  describe("schedules", () => {
    let key: string;
    beforeAll(async () => {
      key = await target.newKey(`e2e-schedules-${Date.now()}`);
    });

    const call = (method: string, rest = "", body?: unknown) =>
      target.call(method, `/api/v1/schedules${rest}`, { key, ...(body !== undefined && { body }) });
    const make = async (body: object) => {
      const answer = await call("POST", "", { task_name: "health_check", ...body });
      expect(answer.status).toBe(201);
      return scheduleSchema.parse(answer.body);
    };

    test("a schedule has its next times in its time zone, runs by hand, pauses, continues, and is deleted", async () => {
      const { schedule_id: id, ...made } = await make({
        cron: "30 3 * * *",
        time_zone: "Asia/Kolkata",
        input: { echo: "hi" },
      });
      expect(made.next_runs.map((time) => time.slice(11))).toEqual(Array.from({ length: 5 }, () => "22:00:00.000Z"));

      const run = await call("POST", `/${id}/run`, {});
      const { task_id: taskId } = z.object({ task_id: z.string() }).parse(run.body);
      expect(run.status).toBe(202);
      expect(await target.finished(taskId, key)).toMatchObject({ status: "SUCCESS", result: { echo: "hi" } });

      expect(await call("POST", `/${id}/pause`, {})).toMatchObject({
        status: 200,
        body: { enabled: false, next_runs: [] },
      });
      const listed = await call("GET");
      expect(listed).toMatchObject({ status: 200, body: { schedules: [{ schedule_id: id, enabled: false }] } });
      expect(await call("POST", `/${id}/resume`, {})).toMatchObject({
        body: { enabled: true, next_runs: made.next_runs },
      });
      expect((await call("DELETE", `/${id}`)).status).toBe(200);
      expect((await call("GET", `/${id}`)).status).toBe(404);
    });

    test(
      "a job is submitted when its time has come, once",
      async () => {
        const at = new Date(Date.now() + 30_000).toISOString();
        const { schedule_id: id } = await make({ at, input: { echo: "tick" } });

        const over = await eventually("the schedule's job is submitted", async () => {
          const schedule = scheduleSchema.parse((await call("GET", `/${id}`)).body);
          return schedule.last_task_id !== null && schedule;
        });

        expect(over).toMatchObject({ enabled: false, last_run_at: at, next_runs: [] });
        const job = await target.finished(over.last_task_id ?? "", key);
        expect(job).toMatchObject({ status: "SUCCESS", result: { echo: "tick" } });
        expect(Date.parse(job.started_at ?? "")).toBeGreaterThanOrEqual(Date.parse(at) - 1_000);
        const { jobs } = jobListSchema.parse((await target.call("GET", "/api/v1/jobs", { key })).body);
        expect(jobs.filter(({ result }) => JSON.stringify(result).includes("tick"))).toHaveLength(1);
      },
      SWEEPS_MS,
    );

    test("those of the catalog are listed for admins, and can be run, but not changed", async () => {
      const ofCatalog = async (given: string) => {
        const { body } = await target.call("GET", "/api/v1/schedules", { key: given });
        const { schedules } = z.object({ schedules: z.array(scheduleSchema) }).parse(body);
        return schedules.filter(({ source }) => source === "catalog");
      };
      expect(await ofCatalog(key)).toEqual([]);
      const cleanup = (await ofCatalog(target.adminKey)).find(
        ({ task_name: name }) => name === "cleanup_old_documents",
      );
      expect(cleanup).toMatchObject({ enabled: true });

      const path = `/api/v1/schedules/${cleanup?.schedule_id}`;
      const run = await target.call("POST", `${path}/run`, { key: target.adminKey, body: {} });
      const { task_id: taskId } = z.object({ task_id: z.string() }).parse(run.body);
      expect(await target.finished(taskId, target.adminKey)).toMatchObject({ task_name: "cleanup_old_documents" });
      expect((await target.call("DELETE", path, { key: target.adminKey })).status).toBe(409);
      expect((await target.call("POST", `${path}/run`, { key, body: {} })).status).toBe(404);
    });

    test.each([
      ["two kinds of times", { cron: "* * * * *", rate: "5 minutes" }],
      ["a time zone that does not exist", { cron: "* * * * *", time_zone: "Europe/Atlantis" }],
      ["a time without an offset", { at: "2030-01-01T10:00:00" }],
    ])("with %s is refused", async (_, body) => {
      expect((await call("POST", "", { task_name: "health_check", ...body })).status).toBe(422);
    });

    test("of another project do not exist", async () => {
      const { schedule_id: id } = await make({ rate: "1 hour" });
      const stranger = await target.newKey("e2e-stranger");

      for (const [method, rest] of [
        ["GET", ""],
        ["POST", "/pause"],
        ["POST", "/run"],
        ["DELETE", ""],
      ] as const) {
        expect((await target.call(method, `/api/v1/schedules/${id}${rest}`, { key: stranger })).status).toBe(404);
      }
    });
  });
}
