/**
 * POST /llm/complete through the embedded stack, to a model server over real HTTP.
 *
 * @module
 */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { llmAnswerSchema } from "../../../contracts/llm/complete.ts";
import { problemSchema } from "../../../contracts/problem.ts";
import { type LlmServer, startLlmServer } from "../../helpers/llm-server.ts";
import { startTestStack, type TestStack } from "../../helpers/stack.ts";

const schema = {
  type: "object",
  properties: { rivers: { type: "array", items: { type: "string" } } },
  required: ["rivers"],
};

describe("a call of the language model", () => {
  let model: LlmServer;
  let stack: TestStack;
  beforeAll(async () => {
    model = await startLlmServer();
    stack = await startTestStack({ env: model.settings });
  });
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
    await model.close();
  });
  beforeEach(() => model.always({ kind: "answer" }));

  const call = async (body: object) => {
    const response = await stack.post("/llm/complete", body);
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
  const refused = async (body: object) => {
    const { status, headers, body: problem } = await call(body);
    expect(status).toBe(problemSchema.parse(problem).status);
    return { retryAfter: headers.get("retry-after"), ...problemSchema.parse(problem) };
  };

  it("gives the text, and counts its tokens in the metrics", async () => {
    model.next({ kind: "answer", content: "Elbe, Oder, Rhine." });

    const { status, body } = await call({
      prompt: "Name three rivers.",
      system: "Be brief.",
      max_tokens: 9,
      temperature: 0.5,
    });

    expect(status).toBe(200);
    const answer = llmAnswerSchema.parse(body);
    expect(answer).toMatchObject({ text: "Elbe, Oder, Rhine.", object: null, truncated: false });
    expect(answer.usage?.total_tokens).toBeGreaterThan(0);
    expect(model.requests.at(-1)?.body).toMatchObject({
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Name three rivers." },
      ],
      max_tokens: 9,
      temperature: 0.5,
    });
    const metrics = await (await stack.request("/metrics")).text();
    expect(metrics).toContain(
      `sluice_llm_tokens_total{task_name="llm_complete",project="default",model="${answer.usage?.model}",kind="prompt"} ${answer.usage?.prompt_tokens}`,
    );
  });

  it("gives an object that fits the schema", async () => {
    model.next({ kind: "answer", content: '{"rivers": ["Elbe"]}' });

    const { body } = await call({ prompt: "Name a river.", schema });

    expect(llmAnswerSchema.parse(body).object).toEqual({ rivers: ["Elbe"] });
    expect(model.requests.at(-1)?.body.response_format?.json_schema?.schema).toMatchObject({ required: ["rivers"] });
  });

  it("is 503 when the answer does not fit the schema", async () => {
    model.next({ kind: "answer", content: '{"rivers": "Elbe"}' });
    expect(await refused({ prompt: "Name a river.", schema })).toMatchObject({
      status: 503,
      detail: expect.stringContaining("/rivers must be array"),
    });
  });

  it("is 422 with the field at fault, before the model is asked", async () => {
    const before = model.requests.length;
    expect(await refused({ prompt: " " })).toMatchObject({ status: 422, errors: [{ path: "/prompt" }] });
    expect(await refused({ prompt: "x", model: "y" })).toMatchObject({ status: 422, errors: [{ path: "/model" }] });
    expect(await refused({ prompt: "x", schema: { type: "objekt" } })).toMatchObject({
      status: 422,
      errors: [{ path: "/schema/type" }],
    });
    expect(model.requests).toHaveLength(before);
  });

  it.each([
    [400, "LLMClientError"],
    [401, "AuthenticationError"],
    [402, "QuotaExceededError"],
    [501, "LLMClientError"],
  ])("is 422 for a %d of the model server, which no repetition changes", async (status, type) => {
    model.next({ kind: "status", status });
    expect(await refused({ prompt: "x" })).toMatchObject({
      status: 422,
      retryAfter: null,
      detail: expect.stringContaining(type),
    });
  });

  it("passes on that the model server is away or busy, and is not repeated", async () => {
    const before = model.requests.length;
    model.next({ kind: "status", status: 500 });
    expect(await refused({ prompt: "x" })).toMatchObject({ status: 503, retryAfter: "5" });
    model.next({ kind: "status", status: 429, headers: { "retry-after": "7" } });
    expect(await refused({ prompt: "x" })).toMatchObject({ status: 429, retryAfter: "7" });
    expect(model.requests).toHaveLength(before + 2);
  });
});

it("is refused where there is no language model", async () => {
  await using stack = await startTestStack();
  const response = await stack.post("/llm/complete", { prompt: "Name three rivers." });
  expect(response.status).toBe(422);
  expect(problemSchema.parse(await response.json()).detail).toContain("no language model");
});
