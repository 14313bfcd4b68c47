/**
 * What callers of the replaced systems send, through the embedded stack over HTTP: generic jobs by function path, keys for
 * several projects, tags, names of queues and tasks, labels of metrics.
 *
 * @module
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { jobListSchema } from "../../../contracts/jobs/list.ts";
import { problemSchema } from "../../../contracts/problem.ts";
import { replacedRequests } from "../../fixtures/replaced-requests.ts";
import { eventually } from "../../helpers/eventually.ts";
import { startTestStack, type TestStack } from "../../helpers/stack.ts";

let stack: TestStack;
/** Of the project `gateway`, which acts for 7 and shop. */
let service = "";
/** Of the project `gateway`, which acts for every project. */
let everywhere = "";

const keyFor = async (projects: string[]) => {
  const made = await stack.post("/keys", { project_id: "gateway", projects, scopes: ["submit", "read"] });
  return z.object({ key: z.string() }).parse(await made.json()).key;
};
const as = (key: string, method: string, path: string, body?: unknown) =>
  stack.request(path, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
const accepted = async (response: Response) => {
  const text = await response.text();
  if (response.status !== 202) throw new Error(text);
  return z.object({ task_id: z.string() }).parse(JSON.parse(text)).task_id;
};
const refusal = async (response: Response) => {
  const { errors } = problemSchema.parse(await response.json());
  return { status: response.status, errors };
};

beforeAll(async () => {
  stack = await startTestStack({ env: { API_WAITS_AT_ONCE: "1" } });
  [service, everywhere] = await Promise.all([keyFor(["7", "shop"]), keyFor(["*"])]);
});
afterAll(async () => await stack?.[Symbol.asyncDispose]());

describe("a language task by its old name", () => {
  const right = {
    summarize_text: { summary: expect.stringMatching(/tram|city council/i) },
    extract_keywords: { keywords: expect.arrayContaining([expect.stringMatching(/solar|electricity|schools/i)]) },
    normalize_json: { normalized: { name: "Anna Berg", quantity: 3, email: "anna.berg@example.com" } },
  };

  it.each(replacedRequests)(
    "$task is answered by the embedded engine at the first attempt",
    async ({ task, input }) => {
      const id = await accepted(await stack.post(`/tasks/${task}`, { input }));

      expect(await stack.waitFor(id)).toMatchObject({ status: "SUCCESS", attempts: 1, result: right[task] });
    },
  );
});

describe("a generic job", () => {
  const call = {
    function_path: "app.tasks.summarize_text",
    job_id: 4711,
    trace_id: "trace-1",
    text: "A pump broke. It was repaired.",
  };

  it.each([
    ["execute_high_priority_task", 9, "high"],
    ["tasks.execute_low_priority_task", 1, "low"],
  ])("by %s runs the task that registers the path, in the project of the body", async (name, priority, lane) => {
    const id = await accepted(await as(service, "POST", `/tasks/${name}`, { ...call, project_id: 7 }));
    const job = await stack.waitFor(id);
    expect(job).toMatchObject({
      ...{ task_name: "summarize", status: "SUCCESS", priority, project_id: "7", trace_id: "trace-1" },
      tags: { job_id: "4711" },
      worker: `summarize-${lane}@lambda`,
    });
  });

  it("cannot name anything but a registered path", async () => {
    for (const function_path of ["os.system", "summarize", "functions/tasks/summarize.ts", "__proto__"]) {
      const answer = await refusal(
        await as(service, "POST", "/tasks/execute_high_priority_task", { ...call, function_path }),
      );
      expect(answer).toMatchObject({ status: 422, errors: [{ path: "/function_path" }] });
    }
  });

  it("is checked as the task's own input is", async () => {
    const { text: _, ...without } = call;
    const answer = await refusal(
      await as(service, "POST", "/tasks/execute_high_priority_task", { ...without, colour: "red" }),
    );
    expect(answer.status).toBe(422);
    expect(answer.errors?.map(({ path }) => path).toSorted()).toEqual(["/colour", "/text"]);
  });
});

describe("a key for several projects", () => {
  it("acts for those that it names, by body or query, and for no other", async () => {
    const submit = (project_id: unknown, query = "") =>
      as(service, "POST", `/tasks/health_check${query}`, { input: {}, project_id });
    const id = await accepted(await submit("shop"));
    expect((await stack.waitFor(id)).project_id).toBe("shop");
    await accepted(await submit(undefined, "?project_id=7"));
    expect((await submit("bank")).status).toBe(403);
    expect(await refusal(await submit("shop", "?project_id=7"))).toMatchObject({
      status: 422,
      errors: [{ path: "/project_id" }],
    });
    expect(await refusal(await submit({ id: 7 }))).toMatchObject({ status: 422, errors: [{ path: "/project_id" }] });
    expect((await as(service, "GET", `/jobs/${id}`)).status).toBe(200);
    expect((await as(service, "GET", "/jobs?project_id=shop")).status).toBe(200);
    expect((await as(service, "GET", "/jobs?project_id=bank")).status).toBe(403);
  });

  it("makes schedules for those that it names, and for no other", async () => {
    const create = (project_id: unknown) =>
      as(service, "POST", "/schedules", { task_name: "health_check", rate: "1 day", enabled: false, project_id });
    const made = await create(7);
    expect(made.status).toBe(201);
    expect(await made.json()).toMatchObject({ project_id: "7" });
    expect((await create("bank")).status).toBe(403);
  });

  it("for every project is still no admin key", async () => {
    const id = await accepted(await as(everywhere, "POST", "/tasks/health_check", { input: {}, project_id: "bank" }));
    expect((await as(everywhere, "GET", `/jobs/${id}`)).status).toBe(200);
    expect((await as(service, "GET", `/jobs/${id}`)).status).toBe(404);
    expect((await as(everywhere, "GET", "/keys")).status).toBe(403);
    expect((await as(everywhere, "POST", "/tasks/get_queue_stats", { input: {} })).status).toBe(403);
  });

  it("says what it may do", async () => {
    const own = await (await as(service, "GET", "/keys/own")).json();
    expect(own).toMatchObject({ project_id: "gateway", projects: ["7", "shop"], scopes: ["submit", "read"] });
  });
});

describe("tags", () => {
  it("are shown with the job, and find it", async () => {
    const tags = { order: "A-1", line: 3 };
    const id = await accepted(await as(service, "POST", "/tasks/health_check", { input: {}, tags }));
    await accepted(await as(service, "POST", "/tasks/health_check", { input: {}, tags: { order: "A-2" } }));
    expect((await stack.job(id)).tags).toEqual({ order: "A-1", line: "3" });
    const found = async (query: string) =>
      jobListSchema.parse(await (await as(service, "GET", `/jobs?${query}`)).json()).jobs.map(({ task_id }) => task_id);
    expect(await found("tag=order:A-1")).toEqual([id]);
    expect(await found("tag=order:A")).toEqual([]);
    expect(await found("q=order:a-1")).toEqual([id]);
  });

  it.each([
    ["too many", Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`t${index}`, "x"])), "/tags"],
    ["a long value", { order: "x".repeat(101) }, "/tags/order"],
    ["an object", { order: {} }, "/tags/order"],
  ])("that are %s are refused", async (_, tags, path) => {
    const answer = await refusal(await as(service, "POST", "/tasks/health_check", { input: {}, tags }));
    expect(answer).toMatchObject({ status: 422, errors: [{ path }] });
  });
});

