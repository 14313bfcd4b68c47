/**
 * Backends of providers against servers in their documented wire format: what is sent, what is read, and which error of the
 * tree a refusal is. None of the providers themselves is called.
 *
 * @module
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  AuthenticationError,
  ContentFilterError,
  LLMClientError,
  LLMServerError,
  LLMTimeoutError,
  QuotaExceededError,
  RateLimitError,
  RedirectError,
  TextTooLongError,
  TryAgainError,
} from "../../../contracts/errors.ts";
import { llmSettings } from "../../../contracts/settings/llm.ts";
import { parseSettings } from "../../../contracts/settings/parse-settings.ts";
import { askModel } from "../../../shared/capabilities/llm/ask-model.ts";
import { backendOf } from "../../../shared/capabilities/llm/backends.ts";
import {
  bedrockError,
  googleError,
  type ProviderReply,
  type ProviderServer,
  startAnthropicServer,
  startBedrockServer,
  startGoogleServer,
} from "../../helpers/provider-servers.ts";

const settings = parseSettings(llmSettings, { MAX_TOKENS: "64", TEMPERATURE: "0.2" });
const log = { info: () => {}, warn: () => {} };

const models = { anthropic: "claude-sonnet-4-0", google: "gemini-2.5-flash", bedrock: "eu.amazon.nova-pro-v1:0" };

function backend(type: keyof typeof models, url: string, key: string | undefined) {
  const server = {
    ...{ type, url, model: models[type], region: "eu-central-1" },
    setBy: { url: "base_url", model: "model" },
    key: async () => key,
    keyRefused: () => {},
  };
  return backendOf({ server, settings });
}

function generationOf(schema?: Record<string, unknown>) {
  return {
    system: "Be brief.",
    prompt: "What happened?",
    ...(schema && { schema }),
    task: { name: "llm_call", input: {} },
    signal: new AbortController().signal,
  };
}

const ask = async (...[type, url, key, schema]: [keyof typeof models, string, string?, Record<string, unknown>?]) =>
  askModel(await backend(type, url, key), generationOf(schema), { book: () => {}, log });

const schema = { type: "object", properties: { part: { type: "string" } }, required: ["part"] };

describe("Anthropic's Messages API", () => {
  let server: ProviderServer;
  beforeAll(async () => {
    server = await startAnthropicServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());
  const call = (key?: string, given?: Record<string, unknown>) => ask("anthropic", `${server.url}/v1`, key, given);

  it("is asked with system, messages and max_tokens, and its text and tokens are read", async () => {
    const answer = await call("sk-ant-test");
    expect(answer).toMatchObject({
      text: "A pump broke.",
      usage: { prompt_tokens: 21, completion_tokens: 4, total_tokens: 25, model: "claude-sonnet-4-0" },
    });
    expect(server.requests.at(-1)?.body).toMatchObject({
      model: "claude-sonnet-4-0",
      max_tokens: 64,
      temperature: 0.2,
      system: [{ type: "text", text: "Be brief." }],
      messages: [{ role: "user", content: [{ type: "text", text: "What happened?" }] }],
    });
  });

  it("gives an object for a schema", async () => {
    server.says('{"part": "pump"}');
    expect((await call("sk-ant-test", schema)).values[0]).toEqual({ part: "pump" });
    server.says("A pump broke.");
  });

  const error = (status: number, type: string, message: string, headers = {}): ProviderReply => ({
    ...{ status, headers },
    body: { type: "error", error: { type, message } },
  });
  it.each([
    ["a wrong key", undefined, AuthenticationError, undefined],
    [
      "a rate limit",
      error(429, "rate_limit_error", "This request would exceed your organization's rate limit", {
        "retry-after": "7",
      }),
      RateLimitError,
      7,
    ],
    ["an overload", error(529, "overloaded_error", "Overloaded"), LLMServerError, undefined],
    [
      "a prompt that is too long",
      error(400, "invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum"),
      TextTooLongError,
      undefined,
    ],
    [
      "an empty account",
      error(400, "invalid_request_error", "Your credit balance is too low to access the Anthropic API."),
      QuotaExceededError,
      undefined,
    ],
    ["an unknown model", error(404, "not_found_error", "model: claude-9"), LLMClientError, undefined],
    ["a redirect", { status: 302, headers: { location: "http://127.0.0.1:1/" }, body: {} }, RedirectError, undefined],
  ] as const)("tells %s by its name", async (what, reply, type, seconds) => {
    if (reply) server.next(reply);
    const failure = await call(what === "a wrong key" ? "sk-other" : "sk-ant-test").catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(type);
    expect((failure as RateLimitError).retryAfterSeconds).toBe(seconds);
  });
});

describe("Google's Gemini API", () => {
  let server: ProviderServer;
  beforeAll(async () => {
    server = await startGoogleServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());
  const call = (key?: string, given?: Record<string, unknown>) => ask("google", `${server.url}/v1beta`, key, given);

  it("is asked with contents and systemInstruction, and its text and tokens are read", async () => {
    const answer = await call("AIza-test");
    expect(answer).toMatchObject({ text: "A pump broke.", usage: { prompt_tokens: 21, completion_tokens: 4 } });
    const request = server.requests.at(-1);
    expect(request?.path).toBe("/v1beta/models/gemini-2.5-flash:generateContent");
    expect(request?.body).toMatchObject({
      systemInstruction: { parts: [{ text: "Be brief." }] },
      contents: [{ role: "user", parts: [{ text: "What happened?" }] }],
      generationConfig: { maxOutputTokens: 64, temperature: 0.2 },
    });
  });

  it("gives an object for a schema", async () => {
    server.says('{"part": "pump"}');
    expect((await call("AIza-test", schema)).values[0]).toEqual({ part: "pump" });
    expect(server.requests.at(-1)?.body).toMatchObject({ generationConfig: { responseMimeType: "application/json" } });
    server.says("A pump broke.");
  });

  const retryInfo = { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "39s" };
  const perMinute = "You exceeded your current quota, please check your plan and billing details.";
  it.each([
    ["a wrong key", undefined, AuthenticationError, undefined],
    [
      "a rate limit",
      googleError({ code: 429, status: "RESOURCE_EXHAUSTED" }, perMinute, [retryInfo]),
      RateLimitError,
      39,
    ],
    [
      "a used-up quota",
      googleError({ code: 429, status: "RESOURCE_EXHAUSTED" }, perMinute),
      QuotaExceededError,
      undefined,
    ],
    [
      "an overload",
      googleError({ code: 503, status: "UNAVAILABLE" }, "The model is overloaded."),
      LLMServerError,
      undefined,
    ],
    [
      "a prompt that is too long",
      googleError(
        { code: 400, status: "INVALID_ARGUMENT" },
        "The input token count (1100000) exceeds the maximum number of tokens allowed (1048576).",
      ),
      TextTooLongError,
      undefined,
    ],
    [
      "a blocked prompt",
      {
        status: 200,
        body: { promptFeedback: { blockReason: "SAFETY" }, usageMetadata: { promptTokenCount: 9, totalTokenCount: 9 } },
      },
      ContentFilterError,
      undefined,
    ],
    [
      "an answer that was stopped",
      {
        status: 200,
        body: {
          candidates: [{ finishReason: "SAFETY", index: 0 }],
          usageMetadata: { promptTokenCount: 9, totalTokenCount: 9 },
        },
      },
      ContentFilterError,
      undefined,
    ],
  ] as const)("tells %s by its name", async (what, reply, type, seconds) => {
    if (reply) server.next(reply);
    const failure = await call(what === "a wrong key" ? "AIza-other" : "AIza-test").catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(type);
    expect((failure as RateLimitError).retryAfterSeconds).toBe(seconds);
  });
});

describe("Bedrock's Converse API, with a Bedrock API key", () => {
  let server: ProviderServer;
  beforeAll(async () => {
    server = await startBedrockServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());
  const call = (key: string, given?: Record<string, unknown>) => ask("bedrock", server.url, key, given);

  it("is asked with system, messages and inferenceConfig, and its text and tokens are read", async () => {
    const answer = await call("bedrock-key-test");
    expect(answer).toMatchObject({
      text: "A pump broke.",
      usage: { prompt_tokens: 21, completion_tokens: 4, total_tokens: 25, model: "eu.amazon.nova-pro-v1:0" },
    });
    expect(server.requests.at(-1)).toMatchObject({
      path: "/model/eu.amazon.nova-pro-v1%3A0/converse",
      body: {
        system: [{ text: "Be brief." }],
        messages: [{ role: "user", content: [{ text: "What happened?" }] }],
        inferenceConfig: { maxTokens: 64, temperature: 0.2 },
      },
    });
  });

  it.each([
    ["a wrong key", undefined, AuthenticationError],
    ["throttling", bedrockError(429, "ThrottlingException", "Too many requests, please wait."), RateLimitError],
    ["a model that is loading", bedrockError(429, "ModelNotReadyException", "Model is not ready."), RateLimitError],
    ["an outage", bedrockError(503, "ServiceUnavailableException", "Bedrock is unable to process."), LLMServerError],
    ["an internal error", bedrockError(500, "InternalServerException", "Internal failure"), LLMServerError],
    [
      "a prompt that is too long",
      bedrockError(400, "ValidationException", "Input is too long for requested model."),
      TextTooLongError,
    ],
    ["a timeout", bedrockError(408, "ModelTimeoutException", "Model has timed out in processing."), LLMTimeoutError],
    ["a model's failure", bedrockError(424, "ModelErrorException", "The model failed."), TryAgainError],
    [
      "an unknown model",
      bedrockError(400, "ValidationException", "The provided model identifier is invalid."),
      LLMClientError,
    ],
    ["a redirect", { status: 302, headers: { location: "http://127.0.0.1:1/" }, body: {} }, RedirectError],
  ] as const)("tells %s by its name", async (what, reply, type) => {
    if (reply) server.next(reply);
    const failure = await call(what === "a wrong key" ? "other" : "bedrock-key-test").catch(
      (thrown: unknown) => thrown,
    );
    expect(failure).toBeInstanceOf(type);
  });
});

describe("the provider's own word for the end of an answer", () => {
  const google = (finishReason: string, text = "A pump") => ({
    candidates: [{ finishReason, index: 0, content: { role: "model", parts: [{ text }] } }],
    usageMetadata: { promptTokenCount: 9, totalTokenCount: 9 },
  });
  const anthropicAnswer = (stop_reason: string, text = "A pump") => ({
    ...{
      id: "msg_1",
      type: "message",
      role: "assistant",
      model: "claude-sonnet-4-0",
      stop_reason,
      stop_sequence: null,
    },
    content: [{ type: "text", text }],
    usage: { input_tokens: 9, output_tokens: 2 },
  });
  const converse = (stopReason: string, text = "A pump") => ({
    output: { message: { role: "assistant", content: [{ text }] } },
    stopReason,
    usage: { inputTokens: 9, outputTokens: 2, totalTokens: 11 },
  });

  it.each([
    ["google", startGoogleServer, "MAX_TOKENS", google, "length"],
    ["google", startGoogleServer, "MALFORMED_FUNCTION_CALL", google, "broken-off"],
    ["google", startGoogleServer, "OTHER", google, "other"],
    ["anthropic", startAnthropicServer, "end_turn", anthropicAnswer, "stop"],
    ["anthropic", startAnthropicServer, "refusal", anthropicAnswer, "content-filter"],
    ["anthropic", startAnthropicServer, "model_context_window_exceeded", anthropicAnswer, "length"],
    ["bedrock", startBedrockServer, "max_tokens", converse, "length"],
    ["bedrock", startBedrockServer, "guardrail_intervened", converse, "content-filter"],
  ] as const)("%s: %# %s", async (type, start, word, bodyOf, finish) => {
    await using server = await start();
    const url = type === "anthropic" ? `${server.url}/v1` : type === "google" ? `${server.url}/v1beta` : server.url;
    const key = { google: "AIza-test", anthropic: "sk-ant-test", bedrock: "bedrock-key-test" }[type];
    const model = await backend(type, url, key);

    for (const schemaOf of [undefined, schema]) {
      server.next({ status: 200, body: bodyOf(word) });
      expect(await model.generate(generationOf(schemaOf))).toMatchObject({ finish, finishReason: word });
    }
  });
});
