/**
 * `sluice mcp` as an agent's program has it: a process, spoken to by the SDK's client.
 *
 * @module
 */

import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { createClient } from "../../client/index.ts";
import { runCli } from "../helpers/cli.ts";
import { eventually } from "../helpers/eventually.ts";
import { type JsonRequest, type JsonResponse, startJsonServer } from "../helpers/json-server.ts";
import { startLlmServer } from "../helpers/llm-server.ts";
import { openTaskSession } from "../helpers/mcp-tasks.ts";
import { startTestStack, type TestStack } from "../helpers/stack.ts";

const command = resolve(import.meta.dirname, "../../cli/sluice.mjs");
let stack: TestStack;
let folder: string;
let outside: string;
/** A key of a project, without admin's rights. */
let ordinary: string;
beforeAll(async () => {
  stack = await startTestStack();
  [folder, outside] = await Promise.all([
    mkdtemp(join(tmpdir(), "sluice-mcp-")),
    mkdtemp(join(tmpdir(), "sluice-no-")),
  ]);
  const created = await createClient(stack.stack).keys.create({ project_id: "agents", scopes: ["read", "submit"] });
  ordinary = created.key;
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
  for (const each of [folder, outside]) await rm(each, { recursive: true });
});

/** Starts the command. */
function start(options: readonly string[], key = ordinary, url = stack.stack.url): StdioClientTransport {
  const env = { PATH: process.env.PATH ?? "", HOME: folder, SLUICE_URL: url, SLUICE_API_KEY: key };
  return new StdioClientTransport({ command: process.execPath, args: [command, "mcp", ...options], env });
}

/** A stack that answers what is asked about jobs so, and takes each task as the job `taken`. */
async function startBroken(answer: (request: JsonRequest) => JsonResponse) {
  const description = await (await fetch(`${stack.stack.url}/openapi.json`)).json();
  return await startJsonServer((request) => {
    if (request.path === "/openapi.json") return { status: 200, body: description };
    if (request.path === "/api/v1/keys/own") return { status: 200, body: { scopes: ["read", "submit"] } };
    if (request.path.startsWith("/api/v1/tasks/"))
      return { status: 202, body: { task_id: "taken", status: "PENDING" } };
    return answer(request);
  });
}

const broken = { status: 500, body: { type: "about:blank", title: "Internal error", status: 500, detail: "Torn." } };
const ofTask = {
  ...{
    task_id: "taken",
    task_name: "keywords",
    tags: { mcp: "task" },
    result: null,
    started_at: null,
    finished_at: null,
  },
  ...{
    created_at: "2026-12-01T00:00:00.000Z",
    progress: { current: 1, total: 2, message: "Page 1 of 2" },
    error: null,
  },
};

