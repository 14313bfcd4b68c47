/**
 * Texts that are longer than the model's context, over real HTTP to a server with a small one.
 *
 * @module
 */

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type JsonServer, startJsonServer } from "../../helpers/json-server.ts";
import { taskContext } from "../../helpers/task-context.ts";

/** Characters of a prompt that the server takes; llama.cpp's words for more. */
const CONTEXT_CHARACTERS = 6_000;
const sentence = (at: number) => `Sentence ${at} tells of the river and of the boats on it.`;
const textOf = (sentences: number) => Array.from({ length: sentences }, (_, at) => sentence(at)).join(" ");

let server: JsonServer;
let summarize: typeof import("../../../functions/tasks/summarize.ts");
/** The texts that were summarized, in order. */
let texts: string[] = [];
let states = true;

beforeAll(async () => {
  server = await startJsonServer(({ body }) => {
    const { messages } = body as { messages: { content: string }[] };
    const prompt = messages.map(({ content }) => content).join("\n");
    if (prompt.length > CONTEXT_CHARACTERS) {
      const sizes = states ? { n_prompt_tokens: prompt.length / 3, n_ctx: 2_400 } : {};
      const message = "the request exceeds the available context size, try increasing it";
      return { status: 400, body: { error: { message, type: "exceed_context_size_error", ...sizes } } };
    }
    const text = /<text-[0-9a-f]+>\n([\s\S]*)\n<\/text-/.exec(prompt)?.[1] ?? "";
    texts.push(text);
    const content = `It begins with ${/Sentence \d+/.exec(text)?.[0] ?? "a summary"}.`;
    return { status: 200, body: { choices: [{ message: { role: "assistant", content }, finish_reason: "stop" }] } };
  });
  Object.assign(process.env, { LLM_BACKEND: "llamacpp", LLM_SERVER_URL: `${server.url}/v1`, MAX_TOKENS: "200" });
  summarize = await import("../../../functions/tasks/summarize.ts");
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(() => {
  texts = [];
});

const input = (text: string) => ({ text, max_length: 100, language: "en" });

describe("a text longer than the context", () => {
  test.each([true, false])("is summarized in parts, and the parts together (size stated: %s)", async (stated) => {
    states = stated;
    const progress: string[] = [];
    const context = taskContext({
      progress: (current, total, message) => void progress.push(`${current}/${total} ${message ?? ""}`),
    });
    const text = textOf(300);

    const result = await summarize.run(input(text), context);

    const parts = texts.slice(0, -1);
    const together = texts.at(-1) ?? "";
    expect(parts.length).toBeGreaterThan(1);
    // Nothing of the text is left out, its beginning least of all.
    for (const at of [0, 1, 150, 299]) expect(parts.filter((part) => part.includes(sentence(at)))).toHaveLength(1);
    expect(together).toContain("It begins with Sentence 0.");
    expect(result.summary).toBe("It begins with Sentence 0.");
    expect(result.original_length).toBeGreaterThan(2_000);
    expect(progress.at(-1)).toMatch(/^(\d+)\/\1 /);
  });

  test("is refused when it takes more parts than LLM_MAX_PARTS, with the bound", async () => {
    await expect(summarize.run(input(textOf(5_000)), taskContext())).rejects.toMatchObject({
      name: "TextTooLongError",
      retryable: false,
    });
  });

  test("that fits is asked about once", async () => {
    await summarize.run(input(textOf(20)), taskContext());

    expect(texts).toHaveLength(1);
  });
});
