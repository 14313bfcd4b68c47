/**
 * What is logged of each call of a model server, with OpenTelemetry's names.
 *
 * @module
 */

import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type LlmServer, startLlmServer } from "../../helpers/llm-server.ts";
import { taskContext } from "../../helpers/task-context.ts";

let server: LlmServer;
let summarize: typeof import("../../../functions/tasks/summarize.ts");
let keywords: typeof import("../../../functions/tasks/keywords.ts");

beforeAll(async () => {
  server = await startLlmServer();
  Object.assign(process.env, server.settings);
  summarize = await import("../../../functions/tasks/summarize.ts");
  keywords = await import("../../../functions/tasks/keywords.ts");
});
afterAll(() => server.close());

const logging = () => {
  const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  return { log, context: taskContext({ log }) };
};
const call = {
  "gen_ai.operation.name": "chat",
  "gen_ai.provider.name": "openai-compatible",
  "gen_ai.request.model": expect.any(String),
  "gen_ai.client.operation.duration": expect.any(Number),
};

test("a call's line has the model, tokens, duration and finish reason, and nothing of the text", async () => {
  server.next({ kind: "answer", content: "The pump broke." });
  const { log, context } = logging();

  await summarize.run({ text: "The pump broke. It was repaired.", max_length: 10, language: "en" }, context);

  expect(log.info.mock.calls).toEqual([
    [
      "The model answered.",
      {
        ...call,
        "gen_ai.usage.input_tokens": context.usages[0]?.prompt_tokens,
        "gen_ai.usage.output_tokens": context.usages[0]?.completion_tokens,
        "gen_ai.response.model": "test-model-served",
        "gen_ai.response.finish_reasons": ["stop"],
      },
    ],
  ]);
  expect(context.usages).toHaveLength(1);
  expect(JSON.stringify(log.info.mock.calls)).not.toContain("pump");
});

test("a call that fails has its line, with the error's type", async () => {
  server.next({ kind: "status", status: 500 });
  const { log, context } = logging();

  const failed = summarize.run({ text: "The pump broke.", max_length: 10, language: "en" }, context);

  await expect(failed).rejects.toThrow();
  expect(log.warn.mock.calls).toEqual([["The model did not answer.", { ...call, "error.type": "LLMServerError" }]]);
});

test("the question that asks for a correction has a line of its own", async () => {
  server.next(
    { kind: "answer", content: "I like trains." },
    { kind: "answer", content: JSON.stringify({ keywords: ["pump"] }) },
  );
  const { log, context } = logging();

  await keywords.run({ text: "The pump broke.", max_keywords: 3, language: "en" }, context);

  expect(log.info.mock.calls.filter(([line]) => line === "The model answered.")).toHaveLength(2);
  expect(context.usages).toHaveLength(2);
});
