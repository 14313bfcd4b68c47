import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  batchAcceptedSchema,
  batchListSchema,
  batchResultSchema,
  batchSchema,
} from "../../../contracts/jobs/batches.ts";
import { jobListSchema } from "../../../contracts/jobs/list.ts";
import { noteEndInBatch } from "../../../shared/engine/batches/note-end.ts";
import { settleBatch } from "../../../shared/engine/batches/settle.ts";
import { headKey } from "../../../shared/engine/table/addresses.ts";
import { TestApi } from "../../helpers/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.close());

const inputs = (count: number) => Array.from({ length: count }, (_, index) => ({ text: `Text number ${index}.` }));
const post = (body: unknown, options = {}) => api.call("POST", "/batches", { body, ...options });
const count = async (id: string) => batchSchema.parse((await api.call("GET", `/batches/${id}`)).body);

describe("a batch", () => {
  it("makes a job of each input, as background work, and counts them by state", async () => {
    const answer = await post({ task_name: "tasks.extract_keywords", inputs: inputs(5) });

    expect(answer.status).toBe(202);
    const { batch_id: id, task_ids: jobs, total } = batchAcceptedSchema.parse(answer.body);
    expect(total).toBe(5);
    const [first = "", second = ""] = jobs;
    expect(await api.record(first)).toMatchObject({ task_name: "keywords", lane: "low", priority: 1, batch_id: id });
    await (await api.start(first)).succeed({ keywords: [], count: 0 });
    await (await api.start(second)).fail();
    expect(await count(id)).toMatchObject({
      task_name: "keywords",
      total: 5,
      counts: { PENDING: 3, STARTED: 0, RETRY: 0, SUCCESS: 1, FAILURE: 1, REVOKED: 0 },
      expired: 0,
      ready: false,
      successful: false,
    });
    const listed = jobListSchema.parse((await api.call("GET", `/jobs?batch_id=${id}`)).body);
    expect(listed.jobs.map((job) => job.task_id).toSorted()).toEqual(jobs.toSorted());
  });

  it("is ready when every job is", async () => {
    const { batch_id: id, task_ids: jobs } = batchAcceptedSchema.parse(
      (await post({ task_name: "summarize", inputs: inputs(2) })).body,
    );
    for (const job of jobs) await (await api.start(job)).succeed({});

    expect(await count(id)).toMatchObject({ ready: true, successful: true });
  });

  it("is the same one under the same Idempotency-Key, and refuses another request under it", async () => {
    const headers = { "idempotency-key": "nightly-1" };
    const body = { task_name: "summarize", inputs: inputs(3) };

    const answers = await Promise.all([post(body, { headers }), post(body, { headers })]);
    const other = await post({ ...body, inputs: inputs(4) }, { headers });

    const [one, two] = answers.map((answer) => batchAcceptedSchema.parse(answer.body));
    expect(one).toEqual(two);
    expect(await count(one?.batch_id ?? "")).toMatchObject({ total: 3, counts: { PENDING: 3 } });
    expect(other.status).toBe(409);
  });

  it("that nobody can repeat leaves no job waiting that the queue did not take", async () => {
    const { sqs } = api.jobs;
    const { send } = sqs;
    sqs.send = () => Promise.reject(new Error("down"));
    const answer = await post({ task_name: "summarize", inputs: inputs(2) });
    sqs.send = send;

    expect(answer.status).toBe(503);
    const { jobs } = jobListSchema.parse((await api.call("GET", "/jobs?limit=2")).body);
    expect(jobs.map(({ status, error }) => [status, error?.type])).toEqual([
      ["FAILURE", "QueueUnavailableError"],
      ["FAILURE", "QueueUnavailableError"],
    ]);
  });

  it("is made only when every input fits, and names those that do not", async () => {
    const answer = await post({
      task_name: "summarize",
      inputs: [...inputs(1), { text: "" }, { text: "x", max_length: 1 }],
    });

    expect(answer).toMatchObject({
      status: 422,
      body: { errors: [{ path: "/inputs/1/text" }, { path: "/inputs/2/max_length" }] },
    });
  });

  it.each([
    ["no input", { task_name: "summarize", inputs: [] }, 422],
    ["more inputs than it takes", { task_name: "summarize", inputs: inputs(10_001) }, 422],
    ["a task that there is not", { task_name: "nothing", inputs: inputs(1) }, 404],
    ["an unknown field", { task_name: "summarize", inputs: inputs(1), callback: "https://example.com" }, 422],
  ])("refuses %s", async (_what, body, status) => {
    expect((await post(body)).status).toBe(status);
  });

  it("does not exist for another project", async () => {
    const { batch_id: id } = batchAcceptedSchema.parse(
      (await post({ task_name: "summarize", inputs: inputs(1) })).body,
    );

    expect((await api.call("GET", `/batches/${id}`, { key: { tenant: "strangers" } })).status).toBe(404);
    expect((await api.call("GET", "/batches/unknown")).status).toBe(404);
  });
});

