/**
 * A server that refuses parts of a request, over real HTTP: what the backend leaves out, and that it remembers.
 *
 * @module
 */

import { describe, expect, test } from "vitest";
import { llmSettings } from "../../../contracts/settings/llm.ts";
import { parseSettings } from "../../../contracts/settings/parse-settings.ts";
import type { Generation, LanguageModelBackend } from "../../../shared/capabilities/llm/backend.ts";
import { languageModel } from "../../../shared/capabilities/llm/backends.ts";
import { startJsonServer } from "../../helpers/json-server.ts";

type Body = Readonly<Record<string, unknown>>;

const schema = {
  type: "object",
  properties: { code: { type: "string", pattern: "^[A-Z]\\d+$" }, day: { type: "string", format: "date" } },
  required: ["code"],
};
const generation = (more: Partial<Generation> = {}): Generation => ({
  system: "Be brief.",
  prompt: "Which code?",
  schema,
  task: { name: "test", input: {} },
  signal: new AbortController().signal,
  ...more,
});
const error = (status: number, message: string, more: object = {}) => ({
  status,
  body: { error: { message, ...more } },
});

/** A server that refuses what `refuse` says. */
async function serverThat(
  refuse: (body: Body) => ReturnType<typeof error> | undefined,
  settings: Record<string, string> = {},
) {
  const server = await startJsonServer(({ body }) => {
    const refused = refuse(body as Body);
    const message = { role: "assistant", content: '{"code":"A1"}' };
    return refused ?? { status: 200, body: { choices: [{ message, finish_reason: "stop" }] } };
  });
  const env = { LLM_BACKEND: "openai-compatible", LLM_SERVER_URL: `${server.url}/v1`, ...settings };
  const model = await languageModel(parseSettings(llmSettings, env));
  const bodies = () => server.requests.map((request) => request.body as Body);
  return { server, model, bodies, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

const formatOf = (body: Body | undefined) => (body?.response_format as { type?: string } | undefined)?.type;
const ask = (model: LanguageModelBackend, more?: Partial<Generation>) => model.generate(generation(more));

describe("a server that refuses", () => {
  test("json_schema is asked with json_object, and from then on at once; the schema stands in the prompt", async () => {
    await using it = await serverThat((body) =>
      formatOf(body) === "json_schema" ? error(400, "This response_format type is unavailable now") : undefined,
    );

    await ask(it.model);
    await ask(it.model);

    expect(it.bodies().map(formatOf)).toEqual(["json_schema", "json_object", "json_object"]);
    expect(JSON.stringify(it.bodies()[1]?.messages)).toContain("JSON Schema");
    expect(it.model.learnt?.()).toEqual([expect.stringContaining("json_object")]);
  });

  test("any response_format is asked without", async () => {
    await using it = await serverThat((body) =>
      formatOf(body) ? error(400, "Unknown parameter: response_format") : undefined,
    );

    await ask(it.model, { schema: { type: "object", properties: {} } });

    expect(it.bodies().map(formatOf)).toEqual(["json_schema", "json_object", undefined]);
  });

  test("max_tokens is asked with max_completion_tokens, and temperature is left out", async () => {
    await using it = await serverThat((body) => {
      if ("max_tokens" in body) {
        return error(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.", {
          param: "max_tokens",
        });
      }
      return "temperature" in body
        ? error(400, "'temperature' does not support 0.3 with this model.", { param: "temperature" })
        : undefined;
    });

    await ask(it.model);
    await ask(it.model);

    expect(it.bodies()).toHaveLength(4);
    expect(it.bodies().at(-1)).toMatchObject({ max_completion_tokens: 1_024 });
    expect(it.bodies().at(-1)).not.toHaveProperty("temperature");
  });

  test("a pattern in its grammar is asked without patterns and formats, for this schema alone", async () => {
    await using it = await serverThat((body) =>
      JSON.stringify(body.response_format).includes("pattern") ? error(400, "failed to parse grammar") : undefined,
    );

    await ask(it.model);
    await ask(it.model, { schema: { type: "object", properties: { day: { type: "string", format: "date" } } } });

    expect(it.bodies().map((body) => JSON.stringify(body.response_format).includes("pattern"))).toEqual([
      true,
      false,
      false,
    ]);
    expect(JSON.stringify(it.bodies().at(-1)?.response_format)).toContain('"format":"date"');
  });

  test("the role system gets it in the user's message", async () => {
    await using it = await serverThat((body) =>
      JSON.stringify(body.messages).includes('"system"')
        ? error(500, "Jinja Exception: System role not supported")
        : undefined,
    );

    await ask(it.model);

    expect(JSON.stringify(it.bodies().at(-1)?.messages)).toContain("Be brief.");
  });

  test("nothing, but breaks with a word of schemas, is not asked again", async () => {
    await using it = await serverThat(() => error(500, "internal error: bad format of schema row"));

    await expect(ask(it.model)).rejects.toMatchObject({ name: "LLMServerError" });
    expect(it.bodies()).toHaveLength(1);
  });

  test("something else is not asked again", async () => {
    await using it = await serverThat(() => error(400, "no such model"));

    await expect(ask(it.model)).rejects.toMatchObject({ name: "LLMClientError" });
    expect(it.bodies()).toHaveLength(1);
  });

  test("everything, with a new word each time, is asked six times at the most", async () => {
    await using it = await serverThat((body) =>
      error(400, `unsupported: ${Object.keys(body).join(", ")}, response_format, schema`),
    );

    await expect(ask(it.model)).rejects.toMatchObject({ name: "LLMClientError" });
    expect(it.bodies().length).toBeLessThanOrEqual(6);
  });
});

test("settings say it from the start", async () => {
  await using it = await serverThat(() => undefined, {
    LLM_RESPONSE_FORMAT: "none",
    LLM_TOKENS_PARAMETER: "max_completion_tokens",
    TEMPERATURE: "unset",
  });

  await ask(it.model);

  const [body] = it.bodies();
  expect(body).toMatchObject({ max_completion_tokens: 1_024 });
  for (const absent of ["response_format", "max_tokens", "temperature"]) expect(body).not.toHaveProperty(absent);
});

describe("the server's address", () => {
  test("keeps its query", async () => {
    await using it = await serverThat(() => undefined);
    const LLM_SERVER_URL = `${it.server.url}/openai/v1?api-version=2026-01-01`;
    const model = await languageModel(parseSettings(llmSettings, { LLM_BACKEND: "vllm", LLM_SERVER_URL }));

    await ask(model);

    expect(it.server.requests[0]?.path).toBe("/openai/v1/chat/completions");
    expect(it.server.requests[0]?.query.get("api-version")).toBe("2026-01-01");
  });

  test.each(["http://me:secret@host/v1", "http://me@host/v1"])("%s is refused, and not shown", (url) => {
    const parse = () => parseSettings(llmSettings, { LLM_SERVER_URL: url });
    expect(parse).toThrow(/LLM_SERVER_URL: must not hold a user name or password; use LLM_API_KEY_SECRET/);
    expect(parse).not.toThrow(/secret@|me@/);
  });
});

test("429 with retry-after-ms is left alone that long, to the millisecond; an hour is the most", async () => {
  const waits: number[] = [];
  for (const headers of [{ "retry-after-ms": "1500", "retry-after": "2" }, { "retry-after": "86400" }]) {
    await using server = await startJsonServer(() => ({ ...error(429, "slow down"), headers }));
    const model = await languageModel(
      parseSettings(llmSettings, { LLM_BACKEND: "vllm", LLM_SERVER_URL: `${server.url}/v1` }),
    );
    await ask(model).catch((thrown: { retryAfterSeconds: number }) => waits.push(thrown.retryAfterSeconds));
  }
  expect(waits).toEqual([1.5, 3_600]);
});