/** Starts the command and says hello to it. */
async function connect(options: readonly string[], key = ordinary, { modern = false, url = stack.stack.url } = {}) {
  const client = new Client(
    { name: "test", version: "1" },
    modern ? { versionNegotiation: { mode: { pin: "2026-07-28" } } } : {},
  );
  await client.connect(start(options, key, url));
  const status = z.union([z.string(), z.number(), z.null()]).optional();
  const answerSchema = z.looseObject({ task_id: z.string().optional(), status });
  return {
    client,
    names: async () => (await client.listTools()).tools.map(({ name }) => name),
    async call(name: string, args: Record<string, unknown> = {}) {
      const { structuredContent, isError, content } = await client.callTool({ name, arguments: args });
      const [first] = z.array(z.looseObject({ text: z.string() })).parse(content);
      return { failed: isError === true, text: first?.text ?? "", answer: answerSchema.parse(structuredContent ?? {}) };
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}

describe.each([
  ["2025", false],
  ["2026-07-28", true],
])("a client of the protocol of %s", (_version, modern) => {
  test("lists tools with the schemas of tasks, submits, follows, and reads the result", async () => {
    await using agent = await connect([], ordinary, { modern });

    const { tools } = await agent.client.listTools();
    const summarize = tools.find(({ name }) => name === "summarize");
    expect(summarize?.inputSchema).toMatchObject({
      type: "object",
      required: ["text"],
      properties: { text: { type: "string" } },
    });
    expect(JSON.stringify(tools)).not.toContain("$ref");

    const input = { text: "Rain fell. The river rose. People left the town." };
    const submitted = await agent.call("submit_task", { task_name: "summarize", input });
    expect(submitted.answer.status).toBe("PENDING");
    const waited = await agent.call("wait_for_job", { task_id: submitted.answer.task_id, seconds: 40 });
    expect(waited.answer).toMatchObject({ status: "SUCCESS", result: { summary: expect.stringMatching(/\w/) } });
    expect((await agent.call("get_job", { task_id: submitted.answer.task_id })).answer).toMatchObject({
      task_name: "summarize",
      ready: true,
    });
  });
});

test("a task's own tool waits for its result", async () => {
  await using agent = await connect([]);

  const { answer } = await agent.call("keywords", { text: "The harbour of Hanstholm has a lighthouse." });

  expect(answer).toMatchObject({ status: "SUCCESS", result: { keywords: expect.any(Array) } });
});

test("what the API refuses is the tool's answer, with the field at fault", async () => {
  await using agent = await connect([]);

  expect(await agent.call("summarize", { txt: "x" })).toMatchObject({
    failed: true,
    text: expect.stringMatching(/\/input\/?.*(text|txt)/s),
  });
  expect(await agent.call("get_job", { task_id: "none" })).toMatchObject({
    failed: true,
    answer: { type: "/problems/not-found", status: 404 },
  });
  expect(await agent.call("wait_for_job", {})).toMatchObject({ failed: true, text: "task_id must be a text." });
});

test("a text becomes a document that is found and read", async () => {
  await using agent = await connect([]);

  const added = await agent.call("add_document", { file_name: "light.txt", text: "The lighthouse shines since 1843." });
  expect(added.answer).toMatchObject({ status: "SUCCESS", document_id: expect.any(String) });

  await eventually("the document is found", async () =>
    (await agent.call("search_documents", { query: "lighthouse" })).text.includes("shines since 1843"),
  );
  const { document_id } = added.answer;
  expect((await agent.call("get_document", { document_id })).answer).toMatchObject({ file_name: "light.txt" });
});

test("files are brought from the folder that is named, and from no other", async () => {
  await writeFile(join(folder, "in.txt"), "Inside.");
  await writeFile(join(outside, "secret.txt"), "Outside.");
  await symlink(join(outside, "secret.txt"), join(folder, "link.txt"));
  await using without = await connect([]);
  expect(await without.names()).not.toContain("add_file");
  await using agent = await connect(["--files", folder]);

  expect((await agent.call("add_file", { path: "in.txt" })).answer.status).toBe("SUCCESS");
  for (const path of ["link.txt", `../${outside.split("/").at(-1)}/secret.txt`, join(outside, "secret.txt"), "."]) {
    expect(await agent.call("add_file", { path }), path).toMatchObject({ failed: true });
  }
});

test("dead letters are shown; acting on them is offered to operators alone", async () => {
  await using agent = await connect([]);
  expect((await agent.call("list_dead_letters")).answer).toMatchObject({ total_count: expect.any(Number) });
  const names = await agent.names();
  expect(names).not.toContain("revoke_job");
  expect(names).not.toContain("redrive_dead_letters");
  expect(names).not.toContain("process_dead_letter_queue");

  await using operator = await connect(["--operate"], stack.stack.apiKey);
  expect(await operator.names()).toEqual(expect.arrayContaining(["revoke_job", "redrive_dead_letters"]));
  const later = await operator.call("submit_task", { task_name: "health_check", delay_seconds: 600 });
  const revoked = await operator.call("revoke_job", { task_id: later.answer.task_id });
  expect(revoked.answer.status).toBe("revoked");
  const redriven = await operator.call("redrive_dead_letters", { queue: "summarize", all: true, dry_run: true });
  expect(redriven.answer).toMatchObject({ dry_run: true });
  // Only where it comes to the API can it be refused there.
  const continued = await operator.call("redrive_dead_letters", { queue: "summarize", all: true, cursor: "none" });
  expect(continued).toMatchObject({ failed: true, text: expect.stringContaining("cursor") });
  const { tools } = await operator.client.listTools();
  expect(tools.find(({ name }) => name === "redrive_dead_letters")?.inputSchema.properties).toHaveProperty("cursor");
});

test("--operate with an ordinary key is refused, with the reason", async () => {
  const env = { SLUICE_URL: stack.stack.url, SLUICE_API_KEY: ordinary };
  expect(await runCli(["mcp", "--operate"], { env })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("--operate needs a key with the scope admin or project_admin"),
  });
});

test("a key that the stack does not know is refused, as nothing is known of what it may do", async () => {
  const env = { SLUICE_URL: stack.stack.url, SLUICE_API_KEY: "slc_unknown" };
  expect(await runCli(["mcp"], { env })).toMatchObject({
    code: 3,
    stderr: expect.stringContaining("does not know this key"),
  });
});

test("a key that only reads is not offered what adds something", async () => {
  const { key } = await createClient(stack.stack).keys.create({ project_id: "agents", scopes: ["read"] });
  await using agent = await connect([], key);

  const { tools } = await agent.client.listTools();
  expect(tools.map(({ name }) => name)).toContain("list_jobs");
  expect(tools.filter(({ annotations }) => !annotations?.readOnlyHint)).toEqual([]);
});

test("a key that only submits is offered submit_task alone, and is told that the job is queued", async () => {
  const { key } = await createClient(stack.stack).keys.create({ project_id: "agents", scopes: ["submit"] });
  await using agent = await connect(["--files", folder], key);

  const { tools } = await agent.client.listTools();
  expect(tools.map(({ name }) => name)).toEqual(["submit_task"]);
  expect(tools[0]?.description).toMatch(/summarize/);
  expect(JSON.stringify(tools)).not.toMatch(/wait_for_job|own tool|process_dead_letter_queue/);
  expect(agent.client.getInstructions()).not.toMatch(/wait_for_job|own tool/);

  const { failed, answer, text } = await agent.call("submit_task", { task_name: "keywords", input: { text: "Rain." } });
  expect({ failed, status: answer.status }).toEqual({ failed: false, status: "PENDING" });
  expect(text).not.toMatch(/wait_for_job/);
  const refused = await agent.call("submit_task", { task_name: "keywords", input: { txt: "Rain." } });
  expect(refused).toMatchObject({ failed: true, text: expect.stringMatching(/\/input/) });
});

test("the pages are served for programs that read: a list, all in one, and each by itself", async () => {
  const get = async (path: string) => {
    const response = await fetch(`${stack.stack.url}${path}`);
    return { status: response.status, type: response.headers.get("content-type"), text: await response.text() };
  };
  const list = await get("/llms.txt");
  expect(list).toMatchObject({ status: 200, type: "text/plain; charset=utf-8" });
  expect(list.text).toMatch(/^# Sluice\n\n> /);
  const linksOf = (text: string) => [...text.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, link = ""]) => link);
  const links = linksOf(list.text);
  expect(links.length).toBeGreaterThan(20);
  const onward = (await get("/llms-full.txt")).text;
  const local = linksOf(onward).filter((link) => !link.startsWith("https:"));
  expect(local.length).toBeGreaterThan(100);
  for (const link of new Set([...links, ...local])) expect((await get(link)).status, link).toBe(200);

  const guide = await get("/docs/agents.md");
  expect(guide.type).toBe("text/markdown; charset=utf-8");
  expect(onward).toContain(guide.text.trim());
  expect((await get("/docs/../index.mjs")).status).toBe(404);
  expect((await get("/docs/none.md")).status).toBe(404);
});

