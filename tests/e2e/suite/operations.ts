import { describe, expect, test } from "vitest";
import { lanesPausedSchema, queuesSchema } from "../../../contracts/monitoring/operations.ts";
import { eventually } from "../../helpers/eventually.ts";
import type { Target } from "./target.ts";

export function describeOperations(target: Target): void {
  describe("operations", () => {
    const admin = { key: target.adminKey };
    const lane = async (queue: string, name: string) => {
      const { body } = await target.call("GET", "/api/v1/queues", admin);
      const found = queuesSchema.parse(body).queues.find((each) => each.name === queue);
      return found?.lanes.find((each) => each.lane === name);
    };

    test("a lane that is paused runs nothing until it is resumed", { timeout: 300_000 }, async () => {
      const key = await target.newKey(`e2e-paused-${Date.now()}`);
      const change = async (action: "pause" | "resume") => {
        const answer = await target.call("POST", `/api/v1/queues/normalize/${action}`, {
          ...admin,
          body: { lane: "high" },
        });
        expect(answer.status).toBe(200);
        const paused = action === "pause";
        expect(lanesPausedSchema.parse(answer.body).lanes).toMatchObject([{ lane: "high", paused }]);
        await eventually(
          `the lane is paused: ${paused}`,
          async () => (await lane("normalize", "high"))?.paused === paused,
        );
      };
      await change("pause");
      try {
        const answer = await target.call("POST", "/api/v1/tasks/normalize", {
          key,
          body: {
            input: {
              request: "Move the printer to room 12 on 2026-03-04.",
              schema: { type: "object", properties: { room: { type: "integer" } } },
            },
            priority: 9,
          },
        });
        expect(answer.status).toBe(202);
        const { task_id: id } = answer.body as { task_id: string };
        await eventually("the job waits in the lane", async () => (await lane("normalize", "high"))?.depth === 1);
        expect((await target.call("GET", `/api/v1/jobs/${id}`, { key })).body).toMatchObject({ status: "PENDING" });

        await change("resume");
        expect(await target.finished(id, key)).toMatchObject({ status: "SUCCESS" });
      } finally {
        await target.call("POST", "/api/v1/queues/normalize/resume", admin);
      }
    });

    test("metrics have the depth of every lane", async () => {
      const { status, headers, body } = await target.call("GET", "/api/v1/metrics", admin);

      expect(status).toBe(200);
      expect(headers.get("content-type")).toContain("text/plain");
      expect(body).toMatch(/^sluice_\w*depth\w*\{[^}]*queue="normalize"[^}]*\} \d+$/m);
    });

    test("the settings in force are listed for admins", async () => {
      const { status, body } = await target.call("GET", "/api/v1/settings", admin);

      expect(status).toBe(200);
      expect(JSON.stringify(body)).toContain("TASK_MAX_RETRIES");
    });
  });
}
