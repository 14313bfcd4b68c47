import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { batchAcceptedSchema } from "../../../contracts/jobs/batches.ts";
import { retriedManySchema } from "../../../contracts/jobs/retry-many.ts";
import { eventListSchema } from "../../../contracts/jobs/wire.ts";
import { hasNothingToRead } from "../../../functions/api/read-document.ts";
import { documentKey } from "../../../shared/capabilities/documents/document-record.ts";
import type { JobRecord } from "../../../shared/engine/jobs/record.ts";
import { QueueFullError } from "../../../shared/engine/limits/queued-jobs.ts";
import { retryMany } from "../../../shared/engine/operations/retry-many.ts";
import { TestApi } from "../../helpers/test-api.ts";
import { writeJobs } from "../../helpers/write-jobs.ts";

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.close());
afterEach(() => vi.restoreAllMocks());

let projects = 0;
/** A project with a failed job of each of two tasks, a revoked one, one that succeeded and one that waits. */
async function project() {
  const key = { tenant: `project-${++projects}` };
  const body = { input: { text: "Water flows downhill." }, tags: { part: "7" }, trace_id: "night-1" };
  const ids = {
    summary: await api.submit({ key, body }),
    keywords: await api.submit({ key, task: "keywords" }),
    revoked: await api.submit({ key }),
    done: await api.submit({ key }),
    waiting: await api.submit({ key }),
  };
  await (await api.start(ids.summary)).fail("RateLimitError", "The model server answered 429.");
  await (await api.start(ids.keywords)).fail();
  await api.call("POST", `/jobs/${ids.revoked}/revoke`, { key, body: {} });
  await (await api.start(ids.done)).succeed({});
  const retry = async (filter: unknown) => api.call("POST", "/jobs/retry", { key, body: filter });
  const states = async () =>
    Object.fromEntries(
      await Promise.all(Object.entries(ids).map(async ([name, id]) => [name, (await api.record(id)).status])),
    );
  return { key, ids, retry, states };
}

/** A document whose file has not come, and the job that is to read it. */
async function reading(key: { readonly tenant: string }) {
  const body = { file_name: "a.txt", content_type: "text/plain" };
  const answer = await api.call("POST", "/documents", { key, body });
  return z.object({ id: z.string(), task_id: z.string() }).parse(answer.body);
}

/** Lets DynamoDB refuse all changes of a job. */
function failWritesOf(taskId: string) {
  const { document } = api.jobs.store.table;
  const send = document.send.bind(document);
  const refuse = async (command: Parameters<typeof send>[0]) => {
    const written = JSON.stringify(command.input);
    if (written.includes(taskId) && written.includes("UpdateExpression")) {
      throw Object.assign(new Error("slow down"), { name: "ThrottlingException" });
    }
    return await send(command);
  };
  return vi.spyOn(document, "send").mockImplementation(refuse);
}

/** As its file's arrival leaves the document. */
const arrive = (id: string) => api.jobs.store.table.update(documentKey(id), { remove: ["upload_until"] });

const untouched = {
  ...{ summary: "FAILURE", keywords: "FAILURE", revoked: "REVOKED", done: "SUCCESS", waiting: "PENDING" },
};