test("a job that is submitted and cannot be read is told, so that it is not submitted twice", async () => {
  await using server = await startBroken(() => broken);
  await using agent = await connect([], ordinary, { url: server.url });

  const { failed, answer } = await agent.call("keywords", { text: "Rain." });

  expect(failed).toBe(false);
  expect(answer).toEqual({
    task_id: "taken",
    status: "PENDING",
    next: expect.stringMatching(/Torn.*Do not submit it again: call wait_for_job/),
  });
});

describe("a client that follows tasks of the protocol", () => {
  const text = "Rain fell. The river rose. People left the town.";

  test("gets a task of the job that is submitted, also when it cannot be read", async () => {
    await using server = await startBroken(() => broken);
    await using agent = await openTaskSession(start([], ordinary, server.url));

    const execution = await agent.session.callTool("keywords", { text: "Rain." });

    expect(execution).toMatchObject({ kind: "task", handle: { taskId: "taken" } });
    expect(server.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
    await execution.detach();
  });

  test("a cancellation stops a job that runs", async () => {
    await using model = await startLlmServer();
    model.always({ kind: "hang" });
    const env = { LLM_BACKEND: "openai-compatible", LLM_SERVER_URL: model.url, LLM_MODEL: "test" };
    await using other = await startTestStack({ env });
    await using agent = await openTaskSession(start([], other.stack.apiKey, other.stack.url));
    const execution = await agent.session.callTool("summarize", { text });
    const taskId = execution.handle?.taskId ?? "";
    await eventually("the job runs", () => model.requests.length > 0);

    await execution.cancel();

    expect((await execution.settle()).outcome).toMatchObject({ status: "cancelled" });
    expect(await other.job(taskId)).toMatchObject({ status: "REVOKED" });
    await eventually("the model's answer is given up", () => model.requests[0]?.abandoned);
  });

  test.each([
    ["asks to stop a running job", { status: 200, body: { status: "revoked", task_id: "taken", message: "Revoked." } }],
    ["is acknowledged of a job that ends in that moment", { ...broken, status: 409 }],
  ])("a cancellation %s", async (_, revoked) => {
    const running = { ...ofTask, status: "STARTED", ready: false };
    await using server = await startBroken(({ method }) =>
      method === "POST" ? revoked : { status: 200, body: running },
    );
    await using agent = await openTaskSession(start([], ordinary, server.url));

    await agent.session.task("taken").cancel();

    expect(server.requests.filter(({ method }) => method === "POST")).toMatchObject([
      { path: "/api/v1/jobs/taken/revoke", body: { terminate: true } },
    ]);
  });

  test("a task that runs says how far it is, and one that failed says why", async () => {
    const states = [
      { ...ofTask, status: "STARTED", ready: false },
      { ...ofTask, status: "FAILURE", ready: true, error: { type: "Broken", message: "No paper.", retryable: false } },
    ];
    await using server = await startBroken(() => ({ status: 200, body: states.shift() }));
    await using agent = await openTaskSession(start([], ordinary, server.url));
    const get = () => agent.askWithTasks("tasks/get", { taskId: "taken" });

    expect(await get()).toMatchObject({ result: { status: "working", statusMessage: "Page 1 of 2" } });
    expect(await get()).toMatchObject({ result: { status: "completed", statusMessage: "No paper." } });
  });

  test("a key that only reads follows tasks and cancels none", async () => {
    const { key } = await createClient(stack.stack).keys.create({ project_id: "agents", scopes: ["read"] });
    const owner = createClient({ url: stack.stack.url, apiKey: ordinary });
    const { task_id } = await owner.call("POST /api/v1/tasks/{task_name}", {
      params: { task_name: "summarize" },
      body: { input: { text }, delay_seconds: 600, tags: { mcp: "task" } },
    });
    await using agent = await openTaskSession(start([], key));

    expect(await agent.session.task(task_id).snapshot()).toMatchObject({ status: "working" });
    await expect(agent.session.task(task_id).cancel()).rejects.toThrow(/scope/);
    expect(await stack.job(task_id)).toMatchObject({ status: "PENDING" });
  });

  test("gets a job as a task, follows it and reads its result", async () => {
    await using agent = await openTaskSession(start([]));
    const execution = await agent.session.callTool("summarize", { text });
    expect(execution.kind).toBe("task");
    const taskId = execution.handle?.taskId ?? "";

    const seen = new Set<string>();
    const { outcome, lastTask } = await execution.settle({
      onEvent: (event) => void (event.type === "task" && seen.add(event.task.status)),
    });
    const summary = expect.stringMatching(/\w/);
    expect(outcome).toMatchObject({
      status: "completed",
      result: { structuredContent: { task_id: taskId, status: "SUCCESS", result: { summary } } },
    });
    expect([...seen].at(-1)).toBe("completed");
    expect(lastTask).toMatchObject({ taskId, retentionMs: null, suggestedPollIntervalMs: expect.any(Number) });
    expect(await stack.job(taskId)).toMatchObject({ task_name: "summarize", tags: { mcp: "task" } });
  });

  test("another process of the same key follows what one has begun, and its id is that of a job", async () => {
    let reference: object;
    {
      await using agent = await openTaskSession(start([]));
      const execution = await agent.session.callTool("keywords", { text });
      reference = execution.serializeReference();
      await execution.detach();
    }
    await using agent = await openTaskSession(start([]));
    const { outcome } = await (await agent.session.resumeTask(reference)).settle();
    expect(outcome).toMatchObject({ status: "completed", result: { structuredContent: { status: "SUCCESS" } } });
  });

  test("a job that fails is a call with an error, and one that is revoked is a cancelled task", async () => {
    await using agent = await openTaskSession(start([], stack.stack.apiKey));
    const schema = { type: "object", properties: { email: { type: "string", format: "email" } }, required: ["email"] };
    const failing = await agent.session.callTool("normalize", { request: "Nothing of use.", schema });
    expect(failing.kind).toBe("task");
    expect((await failing.settle()).outcome).toMatchObject({
      status: "completed",
      result: { isError: true, structuredContent: { status: "FAILURE", error: { type: "SchemaValidationError" } } },
    });

    const task_id = await stack.submit("summarize", { text }, { delay_seconds: 600, tags: { mcp: "task" } });
    const task = agent.session.task(task_id);
    expect(await task.snapshot()).toMatchObject({ status: "working" });
    await task.update({ none: { action: "accept" } });
    await task.cancel();
    await task.cancel();
    expect(await task.snapshot()).toMatchObject({ status: "cancelled" });
    expect(await stack.job(task_id)).toMatchObject({ status: "REVOKED" });
  });

  test("what was not begun as a task is not cancelled as one, and what there is not is said so", async () => {
    await using agent = await openTaskSession(start([], stack.stack.apiKey));
    const task_id = await stack.submit("summarize", { text }, { delay_seconds: 600 });
    await expect(agent.session.task(task_id).cancel()).rejects.toMatchObject({ code: -32_602 });
    expect(await stack.job(task_id)).toMatchObject({ status: "PENDING" });
    for (const method of ["snapshot", "cancel"] as const) {
      await expect(agent.session.task("none")[method]()).rejects.toMatchObject({ code: -32_602 });
    }
  });

  test("other tools, and a call that is refused, are answered at once", async () => {
    await using agent = await openTaskSession(start([]));
    expect(await agent.session.callTool("list_jobs", {})).toMatchObject({ kind: "immediate" });
    const refused = await agent.session.callTool("summarize", { txt: "x" });
    expect((await refused.settle()).outcome).toMatchObject({ status: "completed", result: { isError: true } });
  });

  test("a request that does not say so gets no task, and may not ask for one", async () => {
    await using agent = await openTaskSession(start([]));
    const called = await agent.askWithoutTasks("tools/call", { name: "keywords", arguments: { text } });
    expect(called).toMatchObject({ result: { resultType: "complete", structuredContent: { status: "SUCCESS" } } });
    const task_id = await stack.submit("summarize", { text }, { delay_seconds: 600 });
    for (const method of ["tasks/get", "tasks/update", "tasks/cancel"]) {
      expect(await agent.askWithoutTasks(method, { taskId: task_id }), method).toMatchObject({
        error: { code: -32_021, data: { requiredCapabilities: { extensions: expect.anything() } } },
      });
    }
  });

  test("a key that only submits has no tasks", async () => {
    const { key } = await createClient(stack.stack).keys.create({ project_id: "agents", scopes: ["submit"] });
    await using agent = await openTaskSession(start([], key));
    expect(agent.client.getServerCapabilities()?.extensions).toBeUndefined();
  });
});
