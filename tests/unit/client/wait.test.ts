import { expect, expectTypeOf, test } from "vitest";
import { createClient, JobFailedError, WaitTimeoutError } from "../../../client/index.ts";
import type { Job } from "../../../contracts/jobs/wire.ts";
import { type JsonServer, startJsonServer } from "../../helpers/json-server.ts";
import { failed, job, succeeded } from "../../helpers/wire-job.ts";

const summary = { summary: "Short.", original_length: 9, summary_length: 1, compression_ratio: 0.1111 };
const links = { self: "", result: "", events: "" };

/** Accepts a submit, then shows the job in these states, the last one for ever. */
function serveJob(...states: readonly Job[]): Promise<JsonServer> {
  let next = 0;
  return startJsonServer(({ method }) => {
    if (method === "POST") return { status: 202, body: { task_id: job().task_id, status: "PENDING", links } };
    const body = states[Math.min(next, states.length - 1)];
    next += 1;
    return { status: 200, body };
  });
}

test("runs a task: submits, waits, and gives its typed result", async () => {
  await using server = await serveJob(job(), job({ status: "STARTED" }), succeeded(summary));
  const client = createClient({ url: server.url });

  const result = await client.run("summarize", { text: "A long text." });

  expect(result).toEqual(summary);
  expectTypeOf(result.compression_ratio).toEqualTypeOf<number>();
});

test("tells of each change once", async () => {
  const progress = (current: number) => job({ status: "STARTED", progress: { current, total: 4, message: null } });
  await using server = await serveJob(job(), job(), progress(1), progress(1), progress(3), succeeded(summary));
  const seen: unknown[] = [];

  await createClient({ url: server.url }).wait("id", {
    onProgress: ({ status, progress: now }) => seen.push([status, now?.current]),
  });

  expect(seen).toEqual([
    ["PENDING", undefined],
    ["STARTED", 1],
    ["STARTED", 3],
    ["SUCCESS", undefined],
  ]);
});

test("throws what went wrong when the job that it runs fails", async () => {
  await using server = await serveJob(failed());

  const error = await createClient({ url: server.url })
    .run("summarize", { text: "x" })
    .catch((caught: unknown) => caught);

  expect(error).toBeInstanceOf(JobFailedError);
  expect(error).toMatchObject({ message: "LLMServerError: The model server answered 500.", job: { attempts: 4 } });
});

test("waiting resolves with a failed job instead of throwing", async () => {
  await using server = await serveJob(failed());

  const finished = await createClient({ url: server.url }).wait<"summarize">("id");

  expect(finished.status).toBe("FAILURE");
  if (finished.status === "SUCCESS") expectTypeOf(finished.result.summary).toEqualTypeOf<string>();
  else expectTypeOf(finished.result).toEqualTypeOf<null>();
});

test("stops waiting after the timeout and says how far the job has come", async () => {
  await using server = await serveJob(job({ status: "RETRY" }));

  const error = await createClient({ url: server.url })
    .wait("id", { timeout: 250 })
    .catch((caught: unknown) => caught);

  expect(error).toBeInstanceOf(WaitTimeoutError);
  expect(String(error)).toContain("is still RETRY after 0.25 s");
});

test("lists every page as it is read", async () => {
  await using server = await startJsonServer(({ query }) => {
    const last = query.get("cursor") === "two";
    return { status: 200, body: { jobs: [job({ task_id: last ? "b" : "a" })], next_cursor: last ? null : "two" } };
  });
  const ids: string[] = [];

  for await (const { task_id } of createClient({ url: server.url }).jobs.all({ task_name: "summarize" }))
    ids.push(task_id);

  expect(ids).toEqual(["a", "b"]);
  expect(server.requests.map(({ query }) => query.get("task_name"))).toEqual(["summarize", "summarize"]);
});

test("does not compile with a wrong task, a wrong input or a path that does not exist", () => {
  const client = createClient({ url: "http://127.0.0.1" });
  const wrong = () => {
    // @ts-expect-error there is no such task
    void client.submit("summarise", { text: "x" });
    // @ts-expect-error the text is missing
    void client.submit("summarize", { max_length: 5 });
    // @ts-expect-error there is no such route
    void client.call("GET /api/v1/nothing");
    // @ts-expect-error the path has a parameter
    void client.call("GET /api/v1/jobs/{task_id}");
  };
  expect(wrong).toBeTypeOf("function");
});