describe("a batch for which there is no time", () => {
  it("says how many jobs were made, and continues under the key that it gives", async () => {
    const { store } = api.jobs;
    const create = store.create.bind(store);
    let made = 0;
    const passed = vi.spyOn(api.jobs, "now");
    const begun = Date.now();
    passed.mockReturnValue(begun);
    vi.spyOn(store, "create").mockImplementation(async (job, now) => {
      made += 1;
      // Each group of ten takes nine seconds.
      passed.mockReturnValue(begun + Math.floor(made / 10) * 9_000);
      return create(job, now);
    });
    const body = { task_name: "summarize", inputs: inputs(50), batch_size: 10 };

    const first = await post(body);

    expect(first.status).toBe(503);
    expect(first.body).toMatchObject({ detail: expect.stringMatching(/^30 of 50 jobs were made in time/) });
    const key = String(first.headers["idempotency-key"]);
    const id = String(first.headers.location).split("/").at(-1) ?? "";
    expect(await count(id)).toMatchObject({
      total: 50,
      counts: { PENDING: 50 },
      expired: 0,
      status: "SUBMITTING",
      ready: false,
    });
    vi.restoreAllMocks();

    const second = await post(body, { headers: { "idempotency-key": key } });

    expect(second.status).toBe(202);
    expect(batchAcceptedSchema.parse(second.body)).toMatchObject({ batch_id: id, total: 50 });
    expect(await count(id)).toMatchObject({ counts: { PENDING: 50 }, expired: 0 });
  });
});

describe("the list of batches", () => {
  it("is newest first, in pages, and shows a project its own", async () => {
    const key = { tenant: "lister" } as const;
    const ids: string[] = [];
    for (let index = 0; index < 5; index++) {
      const answer = await post({ task_name: "summarize", inputs: inputs(1) }, { key });
      ids.push(batchAcceptedSchema.parse(answer.body).batch_id);
    }
    const page = async (query: string) =>
      batchListSchema.parse((await api.call("GET", `/batches?limit=3${query}`, { key })).body);
    const first = await page("");
    const second = await page(`&cursor=${first.next_cursor}`);

    expect([...first.batches, ...second.batches].map(({ batch_id }) => batch_id)).toEqual(ids.toReversed());
    expect(first.batches[0]).toMatchObject({ status: "RUNNING", total: 1, ended: 0, completed_at: null });
    expect(second.next_cursor).toBeNull();
  });

  it("counts the jobs that have ended so far, by how, of all its batches at once", async () => {
    const key = { tenant: "lister-3" } as const;
    const made: { readonly id: string; readonly jobs: readonly string[] }[] = [];
    for (const size of [150, 4, 2]) {
      const answer = await post({ task_name: "keywords", inputs: inputs(size) }, { key });
      const { batch_id, task_ids } = batchAcceptedSchema.parse(answer.body);
      made.push({ id: batch_id, jobs: task_ids });
    }
    const end = async (taskId: string | undefined, how: "succeed" | "fail") => {
      const running = await api.start(taskId ?? "");
      await (how === "succeed" ? running.succeed({ keywords: [], count: 0 }) : running.fail());
      await noteEndInBatch(api.jobs, await api.record(taskId ?? ""));
    };
    const [large, small, over] = made;
    for (const place of [0, 99, 100]) await end(large?.jobs[place], "succeed");
    await end(large?.jobs[149], "fail");
    await end(small?.jobs[1], "fail");
    await api.call("POST", `/jobs/${small?.jobs[2]}/revoke`, { key, body: {} });
    await noteEndInBatch(api.jobs, await api.record(small?.jobs[2] ?? ""));
    for (const taskId of over?.jobs ?? []) await end(taskId, "succeed");

    const { batches } = batchListSchema.parse((await api.call("GET", "/batches", { key })).body);

    const none = { succeeded: 0, failed: 0, revoked: 0, expired: 0 };
    expect(batches).toMatchObject([
      { batch_id: over?.id, status: "COMPLETED", total: 2, ...none, ended: 2, succeeded: 2 },
      { batch_id: small?.id, status: "RUNNING", total: 4, ...none, ended: 2, failed: 1, revoked: 1 },
      { batch_id: large?.id, status: "RUNNING", total: 150, ...none, ended: 4, succeeded: 3, failed: 1 },
    ]);
  });

  it("hides batches of admin tasks from other keys", async () => {
    const admin = { tenant: "lister-2", scopes: ["admin"] as const };
    await post({ task_name: "get_queue_stats", inputs: [{}] }, { key: admin });
    const list = async (key: object) =>
      batchListSchema.parse((await api.call("GET", "/batches", { key })).body).batches.length;

    expect([await list(admin), await list({ tenant: "lister-2" })]).toEqual([1, 0]);
  });
});

