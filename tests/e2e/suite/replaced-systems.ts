/**
 * What callers of the replaced systems send: jobs by function path, names of theirs, and their metrics.
 *
 * @module
 */

import { beforeAll, describe, expect, test } from "vitest";
import { acceptedSchema } from "../../../contracts/jobs/submit.ts";
import { jobSchema } from "../../../contracts/jobs/wire.ts";
import { problemSchema } from "../../../contracts/problem.ts";
import { createdKeySchema } from "../../../contracts/routes/keys.ts";
import { eventually } from "../../helpers/eventually.ts";
import type { Target } from "./target.ts";

const call = {
  function_path: "app.tasks.summarize_text",
  job_id: 4711,
  text: "A pump broke in the night. It was repaired before noon.",
};

export function describeReplacedSystems(target: Target): void {
  describe("replaced systems", () => {
    /** Of a service that acts for the projects 7 and shop. */
    let key: string;
    beforeAll(async () => {
      const body = { project_id: "e2e-gateway", projects: ["7", "shop"], scopes: ["submit", "read"] };
      const answer = await target.call("POST", "/api/v1/keys", { key: target.adminKey, body });
      key = createdKeySchema.parse(answer.body).key;
    });

    const post = (task: string, body: object) => target.call("POST", `/api/v1/tasks/${task}`, { key, body });

    test.each([
      ["execute_high_priority_task", 9, "high"],
      ["execute_low_priority_task", 1, "low"],
    ])("%s runs the task of the path for the project that is named", async (name, priority, lane) => {
      const answer = await post(name, { ...call, project_id: 7 });

      expect(answer.status).toBe(202);
      const job = await target.finished(acceptedSchema.parse(answer.body).task_id, key);
      expect(job).toMatchObject({ task_name: "summarize", status: "SUCCESS", priority, project_id: "7" });
      expect(job).toMatchObject({ tags: { job_id: "4711" }, worker: `summarize-${lane}@lambda` });
    });

    test("neither another path nor another project is to be had", async () => {
      const path = await post("execute_high_priority_task", { ...call, function_path: "os.system" });
      expect(path).toMatchObject({ status: 422, body: { errors: [{ path: "/function_path" }] } });
      expect((await post("execute_high_priority_task", { ...call, project_id: "bank" })).status).toBe(403);
    });

    test("a dotted name ends in the task's own, and a queue's name may have _", async () => {
      const dotted = await post("app.tasks.texts.summarize_text", { input: { text: call.text } });
      expect(dotted.status).toBe(202);
      const { task_id: id } = acceptedSchema.parse(dotted.body);
      expect((await target.finished(id, key)).task_name).toBe("summarize");
      expect((await target.call("GET", "/api/v1/dlq/llm_call", { key })).status).toBe(200);
    });

    test("the queue `cron` is that of monitoring: it is paused, purged and resumed under that name", async () => {
      const admin = target.adminKey;
      const act = (what: string) => target.call("POST", `/api/v1/queues/cron/${what}`, { key: admin, body: {} });
      const lanes = [{ lane: "low", worker: "monitoring-low@lambda" }];
      expect(await act("pause")).toMatchObject({ status: 200, body: { queue: "monitoring", lanes } });
      try {
        // What a poll had under way may still take a job.
        await eventually("a waiting job is purged", async () => {
          const { body } = await target.submit("get_queue_stats", {}, admin);
          const { task_id: id } = acceptedSchema.parse(body);
          expect(await act("purge")).toMatchObject({ status: 200, body: { queue: "monitoring" } });
          const { body: job } = await target.call("GET", `/api/v1/jobs/${id}`, { key: admin });
          return jobSchema.parse(job).status === "REVOKED";
        });
      } finally {
        expect((await act("resume")).status).toBe(200);
      }
      expect(await target.run("get_queue_stats", {}, admin)).toMatchObject({ status: "SUCCESS" });
    });

    test.each([
      ["process_document", { file_path: "/uploads/a.pdf" }, "/input/file_path", "/documents/upload"],
      ["batch_generate_embeddings", { project_ids: ["1"] }, "/input/project_ids", "items"],
      ["batch_generate_embeddings", { items: [], batch_size: 5 }, "/input/batch_size", "/batches"],
    ])("%s with %o is refused with what to send instead", async (task, input, path, instead) => {
      const { status, body } = await post(task, { input });

      expect(status).toBe(422);
      const { errors = [] } = problemSchema.parse(body);
      expect(errors.find((each) => each.path === path)?.message).toContain(instead);
    });

    test("metrics have Celery's names and labels under Celery's prefix", async () => {
      await target.run("health_check", {}, key);
      const line = /^celery_task_total\{task_name="tasks\.health_check",status="success"\} \d+$/m;
      await eventually("a success is counted", async () => {
        const { body } = await target.call("GET", "/api/v1/metrics?prefix=celery_", { key: target.adminKey });
        return line.test(String(body));
      });
    });

    test("a revoke under the old route is answered in the old words", async () => {
      const answer = await post("health_check", { input: {}, delay_seconds: 600 });
      const { task_id: id } = acceptedSchema.parse(answer.body);

      const revoked = await target.call("POST", `/api/v1/tasks/task/${id}/revoke`, { key, body: {} });

      expect(revoked.body).toEqual({ status: "revoked", task_id: id, message: `Task ${id} has been revoked.` });
    });
  });
}
