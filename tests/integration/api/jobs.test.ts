import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jobListSchema } from "../../../contracts/jobs/list.ts";
import { eventListSchema, jobSchema, resultSchema, revokedSchema } from "../../../contracts/jobs/wire.ts";
import { jobInputSchema, retriedSchema } from "../../../contracts/routes/jobs.ts";
import { TestApi } from "../../helpers/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.close());

const stranger = { key: { tenant: "strangers" } };
const admin = { key: { tenant: "ops", scopes: ["admin"] as const } };

describe("one job", () => {
  it("has no result until it is ready, and then has it", async () => {
    const id = await api.submit();

    const early = await api.call("GET", `/jobs/${id}/result`);
    await (await api.start(id)).succeed({ summary: "Water." });
    const late = await api.call("GET", `/jobs/${id}/result`);

    expect(early).toMatchObject({ status: 409, body: { detail: expect.stringContaining("PENDING") } });
    expect(late.status).toBe(200);
    expect(resultSchema.parse(late.body)).toEqual({
      task_id: id,
      task_name: "summarize",
      status: "SUCCESS",
      result: { summary: "Water." },
      error: null,
    });
  });

  it("is the same under the paths of the replaced API", async () => {
    const id = await api.submit();
    await (await api.start(id)).succeed({ summary: "Water." });

    for (const rest of ["", "/result"]) {
      const alias = await api.call("GET", `/tasks/task/${id}${rest}`);
      expect(alias.body).toEqual((await api.call("GET", `/jobs/${id}${rest}`)).body);
    }
  });

  it("shows its input, its error and its timeline", async () => {
    const id = await api.submit();
    await (await api.start(id)).fail("AuthenticationError", "The model server answered 401.");

    const input = jobInputSchema.parse((await api.call("GET", `/jobs/${id}/input`)).body);
    const job = jobSchema.parse((await api.call("GET", `/jobs/${id}`)).body);
    const { events } = eventListSchema.parse((await api.call("GET", `/jobs/${id}/events`)).body);

    expect(input.input).toEqual({ text: "Water flows downhill.", max_length: 150, language: "auto" });
    expect(job).toMatchObject({ status: "FAILURE", ready: true, successful: false, attempts: 1 });
    expect(job.error).toEqual({
      type: "AuthenticationError",
      message: "The model server answered 401.",
      retryable: false,
    });
    expect(events.map((event) => event.status)).toEqual(["PENDING", "STARTED", "FAILURE"]);
    expect(events[1]).toMatchObject({ attempt: 1, worker: "summarize-high@lambda" });
  });

  it("comes compressed when its result is larger than an answer may be", async () => {
    const id = await api.submit();
    await (await api.start(id)).succeed({ summary: "Water. ".repeat(900_000) });

    const plain = await api.call("GET", `/jobs/${id}/result`);
    const packed = await api.raw("GET", `/jobs/${id}/result`, { headers: { "accept-encoding": "gzip" } });

    expect(plain).toMatchObject({ status: 406, body: { detail: expect.stringContaining("Accept-Encoding: gzip") } });
    expect(packed).toMatchObject({ statusCode: 200, isBase64Encoded: true });
    const result = resultSchema.parse(JSON.parse(gunzipSync(Buffer.from(packed.body ?? "", "base64")).toString()));
    expect(JSON.stringify(result.result)).toHaveLength(6_300_014);
  });

  it.each(["", "/result", "/input", "/events"])("does not exist for another project: %s", async (rest) => {
    const id = await api.submit();

    const answer = await api.call("GET", `/jobs/${id}${rest}`, stranger);
    const missing = await api.call("GET", `/jobs/00000000-0000-4000-8000-000000000000${rest}`, stranger);

    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({ type: "/problems/not-found", detail: `There is no job ${id}.` });
    expect(missing.status).toBe(404);
  });

  it("is seen by admin keys of any project", async () => {
    const id = await api.submit();

    expect((await api.call("GET", `/jobs/${id}`, admin)).status).toBe(200);
  });
});

