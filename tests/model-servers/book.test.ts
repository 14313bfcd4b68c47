/**
 * A book of three chapters that a small real model writes, from `batch_generate_chapters` to `export_all_formats`: its pages
 * are rendered by poppler, and its files are read again as uploaded documents.
 *
 * @module
 */

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClient } from "../../client/index.ts";
import { fileLinkSchema } from "../../contracts/jobs/files.ts";
import { batchGenerateChapters } from "../../contracts/tasks/batch-generate-chapters.ts";
import { type Book, writeBook } from "../../examples/write-book.ts";
import { parseMarkdown } from "../../shared/capabilities/markdown/parse-markdown.ts";
import { visibleBlocks } from "../../shared/capabilities/markdown/visible-text.ts";
import { hasLlama, type ModelServer, startLlama } from "../helpers/model-servers.ts";
import { startTestStack, type TestStack } from "../helpers/stack.ts";

const hasPoppler = spawnSync("pdftoppm", ["-v"]).error === undefined;
const HOUR = 3_600_000;

const written = batchGenerateChapters.input.parse(
  JSON.parse(readFileSync(join(import.meta.dirname, "../../examples/writing/batch_generate_chapters.en.json"), "utf8")),
);
const book: Book = { title: "The Notes", author: "A Small Model", written };

describe.skipIf(!hasLlama || !hasPoppler)("a book (skipped without MODEL_SERVERS_PYTHON or poppler)", () => {
  let server: ModelServer;
  let stack: TestStack;
  let made: Awaited<ReturnType<typeof writeBook>>;
  const folder = mkdtempSync(join(tmpdir(), "sluice-book-"));
  const files = new Map<string, Uint8Array<ArrayBuffer>>();

  beforeAll(async () => {
    server = await startLlama({ context: 4_096 });
    const env = { LLM_BACKEND: "llamacpp", LLM_SERVER_URL: server.url, MAX_TOKENS: "400", TEMPERATURE: "0.3" };
    stack = await startTestStack({ env: { ...env, SLUICE_FAMILIES: "all" }, timeScale: 60 });
    const client = createClient({ url: stack.stack.url, apiKey: stack.stack.apiKey });
    made = await writeBook(client, book, HOUR);
    // A small model may fail at a chapter four times; a batch in which one is missing is written again.
    for (let more = 0; more < 2 && made.batch.failed > 0; more++) made = await writeBook(client, book, HOUR);
    for (const { name, format, link } of made.result.files) {
      const path = link.replace("/api/v1", "");
      const { url } = fileLinkSchema.parse(await (await stack.request(path)).json());
      const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
      files.set(format, bytes);
      writeFileSync(join(process.env.BOOK_FOLDER ?? folder, name), bytes);
    }
  }, 2 * HOUR);
  afterAll(async () => {
    await stack?.[Symbol.asyncDispose]();
    await server?.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  const words = (text: string): string => (text.normalize("NFC").match(/[\p{L}\p{N}\p{M}]+/gu) ?? []).join(" ");
  const wordsOf = (markdown: string): string =>
    words(
      visibleBlocks(parseMarkdown(markdown))
        .map(({ text }) => text)
        .join("\n"),
    );
  /** What an uploaded file says, page by page. */
  async function readBack(format: string, fileName: string): Promise<string[]> {
    const client = createClient({ url: stack.stack.url, apiKey: stack.stack.apiKey });
    const bytes = files.get(format) ?? new Uint8Array();
    const { id, task_id: taskId } = await client.documents.upload(bytes, { file_name: fileName });
    expect((await client.wait(taskId, { timeout: 120_000 })).status).toBe("SUCCESS");
    return ((await client.documents.get(id)).searchable_text ?? "").split("\f");
  }

  it("has three chapters in order, each with its length or why not, and markers that resolve", () => {
    const { batch } = made;
    expect(batch, JSON.stringify(batch)).toMatchObject({ status: "success", succeeded: 3, failed: 0 });
    expect(batch.chapters.map(({ number }) => number)).toEqual([1, 2, 3]);
    for (const { chapter } of batch.chapters) {
      const { content = "", word_count: count = 0, warnings = [], sources_used: used = [] } = chapter ?? {};
      expect(warnings.some(({ kind }) => kind === "length")).toBe(Math.abs(count - 150) > 15);
      const markers = new Set([...content.matchAll(/\[(\d+)\]/g)].map(([, number]) => Number(number)));
      expect([...markers].toSorted()).toEqual(used.map(({ number }) => number));
    }
    expect(made.result).toMatchObject({ chapters: 3, language: "en" });
    expect(made.result.warnings.map(({ code }) => code)).not.toContain("unknown_source");
  });

  it("says in its Word file and its PDF what its chapters say, read by process_document", async () => {
    const word = words((await readBack("docx", "book.docx")).join("\n"));
    const pages = await readBack("pdf", "book.pdf");
    expect(pages).toHaveLength(made.result.pages ?? 0);
    // The last line of each page but the first is its number.
    const pdf = words(
      pages.map((page, at) => (at === 0 ? page : page.trimEnd().split("\n").slice(0, -1).join("\n"))).join("\n"),
    );
    for (const { title, content } of made.input.chapters) {
      expect(word).toContain(`${words(title)} ${wordsOf(content)}`);
      expect(pdf).toContain(`${words(title)} ${wordsOf(content)}`);
    }
  });

  it("has pages that poppler draws, none of them empty, and embedded fonts", () => {
    writeFileSync(join(folder, "book.pdf"), files.get("pdf") ?? "");
    execFileSync("pdftoppm", ["-r", "40", "-gray", join(folder, "book.pdf"), join(folder, "page")]);
    const drawn = readdirSync(folder).filter((name) => name.endsWith(".pgm"));
    expect(drawn).toHaveLength(made.result.pages ?? 0);
    for (const name of drawn) {
      const image = readFileSync(join(folder, name));
      const ink = image.subarray(20).filter((value) => value < 128).length;
      expect(ink, name).toBeGreaterThan(20);
      expect(ink, name).toBeLessThan(image.length / 4);
    }
    const fonts = execFileSync("pdffonts", [join(folder, "book.pdf")], { encoding: "utf8" })
      .split("\n")
      .slice(2);
    for (const font of fonts.filter((line) => line !== "")) expect(font).toMatch(/ yes yes yes /);
  });
});
