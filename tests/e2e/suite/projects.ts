import { beforeAll, describe, expect, test } from "vitest";
import { acceptedProjectSchema, projectMatchesSchema } from "../../../contracts/projects/projects.ts";
import type { Target } from "./target.ts";

export function describeProjects(target: Target): void {
  describe("projects", () => {
    let key: string;
    beforeAll(async () => {
      key = await target.newKey(`e2e-projects-${Date.now()}`);
    });

    const path = "/api/v1/projects";
    const call = async (method: string, rest: string, body?: unknown) => {
      const answer = await target.call(method, path + rest, { key, body });
      expect(answer.status).toBe(202);
      const accepted = acceptedProjectSchema.parse(answer.body);
      expect(await target.finished(accepted.task_id, key)).toMatchObject({ status: "SUCCESS", error: null });
      return accepted.id;
    };
    const find = async (query: string, filter = {}) => {
      const { status, body } = await target.call("POST", `${path}/search`, { key, body: { query, filter } });
      expect(status).toBe(200);
      return projectMatchesSchema.parse(body).matches.map((match) => match.project_id);
    };

    test("are embedded by a job, found, changed and deleted", async () => {
      const leaks = await call("POST", "", {
        description: "Sensors find water pipes that leak",
        metadata: { year: 1 },
      });
      const solar = await call("POST", "", { description: "Solar panels on the roofs of schools" });

      expect(await find("Which water pipes leak?")).toEqual([leaks, solar]);
      expect(await find("Which water pipes leak?", { year: 1 })).toEqual([leaks]);
      await call("PUT", `/${leaks}`, { description: "A choir of nurses" });
      expect((await find("choir of nurses"))[0]).toBe(leaks);
      await call("DELETE", `/${solar}`);
      expect(await find("solar panels")).toEqual([leaks]);
    });

    test("of another tenant are not found", async () => {
      const stranger = await target.newKey("e2e-stranger");
      const id = await call("POST", "", { description: "Bicycles for couriers" });

      expect((await target.call("GET", `${path}/${id}`, { key: stranger })).status).toBe(404);
      const search = { key: stranger, body: { query: "bicycles for couriers" } };
      expect((await target.call("POST", `${path}/search`, search)).body).toMatchObject({ matches: [] });
    });
  });
}
