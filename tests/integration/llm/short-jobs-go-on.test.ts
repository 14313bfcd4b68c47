/**
 * Jobs that must fail do not hold up those behind them: texts that are too long, and one that the server fails at.
 *
 * @module
 */

import { expect, it } from "vitest";
import { startJsonServer } from "../../helpers/json-server.ts";
import { startTestStack } from "../../helpers/stack.ts";

const good = { choices: [{ message: { role: "assistant", content: "A fine summary." }, finish_reason: "stop" }] };
const tooLong = {
  error: { message: "the request exceeds the available context size", type: "exceed_context_size_error" },
};

it("five texts that are too long and one poisoned job, then ten short ones, which all run at their first attempt", async () => {
  await using server = await startJsonServer(({ body }) => {
    const text = JSON.stringify(body);
    if (text.includes("poison")) return { status: 500, body: { error: "it broke" } };
    return text.length > 4_000 ? { status: 500, body: tooLong } : { status: 200, body: good };
  });
  const env = { LLM_BACKEND: "llamacpp", LLM_SERVER_URL: `${server.url}/v1`, LLM_MAX_PARTS: "1" };
  await using stack = await startTestStack({ timeScale: 60, env });

  const long: string[] = [];
  for (let job = 0; job < 5; job++) {
    long.push(await stack.submit("summarize", { text: `The river rose for the ${job}th time. `.repeat(400) }));
  }
  const poisoned = await stack.submit("summarize", { text: "A poisoned text." });
  const short: string[] = [];
  for (let job = 0; job < 10; job++)
    short.push(await stack.submit("summarize", { text: `The river rose ${job} feet.` }));

  for (const job of await Promise.all(short.map((id) => stack.waitFor(id)))) {
    expect(job).toMatchObject({ status: "SUCCESS", attempts: 1 });
  }
  for (const job of await Promise.all(long.map((id) => stack.waitFor(id)))) {
    expect(job).toMatchObject({
      status: "FAILURE",
      attempts: 1,
      error: { type: "TextTooLongError", retryable: false },
    });
  }
  expect((await stack.job(poisoned)).error?.type).toBe("LLMServerError");
});
