/**
 * Bounds of what one project may have in a lane: running jobs, of which more wait, and waiting ones, of which more are refused.
 *
 * @module
 */

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { batchAcceptedSchema } from "../../../contracts/jobs/batches.ts";
import { jobListSchema } from "../../../contracts/jobs/list.ts";
import { acceptedSchema } from "../../../contracts/jobs/submit.ts";
import type { Job } from "../../../contracts/jobs/wire.ts";
import { eventually } from "../../helpers/eventually.ts";
import type { Target } from "./target.ts";

const RUNS_ONE = "e2e-runs-one";
const WAITS_FIVE = "e2e-waits-five";
const MOST_WAITING = 5;

/** What the stage has to be set to for these tests. */
export const boundSettings = {
  // tests/e2e/suite/later.ts
  API_WAITS_AT_ONCE: "2",
  PROJECT_JOB_LIMITS: JSON.stringify({
    [RUNS_ONE]: { running_jobs: 1 },
    [WAITS_FIVE]: { queued_jobs: MOST_WAITING },
  }),
};

/** When a job ran, in milliseconds since the epoch. */
const span = ({ started_at, finished_at }: Job) =>
  [Date.parse(started_at ?? ""), Date.parse(finished_at ?? "")] as const;

export function describeBounds(target: Target): void {
  describe("bounds of a project", () => {
    describe("on running jobs", () => {
      let key: string;
      let batchId = "";
      beforeAll(async () => {
        key = await target.newKey(RUNS_ONE);
      });
      afterAll(() => target.call("POST", `/api/v1/batches/${batchId}/cancel`, { key, body: {} }));

      test("let one run at a time, put the others off without an attempt, and leave other projects alone", async () => {
        const inputs = Array.from({ length: 40 }, (_, index) => ({ echo: `${index}` }));
        const submitted = await target.call("POST", "/api/v1/batches", {
          key,
          body: { task_name: "health_check", inputs },
        });
        batchId = batchAcceptedSchema.parse(submitted.body).batch_id;
        const read = async () => {
          const { body } = await target.call("GET", `/api/v1/jobs?batch_id=${batchId}&limit=100`, { key });
          return jobListSchema.parse(body).jobs;
        };

        const jobs = await eventually("every job has run or was put off", async () => {
          const all = await read();
          return all.every(({ status }) => status === "SUCCESS" || status === "RETRY") && all;
        });

        const putOff = jobs.filter(({ status }) => status === "RETRY");
        expect(putOff.length).toBeGreaterThan(0);
        for (const job of putOff) {
          expect(job).toMatchObject({ attempts: 0, error: { type: "LaneLimitReachedError" }, started_at: null });
          expect(Date.parse(job.next_attempt_at ?? "")).toBeGreaterThan(Date.parse(job.created_at));
        }
        const ran = jobs
          .filter(({ status }) => status === "SUCCESS")
          .map(span)
          .sort(([one], [other]) => one - other);
        expect(ran.length).toBeGreaterThan(0);
        for (const [index, [started]] of ran.entries()) {
          expect(started).toBeGreaterThanOrEqual(ran[index - 1]?.[1] ?? 0);
        }
        const other = await target.newKey("e2e-runs-all");
        const body = { input: { echo: "free" }, priority: 1 };
        const free = await target.call("POST", "/api/v1/tasks/health_check", { key: other, body });
        expect(await target.finished(acceptedSchema.parse(free.body).task_id, other)).toMatchObject({
          status: "SUCCESS",
          worker: "default-low@lambda",
        });
      });
    });

    describe("on waiting jobs", () => {
      let key: string;
      const waiting: string[] = [];
      beforeAll(async () => {
        key = await target.newKey(WAITS_FIVE);
      });
      const revoke = (id: string) => target.call("POST", `/api/v1/jobs/${id}/revoke`, { key, body: {} });
      afterAll(() => Promise.all(waiting.map(revoke)));

      const submit = (headers: Record<string, string> = {}, body: object = { delay_seconds: 3_600 }) =>
        target.call("POST", "/api/v1/tasks/health_check", { key, headers, body: { input: {}, ...body } });
      const accepted = async (headers?: Record<string, string>) => {
        const answer = await submit(headers);
        expect(answer.status, JSON.stringify(answer.body)).toBe(202);
        waiting.push(acceptedSchema.parse(answer.body).task_id);
      };

      test("refuse one more with 429 until one is gone, but neither its replay nor the other lane's", async () => {
        const headers = { "idempotency-key": `bound-${Date.now()}` };
        await accepted(headers);
        for (let more = 1; more < MOST_WAITING; more++) await accepted();

        const refused = await eventually("the bound is reached", async () => {
          const answer = await submit();
          if (answer.status === 202) waiting.push(acceptedSchema.parse(answer.body).task_id);
          return answer.status === 429 && answer;
        });

        expect(refused.body).toMatchObject({ status: 429, detail: expect.stringContaining("(queued_jobs)") });
        expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
        const again = await submit(headers);
        expect(again).toMatchObject({ status: 202, body: { task_id: waiting[0] } });
        const low = await submit({}, { priority: 1 });
        expect(low.status).toBe(202);
        const large = { task_name: "health_check", inputs: Array.from({ length: MOST_WAITING + 1 }, () => ({})) };
        expect((await target.call("POST", "/api/v1/batches", { key, body: large })).status).toBe(422);

        await Promise.all(waiting.splice(1).map(revoke));
        await eventually("there is room again", async () => {
          const answer = await submit();
          if (answer.status === 202) waiting.push(acceptedSchema.parse(answer.body).task_id);
          return answer.status === 202;
        });
      });
    });
  });
}
