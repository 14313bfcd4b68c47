import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jobListSchema } from "../../../contracts/jobs/list.ts";
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

  it("refuses what is not a time", async () => {
    const answer = await api.call("GET", "/jobs?created_after=yesterday");

    expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: "/query/created_after" }] } });
  });

  it("leaves out the stack's own jobs where they are not wanted", async () => {
    const key = { tenant: "keepers", scopes: ["admin"] as const };
    const own = await api.submit({ key });
    const cleanup = await api.call("POST", "/tasks/cleanup_expired_results", { key, body: { input: {} } });
    expect(cleanup.status).toBe(202);
    const tasksOf = async (query: string) =>
      jobListSchema.parse((await api.call("GET", `/jobs${query}`, { key })).body).jobs.map((job) => job.task_name);

    expect((await tasksOf("")).toSorted()).toEqual(["cleanup_expired_results", "summarize"]);
    expect(await tasksOf("?housekeeping=false")).toEqual(["summarize"]);
    expect((await api.call("GET", "/jobs?housekeeping=maybe", { key })).status).toBe(422);
    expect(own).toEqual(expect.any(String));
  });
});

describe("the edges of a time span", () => {
  const errorsOf = (path: string) => ({ status: 422, body: { errors: [{ path }] } });

  it("refuses a span that ends before it begins", async () => {
    const answer = await api.call(
      "GET",
      "/jobs?created_after=2026-11-02T00:00:00Z&created_before=2026-11-01T00:00:00Z",
    );

    expect(answer).toMatchObject(errorsOf("/query/created_before"));
  });

  it("finds nothing before the epoch, and everything after it", async () => {
    const id = await api.submit();

    expect(await list({ created_before: "0001-01-01T00:00:00Z" })).toEqual([]);
    expect(await list({ created_before: "1969-12-31T23:59:59Z" })).toEqual([]);
    expect(await list({ created_after: "0001-01-01T00:00:00Z" })).toContain(id);
    expect(await list({ created_before: "9999-12-31T23:59:59Z" })).toContain(id);
  });

  it("ends the list when a cursor is older than created_after", async () => {
    await api.submit();
    await api.submit();
    const { next_cursor } = jobListSchema.parse((await api.call("GET", "/jobs?limit=1")).body);
    const after = new Date(Date.now() + 60_000).toISOString();

    const answer = await api.call("GET", `/jobs?created_after=${after}&cursor=${next_cursor}`);

    expect(next_cursor).not.toBeNull();
    expect(answer).toMatchObject({ status: 200, body: { jobs: [], next_cursor: null } });
  });

  it("revokes by an age that is not a whole number of milliseconds, and refuses one that was meant as milliseconds", async () => {
    const id = await api.submit();
    const revoke = (older_than_seconds: number) =>
      api.call("POST", "/jobs/revoke", { body: { older_than_seconds, dry_run: true } });

    expect((await revoke(3_600.00055)).body).toMatchObject({ revoked: 0 });
    expect((await api.record(id)).status).toBe("PENDING");
    expect(await revoke(1e14)).toMatchObject(errorsOf("/older_than_seconds"));
  });

  it.each(["/tasks/summarize", "/batches"])("refuses an eta beyond the longest delay: POST %s", async (path) => {
    const input = { text: "Water flows downhill." };
    const what = path === "/batches" ? { task_name: "summarize", inputs: [input] } : { input };
    const submit = (eta: string) => api.call("POST", path, { body: { ...what, eta } });

    expect(await submit("9999-12-31T00:00:00Z")).toMatchObject(errorsOf("/eta"));
    expect((await submit(new Date(Date.now() + 29 * 86_400_000).toISOString())).status).toBe(202);
    expect((await submit("0001-01-01T00:00:00Z")).status).toBe(202);
  });
});

describe("the caller's own key", () => {
  it("tells its project and scopes", async () => {
    const answer = await api.call("GET", "/keys/own", { key: { tenant: "acme", scopes: ["read"] } });

    expect(keyRoutes.getOwnKey.response.schema.parse(answer.body)).toMatchObject({
      project_id: "acme",
      scopes: ["read"],
    });
  });
});
