/**
 * The language tasks through the LiteLLM proxy before a real llama.cpp server.
 *
 * @module
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { llmCallAcceptedSchema } from "../../contracts/llm/call.ts";
import { replacedRequests } from "../fixtures/replaced-requests.ts";
import { hasLitellm, type ModelServer, startLitellm, startLlama } from "../helpers/model-servers.ts";
import { startTestStack, type TestStack } from "../helpers/stack.ts";

const KEY = "sk-litellm";

/** Of a stack and its servers, on cores that others use. */
const START_MS = 300_000;

describe.skipIf(!hasLitellm)("LiteLLM (skipped without LITELLM_PYTHON)", () => {
  let llama: ModelServer;
  let proxy: ModelServer;
  let stack: TestStack;
  const secrets = new Map([["proxy-key", KEY]]);
  beforeAll(async () => {
    llama = await startLlama();
    proxy = await startLitellm(llama.url, KEY);
    const env = {
      LLM_BACKEND: "openai-compatible",
      LLM_SERVER_URL: proxy.url,
      LLM_MODEL: "small",
      LLM_API_KEY_SECRET: "proxy-key",
      TEMPERATURE: "0",
      MAX_TOKENS: "300",
    };
    stack = await startTestStack({ env, secrets, timeScale: 60 });
  }, START_MS);
  afterAll(async () => {
    await stack?.[Symbol.asyncDispose]();
    await proxy?.kill();
    await llama?.kill();
  });

  it.each(replacedRequests)("runs $task", async ({ task, input }) => {
    const job = await stack.waitFor(await stack.submit(task, input), undefined, 120);

    expect(job, JSON.stringify(job.error)).toMatchObject({ status: "SUCCESS", attempts: 1 });
    expect(job.usage?.total_tokens).toBeGreaterThan(0);
  });

  it.each(["openai", "anthropic"] as const)("takes a call by a config in the format of %s", async (type) => {
    const body = JSON.stringify({ type, base_url: proxy.url, api_key: KEY });
    const headers = { "content-type": "application/json" };
    expect((await stack.request(`/llm/providers/by-${type}`, { method: "PUT", headers, body })).status).toBe(200);
    const config = { provider: `by-${type}`, model: "small", system: "Be brief.", parameters: { max_tokens: 40 } };

    const accepted = await stack.post("/llm/call", { config, query: "What colour has the sky by day?" });

    const { job_id: id } = llmCallAcceptedSchema.parse(await accepted.json());
    const job = await stack.waitFor(id, undefined, 120);
    expect(job, JSON.stringify(job.error)).toMatchObject({ status: "SUCCESS", attempts: 1 });
    expect(job.result).toMatchObject({ response: expect.stringMatching(/\w/) });
    expect(job.usage?.completion_tokens).toBeGreaterThan(0);
  });

  it.each(["openai", "anthropic"] as const)(
    "that refuses a key in the format of %s fails the job for good",
    async (type) => {
      const body = JSON.stringify({ type, base_url: proxy.url, api_key: "sk-wrong" });
      const headers = { "content-type": "application/json" };
      await stack.request(`/llm/providers/wrong-${type}`, { method: "PUT", headers, body });

      const accepted = await stack.post("/llm/call", {
        config: { provider: `wrong-${type}`, model: "small" },
        query: "x",
      });

      const { job_id: id } = llmCallAcceptedSchema.parse(await accepted.json());
      expect(await stack.waitFor(id, undefined, 120)).toMatchObject({
        status: "FAILURE",
        attempts: 1,
        // The proxy looks other keys up in a database. Here it has none, and answers 400 and not 401.
        error: { type: "LLMClientError", retryable: false },
      });
    },
  );

  it("passes on that a text is too long, and the job fails for good", async () => {
    const request = "The harbour was rebuilt after the storm, and ships returned in spring. ".repeat(170);

    const id = await stack.submit("normalize", { request, schema: { properties: { place: { type: "string" } } } });

    expect(await stack.waitFor(id, undefined, 120)).toMatchObject({
      status: "FAILURE",
      attempts: 1,
      error: { type: "TextTooLongError" },
    });
  });

  it("whose server is gone answers an error that is tried again", async () => {
    await llama.kill();

    const id = await stack.submit("keywords", { text: "Bees visit flowers.", max_keywords: 2, language: "en" });

    const job = await stack.waitFor(id, ({ status }) => status === "RETRY" || status === "FAILURE");
    expect(job).toMatchObject({ status: "RETRY", error: { retryable: true } });
  });
});
