/**
 * The tasks of writing on a real HTTP server that answers like a model, run by run.
 *
 * @module
 */

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { generateChapter } from "../../../contracts/tasks/generate-chapter.ts";
import { type LlmServer, startLlmServer } from "../../helpers/llm-server.ts";
import { runToEnd } from "../../helpers/task-context.ts";
import { prose, wordsAskedFor, writingModel } from "../../helpers/writing-model.ts";

let server: LlmServer;
let chapter: typeof import("../../../functions/tasks/generate-chapter.ts");

beforeAll(async () => {
  server = await startLlmServer();
  Object.assign(process.env, server.settings, { MAX_TOKENS: "1024" });
  chapter = await import("../../../functions/tasks/generate-chapter.ts");
});
afterAll(() => server.close());

let asked = 0;
beforeEach(() => {
  asked = server.requests.length;
  server.always(writingModel());
});
const questions = () => server.requests.slice(asked);
const input = (more: object = {}) =>
  generateChapter.input.parse({
    character_name: "Ada Lovelace",
    chapter_number: 2,
    chapter_title: "The Engine",
    ...more,
  });

describe("a chapter", () => {
  test("that fits into an answer is one question and one run", async () => {
    const { output, runs } = await runToEnd(chapter.run, input({ target_words: 200 }));
    expect(runs).toBe(1);
    expect(questions()).toHaveLength(1);
    expect(generateChapter.output.parse(output)).toMatchObject({
      chapter_number: 2,
      title: "The Engine",
      target_words: 200,
      sources_used: [],
      warnings: [],
    });
    expect(output.word_count).toBeGreaterThan(179);
    expect(output.word_count).toBeLessThan(221);
  });

  test("of 2,550 words is written section by section from an outline, a run each", async () => {
    const { output, runs, usages } = await runToEnd(chapter.run, input());
    const headings = output.content.match(/^## .*$/gm) ?? [];
    expect(headings.length).toBeGreaterThan(4);
    expect(runs).toBe(headings.length + 1);
    expect(questions()).toHaveLength(runs);
    expect(Math.abs(output.word_count - 2_550)).toBeLessThan(255);
    expect(output.warnings).toEqual([]);
    expect(output.usage?.total_tokens).toBe(usages.reduce((sum, { total_tokens }) => sum + total_tokens, 0));
  });

  test("is made longer by further questions where the model writes too little", async () => {
    server.always(writingModel({ share: 0.7 }));
    const { output } = await runToEnd(chapter.run, input());
    expect(Math.abs(output.word_count - 2_550)).toBeLessThan(256);
    expect(output.warnings).toEqual([]);
  });

  test("says why it is too short where the model has nothing more to say", async () => {
    const first = prose(100);
    let told = 0;
    server.always(() => ({
      kind: "answer",
      content: told++ === 0 ? first : `${first} One more new sentence stands at its end, ${told} in all.`,
    }));
    const { output } = await runToEnd(chapter.run, input({ target_words: 300 }));
    expect(output.warnings.map(({ kind }) => kind)).toEqual(["length", "repeats_removed"]);
    expect(output.warnings[0]?.message).toMatch(/The text has \d+ words, and 300 were asked for: the model was asked/);
    expect(questions().length).toBeLessThan(6);
  });

  test("stays as it is where a question about its length is answered with nothing of use", async () => {
    const first = prose(100);
    let answered = 0;
    server.always(() => {
      answered += 1;
      return {
        kind: "answer",
        content: answered === 1 ? first : answered < 4 ? first : "I'm sorry, I can't help with that.",
      };
    });
    const { output } = await runToEnd(chapter.run, input({ target_words: 300 }));
    expect(output.content).toBe(first);
    expect(output.warnings).toMatchObject([
      { kind: "length", message: expect.stringContaining("did not bring it closer") },
    ]);
  });

  test("is made shorter where the model writes too much", async () => {
    server.always((request) => {
      const words = wordsAskedFor(request);
      const isShortening = JSON.stringify(request.messages).includes("You shorten");
      return { kind: "answer", content: prose(isShortening ? words : words * 1.5) };
    });
    const { output } = await runToEnd(chapter.run, input({ target_words: 300 }));
    expect(output.warnings).toEqual([]);
    expect(Math.abs(output.word_count - 300)).toBeLessThan(31);
  });
});
