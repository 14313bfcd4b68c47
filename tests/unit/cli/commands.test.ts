/**
 * Commands against a server that answers as the API does: what they send, print, and end with.
 *
 * @module
 */

import { expect, test } from "vitest";
import { z } from "zod";
import { runCli } from "../../helpers/cli.ts";
import { closedPort, startJsonServer } from "../../helpers/json-server.ts";
import { failed, job, succeeded } from "../../helpers/wire-job.ts";

const cursorSchema = z.looseObject({ cursor: z.string().optional() });

const problem = (status: number, detail: string, more: object = {}) => ({
  status,
  body: { type: "/problems/x", title: "X", status, detail, ...more },
});

test.each([
  [401, { status: 401, body: { message: "Unauthorized" } }, 3, "asks for a key"],
  [403, { status: 403, body: { message: "Forbidden" } }, 3, "does not know this key"],
  [404, problem(404, "There is no job id."), 4, "There is no job id."],
  [409, problem(409, "Job id is STARTED."), 5, "Job id is STARTED."],
  [422, problem(422, "x", { errors: [{ path: "/input/a~1b/0", message: "is wrong" }] }), 2, "input.a/b.0: is wrong"],
  [500, problem(500, "Internal error, request 7."), 7, "request 7"],
])("ends with an exit code of its own after %i, and one line", async (_, answer, code, text) => {
  await using server = await startJsonServer(() => answer);

  const ended = await runCli(["result", "id", "--url", server.url]);

  expect(ended).toMatchObject({ code, stdout: "" });
  expect(ended.stderr).toContain(text);
  expect(ended.stderr).toMatch(/^sluice: [^\n]+\n$/);
});

test("prints problem details on standard error under --json", async () => {
  await using server = await startJsonServer(() => problem(404, "There is no job id."));

  const { stderr, code } = await runCli(["status", "id", "--json", "--url", server.url]);

  expect(code).toBe(4);
  expect(JSON.parse(stderr)).toEqual({ type: "/problems/x", title: "X", status: 404, detail: "There is no job id." });
});

test("says which API does not answer", async () => {
  const url = await closedPort();

  const { code, stderr } = await runCli(["purge", "summarize", "--url", url]);

  expect(code).toBe(3);
  expect(stderr).toContain(`${url} does not answer: ECONNREFUSED`);
});

