/**
 * A second model that takes over while the first is down, and for texts that are too long for it, over the whole stack.
 *
 * @module
 */

import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../../helpers/eventually.ts";
import { type JsonServer, startJsonServer } from "../../helpers/json-server.ts";
import { startTestStack } from "../../helpers/stack.ts";
import { servicesOf } from "../../helpers/stack-services.ts";

const answerOf = (model: string, content: string) => ({
  status: 200,
  body: {
    model,
    choices: [{ message: { role: "assistant", content }, finish_reason: "stop" }],
    // As many as the longest text has: fewer would be a prompt that the server cut.
    usage: { prompt_tokens: 6_000, completion_tokens: 5, total_tokens: 6_005 },
  },
});
const tooLong = {
  status: 400,
  body: { error: { message: "the request exceeds the available context size", type: "exceed_context_size_error" } },
};

type TestStack = Awaited<ReturnType<typeof startTestStack>>;

let first: JsonServer;
let second: JsonServer;
let stack: TestStack;
let firstIsDown = false;
let secondIsDown = false;

beforeAll(async () => {
  first = await startJsonServer(({ body }) => {
    if (firstIsDown) return { status: 503, body: { error: "loading" } };
    return JSON.stringify(body).length > 4_000 ? tooLong : answerOf("small", "By the small one.");
  });
  second = await startJsonServer(({ body }) => {
    if (secondIsDown) return { status: 503, body: { error: "loading" } };
    return JSON.stringify(body).length > 20_000 ? tooLong : answerOf("large", "By the large one.");
  });
  stack = await startTestStack({
    timeScale: 60,
    env: {
      LLM_BACKEND: "llamacpp",
      LLM_SERVER_URL: `${first.url}/v1`,
      LLM_MODEL: "small",
      LLM_FALLBACK_BACKEND: "vllm",
      LLM_FALLBACK_SERVER_URL: `${second.url}/v1`,
      LLM_FALLBACK_MODEL: "large",
    },
  });
});
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
  await Promise.all([first, second].map((server) => server?.[Symbol.asyncDispose]()));
});

const summarized = async (text: string) => stack.waitFor(await stack.submit("summarize", { text }));

describe("a text that is too long for the first model", () => {
  it("is given to the second as a whole, and the job says which model answered", async () => {
    const job = await summarized("The river rose in the night. ".repeat(300));

    expect(job).toMatchObject({ status: "SUCCESS", attempts: 1, result: { summary: "By the large one." } });
    expect(job.usage).toMatchObject({ model: "large", total_tokens: 6_005 });
  });

  it("is summarized in parts by the first when it is too long for both", async () => {
    const job = await summarized("The river rose in the night. ".repeat(900));

    expect(job).toMatchObject({ status: "SUCCESS", result: { summary: "By the small one." } });
  });

  it("waits for the second when that is down, which is not held against the first", async () => {
    secondIsDown = true;
    const id = await stack.submit("summarize", { text: "The river rose by day. ".repeat(300) });
    await eventually("the second fails", async () => (await stack.job(id)).error?.type === "SecondModelError");
    expect(await summarized("The river rose.")).toMatchObject({ status: "SUCCESS", usage: { model: "small" } });
    secondIsDown = false;

    expect(await stack.waitFor(id)).toMatchObject({ status: "SUCCESS", usage: { model: "large" } });
  });
});

it("takes over while the first is down: with the breaker open, a job does not wait", async () => {
  firstIsDown = true;
  const { table } = servicesOf(stack.stack).store;
  await table.put({ pk: "BREAKER#llm", sk: "state", open_until: Date.now() + 600_000, ttl: 0 });
  // A process believes for five seconds what it read.
  await sleep(5_500);

  const job = await summarized("The river fell.");

  expect(job).toMatchObject({ status: "SUCCESS", attempts: 1, usage: { model: "large" } });
});
