/**
 * The guide to own tasks shows code that works: its blocks are parts of the task here, which is run, and of this test.
 *
 * @module
 */

import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { stateLeftBy, taskContext } from "../../../framework/testing.ts";
import { onFailure, run as pressReview } from "../../fixtures/own-tasks/press-review.run.ts";

const root = resolve(import.meta.dirname, "../../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const received: { key: string | undefined; body: string }[] = [];
let busy = false;
const service = createServer(async (request, response) => {
  let body = "";
  for await (const part of request) body += String(part);
  received.push({ key: request.headers.authorization, body });
  response.writeHead(busy ? 429 : 201, busy ? { "retry-after": "7" } : {}).end();
});
let REVIEW_URL = "";

beforeAll(async () => {
  await once(service.listen(0, "127.0.0.1"), "listening");
  REVIEW_URL = `http://127.0.0.1:${(service.address() as AddressInfo).port}/`;
});
afterAll(() => void service.close());

it("shows lines of the task and its test alone", () => {
  const known = [
    ...["press-review.ts", "press-review.run.ts"].map((name) => read(`tests/fixtures/own-tasks/${name}`)),
    read("tests/unit/docs/own-tasks.test.ts"),
  ].flatMap((text) => text.replaceAll(/"(\.\.\/)+framework\/index\.ts"/g, '"sluice"').split("\n"));
  const blocks = [...read("docs/own-tasks.md").matchAll(/^```ts\n([\s\S]*?)^```$/gm)];
  const lines = blocks.flatMap(([, code = ""]) => code.split("\n").map((line) => line.trim()));
  const trimmed = new Set(known.map((line) => line.trim()));
  expect(blocks.length).toBeGreaterThan(2);
  expect(lines.filter((line) => line !== "" && !trimmed.has(line))).toEqual([]);
});

it("submits a summary for each article, then sends the review", async () => {
  const settings = { REVIEW_URL, REVIEW_WORDS: 40, REVIEW_KEY: undefined };
  const submit = async (_task: string, _input: unknown, { step }: { step: string }) => step;
  const first = taskContext({ settings, submit });
  const left = await stateLeftBy(() => pressReview({ articles: ["One.", "Two."] }, first));
  expect(left.waitFor).toEqual(["article 0", "article 1"]);

  const files: string[] = [];
  const second = taskContext({
    settings,
    state: left.state,
    results: async () => [
      { taskId: "1", status: "SUCCESS", result: { summary: "Short." }, error: null },
      { taskId: "2", status: "FAILURE", result: null, error: { type: "Error", message: "no", retryable: false } },
    ],
    files: { put: async (name) => void files.push(name) },
    secret: async (name) => `secret of ${name}`,
  });
  expect(await pressReview({ articles: ["One.", "Two."] }, second)).toEqual({ summaries: 1, failed: 1 });
  expect(files).toEqual(["review.txt"]);
  expect(received).toEqual([{ key: "Bearer secret of REVIEW_KEY", body: "Short." }]);
});

it("waits as long as a busy service asks", async () => {
  busy = true;
  const busyService = taskContext({
    settings: { REVIEW_URL, REVIEW_WORDS: 40, REVIEW_KEY: undefined },
    state: { jobs: ["1"] },
    results: async () => [{ taskId: "1", status: "SUCCESS", result: { summary: "Short." }, error: null }],
    files: { put: async () => {} },
    secret: async () => "key",
  });
  await expect(pressReview({ articles: ["One."] }, busyService)).rejects.toMatchObject({ retryAfterSeconds: 7 });
});

it("notes why there is no review", async () => {
  const lines: string[] = [];
  const silent = () => {};
  const warn = (message: string) => void lines.push(message);
  await onFailure({ message: "no" }, taskContext({ log: { debug: silent, info: silent, warn, error: silent } }));
  expect(lines).toEqual(["no review"]);
});