test.each([
  [["lst"], /unknown command 'lst' \(Did you mean list\?\)/],
  // As of a variable that is not set.
  [["status", ""], /<job-id> must not be empty/],
  [["dlq", "redrive", "", "--all"], /<queue> must not be empty/],
  [["revoke", "a", "", "b"], /<job-id> must not be empty/],
  [["complete", ""], /<prompt> must not be empty/],
  [["status"], /missing required argument 'job-id'/],
  [["list", "--status", "done"], /There are: PENDING, STARTED/],
  [["submit", "summarize", "--priority", "11"], /whole number from 0 to 10/],
  [["submit", "summarize", "--wiat"], /unknown option '--wiat' \(Did you mean --wait\?\)/],
  [["submit", "summarize", "-F", "text=x", "--delay", "5m", "--eta", "2026-12-24T18:00Z"], /--delay or --eta/],
  [["revoke", "id", "--dry-run"], /--dry-run goes with a filter/],
  [["retry", "id", "--dry-run"], /--dry-run goes with a filter/],
  [["retry", "id", "--status", "REVOKED"], /--status goes with a filter/],
  [["revoke"], /Give job ids, or a filter/],
  [["revoke", "id", "--all"], /Give job ids, or a filter/],
  [["dlq", "redrive", "summarize"], /Say which: --job ID, --fingerprint F or --all/],
  [["keys", "create", "--scope", "root"], /There are: submit, read, project_admin, admin/],
  [["keys", "create", "--expires-in", "5s"], /a minute to ten years/],
  [["keys", "revoke"], /Give a key's id, or --all with --project/],
  [["keys", "revoke", "--all"], /--all and --project go together/],
])("refuses %j with one line and exit code 2", async (argv, message) => {
  const ended = await runCli([...argv, "--url", "http://127.0.0.1:9"]);

  expect(ended).toMatchObject({ code: 2, stdout: "" });
  expect(ended.stderr).toMatch(message);
  expect(ended.stderr.trim().split("\n")).toHaveLength(1);
});

test.each([
  ["sumarize", "Did you mean summarize?"],
  ["tasks.keyword", "Did you mean keywords?"],
  ["qqqqqqqq", undefined],
])("asks, when there is no task %s, whether another one was meant: %s", async (name, question) => {
  await using server = await startJsonServer(() => problem(404, "There is no such page."));

  const ended = await runCli(["submit", name, "-F", "text=x", "--url", server.url]);

  expect(ended).toMatchObject({ code: 4, stdout: "" });
  expect(ended.stderr).toContain(`There is no task ${name}. ${question ?? "There are:"}`);
  expect(ended.stderr.includes("Did you mean")).toBe(question !== undefined);
  expect(ended.stderr).toMatch(/There are: .*\bsummarize\b/);
  expect(server.requests.filter(({ method }) => method === "POST")).toEqual([]);
});

test("submits what the options say, and prints the job's id alone", async () => {
  const links = { self: "", result: "", events: "" };
  await using server = await startJsonServer(() => ({
    status: 202,
    body: { task_id: "id-1", status: "PENDING", links },
  }));
  const argv = "submit tasks.summarize_text -F max_length=9 --priority 1 --expires-in 2h --trace-id t1 --project shop";

  const ended = await runCli([...argv.split(" "), "--delay", "5m", "--idempotency-key", "k1", "--url", server.url], {
    stdin: "A text.",
    env: { SLUICE_API_KEY: "slc_env" },
  });

  expect(ended).toEqual({ code: 0, stdout: "id-1\n", stderr: "" });
  const [request] = server.requests;
  expect(request).toMatchObject({
    path: "/api/v1/tasks/summarize",
    body: {
      input: { text: "A text.", max_length: 9 },
      priority: 1,
      delay_seconds: 300,
      expires_in: 7_200,
      trace_id: "t1",
    },
  });
  expect(request?.headers).toMatchObject({ "idempotency-key": "k1", authorization: "Bearer slc_env" });
  expect(request?.query.get("project_id")).toBe("shop");
});

test("waits and prints the result, states on standard error", async () => {
  const states = [
    job(),
    job({ status: "STARTED", progress: { current: 1, total: 2, message: "half" } }),
    succeeded({ n: 1 }),
  ];
  await using server = await startJsonServer(({ method }) =>
    method === "POST"
      ? { status: 202, body: { task_id: "id-1" } }
      : { status: 200, body: states.shift() ?? succeeded({ n: 1 }) },
  );

  const { code, stdout, stderr } = await runCli(["submit", "health_check", "--wait", "--url", server.url]);

  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({ n: 1 });
  const id = job().task_id;
  expect(stderr.split("\n")).toEqual([`${id} PENDING`, `${id} STARTED`, `${id} 1/2 half`, `${id} SUCCESS`, ""]);
});

test("draws the progress as a bar on a terminal, below the timeline and the log", async () => {
  const half = job({ status: "STARTED", progress: { current: 5, total: 10, message: "pages" } });
  const states = [half, succeeded(null)];
  const events = [
    { at: "2026-11-21T10:00:00Z", status: "STARTED", attempt: 1, worker: null, error: null, message: null },
    { at: "2026-11-21T10:00:02Z", status: "SUCCESS", attempt: 1, worker: null, error: null, message: null },
  ];
  const log = [{ at: "2026-11-21T10:00:01Z", level: "warn", attempt: 1, message: "A page is blank. page=4" }];
  await using server = await startJsonServer(({ path }) =>
    path.endsWith("/events")
      ? { status: 200, body: { task_id: "id", events, log } }
      : { status: 200, body: states.shift() ?? succeeded(null) },
  );

  const { code, stderr } = await runCli(["watch", "id", "--url", server.url], { columns: 100, env: { NO_COLOR: "1" } });

  expect(code).toBe(0);
  expect(stderr).toContain(`STARTED  summarize  ${"█".repeat(10)}${"░".repeat(10)}  5/10 pages`);
  expect(stderr).toMatch(/STARTED {2}attempt 1[\s\S]*warn {5}A page is blank\. page=4[\s\S]*SUCCESS {2}attempt 1/);
  expect(stderr.match(/A page is blank/g)).toHaveLength(1);
});

test("ends with 1 when the job fails, and says why", async () => {
  await using server = await startJsonServer(({ method }) =>
    method === "POST" ? { status: 202, body: { task_id: "id-1" } } : { status: 200, body: failed() },
  );

  const { code, stdout, stderr } = await runCli(["submit", "health_check", "-w", "--url", server.url]);

  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain("LLMServerError: The model server answered 500. (4 attempts)");
});

test("ends with 6 when the job takes longer than --timeout", async () => {
  await using server = await startJsonServer(() => ({ status: 200, body: job() }));

  const { code, stderr } = await runCli(["watch", "id", "--timeout", "200ms", "--json", "--url", server.url]);

  expect(code).toBe(6);
  expect(JSON.parse(stderr)).toMatchObject({ title: "Timed out", status: null });
});

test("reads as many pages as --limit needs", async () => {
  const page = (size: number) => Array.from({ length: size }, () => job());
  await using server = await startJsonServer(({ query }) => ({
    status: 200,
    body: { jobs: page(Number(query.get("limit"))), next_cursor: "more", searched: { jobs: 100, back_to: null } },
  }));

  const { stdout } = await runCli(["list", "-n", "150", "--since", "1h", "--json", "--url", server.url]);

  expect(JSON.parse(stdout)).toMatchObject({ jobs: { length: 150 }, next_cursor: "more" });
  expect(server.requests.map(({ query }) => query.get("limit"))).toEqual(["100", "50"]);
  expect(Date.now() - Date.parse(server.requests[0]?.query.get("created_after") ?? "")).toBeLessThan(3_660_000);
});

/** An answer of redrive, archive or purge in which nothing went wrong. */
const dealtWith = {
  skipped: 0,
  failed: 0,
  reason: null,
  messages: { removed: 2, not_removed: 0, not_found: 0, reason: null },
  dry_run: false,
};

test("continues with dead letters until there are no more", async () => {
  let left = 5;
  await using server = await startJsonServer(() => {
    left -= 2;
    const next_cursor = left > 0 ? `after-${left}` : null;
    return { status: 200, body: { redriven: 2, ...dealtWith, more: left > 0, next_cursor } };
  });

  const argv = ["dlq", "redrive", "summarize", "--fingerprint", "f1", "--rate", "500", "--json", "--url", server.url];
  const { stdout } = await runCli(argv);

  const told = { failed: 0, messages_removed: 6, reasons: [] };
  expect(JSON.parse(stdout)).toEqual({ redriven: 6, skipped: 0, dry_run: false, ...told });
  expect(server.requests[0]).toMatchObject({
    path: "/api/v1/dlq/summarize/redrive",
    body: { fingerprint: "f1", rate_per_second: 500, dry_run: false },
  });
  expect(server.requests.map(({ body }) => cursorSchema.parse(body).cursor)).toEqual([undefined, "after-3", "after-1"]);
});

test("says what could not be done with dead letters, and why", async () => {
  await using server = await startJsonServer(() => {
    const messages = { ...dealtWith.messages, not_removed: 1, reason: "SQS did not delete a message: InternalError" };
    const body = { purged: 2, ...dealtWith, failed: 1, reason: "ThrottlingException: slow down", messages };
    return { status: 200, body: { ...body, more: false, next_cursor: null } };
  });

  const { stdout, stderr } = await runCli(["dlq", "purge", "summarize", "--all", "--yes", "--url", server.url]);

  expect(stdout + stderr).toContain("2 purged, 1 failed.");
  expect(stderr).toContain("ThrottlingException: slow down");
  expect(stderr).toContain("InternalError");
});

test("keeps the rate of a redrive over its requests, too: the next one waits until the jobs before are through", async () => {
  let asked = 0;
  const interrupt = new AbortController();
  await using server = await startJsonServer(() => {
    asked += 1;
    // Long after a second request would have come, long before the jobs are through.
    if (asked === 1) setTimeout(() => interrupt.abort(new Error("enough")), 500);
    const next_cursor = asked === 1 ? "c" : null;
    return { status: 200, body: { redriven: 900, ...dealtWith, more: asked === 1, next_cursor } };
  });

  const argv = ["dlq", "redrive", "summarize", "--all", "--rate", "1", "--url", server.url];
  const { code } = await runCli(argv, { signal: interrupt.signal });

  expect(asked).toBe(1);
  expect(code).not.toBe(0);
});

test.each([
  ["purge", "summarize"],
  ["dlq", "purge", "summarize", "--all"],
  ["revoke", "--task", "summarize"],
])("does nothing when there is nobody to ask: %s %s", async (...argv) => {
  await using server = await startJsonServer(({ method, body }) => {
    if (method === "GET")
      return { status: 200, body: { queues: [{ name: "summarize", lanes: [{ lane: "high", depth: 3 }] }] } };
    if (typeof body === "object" && body !== null && "dry_run" in body && body.dry_run === true) {
      return {
        status: 200,
        body: { purged: 3, revoked: 3, skipped: 0, dry_run: true, more: false, next_cursor: null },
      };
    }
    throw new Error("It has acted without asking.");
  });

  const { code, stderr } = await runCli([...argv, "--url", server.url]);

  expect(code).toBe(2);
  expect(stderr).toMatch(/3 .*\? There is nobody to ask: give --yes/);
});

test("asks the model with what the options say, and prints the text alone", async () => {
  const answer = { text: "Elbe, Oder, Rhine.", object: null, truncated: true, usage: null, duration_ms: 5 };
  await using server = await startJsonServer(() => ({ status: 200, body: answer }));

  const { code, stdout, stderr } = await runCli(
    ["complete", "--system", "Be brief.", "--max-tokens", "9", "--temperature", "0.5", "--url", server.url],
    { stdin: "Name three rivers.\n" },
  );

  expect(code).toBe(0);
  expect(stdout).toBe("Elbe, Oder, Rhine.\n");
  expect(stderr).toContain("--max-tokens");
  expect(server.requests[0]).toMatchObject({
    path: "/api/v1/llm/complete",
    body: { prompt: "Name three rivers.\n", system: "Be brief.", max_tokens: 9, temperature: 0.5 },
  });
});

test("does not ask the model without a prompt, or with a number that is out of bounds", async () => {
  expect((await runCli(["complete", "--url", "http://127.0.0.1:1"])).stderr).toContain("Give a prompt");
  const { code, stderr } = await runCli(["complete", "x", "--temperature", "3", "--url", "http://127.0.0.1:1"]);
  expect(code).toBe(2);
  expect(stderr).toContain("from 0 to 2");
});

test("explains a task's input without asking a server", async () => {
  const { code, stdout } = await runCli(["submit", "summarize", "--help-input"], { columns: 90 });

  expect(code).toBe(0);
  expect(stdout).toMatch(/max_length +integer 5-2000 +150/);
  expect(stdout).toMatch(/text +string +required/);
});

test("finds a task that only the deployment knows, in its OpenAPI", async () => {
  const schema = { type: "object", properties: { page: { type: "integer" } }, required: ["page"] };
  const content = {
    "application/json": { schema: { properties: { input: { $ref: "#/components/schemas/ScanInput" } } } },
  };
  const openapi = {
    paths: { "/api/v1/tasks/scan": { post: { description: "Scans.", requestBody: { content } } } },
    components: { schemas: { ScanInput: schema } },
  };
  await using server = await startJsonServer(({ method }) =>
    method === "GET" ? { status: 200, body: openapi } : { status: 202, body: { task_id: "id-1" } },
  );

  const { code } = await runCli(["submit", "scan", "-F", "page=3", "--url", server.url]);

  expect(code).toBe(0);
  expect(server.requests.at(-1)).toMatchObject({ path: "/api/v1/tasks/scan", body: { input: { page: 3 } } });
});

test("purges every queue after asking once, and the lanes that a replaced name stands for", async () => {
  const lanes = [
    { lane: "high", depth: 2 },
    { lane: "low", depth: 1 },
  ];
  const queues = ["summarize", "llm-call"].map((name) => ({ name, lanes }));
  await using server = await startJsonServer(({ method }) => ({
    status: 200,
    body: method === "GET" ? { queues } : { queue: "x", purged: 1, more: false },
  }));
  const purged = () => server.requests.filter(({ method }) => method === "POST").map(({ path }) => path);

  expect((await runCli(["purge", "--all", "--url", server.url])).stderr).toContain("Revoke the 6 waiting jobs");
  expect(purged()).toEqual([]);
  expect((await runCli(["purge", "--all", "--yes", "--url", server.url])).stdout).toBe("2 jobs revoked.\n");
  expect(purged()).toEqual(["/api/v1/queues/summarize/purge", "/api/v1/queues/llm-call/purge"]);
  expect((await runCli(["purge", "high_priority", "--url", server.url])).stderr).toContain("Revoke the 4 waiting jobs");
  expect((await runCli(["purge", "--url", server.url])).code).toBe(2);
});

test("a provider is defined at the API, with its own address in the body", async () => {
  await using server = await startJsonServer(() => ({ status: 200, body: { name: "local" } }));
  const set = (...argv: string[]) => runCli(["providers", "set", "local", ...argv, "--url", server.url]);

  const defined = await set("--type", "llamacpp", "--base-url", "http://10.0.0.5:8080/v1");
  expect(defined).toMatchObject({ code: 0, stdout: "local is defined.\n" });
  expect(server.requests).toHaveLength(1);
  expect(server.requests[0]).toMatchObject({
    ...{ method: "PUT", path: "/api/v1/llm/providers/local" },
    body: { type: "llamacpp", base_url: "http://10.0.0.5:8080/v1" },
  });
  expect(await set("--type", "vllm")).toMatchObject({ code: 2, stderr: expect.stringContaining("--base-url") });
  expect(server.requests).toHaveLength(1);
});

test("the list of deliveries has attempts, answer and duration", async () => {
  const delivery = {
    ...{
      id: "d-1",
      task_id: "id-1",
      batch_id: null,
      status: "RETRY",
      attempts: 2,
      response_status: 503,
      duration_ms: 1_500,
    },
    ...{ created_at: "2026-11-28T10:00:00.000Z", finished_at: null, next_attempt_at: null },
    error: { type: "WebhookDeliveryError", message: "The receiver answered 503.", retryable: true },
  };
  const other = {
    ...delivery,
    id: "d-2",
    status: "PENDING",
    attempts: 0,
    response_status: null,
    duration_ms: null,
    error: null,
  };
  await using server = await startJsonServer(() => ({
    status: 200,
    body: { deliveries: [delivery, other], next_cursor: null },
  }));
  const list = (options = {}) => runCli(["webhooks", "deliveries", "--url", server.url], options);

  expect((await list()).stdout.split("\n")).toEqual([
    "d-1\tid-1\tRETRY\t2\t503\t1500\tThe receiver answered 503.",
    "d-2\tid-1\tPENDING\t0\t-\t\t",
    "",
  ]);
  const shown = (await list({ columns: 140 })).stdout;
  expect(shown).toContain("TOOK");
  expect(shown).toMatch(/ 2 +503 +1\.5 s /);
});

test("calls a task as celery does, and a model by a config", async () => {
  await using server = await startJsonServer(({ path }) => ({
    status: 202,
    body: path.endsWith("/llm/call") ? { job_id: "id-2", status: "pending" } : { task_id: "id-1" },
  }));
  const call = (...argv: string[]) => runCli(["call", ...argv, "--url", server.url]);

  expect((await call("tasks.health_check", "--kwargs", '{"echo":"hi"}', "--countdown", "10s")).stdout).toBe("id-1\n");
  expect(server.requests.at(-1)).toMatchObject({
    path: "/api/v1/tasks/health_check",
    body: { input: { echo: "hi" }, delay_seconds: 10 },
  });
  expect((await call("--config", "support@3", "Where is it?")).stdout).toBe("id-2\n");
  expect(server.requests.at(-1)).toMatchObject({
    path: "/api/v1/llm/call",
    body: { config: { id: "support", version: 3 }, query: "Where is it?" },
  });
  const kwargs = '{"function_path":"app.tasks.summarize_text","job_id":7,"text":"A pump broke."}';
  expect((await call("tasks.execute_low_priority_task", "--kwargs", kwargs)).stdout).toBe("id-1\n");
  expect(server.requests.at(-1)).toMatchObject({
    path: "/api/v1/tasks/execute_low_priority_task",
    body: { function_path: "app.tasks.summarize_text", job_id: 7, text: "A pump broke." },
  });
  expect((await call("execute_high_priority_task", "--kwargs", kwargs, "--eta", "2030-01-01T00:00:00Z")).code).toBe(2);
  expect((await call("execute_high_priority_task", "--kwargs", '{"text":"x"}')).stderr).toContain("function_path");
  expect((await call("execute_high_priority_task")).code).toBe(2);
  expect((await call("Name three rivers.")).code).not.toBe(0);
  expect((await call("--config", "support@x", "q")).code).toBe(2);
});
