import { createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  AuthenticationError,
  ConnectionError,
  LLMClientError,
  LLMServerError,
  LLMTimeoutError,
  RateLimitError,
  SoftTimeLimitExceeded,
  type TaskError,
  UnreadableAnswerError,
} from "../../../contracts/errors.ts";
import { llmSettings } from "../../../contracts/settings/llm.ts";
import { parseSettings } from "../../../contracts/settings/parse-settings.ts";
import type { Generation } from "../../../shared/capabilities/llm/backend.ts";
import { languageModel } from "../../../shared/capabilities/llm/backends.ts";
import { type Behaviour, type LlmServer, startLlmServer } from "../../helpers/llm-server.ts";

const schema = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
};

const generation = (overrides: Partial<Generation> = {}): Generation => ({
  system: "You are terse.",
  prompt: "Say something.",
  task: { name: "test", input: {} },
  signal: new AbortController().signal,
  ...overrides,
});

let server: LlmServer;
beforeEach(async () => {
  server = await startLlmServer();
});
afterEach(async () => {
  await server.close();
});

const modelFor = (env: Record<string, string> = {}) =>
  languageModel(
    parseSettings(llmSettings, {
      LLM_BACKEND: "openai-compatible",
      LLM_SERVER_URL: server.url,
      LLM_MODEL: "test-model",
      ...env,
    }),
  );

async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("It did not fail.");
}

describe.each(["openai-compatible", "llamacpp", "vllm"])("the %s backend", (backend) => {
  test("sends the settings and returns text with usage and the model that served it", async () => {
    server.always({ kind: "answer", content: "Hello there." });
    const model = await modelFor({ LLM_BACKEND: backend, TEMPERATURE: "0.7", TOP_P: "0.9", MAX_TOKENS: "77" });

    const result = await model.generate(generation());

    expect(model.name).toBe(backend);
    expect(result.text).toBe("Hello there.");
    expect(result.usage).toMatchObject({ model: "test-model-served", completion_tokens: 2 });
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]?.body).toMatchObject({
      model: "test-model",
      temperature: 0.7,
      top_p: 0.9,
      max_tokens: 77,
      messages: [
        { role: "system", content: "You are terse." },
        { role: "user", content: "Say something." },
      ],
    });
    expect(server.requests[0]?.body.response_format).toBeUndefined();
  });

  test("sends a schema nested under response_format.json_schema.schema and returns the object", async () => {
    server.always({ kind: "answer", content: '{"city":"Bonn"}' });
    const model = await modelFor({ LLM_BACKEND: backend });

    await model.generate(generation({ schema }));

    expect(server.requests[0]?.body.response_format).toMatchObject({
      type: "json_schema",
      json_schema: { schema, strict: false },
    });
  });
});

test("the server's address works with and without /v1", async () => {
  const model = await modelFor({ LLM_SERVER_URL: new URL(server.url).origin });

  await model.generate(generation());

  expect(server.requests[0]?.path).toBe("/v1/chat/completions");
});

const status = (code: number, headers?: Record<string, string>): Behaviour => ({
  kind: "status",
  status: code,
  ...(headers ? { headers } : {}),
});

test.each<[string, Behaviour, abstract new (...args: never) => TaskError, boolean]>([
  ["500", status(500), LLMServerError, true],
  ["503", status(503), LLMServerError, true],
  ["400", status(400), LLMClientError, false],
  ["404", status(404), LLMClientError, false],
  ["401", status(401), AuthenticationError, false],
  ["403", status(403), AuthenticationError, false],
  ["429", status(429), RateLimitError, true],
  ["408", status(408), LLMTimeoutError, true],
  ["a reset connection", { kind: "reset" }, ConnectionError, true],
  ["a connection reset in mid-answer", { kind: "reset", midway: true }, ConnectionError, true],
  ["a body that is not JSON", { kind: "malformed" }, UnreadableAnswerError, true],
])("%s becomes its error after one request", async (_, behaviour, errorClass, retryable) => {
  server.always(behaviour);

  const error = await failure((await modelFor()).generate(generation()));

  expect(error).toBeInstanceOf(errorClass);
  expect(error).toMatchObject({ retryable });
  expect(server.requests).toHaveLength(1);
});

test("429 carries Retry-After in seconds", async () => {
  server.always(status(429, { "retry-after": "17" }));

  const error = await failure((await modelFor()).generate(generation()));

  expect(error).toMatchObject({ name: "RateLimitError", retryAfterSeconds: 17 });
});

test("429 carries Retry-After as an HTTP date", async () => {
  server.always(status(429, { "retry-after": new Date(Date.now() + 90_000).toUTCString() }));

  const error = await failure((await modelFor()).generate(generation()));

  const { retryAfterSeconds } = error as TaskError;
  expect(retryAfterSeconds).toBeGreaterThan(80);
  expect(retryAfterSeconds).toBeLessThanOrEqual(90);
});

test("a refused connection is a ConnectionError", async () => {
  const unused = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => unused.once("listening", resolve));
  const address = unused.address();
  await new Promise((resolve) => unused.close(resolve));
  const port = typeof address === "object" ? address?.port : 0;
  const model = await modelFor({ LLM_SERVER_URL: `http://127.0.0.1:${port}/v1` });

  const error = await failure(model.generate(generation()));

  expect(error).toBeInstanceOf(ConnectionError);
});

test("a server that stays silent past LLM_TIMEOUT_SECONDS is an LLMTimeoutError, and the request is dropped", async () => {
  server.always({ kind: "hang" });
  const model = await modelFor({ LLM_TIMEOUT_SECONDS: "0.2" });

  const error = await failure(model.generate(generation()));

  expect(error).toBeInstanceOf(LLMTimeoutError);
  await expect.poll(() => server.requests[0]?.abandoned).toBe(true);
});

test("an aborted job rethrows the signal's reason and drops the request", async () => {
  server.always({ kind: "hang" });
  const controller = new AbortController();
  const model = await modelFor();
  const running = failure(model.generate(generation({ signal: controller.signal })));
  await expect.poll(() => server.requests.length).toBe(1);

  const reason = new SoftTimeLimitExceeded("too long");
  controller.abort(reason);

  expect(await running).toBe(reason);
  await expect.poll(() => server.requests[0]?.abandoned).toBe(true);
});

test("a backend without its server's address says which setting is missing", async () => {
  const error = await failure(languageModel(parseSettings(llmSettings, { LLM_BACKEND: "vllm" })));

  expect(error).toBeInstanceOf(LLMClientError);
  expect(String(error)).toContain("LLM_SERVER_URL");
});