describe("retrying by a filter", () => {
  it.each([
    [{ task_name: "extract_keywords" }, { keywords: "PENDING" }],
    [{ q: "answered 429" }, { summary: "PENDING" }],
    [{ tag: "part:7" }, { summary: "PENDING" }],
    [{ all: true, status: "REVOKED" }, { revoked: "PENDING" }],
    [{ all: true }, { summary: "PENDING", keywords: "PENDING" }],
    [{ trace_id: "night-1" }, { summary: "PENDING" }],
    [{ trace_id: "night-2" }, {}],
    [{ created_after: "2020-01-01T00:00:00Z" }, { summary: "PENDING", keywords: "PENDING" }],
    [{ created_after: "2099-01-01T00:00:00Z" }, {}],
    [{ created_before: "2020-01-01T00:00:00Z" }, {}],
  ])("runs again what fits %j, and nothing else", async (filter, changed) => {
    const { retry, states } = await project();

    const answer = retriedManySchema.parse((await retry(filter)).body);

    const retried = Object.keys(changed).length;
    expect(answer).toEqual({ retried, skipped: 0, dry_run: false, sample: [], next_cursor: null });
    expect(await states()).toEqual({ ...untouched, ...changed });
  });

  it("leaves other projects alone, and says in the timeline who it was", async () => {
    const [one, other] = [await project(), await project()];

    expect((await one.retry({ all: true })).body).toMatchObject({ retried: 2 });

    expect(await other.states()).toEqual(untouched);
    const timeline = await api.call("GET", `/jobs/${one.ids.summary}/events`, { key: one.key });
    expect(eventListSchema.parse(timeline.body).events.at(-1)?.message).toMatch(/^retried by /);
  });

  it("says what it would do in a dry run", async () => {
    const { retry, states } = await project();

    expect((await retry({ all: true, dry_run: true })).body).toMatchObject({
      ...{ retried: 2, skipped: 0, dry_run: true },
      sample: [
        { task_name: "keywords", status: "FAILURE" },
        { task_name: "summarize", status: "FAILURE" },
      ],
    });
    expect(await states()).toEqual(untouched);
  });

  it.each([{}, { status: "REVOKED" }, { dry_run: true }, { status: "SUCCESS", all: true }, { q: " " }])(
    "refuses %j, which names no jobs",
    async (filter) => {
      const { retry } = await project();

      expect((await retry(filter)).status).toBe(422);
    },
  );

  it("runs again what is left of a batch", async () => {
    const key = { tenant: `project-${++projects}` };
    const inputs = [{ text: "Rain." }, { text: "Snow." }];
    const posted = await api.call("POST", "/batches", { key, body: { task_name: "summarize", inputs } });
    const { batch_id, task_ids } = batchAcceptedSchema.parse(posted.body);
    const other = await api.submit({ key });
    for (const id of [...task_ids, other]) await (await api.start(id)).fail();

    const answer = await api.call("POST", "/jobs/retry", { key, body: { batch_id } });

    expect(answer.body).toMatchObject({ retried: 2, skipped: 0 });
    for (const id of task_ids) expect(await api.record(id)).toMatchObject({ status: "PENDING" });
    expect(await api.record(other)).toMatchObject({ status: "FAILURE" });
  });

  it("leaves the tasks of admins out when it is to", async () => {
    const key = { tenant: `project-${++projects}`, scopes: ["admin"] as const };
    const failed = await api.submit({ key, task: "cleanup_expired_results", body: { input: {} } });
    const summary = await api.submit({ key });
    for (const id of [failed, summary]) await (await api.start(id)).fail();
    const dry = async (more: object) =>
      (await api.call("POST", "/jobs/retry", { key, body: { all: true, dry_run: true, ...more } })).body;

    expect(await dry({})).toMatchObject({ retried: 2 });
    expect(await dry({ housekeeping: false })).toMatchObject({ retried: 1, sample: [{ task_name: "summarize" }] });
  });

  it("leaves out readings of documents that were deleted or whose file never came, and counts them", async () => {
    const key = { tenant: `project-${++projects}` };
    const [gone, late, kept] = [await reading(key), await reading(key), await reading(key)];
    await api.call("DELETE", `/documents/${gone.id}`, { key });
    for (const each of [late, kept]) await api.call("POST", `/jobs/${each.task_id}/revoke`, { key, body: {} });
    await arrive(kept.id);
    const retry = async (more: object) =>
      (await api.call("POST", "/jobs/retry", { key, body: { all: true, status: "REVOKED", ...more } })).body;

    const found = await retry({ dry_run: true });
    expect(found).toMatchObject({ retried: 1, skipped: 2, sample: [{ task_id: kept.task_id }] });
    expect(await retry({})).toMatchObject({ retried: 1, skipped: 2, next_cursor: null });
    for (const each of [gone, late]) expect((await api.record(each.task_id)).status).toBe("REVOKED");
    expect((await api.record(kept.task_id)).status).toBe("PENDING");
  });

  it("counts each deleted document once on a page that a quota of waiting jobs cuts short", async () => {
    const bounded = { ...api.jobs, settings: { ...api.jobs.settings, PROJECT_QUEUED_JOBS: 2 } };
    const key = { tenant: `project-${++projects}` };
    const ids: string[] = [];
    // Oldest first: a gone one, four to run, and a gone one before each of two of them.
    for (const isGone of [true, false, true, false, false, true, false]) {
      const { id, task_id } = await reading(key);
      if (isGone) await api.call("DELETE", `/documents/${id}`, { key });
      else {
        await arrive(id);
        await api.call("POST", `/jobs/${task_id}/revoke`, { key, body: {} });
        ids.unshift(task_id);
      }
    }
    const wanted = { tenant: key.tenant, status: "REVOKED", reason: "test", dryRun: false, isBounded: true } as const;
    const retry = (cursor?: string) =>
      retryMany(bounded, { ...wanted, cursor, isObsolete: (job) => hasNothingToRead(api.jobs, job) });
    const states = async () => Promise.all(ids.map(async (id) => (await api.record(id)).status));

    const first = await retry();
    expect(first).toMatchObject({ retried: 2, skipped: 1, nextCursor: expect.any(String) });
    expect(await states()).toEqual(["PENDING", "PENDING", "REVOKED", "REVOKED"]);
    await expect(retry(first.nextCursor ?? "")).rejects.toThrow(QueueFullError);
    for (const id of ids.slice(0, 2)) await api.start(id);
    expect(await retry(first.nextCursor ?? "")).toMatchObject({ retried: 2, skipped: 2, nextCursor: null });
    expect(await states()).toEqual(["STARTED", "STARTED", "PENDING", "PENDING"]);
  });

  it.each([
    ["the first", 20],
    ["a later", 120],
  ])("says how many run, and where to go on, when an error ends it on %s page", async (_page, broken) => {
    const tenant = `project-${++projects}`;
    await writeJobs(api.jobs.store, { tenant, count: 130, from: Date.now() - 200_000 }, () => ({ status: "REVOKED" }));
    const { jobs } = await api.jobs.store.list({ tenant, limit: 130 });
    const failing = failWritesOf(jobs[broken]?.task_id ?? "");
    const body = { all: true, status: "REVOKED" };
    const retry = (cursor?: string | null) =>
      api.call("POST", "/jobs/retry", { key: { tenant }, body: { ...body, cursor } });

    const first = retriedManySchema.parse((await retry()).body);
    expect(first.retried).toBeGreaterThanOrEqual(broken);
    let retried = first.retried;
    let cursor = first.next_cursor;
    let answer = await retry(cursor);
    for (; answer.status === 200; answer = await retry(cursor)) {
      const more = retriedManySchema.parse(answer.body);
      retried += more.retried;
      cursor = more.next_cursor;
    }
    // Where none has run any more, the error itself is the answer.
    expect({ status: answer.status, retried }).toEqual({ status: 429, retried: 129 });

    failing.mockRestore();
    expect((await retry(cursor)).body).toMatchObject({ retried: 1, skipped: 0, next_cursor: null });
  });

  it("ends when its time is over, and goes on by its cursor without missing or repeating a job", async () => {
    const tenant = `project-${++projects}`;
    const ids = new Set<string>();
    const from = Date.now() - 200_000;
    await writeJobs(api.jobs.store, { tenant, count: 130, from }, () => ({ status: "REVOKED" }));
    const wanted = { tenant, status: "REVOKED", reason: "test", dryRun: true, isBounded: false, budgetMs: 0 } as const;

    const first = await retryMany(api.jobs, wanted);
    expect(first).toMatchObject({ retried: 100, nextCursor: expect.any(String) });
    const rest = await retryMany(api.jobs, { ...wanted, cursor: first.nextCursor ?? "" });
    expect(rest).toMatchObject({ retried: 30, nextCursor: null });

    const { store } = api.jobs;
    const done = [await retryMany(api.jobs, { ...wanted, dryRun: false })];
    done.push(await retryMany(api.jobs, { ...wanted, dryRun: false, cursor: done[0]?.nextCursor ?? "" }));
    expect(done).toMatchObject([
      { retried: 100, skipped: 0 },
      { retried: 30, skipped: 0, nextCursor: null },
    ]);
    for (const { task_id, status, generation } of (await store.list({ tenant, limit: 200 })).jobs) {
      ids.add(task_id);
      expect({ status, generation }).toEqual({ status: "PENDING", generation: 2 });
    }
    expect(ids.size).toBe(130);
  });

  it("counts as skipped what another one has run again meanwhile", async () => {
    const { key, ids } = await project();
    const isObsolete = async (job: JobRecord) => {
      if (job.task_id === ids.summary) await api.call("POST", `/jobs/${ids.summary}/retry`, { key });
      return false;
    };

    const wanted = { tenant: key.tenant, status: "FAILURE", reason: "test", dryRun: false, isBounded: false } as const;
    expect(await retryMany(api.jobs, { ...wanted, isObsolete })).toMatchObject({ retried: 1, skipped: 1 });

    expect(await api.record(ids.summary)).toMatchObject({ status: "PENDING", generation: 2 });
  });

  it("names the field of a cursor that it did not give", async () => {
    const { key, retry } = await project();

    const refused = { status: 422, body: { errors: [{ path: "/cursor" }] } };
    expect(await retry({ all: true, cursor: "bm9uZQ" })).toMatchObject(refused);
    const revoke = { key, body: { all: true, cursor: "bm9uZQ" } };
    expect(await api.call("POST", "/jobs/revoke", revoke)).toMatchObject(refused);
  });
});
