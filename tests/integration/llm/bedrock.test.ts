/**
 * Bedrock's Converse API, as far as a request and its answer show what the backend sends.
 *
 * @module
 */

import { createServer, type IncomingMessage } from "node:http";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { z } from "zod";
import { LLMClientError, RateLimitError } from "../../../contracts/errors.ts";
import { llmSettings } from "../../../contracts/settings/llm.ts";
import { parseSettings } from "../../../contracts/settings/parse-settings.ts";
import { languageModel } from "../../../shared/capabilities/llm/backends.ts";

const bodySchema = z.looseObject({
  system: z.array(z.looseObject({ text: z.string() })),
  inferenceConfig: z.looseObject({ maxTokens: z.number(), temperature: z.number() }),
});
const requests: { path: string; authorization: string; body: z.infer<typeof bodySchema> }[] = [];
let throttled = false;

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

const server = createServer(async (request, response) => {
  const body = bodySchema.parse(JSON.parse(await textOf(request)));
  requests.push({ path: request.url ?? "", authorization: request.headers.authorization ?? "", body });
  response.setHeader("content-type", "application/json");
  if (throttled) response.writeHead(429, { "retry-after": "4" }).end(JSON.stringify({ message: "Too many requests" }));
  else {
    response.end(
      JSON.stringify({
        output: { message: { role: "assistant", content: [{ text: "A pump broke." }] } },
        stopReason: "end_turn",
        usage: { inputTokens: 21, outputTokens: 4, totalTokens: 25 },
        metrics: { latencyMs: 5 },
      }),
    );
  }
});
let url = "";

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
});
afterAll(() => server.close());
beforeEach(() => {
  throttled = false;
  requests.length = 0;
  vi.stubEnv("AWS_REGION", "eu-central-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
});

const model = () =>
  languageModel(
    parseSettings(llmSettings, { LLM_BACKEND: "bedrock", LLM_MODEL: "some.model-v1:0", LLM_SERVER_URL: url }),
  );
const generation = {
  system: "Be terse.",
  prompt: "What happened?",
  task: { name: "test", input: {} },
  signal: new AbortController().signal,
};

test("a request is signed with the function's credentials and carries the settings", async () => {
  const result = await (await model()).generate(generation);

  expect(result.text).toBe("A pump broke.");
  expect(result.usage).toEqual({ prompt_tokens: 21, completion_tokens: 4, total_tokens: 25, model: "some.model-v1:0" });
  expect(requests[0]?.path).toBe("/model/some.model-v1%3A0/converse");
  expect(requests[0]?.authorization).toContain("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/");
  expect(requests[0]?.body.system[0]?.text).toBe("Be terse.");
  expect(requests[0]?.body.inferenceConfig).toMatchObject({ maxTokens: 1_024, temperature: 0.3 });
});

test("throttling is a RateLimitError after one request", async () => {
  throttled = true;

  const running = (await model()).generate(generation);

  await expect(running).rejects.toThrow(RateLimitError);
  await expect(running).rejects.toMatchObject({ retryAfterSeconds: 4 });
  expect(requests).toHaveLength(1);
});

test("without a model id it says so", async () => {
  await expect(languageModel(parseSettings(llmSettings, { LLM_BACKEND: "bedrock" }))).rejects.toThrow(LLMClientError);
});
