/**
 * A stage that was deployed without some families: their tasks are refused, and it says what to do.
 *
 * @module
 */

import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { submitIndexing } from "../../../shared/capabilities/documents/intake.ts";
import { documentServices } from "../../../shared/capabilities/documents/services.ts";
import { releaseSchedules } from "../../../shared/engine/schedules/release-schedules.ts";
import { ScheduleStore } from "../../../shared/engine/schedules/schedule-store.ts";
import type { HttpEventOptions } from "../../helpers/http-event.ts";
import { TestApi } from "../../helpers/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start({ families: "documents" });
});
afterAll(() => api.close());

const input = { text: "Water flows downhill." };
const key = { tenant: "shop", scopes: ["submit", "read", "admin"] } as const;
const advice = /without the family language, .*: add language to SLUICE_FAMILIES and deploy\./;

it.each<[string, string, HttpEventOptions["body"]]>([
  ["a task", "/tasks/summarize", { input }],
  ["a task by its alias", "/tasks/tasks.extract_keywords", { input }],
  ["a batch", "/batches", { task_name: "summarize", inputs: [input] }],
  ["a schedule", "/schedules", { task_name: "summarize", input, cron: "0 3 * * *" }],
])(
  "%s of a family that the stage does without is refused with the setting that brings it",
  async (_what, path, body) => {
    const answer = await api.call("POST", path, { body, key });
    expect(answer).toMatchObject({ status: 404, body: { detail: expect.stringMatching(advice) } });
  },
);

it("tasks of its own families are taken, and nothing else is listed", async () => {
  expect((await api.call("POST", "/tasks/health_check", { body: {}, key })).status).toBe(202);
  const queues = (await api.call("GET", "/queues", { key })).body;
  expect(
    z
      .object({ queues: z.array(z.object({ name: z.string() })) })
      .parse(queues)
      .queues.map(({ name }) => name),
  ).toEqual(expect.not.arrayContaining(["summarize"]));
});

const project = { name: "Pumps", description: "Water" };
it.each<[string, "POST" | "PUT" | "DELETE", string, HttpEventOptions["body"]]>([
  ["a search of projects", "POST", "/projects/search", { query: "pumps" }],
  ["a search of documents", "POST", "/documents/search", { query: "pumps" }],
  ["a project", "POST", "/projects", project],
  ["a change of a project", "PUT", "/projects/1", project],
  ["the end of a project", "DELETE", "/projects/1", undefined],
  ["a document to be indexed", "POST", "/documents", { file_name: "a.txt", size: 3, index: true }],
])("%s is refused on a stage that has no vectors, and nothing is written", async (_what, method, path, body) => {
  const answer = await api.call(method, path, { body, key });
  expect(answer).toMatchObject({
    status: 404,
    body: { detail: expect.stringMatching(/without the family search, .*: add search .*VECTOR_STORE.* and deploy\./) },
  });
  expect((await api.call("GET", "/projects", { key })).body).toMatchObject({ projects: [] });
  expect((await api.call("GET", "/documents", { key })).body).toMatchObject({ documents: [] });
});

it("a document is taken there, and its end asks for no index", async () => {
  const taken = await api.call("POST", "/documents", { body: { file_name: "a.txt", size: 3 }, key });
  expect(taken.status).toBe(202);
  const { id } = z.object({ id: z.string() }).parse(taken.body);
  const services = documentServices(api.jobs);
  await services.documents.wantIndex(id);

  await expect(submitIndexing(services, { id, project_id: key.tenant, passages: 1 })).resolves.toBeUndefined();

  const { jobs } = await api.jobs.store.list({ tenant: key.tenant, limit: 10 });
  expect(jobs.map((job) => job.task_name)).not.toContain("index_document");
});

it("a name that no family has is as unknown as before", async () => {
  const answer = await api.call("POST", "/tasks/paint", { body: { input }, key });
  expect(answer).toMatchObject({ status: 404, body: { detail: expect.stringContaining("There is no task paint.") } });
});

it("schedules of its tasks from before are paused, and say why", async () => {
  const schedules = new ScheduleStore(api.jobs.store.table, api.jobs.now);
  const made = await schedules.create({
    ...{ project_id: key.tenant, task_name: "summarize", input: JSON.stringify(input), time_zone: "UTC" },
    ...{ at: api.jobs.now() + 1_000, enabled: true, priority: 1 },
  });

  await releaseSchedules(api.jobs, { logger: { error: () => {}, warn: () => {} }, hasTime: () => true });

  const paused = await schedules.get(made.schedule_id);
  expect(paused).toMatchObject({ enabled: false, error: expect.stringMatching(advice) });
});
