/**
 * Writing and rewriting with a small real model: it may fail at the length or at the facts, and then it is said.
 *
 * @module
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { batchGenerateChapters } from "../../contracts/tasks/batch-generate-chapters.ts";
import { exportAllFormats } from "../../contracts/tasks/export.ts";
import type { generateChapter } from "../../contracts/tasks/generate-chapter.ts";
import { rewriteContent } from "../../contracts/tasks/rewrite-content.ts";
import { parseMarkdown } from "../../shared/capabilities/markdown/parse-markdown.ts";
import { visibleText } from "../../shared/capabilities/markdown/visible-text.ts";
import { countProse } from "../../shared/capabilities/writing/prose-words.ts";
import { hasLlama, type ModelServer, startLlama, unusableAnswers } from "../helpers/model-servers.ts";
import { startTestStack, type TestStack } from "../helpers/stack.ts";

/** Of a chapter: the model writes about so many before it repeats itself. */
const TARGET_WORDS = 60;
const uploadedSchema = z.object({ id: z.string(), task_id: z.string() });
const words = (text: string): string => (text.match(/[\p{L}\p{N}]+/gu) ?? []).join(" ");
const visible = (markdown: string): string => visibleText(parseMarkdown(markdown));

/** Where a text goes on otherwise than it should: what a model wrote is not the same in another run. */
function missingFrom(said: string, wanted: string): string {
  if (said.includes(wanted)) return "";
  let length = wanted.length;
  while (length > 0 && !said.includes(wanted.slice(0, length))) length--;
  const at = said.indexOf(wanted.slice(0, length)) + length;
  return `wanted: ${wanted.slice(Math.max(0, length - 80), length + 80)} / said: ${said.slice(Math.max(0, at - 80), at + 80)}`;
}

describe.skipIf(!hasLlama)("writing on llama.cpp (skipped without MODEL_SERVERS_PYTHON)", () => {
  let server: ModelServer;
  let stack: TestStack;

  beforeAll(async () => {
    server = await startLlama({ context: 4_096, slots: 3 });
    const env = { LLM_BACKEND: "llamacpp", LLM_SERVER_URL: server.url, MAX_TOKENS: "400", TEMPERATURE: "0.3" };
    stack = await startTestStack({ env: { ...env, SLUICE_FAMILIES: "all" }, timeScale: 60 });
  }, 300_000);
  afterAll(async () => {
    await stack?.[Symbol.asyncDispose]();
    await server?.kill();
  });

  const json = async (path: string, init?: RequestInit): Promise<unknown> =>
    await (await stack.request(path, init)).json();

  it("writes a book of three chapters that have their length or say why not, and its files say what was written", async () => {
    const written: z.output<typeof generateChapter.output>[] = [];
    // Whether one is written is up to the model: it repeats what it was asked now and then.
    const people = ["Marie Curie", "Charles Darwin", "Isaac Newton", "Galileo Galilei", "Ada Lovelace", "Jane Austen"];
    for (const character_name of people) {
      const specs = ["Childhood", "Work", "Old Age"].map((title, index) => ({
        number: index + 1,
        title,
        target_words: TARGET_WORDS,
      }));
      const id = await stack.submit("batch_generate_chapters", {
        ...{ character_name, chapter_specs: specs, batch_size: 3, language: "en" },
      });
      const job = await stack.waitFor(id, undefined, 900);
      if (job.status === "SUCCESS") {
        const { chapters: each } = batchGenerateChapters.output.parse(job.result);
        written.push(...each.flatMap(({ chapter }) => chapter ?? []));
      } else expect(job.error?.type).toBe("AllStepsFailedError");
      if (written.length >= 3) break;
    }
    const book = written.slice(0, 3).map(({ title, content }, index) => ({ number: index + 1, title, content }));
    expect(book).toHaveLength(3);
    for (const { content, word_count, warnings, usage } of written) {
      const isWithin = Math.abs(word_count - TARGET_WORDS) <= TARGET_WORDS / 10;
      expect(warnings.some(({ kind }) => kind === "length")).toBe(!isWithin);
      expect(word_count).toBe(countProse(content, "en"));
      expect(usage?.total_tokens).toBeGreaterThan(100);
    }

    const id = await stack.submit("export_all_formats", { title: "Three Lives", author: "A. Author", chapters: book });
    const { files, chapters: count } = exportAllFormats.output.parse((await stack.waitFor(id)).result);
    expect(count).toBe(3);

    for (const { name, link } of files) {
      const { url } = z.object({ url: z.string() }).parse(await json(link.replace("/api/v1", "")));
      const body = await (await fetch(url)).arrayBuffer();
      const init = { method: "POST", headers: { "content-type": "application/octet-stream" }, body };
      const uploaded = uploadedSchema.parse(await json(`/documents/upload?file_name=${name}`, init));
      expect(await stack.waitFor(uploaded.task_id)).toMatchObject({ status: "SUCCESS" });
      const { text } = z.object({ text: z.string() }).parse(await json(`/documents/${uploaded.id}/text`));
      const said = words(text);
      for (const chapter of book) {
        expect([name, missingFrom(said, words(`${chapter.title} ${visible(chapter.content)}`))]).toEqual([name, ""]);
      }
    }
  }, 4_000_000);

  it("rewrites a text with its facts, or fails by name", async () => {
    const text =
      "Eva Brandt said on Tuesday that 340 households will have no water until 14:30. The pipe dates from 1961.";
    const id = await stack.submit("rewrite_content", { text, goal: "a friendly notice", language: "en" });
    const job = await stack.waitFor(id, undefined, 300);

    if (job.status === "SUCCESS") {
      const { text: rewritten, kept } = rewriteContent.output.parse(job.result);
      expect(kept.names).toEqual(["Eva", "Brandt"]);
      for (const fact of ["Brandt", "340", "1961"]) expect(rewritten).toContain(fact);
    } else expect(["FactsLostError", ...unusableAnswers]).toContain(job.error?.type);
    expect(job.usage?.total_tokens).toBeGreaterThan(100);
  }, 400_000);
});