describe("revoking", () => {
  it("stops a waiting job, and says so again when asked again", async () => {
    const id = await api.submit();

    const first = await api.call("POST", `/jobs/${id}/revoke`);
    const second = await api.call("POST", `/tasks/task/${id}/revoke`, { body: { terminate: false } });

    expect(revokedSchema.parse(first.body)).toMatchObject({ status: "revoked", task_id: id });
    expect(second.status).toBe(200);
    expect((await api.record(id)).status).toBe("REVOKED");
  });

  it("and running again are noted with the name of the key that asked for it", async () => {
    const id = await api.submit();
    const key = { keyName: "Night shift", keyId: "key_00000000000000aa" };

    await api.call("POST", `/jobs/${id}/revoke`, { key });
    await api.call("POST", `/jobs/${id}/retry`, { key });

    const { body } = await api.call("GET", `/jobs/${id}/events`);
    const said = eventListSchema.parse(body).events.map(({ status, message }) => [status, message]);
    expect(said).toContainEqual(["REVOKED", "revoked by Night shift (key_00000000000000aa)"]);
    expect(said).toContainEqual(["PENDING", "retried by Night shift (key_00000000000000aa)"]);
  });

  it("leaves a running job alone when terminate is false", async () => {
    const id = await api.submit();
    await api.start(id);

    const spared = await api.call("POST", `/jobs/${id}/revoke`, { body: { terminate: false } });
    const stopped = await api.call("POST", `/jobs/${id}/revoke`, { body: { terminate: true } });

    expect(spared).toMatchObject({ status: 409, body: { detail: expect.stringContaining("STARTED") } });
    expect(stopped.status).toBe(200);
  });

  it("cannot undo a finished job", async () => {
    const id = await api.submit();
    await (await api.start(id)).succeed({});

    expect((await api.call("POST", `/jobs/${id}/revoke`)).status).toBe(409);
    expect((await api.record(id)).status).toBe("SUCCESS");
  });

  it("is refused to other projects and to keys that may only read", async () => {
    const id = await api.submit();

    expect((await api.call("POST", `/jobs/${id}/revoke`, stranger)).status).toBe(404);
    expect((await api.call("POST", `/jobs/${id}/revoke`, { key: { scopes: ["read"] } })).status).toBe(403);
  });
});

describe("retrying", () => {
  it("runs a failed job again with its attempts from zero", async () => {
    const id = await api.submit();
    await (await api.start(id)).fail();

    const answer = await api.call("POST", `/jobs/${id}/retry`);

    expect(answer.status).toBe(202);
    expect(retriedSchema.parse(answer.body)).toMatchObject({ task_id: id, status: "PENDING" });
    expect(await api.record(id)).toMatchObject({ status: "PENDING", attempts: 0, generation: 2 });
  });

  it("leaves a job that waits, runs or succeeded as it is", async () => {
    const id = await api.submit();

    expect((await api.call("POST", `/jobs/${id}/retry`)).status).toBe(409);
    await (await api.start(id)).succeed({});
    expect((await api.call("POST", `/jobs/${id}/retry`)).status).toBe(409);
  });
});

describe("listing", () => {
  const key = { tenant: "lists" };

  it("pages through a project's jobs, newest first, each once", async () => {
    const ids: string[] = [];
    for (let index = 0; index < 7; index++) ids.unshift(await api.submit({ key }));

    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: { jobs: { task_id: string }[]; next_cursor: string | null } = jobListSchema.parse(
        (await api.call("GET", `/jobs?limit=3${cursor && `&cursor=${cursor}`}`, { key })).body,
      );
      expect(page.jobs.length).toBeLessThanOrEqual(3);
      seen.push(...page.jobs.map((job) => job.task_id));
      cursor = page.next_cursor;
    }

    expect(seen).toEqual(ids);
  });

  it("filters by state and by task, under any of its names", async () => {
    const id = await api.submit({ key, task: "keywords" });
    await (await api.start(id)).succeed({ keywords: ["water"], count: 1 });

    const listed = await api.call("GET", "/jobs?status=SUCCESS&task_name=tasks.extract_keywords", { key });

    expect(jobListSchema.parse(listed.body).jobs).toMatchObject([
      { task_id: id, result: { keywords: ["water"], count: 1 } },
    ]);
  });

  it("shows other projects to admin keys alone", async () => {
    const target = "/jobs?project_id=lists&limit=1";

    expect((await api.call("GET", target)).status).toBe(403);
    expect(jobListSchema.parse((await api.call("GET", target, admin)).body).jobs).toHaveLength(1);
  });

  it("refuses a cursor that it did not give", async () => {
    expect(await api.call("GET", "/jobs?cursor=abc")).toMatchObject({
      status: 422,
      body: { errors: [{ path: "/query/cursor" }] },
    });
  });
});