describe("names", () => {
  it("of tasks may be dotted, and end in the task's own name or alias", async () => {
    const text = "A pump broke. It was repaired.";
    const id = await accepted(
      await as(service, "POST", "/tasks/app.tasks.summaries.summarize_text", { input: { text } }),
    );
    expect((await stack.job(id)).task_name).toBe("summarize");
    expect((await as(service, "POST", "/tasks/app.tasks.nothing", { input: {} })).status).toBe(404);
  });

  it("of queues may have _, and stand for all lanes of a kind", async () => {
    const steered = async (name: string, action: string) => {
      const response = await stack.post(`/queues/${name}/${action}`, {});
      const body: unknown = await response.json();
      return {
        status: response.status,
        workers:
          z
            .object({ lanes: z.array(z.object({ worker: z.string() })) })
            .safeParse(body)
            .data?.lanes.map(({ worker }) => worker) ?? [],
      };
    };
    expect((await steered("llm_call", "resume")).workers).toEqual(["llm-call-high@lambda", "llm-call-low@lambda"]);
    expect((await steered("cron", "resume")).workers).toEqual(["monitoring-low@lambda"]);
    const high = (await steered("high_priority", "resume")).workers;
    expect(high.length).toBeGreaterThan(3);
    expect(high.every((worker) => worker.endsWith("-high@lambda"))).toBe(true);
    expect((await steered("high_prio", "resume")).status).toBe(404);
    // A dead-letter queue belongs to one queue.
    expect((await stack.request("/dlq/llm_call")).status).toBe(200);
    expect((await stack.request("/dlq/high_priority")).status).toBe(404);
  });
});

