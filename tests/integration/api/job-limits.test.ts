/**
 * Submissions beyond the jobs of a project that may wait in a lane: 429, one by one and as batches, and no way around it by
 * what is made after the answer.
 *
 * @module
 */

import { Logger } from "@aws-lambda-powertools/logger";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { jobListSchema } from "../../../contracts/jobs/list.ts";
import { usageReportSchema } from "../../../contracts/llm/usage.ts";
import { problemSchema } from "../../../contracts/problem.ts";
import { scheduleSchema } from "../../../contracts/schedules/schedules.ts";
import { releaseSchedules } from "../../../shared/engine/schedules/release-schedules.ts";
import { ScheduleStore } from "../../../shared/engine/schedules/schedule-store.ts";
import { headKey, openPartitions } from "../../../shared/engine/table/addresses.ts";
import { TestApi } from "../../helpers/test-api.ts";

let api: TestApi;
beforeEach(async () => {
  api = await TestApi.start({
    settings: {
      PROJECT_QUEUED_JOBS: "3",
      PROJECT_JOB_LIMITS: '{"free":{"queued_jobs":null},"large":{"queued_jobs":1120}}',
    },
  });
});
afterEach(() => api.close());

const text = { text: "Water flows downhill." };
const submit = (tenant: string, more: object = {}, headers: Record<string, string> = {}) =>
  api.call("POST", "/tasks/summarize", { body: { input: text, ...more }, key: { tenant }, headers });
const batch = (tenant: string, jobs: number, headers: Record<string, string> = {}) =>
  api.call("POST", "/batches", {
    body: { task_name: "summarize", inputs: Array.from({ length: jobs }, () => text), priority: 5 },
    key: { tenant },
    headers,
  });

it("refuses the next job with 429 that names the quota, until one of them has begun", async () => {
  const first = await submit("busy", {}, { "idempotency-key": "one" });
  const { task_id: taskId } = first.body as { task_id: string };
  await submit("busy");
  await submit("busy", { delay_seconds: 60 });

  const answer = await submit("busy");
  expect(answer.status).toBe(429);
  expect(answer.headers).toMatchObject({ "content-type": "application/problem+json", "retry-after": "60" });
  expect(problemSchema.parse(answer.body)).toMatchObject({
    type: "/problems/too-many-requests",
    detail:
      "Project busy has reached the limit of 3 jobs waiting in a lane (queued_jobs): 3 wait in summarize-high; try again in 60 s.",
  });

  // What was accepted before is, also now.
  expect(await submit("busy", {}, { "idempotency-key": "one" })).toMatchObject({ status: 202, body: first.body });
  // Another lane, another project, a project without a bound.
  expect((await submit("busy", { priority: 1 })).status).toBe(202);
  expect((await submit("quiet")).status).toBe(202);
  for (let job = 0; job < 5; job++) expect((await submit("free")).status).toBe(202);

  await api.start(taskId);
  expect((await submit("busy")).status).toBe(202);
  expect((await submit("busy")).status).toBe(429);
});

it("refuses the other ways to submit as well", async () => {
  for (let job = 0; job < 3; job++) await submit("busy");
  const key = { tenant: "busy" };
  const path = { function_path: "app.tasks.summarize_text", ...text };
  const executed = (lane: string) => api.call("POST", `/tasks/execute_${lane}_priority_task`, { body: path, key });
  expect((await executed("high")).status).toBe(429);
  expect((await executed("low")).status).toBe(202);
  const provider = {
    body: { type: "llamacpp", base_url: "http://10.0.0.5:8080/v1" },
    key: { scopes: ["admin"] },
  } as const;
  expect((await api.call("PUT", "/llm/providers/own", provider)).status).toBe(200);
  const call = { body: { config: { provider: "own", model: "m" }, query: "Hi" }, key };
  for (let calls = 0; calls < 3; calls++) expect((await api.call("POST", "/llm/call", call)).status).toBe(202);
  expect((await api.call("POST", "/llm/call", call)).status).toBe(429);
});

