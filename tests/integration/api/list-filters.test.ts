import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jobListSchema } from "../../../contracts/jobs/wire.ts";
import { keyRoutes } from "../../../contracts/routes/keys.ts";
import { TestApi } from "../../helpers/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.close());

async function list(query: Record<string, string>): Promise<string[]> {
  const answer = await api.call("GET", `/jobs?${new URLSearchParams(query)}`);
  expect(answer.status).toBe(200);
  return jobListSchema.parse(answer.body).jobs.map((job) => job.task_id);
}

describe("the list of jobs", () => {
  it("finds the jobs of one trace", async () => {
    const body = { input: { text: "Water flows downhill." }, trace_id: "checkout-7" };
    const traced = await api.submit({ body });
    await api.submit();

    expect(await list({ trace_id: "checkout-7" })).toEqual([traced]);
  });

  it("finds the jobs of a time span, both ends included", async () => {
    const ids: string[] = [];
    const times: string[] = [];
    for (let index = 0; index < 3; index++) {
      const id = await api.submit();
      ids.push(id);
      times.push(new Date((await api.record(id)).created_at).toISOString());
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
    const [, middle = ""] = times;

    expect(await list({ created_after: middle, created_before: middle })).toEqual([ids[1]]);
    expect(await list({ created_after: middle })).toEqual([ids[2], ids[1]]);
  });

  it("refuses what is no time", async () => {
    const answer = await api.call("GET", "/jobs?created_after=yesterday");

    expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: "/query/created_after" }] } });
  });
});

describe("the caller's own key", () => {
  it("tells its project and scopes", async () => {
    const answer = await api.call("GET", "/keys/own", { key: { projectId: "acme", scopes: ["read"] } });

    expect(keyRoutes.getOwnKey.response.schema.parse(answer.body)).toMatchObject({
      project_id: "acme",
      scopes: ["read"],
    });
  });
});
