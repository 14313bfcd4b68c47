import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { batchAcceptedSchema, batchSchema } from "../../../contracts/jobs/batches.ts";
import { jobListSchema } from "../../../contracts/jobs/wire.ts";
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
  it("says how many jobs were made, and goes on under the key that it gives", async () => {
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