it("refuses a batch for which there is not room, says so for one that never has any, and takes no part of it", async () => {
  expect((await batch("busy", 2)).status).toBe(202);
  const answer = await batch("busy", 2);
  expect(answer.status).toBe(429);
  expect(answer.body).toMatchObject({
    detail: expect.stringContaining("2 wait in summarize-high, and 2 more are asked for"),
  });

  const never = await batch("busy", 4);
  expect(never.status).toBe(422);
  expect(JSON.stringify(never.body)).toContain("project busy may have 3 jobs waiting in a lane (queued_jobs), not 4");
  expect((await api.call("GET", "/batches", { key: { tenant: "busy" } })).body).toMatchObject({
    batches: [{ total: 2 }],
  });
  expect((await submit("busy")).status).toBe(202);
});

it("counts a large batch in full from when it is accepted, though its jobs are made later", async () => {
  const large = await batch("large", 1_100, { "idempotency-key": "large" });
  expect(large.status).toBe(202);

  expect((await batch("large", 21)).status).toBe(429);
  expect((await batch("large", 20)).status).toBe(202);
  expect((await submit("large")).status).toBe(429);
  expect((await batch("large", 1_100, { "idempotency-key": "large" })).body).toEqual(large.body);

  const { batch_id: id } = large.body as { batch_id: string };
  expect((await api.call("POST", `/batches/${id}/cancel`, { key: { tenant: "large" } })).status).toBe(202);
  expect((await submit("large")).status).toBe(202);
});

const submitted = async (tenant: string) => {
  const { body } = await submit(tenant);
  const { task_id: taskId } = body as { task_id: string };
  return taskId;
};
const fill = async (tenant: string) => {
  for (let job = 0; job < 3; job++) expect((await submit(tenant)).status).toBe(202);
};
const QUOTA = "3 jobs waiting in a lane (queued_jobs)";

describe("what a schedule starts", () => {
  const logger = { error: vi.fn(), warn: vi.fn() };
  let now = Date.now();
  const sweep = () => releaseSchedules({ ...api.jobs, now: () => now }, { logger, hasTime: () => true });
  const read = async (id: string) =>
    scheduleSchema.parse((await api.call("GET", `/schedules/${id}`, { key: { tenant: "busy" } })).body);
  const make = async (more: object) => {
    const body = { task_name: "summarize", input: text, priority: 5, ...more };
    const made = await api.call("POST", "/schedules", { body, key: { tenant: "busy" } });
    return scheduleSchema.parse(made.body).schedule_id;
  };
  beforeEach(() => {
    now = Date.now();
  });

  it("is held to the bound: what has no room is skipped, and the schedule says so and goes on", async () => {
    const id = await make({ rate: "1 minute" });
    let submitted = 0;
    for (let minute = 0; minute < 9; minute++) {
      now += 60_000;
      submitted += await sweep();
    }

    expect(submitted).toBe(3);
    const held = await read(id);
    expect(held).toMatchObject({ enabled: true, error: null, skipped_runs: 6 });
    expect(held.last_skip?.reason).toBe(`Project busy has reached the limit of ${QUOTA}: 3 wait in summarize-high`);
    expect(Date.parse(held.last_skip?.at ?? "")).toBeGreaterThan(Date.parse(held.last_run_at ?? ""));

    const { jobs } = jobListSchema.parse((await api.call("GET", "/jobs", { key: { tenant: "busy" } })).body);
    await api.call("POST", `/jobs/${jobs[0]?.task_id}/revoke`, { body: {}, key: { tenant: "busy" } });
    now += 60_000;
    expect(await sweep()).toBe(1);
    expect(await read(id)).toMatchObject({ skipped_runs: 6, last_skip: held.last_skip });
  });

  it("is no exception when it is to run once, and the time that was skipped is shown", async () => {
    await fill("busy");
    const id = await make({ at: new Date(now + 3_600_000).toISOString() });
    now += 3_600_000;
    expect(await sweep()).toBe(0);

    expect(await read(id)).toMatchObject({ enabled: false, last_task_id: null, skipped_runs: 1, next_runs: [] });
  });

  it("is not skipped where its job was submitted, and the sweeper died before it noted that", async () => {
    await submit("busy");
    await submit("busy");
    const id = await make({ rate: "1 minute" });
    const dies = vi.spyOn(ScheduleStore.prototype, "advance").mockRejectedValueOnce(new Error("the process is gone"));
    now += 60_000;
    await sweep();
    expect(dies).toHaveBeenCalled();
    await sweep();

    expect(await read(id)).toMatchObject({ skipped_runs: 0, last_skip: null, last_task_id: expect.any(String) });
  });

  it("is refused to who runs it by hand", async () => {
    const id = await make({ rate: "1 day" });
    await fill("busy");
    const answer = await api.call("POST", `/schedules/${id}/run`, { key: { tenant: "busy" } });
    expect(answer.status).toBe(429);
    expect(JSON.stringify(answer.body)).toContain(QUOTA);
  });
});

