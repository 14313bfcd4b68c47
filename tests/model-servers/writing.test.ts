/**
 * Writing and rewriting with a small real model: it may fail at the length or at the facts, and then it is said.
 *
 * @module
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generateChapter } from "../../contracts/tasks/generate-chapter.ts";
import { rewriteContent } from "../../contracts/tasks/rewrite-content.ts";
import { hasLlama, type ModelServer, startLlama } from "../helpers/model-servers.ts";
import { startTestStack, type TestStack } from "../helpers/stack.ts";

describe.skipIf(!hasLlama)("writing on llama.cpp (skipped without MODEL_SERVERS_PYTHON)", () => {
  let server: ModelServer;
  let stack: TestStack;

  beforeAll(async () => {
    server = await startLlama({ context: 4_096 });
    const env = { LLM_BACKEND: "llamacpp", LLM_SERVER_URL: server.url, MAX_TOKENS: "400", TEMPERATURE: "0.3" };
    stack = await startTestStack({ env: { ...env, SLUICE_FAMILIES: "all" }, timeScale: 60 });
  }, 300_000);
  afterAll(async () => {
    await stack?.[Symbol.asyncDispose]();
    await server?.kill();
  });

  it("writes a short chapter that has its length, or says why not", async () => {
    const input = { character_name: "Ada Lovelace", chapter_number: 1, chapter_title: "The Notes", target_words: 150 };
    const write = async () =>
      await stack.waitFor(await stack.submit("generate_chapter", { ...input, language: "en" }), undefined, 500);
    let job = await write();
    // It may find no end of a sentence in four attempts.
    if (job.error?.type === "UnreadableAnswerError") job = await write();

    expect(job, JSON.stringify(job.error)).toMatchObject({ status: "SUCCESS" });
    const chapter = generateChapter.output.parse(job.result);
    const isWithin = Math.abs(chapter.word_count - 150) <= 15;
    expect(chapter.warnings.some(({ kind }) => kind === "length")).toBe(!isWithin);
    expect(chapter.word_count).toBeGreaterThan(20);
    expect(chapter.usage).toEqual(job.usage);
  }, 1_100_000);

  it("rewrites a text with its facts, or fails by name", async () => {
    const text =
      "Eva Brandt said on Tuesday that 340 households will have no water until 14:30. The pipe dates from 1961.";
    const id = await stack.submit("rewrite_content", { text, goal: "a friendly notice", language: "en" });
    const job = await stack.waitFor(id, undefined, 300);

    if (job.status === "SUCCESS") {
      const { text: rewritten, kept } = rewriteContent.output.parse(job.result);
      expect(kept.names).toEqual(["Eva", "Brandt"]);
      for (const fact of ["Brandt", "340", "1961"]) expect(rewritten).toContain(fact);
    } else expect(job.error?.type).toMatch(/^(?:FactsLostError|AnswerCutError)$/);
    expect(job.usage?.total_tokens).toBeGreaterThan(100);
  }, 400_000);
});
