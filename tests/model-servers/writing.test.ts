/**
 * Writing and rewriting with a small real model: it may fail at the length or at the facts, and then it is said.
 *
 * @module
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Job } from "../../contracts/jobs/wire.ts";
import { generateChapter } from "../../contracts/tasks/generate-chapter.ts";
import { rewriteContent } from "../../contracts/tasks/rewrite-content.ts";
import { countProse } from "../../shared/capabilities/writing/prose-words.ts";
import { hasLlama, type ModelServer, startLlama } from "../helpers/model-servers.ts";
import { startTestStack, type TestStack } from "../helpers/stack.ts";

const chapters = [
  ["Marie Curie", "Radium"],
  ["Charles Darwin", "The Voyage of the Beagle"],
  ["Ada Lovelace", "The Analytical Engine"],
  ["Isaac Newton", "The Apple"],
  ["Galileo Galilei", "The Moons of Jupiter"],
  ["Ada Lovelace", "The Notes"],
] as const;
/** Answers that are no text. */
const unusable = [
  "AnswerCutError",
  "EmptyAnswerError",
  "RefusalError",
  "SchemaValidationError",
  "UnreadableAnswerError",
];

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
    const ended: Job[] = [];
    // Whether one is written is up to the model: it repeats what it was asked now and then.
    for (const [character_name, chapter_title] of chapters) {
      const input = { character_name, chapter_number: 1, chapter_title, target_words: 150, language: "en" };
      const job = await stack.waitFor(await stack.submit("generate_chapter", input), undefined, 500);
      ended.push(job);
      expect(job.usage?.total_tokens).toBeGreaterThan(100);
      if (job.status === "SUCCESS") break;
      expect(unusable, JSON.stringify(job.error)).toContain(job.error?.type);
    }

    const job = ended.at(-1);
    expect(job?.status, JSON.stringify(ended.map(({ error }) => error))).toBe("SUCCESS");
    const chapter = generateChapter.output.parse(job?.result);
    expect(chapter).toMatchObject({ chapter_number: 1, title: chapters[ended.length - 1]?.[1], target_words: 150 });
    const isWithin = Math.abs(chapter.word_count - 150) <= 15;
    expect(chapter.warnings.some(({ kind }) => kind === "length")).toBe(!isWithin);
    expect(chapter.word_count).toBe(countProse(chapter.content, "en"));
    expect(chapter.usage).toEqual(job?.usage);
  }, 2_000_000);

  it("rewrites a text with its facts, or fails by name", async () => {
    const text =
      "Eva Brandt said on Tuesday that 340 households will have no water until 14:30. The pipe dates from 1961.";
    const id = await stack.submit("rewrite_content", { text, goal: "a friendly notice", language: "en" });
    const job = await stack.waitFor(id, undefined, 300);

    if (job.status === "SUCCESS") {
      const { text: rewritten, kept } = rewriteContent.output.parse(job.result);
      expect(kept.names).toEqual(["Eva", "Brandt"]);
      for (const fact of ["Brandt", "340", "1961"]) expect(rewritten).toContain(fact);
    } else expect(["FactsLostError", ...unusable]).toContain(job.error?.type);
    expect(job.usage?.total_tokens).toBeGreaterThan(100);
  }, 400_000);
});