describe("what is run again", () => {
  const again = (id: string, scopes: readonly ("submit" | "admin")[] = ["submit"]) =>
    api.call("POST", `/jobs/${id}/retry`, { key: { tenant: "busy", scopes } });
  const redrive = (more: object = {}) =>
    api.call("POST", "/dlq/summarize/redrive", {
      body: { all: true, ...more },
      key: { tenant: "busy", scopes: ["project_admin"] },
    });

  it("counts, and is refused but to who operates the stage", async () => {
    const revoked = await submitted("busy");
    const other = await submitted("busy");
    for (const id of [revoked, other]) {
      await api.call("POST", `/jobs/${id}/revoke`, { body: {}, key: { tenant: "busy" } });
    }
    await submit("busy");
    await submit("busy");
    expect((await again(revoked)).status).toBe(202);
    expect((await submit("busy")).status).toBe(429);

    const answer = await again(other);
    expect(answer).toMatchObject({ status: 429, headers: { "retry-after": "60" } });
    expect(JSON.stringify(answer.body)).toContain(QUOTA);
    // A job that runs is in no state for it, which waiting would not change.
    await api.start(revoked);
    await submit("busy");
    expect((await again(revoked)).status).toBe(409);
    expect((await again(other, ["admin"])).status).toBe(202);
  });

  it("is taken by a filter as far as there is room, and by who operates the stage beyond it", async () => {
    const key = { tenant: "busy" };
    const retry = (more: object = {}, as: object = key) =>
      api.call("POST", "/jobs/retry", { key: as, body: { all: true, ...more } });
    const ids = [await submitted("busy"), await submitted("busy"), await submitted("busy")];
    for (const id of ids) await (await api.start(id)).fail();
    await submit("busy");

    expect((await retry({ dry_run: true })).body).toMatchObject({ retried: 3, next_cursor: null });
    const first = await retry();
    expect(first.body).toMatchObject({ retried: 2, skipped: 0, next_cursor: expect.any(String) });
    const { next_cursor: cursor } = first.body as { next_cursor: string };
    const full = await retry({ cursor });
    expect(full).toMatchObject({ status: 429, headers: { "retry-after": "60" } });
    expect(JSON.stringify(full.body)).toContain(QUOTA);

    expect((await retry({}, { tenant: "busy", scopes: ["admin"] })).body).toMatchObject({ retried: 1 });
  });

  it("is taken from the dead letters as far as there is room, and the next page goes on", async () => {
    const ids = [await submitted("busy"), await submitted("busy"), await submitted("busy")];
    for (const id of ids) await (await api.start(id)).fail();
    await submit("busy");

    expect((await redrive({ dry_run: true })).body).toMatchObject({ redriven: 3, more: false });
    const first = await redrive();
    expect(first.body).toMatchObject({ redriven: 2, skipped: 0, more: true });
    const { next_cursor: cursor } = first.body as { next_cursor: string };
    expect((await redrive({ cursor })).status).toBe(429);

    await api.call("POST", "/jobs/revoke", { body: { status: "PENDING" }, key: { tenant: "busy" } });
    expect((await redrive({ cursor })).body).toMatchObject({ redriven: 1, more: false });
  });
});

