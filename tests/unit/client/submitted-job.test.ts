import { expect, expectTypeOf, test } from "vitest";
import { createClient, JobFailedError, JobRevokedError, type Tasks, WaitTimeoutError } from "../../../client/index.ts";
import type { Job } from "../../../contracts/jobs/wire.ts";
import { type JsonRequest, type JsonServer, startJsonServer } from "../../helpers/json-server.ts";
import { failed, job, succeeded } from "../../helpers/wire-job.ts";

const links = { self: "", result: "", events: "" };
const accepted = { status: 202, body: { task_id: job().task_id, status: "PENDING", links } };

/** Accepts a submit, then answers each question by `answer`. */
async function serve(answer: (request: JsonRequest) => Job | Promise<Job>) {
  const asked: JsonRequest[] = [];
  const server: JsonServer = await startJsonServer(async (request) => {
    asked.push(request);
    return request.method === "POST" ? accepted : { status: 200, body: await answer(request) };
  });
  return { server, asked, client: createClient({ url: server.url }) };
}

test("every task is a function, whose job gives its typed result", async () => {
  const summary = { summary: "Short.", original_length: 9, summary_length: 1, compression_ratio: 0.1 };
  const { server, asked, client } = await serve(() => succeeded(summary));
  await using _ = server;

  const submitted = await client.summarize({ text: "Long." }, { priority: 1, idempotency_key: "k" });
  const result = await submitted.result();

  expect(asked[0]).toMatchObject({ path: "/api/v1/tasks/summarize", body: { input: { text: "Long." }, priority: 1 } });
  expect(asked[0]?.headers["idempotency-key"]).toBe("k");
  expect(result).toEqual(summary);
  expectTypeOf(result).toEqualTypeOf<Tasks["summarize"]["output"]>();
});

test("a job is written as JSON with the answer's fields alone", async () => {
  const { server, client } = await serve(() => job());
  await using _ = server;

  expect(JSON.parse(JSON.stringify(await client.submit("health_check", {})))).toEqual({
    ...accepted.body,
    task_name: "health_check",
  });
});

test("a client can be awaited: it is not taken for a promise", async () => {
  const client = createClient({ url: "http://127.0.0.1" });
  expect(await client).toBe(client);
  expect(Reflect.get(client, "notATask")).toBeUndefined();
});

test("tasks of a team's own are typed by its own types", async () => {
  const { server } = await serve(() => succeeded({ words: 3 }));
  await using _ = server;
  interface Own {
    count_words: { input: { text: string }; output: { words: number } };
  }

  const own = createClient<Own>({ url: server.url });
  const { words } = await (await own.count_words({ text: "a b c" })).result();

  expect(words).toBe(3);
  // @ts-expect-error the catalog of this repository is not theirs
  expect(() => own.summarize).not.toThrow();
});

test("the error says whether the job failed or was revoked", async () => {
  const { server, client } = await serve(({ path }) =>
    path.endsWith("/failed") ? failed() : job({ status: "REVOKED", ready: true }),
  );
  await using _ = server;

  const revoked: unknown = await (await client.health_check()).result().catch((error: unknown) => error);
  expect(revoked).toBeInstanceOf(JobRevokedError);
  expect(revoked).toBeInstanceOf(JobFailedError);
  expect((await client.wait("failed")).status).toBe("FAILURE");
});

test("by long polling the API waits, and answers when there is an outcome", async () => {
  let asked = 0;
  const { server, client } = await serve(async ({ query }) => {
    asked += 1;
    expect(Number(query.get("wait"))).toBeGreaterThan(1);
    await new Promise((resolve) => setTimeout(resolve, 300));
    return succeeded({});
  });
  await using _ = server;

  await (await client.health_check()).result({ longPoll: true, timeout: 20_000 });

  expect(asked).toBe(1);
});

test("the API that has no place for a wait is asked in growing steps", async () => {
  const times: number[] = [];
  const { server, client } = await serve(() => {
    times.push(performance.now());
    return times.length < 4 ? job({ status: "STARTED" }) : succeeded({});
  });
  await using _ = server;

  await (await client.health_check()).result({ longPoll: true });

  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThan(80);
});

test("a wait by long polling ends with its timeout", async () => {
  const { server, client } = await serve(async ({ query }) => {
    await new Promise((resolve) => setTimeout(resolve, Number(query.get("wait")) * 1_000));
    return job({ status: "STARTED" });
  });
  await using _ = server;

  const waiting = (await client.health_check()).result({ longPoll: true, timeout: 200 });

  await expect(waiting).rejects.toThrow(WaitTimeoutError);
});