describe("monitoring", () => {
  it("answers a revoke under the alias as the replaced API did", async () => {
    const id = await stack.submit("health_check", {}, { delay_seconds: 600 });
    const answer = await (await stack.post(`/tasks/task/${id}/revoke`, {})).json();
    expect(answer).toEqual({ status: "revoked", task_id: id, message: `Task ${id} has been revoked.` });
  });

  it("has Celery's labels under Celery's prefix alone", async () => {
    const text = async (query: string) => await (await stack.request(`/metrics${query}`)).text();
    const line = /^celery_task_total\{task_name="tasks\.health_check",status="success"\} \d+$/m;
    await eventually("a success is counted", async () => line.test(await text("?prefix=celery_")));
    expect(await text("?prefix=celery_")).toContain('celery_task_duration_seconds_count{task_name="tasks.');
    expect(await text("")).toMatch(/^sluice_task_total\{task_name="health_check",status="SUCCESS"\} \d+$/m);
  });
});

describe("an input of a replaced system", () => {
  it.each([
    ["batch_generate_embeddings", { project_ids: ["a"], batch_size: 5 }, "/input/project_ids", "send items"],
    ["process_document", { file_path: "/uploads/a.pdf" }, "/input/file_path", "POST /documents/upload"],
  ])("of %s is refused with what to call", async (task, input, path, words) => {
    const { status, errors } = await refusal(await as(service, "POST", `/tasks/${task}`, { input }));
    expect(status).toBe(422);
    expect(errors?.find((each) => each.path === path)?.message).toContain(words);
  });
});

describe("waiting for a job", () => {
  it("answers when the job has ended, or when the time is over", async () => {
    const id = await accepted(await as(service, "POST", "/tasks/health_check", { input: {}, delay_seconds: 1 }));
    const done = await (await as(service, "GET", `/jobs/${id}?wait=25`)).json();
    expect(done).toMatchObject({ status: "SUCCESS" });
    const later = await accepted(await as(service, "POST", "/tasks/health_check", { input: {}, delay_seconds: 600 }));
    const response = await as(service, "GET", `/jobs/${later}?wait=1`);
    expect(response.headers.get("retry-after")).toBeNull();
    expect(await response.json()).toMatchObject({ status: "PENDING" });
    expect((await as(service, "GET", `/jobs/${later}?wait=26`)).status).toBe(422);
  });

  it("over the bound answers at once, with Retry-After, and the places are free again", async () => {
    const later = async () =>
      await accepted(await as(service, "POST", "/tasks/health_check", { input: {}, delay_seconds: 600 }));
    const id = await later();
    const wait = async (of: string, seconds: number) =>
      (await as(service, "GET", `/jobs/${of}?wait=${seconds}`)).headers.get("retry-after");
    const answers: (string | null)[] = [];
    const waits = Array.from({ length: 4 }, () => wait(id, 25).then((answer) => answers.push(answer)));
    // The stack is started with room for one, which waits until its job has ended.
    await eventually("three are answered", async () => answers.length === 3);
    expect(answers).toEqual(["2", "2", "2"]);
    expect((await as(service, "POST", `/jobs/${id}/revoke`, {})).status).toBe(200);
    await Promise.all(waits);
    expect(answers.at(3)).toBeNull();
    expect(await wait(await later(), 1)).toBeNull();
  });

  it("is not needed for many jobs: one call tells of all", async () => {
    const ids = await Promise.all(
      [1, 2].map(async (echo) => accepted(await as(service, "POST", "/tasks/health_check", { input: { echo } }))),
    );
    const other = await stack.submit("health_check", {});
    const answer: unknown = await (
      await as(service, "POST", "/jobs/status", { task_ids: [...ids, other, "none"] })
    ).json();
    const { jobs, missing } = z
      .object({ jobs: z.array(z.object({ task_id: z.string() })), missing: z.array(z.string()) })
      .parse(answer);
    expect(jobs.map(({ task_id }) => task_id)).toEqual(ids);
    expect(missing).toEqual([other, "none"]);
    expect((await as(service, "POST", "/jobs/status", { task_ids: [] })).status).toBe(422);
  });
});