describe("what comes with uploads and projects", () => {
  const key = { tenant: "busy" };
  const headers = { "content-type": "text/plain" };
  const upload = (body: string) => api.call("POST", "/documents/upload?file_name=a.txt", { body, headers, key });
  const form = (then: readonly object[] = []) =>
    api.call("POST", "/documents", { body: { file_name: "a.pdf", then }, key });

  it("refuses a document whose reading has no place, and takes what was accepted before", async () => {
    for (const body of ["one", "two", "three"]) expect((await upload(body)).status).toBe(202);
    const answer = await upload("four");
    expect(answer.status).toBe(429);
    expect(JSON.stringify(answer.body)).toContain(`${QUOTA}: 3 wait in document-high`);
    expect((await upload("one")).status).toBe(202);
    expect((await form()).status).toBe(429);
  });

  it("refuses a document whose followers have no place", async () => {
    await fill("busy");
    const answer = await form([{ task_name: "summarize", input: {} }]);
    expect(answer.status).toBe(429);
    expect(JSON.stringify(answer.body)).toContain(`${QUOTA}: 3 wait in summarize-high`);
    expect((await form()).status).toBe(202);
  });

  it("refuses projects whose embedding has no place, but to delete them", async () => {
    const project = (key: string) =>
      api.call("POST", "/projects", {
        body: { description: "A house by the sea." },
        key: { tenant: "busy" },
        headers: { "idempotency-key": key },
      });
    const made = [await project("a"), await project("b"), await project("c")];
    expect(made.map(({ status }) => status)).toEqual([202, 202, 202]);
    const id = z.object({ id: z.string() }).parse(made[0]?.body).id;

    expect((await project("d")).status).toBe(429);
    expect((await project("a")).body).toEqual(made[0]?.body);
    const change = { body: { description: "A hut." }, key: { tenant: "busy" } };
    expect((await api.call("PUT", `/projects/${id}`, change)).status).toBe(429);
    expect((await api.call("DELETE", `/projects/${id}`, { key: { tenant: "busy" } })).status).toBe(202);
  });
});

it("GET /usage says how many wait in the lane in which they are most; without a bound they are not counted", async () => {
  const quotasOf = async (tenant: string) => {
    const { quotas } = usageReportSchema.parse((await api.call("GET", "/usage", { key: { tenant } })).body);
    return quotas.filter(({ quota }) => quota.endsWith("_jobs"));
  };
  await submit("busy", { priority: 1 });
  await submit("busy", { priority: 1 });
  await submit("busy");

  expect(await quotasOf("busy")).toEqual([
    { quota: "running_jobs", limit: null, used: null, lane: null },
    { quota: "queued_jobs", limit: 3, used: 2, lane: "summarize-low" },
    { quota: "open_jobs", limit: null, used: null, lane: null },
  ]);
  expect(await quotasOf("quiet")).toContainEqual({ quota: "queued_jobs", limit: 3, used: 0, lane: null });
  expect(await quotasOf("free")).toContainEqual({ quota: "queued_jobs", limit: null, used: null, lane: null });
});

