import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCli } from "../../helpers/cli.ts";
import { startJsonServer } from "../../helpers/json-server.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "batch-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const id = "6a9f3f0e-5d6c-4f0a-8f3c-0d9b8b7c6a5e";
const links = { self: "/a", jobs: "/b", results: "/c" };
const accepted = { batch_id: id, status: "PENDING", total: 2, task_ids: ["1", "2"], links };
const batch = {
  batch_id: id,
  task_name: "keywords",
  project_id: "default",
  status: "COMPLETED",
  total: 2,
  counts: { PENDING: 0, STARTED: 0, RETRY: 0, SUCCESS: 1, FAILURE: 1, REVOKED: 0 },
  expired: 0,
  ready: true,
  successful: false,
  error: null,
  created_at: "2026-11-28T12:00:00.000Z",
  completed_at: "2026-11-28T12:01:00.000Z",
  on_complete_task_id: null,
};

const ends = { ended: 2, succeeded: 1, failed: 1, revoked: 0, expired: 0 };

test.each([
  ["JSON lines", '{"text":"a"}\n\n{"text":"b"}\n'],
  ["a JSON array", ' [{"text":"a"},{"text":"b"}]'],
])("submits %s from a file, and prints the batch's id alone", async (_what, content) => {
  const file = join(folder, "inputs");
  await writeFile(file, content);
  const sent: unknown[] = [];
  await using server = await startJsonServer((request) => {
    sent.push(request.body);
    return { status: 202, body: accepted };
  });
  const then = ["--on-complete", "health_check", "--on-complete-input", '{"echo":1}', "--on-complete-config", "ids"];
  const options = ["--file", file, "--priority", "7", "--tag", "run=9", ...then];
  const ended = await runCli(["batch", "submit", "keywords", ...options, "--url", server.url]);

  expect(ended).toMatchObject({ code: 0, stdout: `${id}\n` });
  expect(sent.at(-1)).toEqual({
    task_name: "keywords",
    inputs: [{ text: "a" }, { text: "b" }],
    priority: 7,
    tags: { run: "9" },
    on_complete: { task_name: "health_check", input: { echo: 1 }, config: { id: "ids" } },
  });
});

test.each([
  ["a line that is no JSON", '{"text":"a"}\nnot', [], "line 2: is not JSON"],
  ["nothing", "", [], "has no input"],
  ["two that follow", '{"text":"a"}', ["--on-complete", "a", "--on-complete-url", "https://b.test"], "not both"],
  ["an input of nothing", '{"text":"a"}', ["--on-complete-input", "{}"], "give --on-complete TASK"],
  ["a config of nothing", '{"text":"a"}', ["--on-complete-config", "ids"], "give --on-complete TASK"],
])("refuses %s", async (_what, content, more, message) => {
  const file = join(folder, "inputs");
  await writeFile(file, content);
  const ended = await runCli(["batch", "submit", "keywords", "-f", file, ...more, "--url", "http://127.0.0.1:9"]);

  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain(message);
});

test.each([
  ["ls", [], 200, { batches: [{ ...batch, ...ends }], next_cursor: null }, 0, "COMPLETED\t2\t2\t1\t1\t"],
  ["show", [id], 200, batch, 1, "FAILURE  1"],
  ["cancel", [id], 202, { batch_id: id, status: "CANCELLED", message: "" }, 0, `${id}\tCANCELLED`],
])("%s prints what the API answers", async (command, args, status, body, code, shown) => {
  await using server = await startJsonServer(() => ({ status, body }));

  const ended = await runCli(["batch", command, ...args, "--url", server.url]);

  expect(ended.code).toBe(code);
  expect(ended.stdout).toContain(shown);
});

test("results prints every line of every page", async () => {
  const line = (index: number, status = "SUCCESS") =>
    JSON.stringify({ index, task_id: `job-${index}`, status, result: index, error: null });
  const asked: string[] = [];
  const { createServer } = await import("node:http");
  const server = createServer((request, response) => {
    const from = Number(new URL(request.url ?? "", "http://x").searchParams.get("from"));
    asked.push(String(from));
    const page = from === 0 ? [line(0), line(1, "FAILURE")] : from === 2 ? [line(2)] : [];
    response.writeHead(200, { "content-type": "application/x-ndjson" }).end(page.map((each) => `${each}\n`).join(""));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  const all = await runCli(["batch", "results", id, "--url", url]);
  const failed = await runCli(["batch", "results", id, "--status", "failure", "--url", url]);
  server.close();

  expect(all).toMatchObject({ code: 0, stdout: `${line(0)}\n${line(1, "FAILURE")}\n${line(2)}\n` });
  expect(failed.stdout).toBe(`${line(1, "FAILURE")}\n`);
  expect(asked).toEqual(["0", "2", "3", "0", "2", "3"]);
});
