import { beforeAll, describe, expect, test } from "vitest";
import { jobListSchema } from "../../../contracts/jobs/list.ts";
import { acceptedSchema } from "../../../contracts/jobs/submit.ts";
import { eventListSchema, resultSchema } from "../../../contracts/jobs/wire.ts";
import type { Target } from "./target.ts";

export function describeSubmit(target: Target): void {
  describe("submit", () => {
    let key: string;
    beforeAll(async () => {
      key = await target.newKey("e2e-submit");
    });

    test("a job is accepted with its links, runs, and can be followed through them", async () => {
      const answer = await target.submit("health_check", { echo: { hello: "world" } }, key);
      const accepted = acceptedSchema.parse(answer.body);
      expect(answer.status).toBe(202);

      const job = await target.finished(accepted.task_id, key);

      expect(job).toMatchObject({
        task_name: "health_check",
        status: "SUCCESS",
        successful: true,
        attempts: 1,
        project_id: "e2e-submit",
        worker: "default-high@lambda",
        error: null,
        result: { status: "healthy", echo: { hello: "world" } },
      });
      const result = resultSchema.parse((await target.call("GET", accepted.links.result, { key })).body);
      expect(result).toEqual({
        task_id: accepted.task_id,
        task_name: "health_check",
        status: "SUCCESS",
        result: job.result,
        error: null,
      });
      const { events } = eventListSchema.parse((await target.call("GET", accepted.links.events, { key })).body);
      expect(events.map((event) => event.status)).toEqual(["PENDING", "STARTED", "SUCCESS"]);
    });

    test("a low priority takes the other lane", async () => {
      const answer = await target.call("POST", "/api/v1/tasks/health_check", { key, body: { input: {}, priority: 1 } });

      const job = await target.finished(acceptedSchema.parse(answer.body).task_id, key);

      expect(job).toMatchObject({ status: "SUCCESS", priority: 1, worker: "default-low@lambda" });
    });

    test.each(["tasks.health_check", "health_check/"])("the task is found as %s too", async (name) => {
      const answer = await target.submit(name, {}, key);

      const job = await target.finished(acceptedSchema.parse(answer.body).task_id, key);

      expect(job).toMatchObject({ status: "SUCCESS", task_name: "health_check" });
    });

    test("a delayed job waits, and revoked it never runs", async () => {
      const body = { input: {}, delay_seconds: 3_600 };
      const answer = await target.call("POST", "/api/v1/tasks/health_check", { key, body });
      const { task_id, links } = acceptedSchema.parse(answer.body);
      const early = await target.call("GET", links.result, { key });

      const revoked = await target.call("POST", `/api/v1/jobs/${task_id}/revoke`, { key, body: {} });

      expect(early.status).toBe(409);
      expect(revoked).toMatchObject({ status: 200, body: { status: "revoked", task_id } });
      expect(await target.finished(task_id, key)).toMatchObject({ status: "REVOKED", attempts: 0, result: null });
    });

    test("the project's jobs are listed newest first, a page at a time", async () => {
      const project = await target.newKey("e2e-list");
      const ids: string[] = [];
      for (let count = 0; count < 3; count += 1) ids.unshift((await target.run("health_check", {}, project)).task_id);

      const first = jobListSchema.parse((await target.call("GET", "/api/v1/jobs?limit=2", { key: project })).body);
      const next = `/api/v1/jobs?limit=2&cursor=${encodeURIComponent(first.next_cursor ?? "")}`;
      const second = jobListSchema.parse((await target.call("GET", next, { key: project })).body);

      const listed = [...first.jobs, ...second.jobs].map((job) => job.task_id);
      expect(first.jobs).toHaveLength(2);
      expect(listed.slice(0, 3)).toEqual(ids);
    });
  });
}