describe("open jobs over all lanes", () => {
  beforeEach(async () => {
    await api.close();
    api = await TestApi.start({
      settings: { PROJECT_OPEN_JOBS: "3", PROJECT_JOB_LIMITS: '{"free":{"open_jobs":null},"both":{"queued_jobs":2}}' },
    });
  });
  const refusal = /limit of 3 open jobs over all lanes \(open_jobs\): 3 are open; try again in 60 s/;
  const openOf = async (tenant: string) => {
    const { quotas } = usageReportSchema.parse((await api.call("GET", "/usage", { key: { tenant } })).body);
    return quotas.find(({ quota }) => quota === "open_jobs");
  };

  it("are refused beyond the bound, whichever lane they are in and whether or not they run, until one has ended", async () => {
    const ids = [await submitted("busy"), await submitted("busy")];
    expect((await submit("busy", { priority: 1 })).status).toBe(202);
    await api.start(ids[0] ?? "");

    const refused = await submit("busy", { priority: 1 });
    expect(refused.status).toBe(429);
    expect(JSON.stringify(refused.body)).toMatch(refusal);
    expect((await submit("quiet")).status).toBe(202);
    for (let job = 0; job < 5; job++) expect((await submit("free")).status).toBe(202);
    expect(await openOf("busy")).toEqual({ quota: "open_jobs", limit: 3, used: 3, lane: null });
    expect(await openOf("free")).toEqual({ quota: "open_jobs", limit: null, used: null, lane: null });

    expect((await api.call("POST", `/jobs/${ids[0]}/revoke`, { key: { tenant: "busy" } })).status).toBe(200);
    expect((await submit("busy", { priority: 1 })).status).toBe(202);
    expect((await submit("busy")).status).toBe(429);
  });

  it("are refused as a batch for which there is not room, and for good one that never has any", async () => {
    await submit("busy", { priority: 1 });
    const refused = await batch("busy", 3);
    expect(refused.status).toBe(429);
    expect(JSON.stringify(refused.body)).toContain("1 are open, and 3 more are asked for");
    const never = await batch("busy", 4);
    expect(never.status).toBe(422);
    expect(JSON.stringify(never.body)).toContain("project busy may have 3 open jobs over all lanes (open_jobs), not 4");
  });

  it("are not bounded, nor counted, while the index is not there, as after a rollback", async () => {
    const { document } = api.jobs.store.table;
    const send = document.send.bind(document);
    const missing = Object.assign(new Error("The table does not have the specified index: open"), {
      name: "ValidationException",
    });
    vi.spyOn(document, "send").mockImplementation((command: { input: object }) =>
      "IndexName" in command.input && command.input.IndexName === "open"
        ? Promise.reject(missing)
        : (send as (command: unknown) => Promise<never>)(command),
    );
    const logged = vi.spyOn(Logger.prototype, "error").mockReturnValue();

    for (let job = 0; job < 5; job++) expect((await submit("busy")).status).toBe(202);
    expect((await batch("busy", 4)).status).toBe(202);
    expect(await openOf("busy")).toEqual({ quota: "open_jobs", limit: 3, used: null, lane: null });
    expect(logged).toHaveBeenCalledWith(
      "an index cannot be read: what it counts is not bounded",
      expect.objectContaining({ index: "open" }),
    );
    vi.restoreAllMocks();
  });

  it("leave out what an earlier version has ended, or made the jobs of, without a look at the index", async () => {
    const { table } = api.jobs.store;
    for (const id of [await submitted("busy"), await submitted("busy")]) {
      await table.update(headKey(id), { set: { status: "SUCCESS", finished_at: 1 } });
    }
    const entry = { list_sk: "000000000000001#b", open_pk: openPartitions("busy")[0] };
    await table.put({ pk: "B#made", sk: "head", ...entry });
    expect((await openOf("busy"))?.used).toBe(0);

    await table.put({ pk: "B#large", sk: "head", ...entry, queued_jobs: 2 });
    expect((await openOf("busy"))?.used).toBe(2);
    expect((await submit("busy")).status).toBe(202);
    expect((await submit("busy")).status).toBe(429);
  });

  it("are bounded beside those that wait in a lane", async () => {
    for (let job = 0; job < 2; job++) expect((await submit("both")).status).toBe(202);
    expect(JSON.stringify((await submit("both")).body)).toContain("(queued_jobs): 2 wait in summarize-high");
    expect((await submit("both", { priority: 1 })).status).toBe(202);
    expect(JSON.stringify((await submit("both", { priority: 1 })).body)).toMatch(refusal);
  });

  it("are bounded when jobs are run again, and those that have ended leave the index", async () => {
    const id = await submitted("busy");
    expect(await api.jobs.store.get(id, Date.now())).toMatchObject({ open_pk: expect.stringMatching(/^O#busy#\d$/) });
    expect((await api.call("POST", `/jobs/${id}/revoke`, { key: { tenant: "busy" } })).status).toBe(200);
    expect(await api.jobs.store.get(id, Date.now())).not.toHaveProperty("open_pk");
    await fill("busy");
    const refused = await api.call("POST", `/jobs/${id}/retry`, { key: { tenant: "busy" } });
    expect(refused.status).toBe(429);
    expect(JSON.stringify(refused.body)).toMatch(refusal);
  });
});