describe("the results of a batch", () => {
  const lines = async (id: string, query = "") => {
    const { statusCode, body = "", headers = {} } = await api.raw("GET", `/batches/${id}/results${query}`);
    expect(statusCode).toBe(200);
    const parsed = body.split("\n").filter((line) => line !== "");
    return { headers, results: parsed.map((line) => batchResultSchema.parse(JSON.parse(line))) };
  };

  it("are JSON lines in the order of the inputs, with errors, and what has not ended", async () => {
    const answer = await post({ task_name: "keywords", inputs: inputs(4) });
    const { batch_id: id, task_ids: jobs } = batchAcceptedSchema.parse(answer.body);
    await (await api.start(jobs[2] ?? "")).succeed({ keywords: [], count: 0 });
    await (await api.start(jobs[1] ?? "")).fail();
    const { headers, results } = await lines(id);

    expect(headers).toMatchObject({ "content-type": "application/x-ndjson", "cache-control": "no-store" });
    expect(headers).not.toHaveProperty("x-next-from");
    expect(results.map(({ index, task_id, status }) => [index, task_id, status])).toEqual([
      [0, jobs[0], "PENDING"],
      [1, jobs[1], "FAILURE"],
      [2, jobs[2], "SUCCESS"],
      [3, jobs[3], "PENDING"],
    ]);
    expect(results[1]?.error).toMatchObject({ type: "LLMServerError" });
    expect(results[2]?.result).toEqual({ keywords: [], count: 0 });
  });

  it("come in pages, which say where the next one begins", async () => {
    const { batch_id: id } = batchAcceptedSchema.parse(
      (await post({ task_name: "keywords", inputs: inputs(250) })).body,
    );
    const first = await lines(id, "?limit=120");
    expect(first.headers).toMatchObject({
      "x-next-from": "120",
      link: `</api/v1/batches/${id}/results?limit=120&from=120>; rel="next"`,
    });
    const second = await lines(id, "?limit=1000&from=120");
    expect(second.results.map(({ index }) => index)).toEqual(Array.from({ length: 130 }, (_, index) => 120 + index));
    expect(second.headers).not.toHaveProperty("link");
    expect((await lines(id, "?from=250")).results).toEqual([]);
    expect((await api.call("GET", `/batches/${id}/results?from=x`)).status).toBe(422);
  });

  it("name where a large result is, and a page ends before it is too large", async () => {
    const { batch_id: id, task_ids: jobs } = batchAcceptedSchema.parse(
      (await post({ task_name: "keywords", inputs: inputs(30) })).body,
    );
    const result = { text: "x".repeat(255 * 1_024) };
    await (await api.start(jobs[0] ?? "")).succeed({ text: "x".repeat(257 * 1_024) });
    for (const job of jobs.slice(1)) await (await api.start(job)).succeed(result);
    const { headers, results } = await lines(id);

    expect(results[0]).toMatchObject({ result: null, result_url: `/api/v1/jobs/${jobs[0]}/result` });
    expect(results[1]?.result).toEqual(result);
    expect(results).toHaveLength(20);
    expect(headers).toMatchObject({ "x-next-from": "20" });
  });
});

