import { afterAll, beforeAll, expect, it } from "vitest";
import { usageByProjectSchema } from "../../../contracts/llm/usage.ts";
import { bookUsage } from "../../../shared/engine/limits/usage.ts";
import { TestApi } from "../../helpers/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.close());

const admin = { tenant: "ops", scopes: ["admin"] } as const;
const at = (day: string) => Date.parse(`${day}T12:00:00Z`);
const used = (tokens: number) => [
  { model: "m", prompt_tokens: tokens, completion_tokens: 1, total_tokens: tokens + 1 },
];

it("an admin sees what every project used, the most first, and on which day last", async () => {
  const { table } = api.jobs.store;
  await bookUsage(table, { tenant: "small", now: at("2026-11-03") }, used(10));
  await bookUsage(table, { tenant: "large", now: at("2026-11-01") }, used(100));
  await bookUsage(table, { tenant: "large", now: at("2026-11-02") }, used(200));
  await bookUsage(table, { tenant: "embeds", now: at("2026-11-02"), used: "embeddings" }, used(7));
  await bookUsage(table, { tenant: "before", now: at("2026-10-31") }, used(1_000));

  const { status, body } = await api.call("GET", "/usage/projects?from=2026-11-01&until=2026-11-03", { key: admin });

  expect(status).toBe(200);
  expect(usageByProjectSchema.parse(body)).toMatchObject({
    from: "2026-11-01",
    until: "2026-11-03",
    more_projects: 0,
    projects: [
      { project_id: "large", runs: 2, total_tokens: 302, embedded_tokens: 0, last_day: "2026-11-02" },
      { project_id: "small", runs: 1, total_tokens: 11, last_day: "2026-11-03" },
      { project_id: "embeds", runs: 0, total_tokens: 0, embedded_tokens: 7, last_day: "2026-11-02" },
    ],
  });
});

it("a key without the scope admin does not see other projects, and a span that is wrong is named", async () => {
  const path = "/usage/projects";
  expect((await api.call("GET", path, { key: { tenant: "small", scopes: ["read"] } })).status).toBe(403);
  const refused = await api.call("GET", `${path}?from=2026-11-03&until=2026-11-01`, { key: admin });
  expect(refused).toMatchObject({
    status: 422,
    body: { errors: [{ path: "/query/from", message: "must not be after until, which is today when it is left out" }] },
  });
  expect((await api.call("GET", `${path}?from=2020-01-01&until=2026-11-01`, { key: admin })).status).toBe(422);
  // The day that is left out is today.
  for (const each of [path, "/usage"]) {
    for (const from of ["2981-04-05", "2020-01-01"]) {
      const late = await api.call("GET", `${each}?from=${from}`, { key: admin });
      expect(late, `${each} from ${from}`).toMatchObject({ status: 422, body: { errors: [{ path: "/query/from" }] } });
    }
    expect((await api.call("GET", `${each}?until=0000-01-02`, { key: admin })).status).toBe(200);
  }
});
