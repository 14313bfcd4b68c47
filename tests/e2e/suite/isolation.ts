import { beforeAll, describe, expect, test } from "vitest";
import { jobListSchema } from "../../../contracts/jobs/list.ts";
import type { Target } from "./target.ts";

export function describeIsolation(target: Target): void {
  describe("isolation of projects", () => {
    let taskId: string;
    let other: string;
    beforeAll(async () => {
      const owner = await target.newKey("e2e-owner");
      other = await target.newKey("e2e-stranger");
      taskId = (await target.run("health_check", { echo: "mine" }, owner)).task_id;
    });

    test.each(["", "/result", "/events", "/input"])(
      "a job of another project does not exist: GET /jobs/{id}%s",
      async (rest) => {
        expect((await target.call("GET", `/api/v1/jobs/${taskId}${rest}`, { key: other })).status).toBe(404);
      },
    );

    test("nor can it be revoked", async () => {
      const answer = await target.call("POST", `/api/v1/jobs/${taskId}/revoke`, { key: other, body: {} });

      expect(answer.status).toBe(404);
    });

    test("nor is it listed", async () => {
      const answer = await target.call("GET", "/api/v1/jobs?limit=100", { key: other });

      expect(jobListSchema.parse(answer.body).jobs.map((job) => job.task_id)).not.toContain(taskId);
    });

    test("an admin key sees it", async () => {
      const answer = await target.call("GET", `/api/v1/jobs/${taskId}`, { key: target.adminKey });

      expect(answer).toMatchObject({ status: 200, body: { task_id: taskId, project_id: "e2e-owner" } });
    });
  });
}