describe("what is to follow a batch", () => {
  const input = { text: "Water flows downhill." };
  const embeddedConfig = { provider: "embedded" };
  const following = (on_complete: unknown) => post({ task_name: "summarize", inputs: inputs(1), on_complete });

  it.each([
    ["neither a task nor a URL", {}, "/on_complete"],
    ["both", { task_name: "health_check", callback_url: "https://example.com" }, "/on_complete"],
    ["an input that does not fit", { task_name: "summarize", input: {} }, "/on_complete/input/text"],
    ["a large input", { task_name: "health_check", input: { echo: "x".repeat(9_000) } }, "/on_complete/input"],
    ["a task for admin keys", { task_name: "get_queue_stats" }, "/on_complete/task_name"],
    ["a private address", { callback_url: "https://10.0.0.1/" }, "/on_complete/callback_url"],
    [
      "a config of a task without a model",
      { task_name: "health_check", config: embeddedConfig },
      "/on_complete/config",
    ],
    ["a config of a webhook", { callback_url: "https://example.com", config: embeddedConfig }, "/on_complete/config"],
    ["a config that is not there", { task_name: "keywords", input, config: { id: "none" } }, "/on_complete/config"],
    [
      "a config of an unknown provider",
      { task_name: "keywords", input, config: { provider: "nobody", model: "m" } },
      "/on_complete/config/provider",
    ],
  ])("is refused when it is %s", async (_what, onComplete, path) => {
    expect(await following(onComplete)).toMatchObject({ status: 422, body: { errors: [{ path }] } });
  });

  it("is done with its own config, as that was when the batch was submitted", async () => {
    const key = { tenant: "follower" } as const;
    const system = "Answer as a librarian. ".repeat(400);
    const first = { provider: "librarian", model: "small", system };
    const provider = { type: "openai-compatible", base_url: "https://llm.example.com/v1" };
    const admin = { scopes: ["admin"] as const };
    expect((await api.call("PUT", "/llm/providers/librarian", { key: admin, body: provider })).status).toBe(200);
    expect((await api.call("POST", "/llm/configs", { key, body: { id: "tags", ...first } })).status).toBe(201);
    const body = {
      task_name: "health_check",
      inputs: [{ echo: "one" }],
      on_complete: { task_name: "keywords", input, config: { id: "tags" } },
    };
    const headers = { "idempotency-key": "follow-1" };
    const { batch_id: id, task_ids: jobs } = batchAcceptedSchema.parse((await post(body, { key, headers })).body);
    expect((await post(body, { key, headers })).status).toBe(202);
    await api.call("POST", "/llm/configs/tags/versions", { key, body: { ...first, system: "Another." } });
    await (await api.start(jobs[0] ?? "")).succeed({ status: "healthy", echo: "one" });
    await noteEndInBatch(api.jobs, await api.record(jobs[0] ?? ""));

    expect(await settleBatch(api.jobs, id, { hasTime: () => true, hops: undefined })).toBe("completed");

    const { on_complete_task_id: follower } = batchSchema.parse(
      (await api.call("GET", `/batches/${id}`, { key })).body,
    );
    const record = await api.record(follower ?? "");
    expect(record).toMatchObject({ task_name: "keywords", config_name: "tags@1" });
    expect(await api.jobs.store.readConfig(record)).toEqual({ ...first, id: "tags", version: 1 });
    expect(await api.jobs.store.readConfig(await api.record(jobs[0] ?? ""))).toBeUndefined();
  });

  it("is refused when there is no such task", async () => {
    expect((await following({ task_name: "nothing" })).status).toBe(404);
  });
});

