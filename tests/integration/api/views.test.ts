/**
 * What pages of the console show, by one request each: the same as the routes for its parts answer.
 *
 * @module
 */

import { QueryCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ResponseOf } from "../../../contracts/routes/define-route.ts";
import { viewRoutes } from "../../../contracts/routes/views.ts";
import { reviewContent } from "../../../contracts/tasks/escalation.ts";
import { bookUsage } from "../../../shared/engine/limits/usage.ts";
import { StepSubmitter } from "../../../shared/engine/worker/submit-step.ts";
import { TestApi } from "../../helpers/test-api.ts";

let api: TestApi;
const failed: Record<"outage" | "parse" | "other", string[]> = { outage: [], parse: [], other: [] };
/** Calls of DynamoDB that look for something, since they were counted last. */
let looks: string[] = [];

const admin = { key: { tenant: "ops", scopes: ["admin"] as const } };
const acme = { key: { tenant: "acme", scopes: ["read"] as const } };
const stranger = { key: { tenant: "strangers", scopes: ["read"] as const } };

beforeAll(async () => {
  api = await TestApi.start();
  const fail = async (fingerprint: string | undefined, tenant = "acme") => {
    const id = await api.submit({ key: { tenant } });
    await (await api.start(id)).fail("LLMServerError", "The model server answered 500.", fingerprint);
    return id;
  };
  for (let made = 0; made < 5; made++) failed.outage.push(await fail("outage"));
  failed.parse.push(await fail("parse"));
  failed.other.push(await fail("outage", "other"));
  const { document } = api.jobs.store.table;
  const send = document.send.bind(document) as (command: unknown) => Promise<object>;
  document.send = ((command: unknown) => {
    if (command instanceof QueryCommand || command instanceof ScanCommand) looks.push(command.constructor.name);
    return send(command);
  }) as typeof document.send;
});
afterAll(() => api.close());

type Key = { readonly key: { readonly tenant: string; readonly scopes: readonly ("admin" | "read")[] } };
const get = async (path: string, key: Key): Promise<unknown> => (await api.call("GET", path, key)).body;
const letters = async (query: string, key: Key = acme): Promise<ResponseOf<typeof viewRoutes.viewDeadLetters>> =>
  viewRoutes.viewDeadLetters.response.schema.parse(await get(`/views/dead-letters${query}`, key));

describe("dead letters", () => {
  it("are the counts, the first queue's groups and one group's jobs, by one look at the index", async () => {
    looks = [];
    const view = await letters("?fingerprint=outage");
    expect(looks).toEqual(["ScanCommand"]);

    const { total_count, queues } = view;
    expect({ total_count, queues }).toEqual(await get("/dlq?messages=false", acme));
    expect({ groups: view.groups, total_count }).toEqual(await get("/dlq/summarize/groups", acme));
    expect(view.queue).toBe("summarize");
    const { fingerprint, ...listed } = view.listed ?? {};
    expect(fingerprint).toBe("outage");
    expect(listed).toEqual(await get("/dlq/summarize?fingerprint=outage", acme));
    expect(view.listed?.messages.map(({ task_id }) => task_id).sort()).toEqual(failed.outage.toSorted());
  });

  it("have a page of jobs after the other, each once", async () => {
    const seen: string[] = [];
    let cursor = "";
    do {
      const { listed } = await letters(`?fingerprint=outage&limit=2${cursor}`);
      seen.push(...(listed?.messages.map(({ task_id }) => task_id) ?? []));
      cursor = listed?.next_cursor ? `&cursor=${listed.next_cursor}` : "";
    } while (cursor !== "");
    expect(seen).toHaveLength(5);
    expect(new Set(seen)).toEqual(new Set(failed.outage));
  });

  it("list no jobs while one of several groups has to be chosen, and those of the only one", async () => {
    expect((await letters("")).listed).toBeNull();
    const { listed } = await letters("", { key: { tenant: "other", scopes: ["read"] } });
    expect(listed?.messages.map(({ task_id }) => task_id)).toEqual(failed.other);
  });

  it("are those that the key may see, and none elsewhere", async () => {
    expect((await letters("?fingerprint=outage", admin)).listed?.messages).toHaveLength(6);
    const none = await letters("", stranger);
    expect(none).toMatchObject({ total_count: 0, queue: null, groups: [], listed: null });
    expect(await letters("?queue=keywords")).toMatchObject({ queue: "keywords", groups: [], listed: null });
  });

  it("of no queue, and after a cursor that the API did not give, are refused", async () => {
    expect((await api.call("GET", "/views/dead-letters?queue=nothing", acme)).status).toBe(404);
    const answer = await api.call("GET", "/views/dead-letters?fingerprint=outage&cursor=~~", acme);
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: "/query/cursor" }] } });
  });
});

describe("a job", () => {
  it("is shown with its timeline and what it has submitted", async () => {
    const body = { input: { text: "Water flows downhill." } };
    const id = await api.submit({ task: "review_content", body, key: { tenant: "acme" } });
    const assertActive = () => Promise.resolve();
    const record = await api.record(id);
    const steps = new StepSubmitter({ services: api.jobs, definition: reviewContent, record, assertActive });
    await steps.submit("evaluate_content", { content: "Water." }, { step: "first" });

    const { job, events, log, children } = viewRoutes.viewJob.response.schema.parse(
      await get(`/views/jobs/${id}`, acme),
    );

    expect(job).toEqual(await get(`/jobs/${id}`, acme));
    expect({ task_id: id, events, log }).toEqual(await get(`/jobs/${id}/events`, acme));
    expect(children).toEqual(await get(`/jobs/${id}/children`, acme));
    expect(children?.jobs).toHaveLength(1);
    looks = [];
    expect(await get(`/views/jobs/${id}?children=false`, acme)).toEqual({ job, events, log, children: null });
    expect(looks).toEqual([]);
    expect((await api.call("GET", `/views/jobs/${id}`, stranger)).status).toBe(404);
  });
});

describe("usage", () => {
  it("is a project's, and every project's for an admin who names none", async () => {
    const tokens = [{ model: "m", prompt_tokens: 10, completion_tokens: 1, total_tokens: 11 }];
    await bookUsage(api.jobs.store.table, { tenant: "acme", now: Date.now() }, tokens);

    expect(await get("/views/usage", acme)).toEqual({ report: await get("/usage", acme), by_project: null });
    expect(await get("/views/usage?project_id=acme", admin)).toEqual({
      report: await get("/usage?project_id=acme", admin),
      by_project: null,
    });
    expect(await get("/views/usage", admin)).toEqual({
      report: await get("/usage", admin),
      by_project: await get("/usage/projects", admin),
    });
  });
});