describe("the inputs of a batch", () => {
  it.each([
    ["neither sent nor uploaded", {}],
    ["both", { inputs: inputs(1), upload_id: crypto.randomUUID() }],
    ["not there", { upload_id: crypto.randomUUID() }],
  ])("are refused when they are %s", async (_what, given) => {
    expect((await post({ task_name: "summarize", ...given })).status).toBe(422);
  });

  it.each([
    ["JSON lines", '{"text":"a"}\n\n{"text":"b"}\n', 202],
    ["a JSON array", '[{"text":"a"},\n{"text":"b"}]', 202],
    ["no JSON", '{"text":"a"}\nnot json', 422],
    ["no UTF-8", Buffer.from([0x22, 0xff, 0x22]), 422],
    ["nothing but white space", " \n", 422],
    ["an input that does not fit", '{"text":"a"}\n{"text":""}', 422],
    ["deeply nested", `${"[".repeat(150)}${"]".repeat(150)}`, 422],
  ])("are taken from an upload of %s as it is", async (_what, Body, status) => {
    const uploadId = crypto.randomUUID();
    const { PutObjectCommand } = await import("@aws-sdk/client-s3");
    const Key = `batches/acme/${uploadId}`;
    await (await api.jobs.s3()).send(new PutObjectCommand({ Bucket: api.jobs.resources.SLUICE_BUCKET, Key, Body }));

    const answer = await post({ task_name: "summarize", upload_id: uploadId });

    expect(answer.status).toBe(status);
    if (status === 202) expect(batchAcceptedSchema.parse(answer.body).total).toBe(2);
    else expect(answer.body).toMatchObject({ errors: [{ path: expect.stringMatching(/^\/(upload_id|inputs)/) }] });
  });
});

it("a batch that is asked for again after its jobs have expired is not made again", async () => {
  const headers = { "idempotency-key": "long-ago" };
  const body = { task_name: "summarize", inputs: inputs(2) };
  const { batch_id: id, task_ids: jobs } = batchAcceptedSchema.parse((await post(body, { headers })).body);
  for (const job of jobs) {
    await (await api.start(job)).succeed({});
    await noteEndInBatch(api.jobs, await api.record(job));
    await api.jobs.store.table.delete(headKey(job));
  }

  expect((await post(body, { headers })).status).toBe(202);

  for (const job of jobs) expect(await api.jobs.store.get(job)).toBeUndefined();
  expect(await count(id)).toMatchObject({ status: "COMPLETED", successful: true, counts: { SUCCESS: 2 } });
});

describe("a batch whose request made only some of its jobs", () => {
  it("is closed after a day, with the others counted as revoked, and its key refused", async () => {
    const { store } = api.jobs;
    const create = store.create.bind(store);
    let made = 0;
    const clock = vi.spyOn(api.jobs, "now");
    const begun = Date.now();
    clock.mockReturnValue(begun);
    vi.spyOn(store, "create").mockImplementation(async (job, now) => {
      made += 1;
      if (made > 20) clock.mockReturnValue(begun + 21_000);
      return create(job, now);
    });
    const body = { task_name: "summarize", inputs: inputs(40), batch_size: 10 };
    const first = await post(body, { headers: { "idempotency-key": "halfway" } });
    expect(first.status).toBe(503);
    const id = String(first.headers.location).split("/").at(-1) ?? "";
    vi.restoreAllMocks();
    const settle = () => settleBatch(api.jobs, id, { hasTime: () => true, hops: undefined });
    expect(await settle()).toBe("open");

    vi.spyOn(api.jobs, "now").mockReturnValue(begun + 86_400_000 + 60_000);
    await settle();
    await settle();

    const batch = batchSchema.parse((await api.call("GET", `/batches/${id}`)).body);
    expect(batch).toMatchObject({ status: "FAILED", ready: true, counts: { REVOKED: 40 } });
    expect(batch.error).toContain("not repeated");
    expect((await post(body, { headers: { "idempotency-key": "halfway" } })).status).toBe(409);
    vi.restoreAllMocks();
  });
});
