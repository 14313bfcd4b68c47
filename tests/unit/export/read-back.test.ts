/**
 * What the files of a book say is what the book says: they are read by the code that reads uploaded documents.
 *
 * @module
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exportAllFormats } from "../../../contracts/tasks/export.ts";
import { run } from "../../../functions/tasks/export-all-formats.ts";
import { closeDocumentThreads, extractText } from "../../../shared/capabilities/documents/extract.ts";
import { parseMarkdown } from "../../../shared/capabilities/markdown/parse-markdown.ts";
import { visibleBlocks } from "../../../shared/capabilities/markdown/visible-text.ts";
import { book } from "../../fixtures/books.ts";
import { taskContext } from "../../helpers/task-context.ts";

const files = new Map<string, Uint8Array>();
let result: Awaited<ReturnType<typeof run>>;

beforeAll(async () => {
  const put = async (name: string, bytes: Uint8Array) => void files.set(name, bytes);
  result = await run(book, taskContext({ files: { put } }));
}, 60_000);
afterAll(closeDocumentThreads);

const words = (text: string): string[] => text.normalize("NFC").match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
const chapters = book.chapters.map(({ title, content }) => [
  title,
  ...visibleBlocks(parseMarkdown(content)).map(({ text }) => text),
]);
const subheadings = [
  "Vom Anfang",
  "Die ersten Jahre",
  "Fremde Schriften",
  "Schluss",
  ...Array(3).fill("Die ersten Jahre"),
];
const expected = words([book.title, book.author, "Inhalt", ...subheadings, ...chapters.flat()].join("\n"));

async function textOf(name: string): Promise<string> {
  const bytes = files.get(name);
  if (!bytes) throw new Error(`There is no ${name}.`);
  const { text, warnings } = await extractText(bytes, { signal: new AbortController().signal });
  expect(warnings).toEqual([]);
  return text;
}

describe("all files of a book", () => {
  it("are told with their sizes and links", () => {
    expect(result).toMatchObject({ chapters: 3, language: "de", warnings: [] });
    expect(result.files).toEqual(
      ["md", "docx", "pdf"].map((extension, index) => ({
        name: `Der-See-und-die-Stadt.${extension}`,
        format: ["markdown", "docx", "pdf"][index],
        content_type: expect.any(String),
        bytes: files.get(`Der-See-und-die-Stadt.${extension}`)?.length,
        link: `/api/v1/jobs/task-1/files/Der-See-und-die-Stadt.${extension}`,
      })),
    );
  });

  it("Word: the words are those of the book, in their order", async () => {
    expect(words(await textOf("Der-See-und-die-Stadt.docx"))).toEqual(expected);
  });

  it("PDF: the words are those of the book, in their order, with page numbers", async () => {
    const pages = (await textOf("Der-See-und-die-Stadt.pdf")).split("\f");
    expect(pages).toHaveLength(result.pages ?? 0);
    const numbered = pages.slice(1).map((page, index) => {
      const [last, ...lines] = page.trimEnd().split("\n").reverse();
      expect(last).toBe(String(index + 2));
      return lines.reverse();
    });
    const contents = numbered[0]?.map((line) => line.replace(/[ \t]\d+$/, "")) ?? [];
    const found = [pages[0] ?? "", ...contents, ...numbered.slice(1).flat()].join("\n");
    expect(words(found)).toEqual(expected);
  });

  it("PDF: the numbers of the contents are those of the pages on which the headings stand", async () => {
    const pages = (await textOf("Der-See-und-die-Stadt.pdf")).split("\f");
    for (const title of ["Vom Anfang", "Fremde Schriften", "Schluss"]) {
      const number = new RegExp(`^${title}[ \\t](\\d+)$`, "m").exec(pages[1] ?? "")?.[1];
      expect(pages[Number(number) - 1]?.startsWith(title)).toBe(true);
    }
  });

  it("Markdown: each chapter is there again", async () => {
    const text = new TextDecoder().decode(files.get("Der-See-und-die-Stadt.md"));
    expect(
      words(
        visibleBlocks(parseMarkdown(text))
          .map(({ text }) => text)
          .join("\n"),
      ),
    ).toEqual(words([book.title, book.author, ...chapters.flat()].join("\n")));
  });
});

describe("compounds at the ends of lines", () => {
  const compounds =
    "self-discovery ground-breaking all-encompassing ever-changing mother-in-law non-existent hard-working";

  it.each([1, 2, 3, 4])("are read from a PDF as they were written, %i words apart", async (apart) => {
    const between = "of the man who had gone to see".split(" ");
    const content = Array.from({ length: 4 }, (_, paragraph) =>
      compounds
        .split(" ")
        .map((word, at) => [...between.slice((paragraph + at) % 3, ((paragraph + at) % 3) + apart), word].join(" "))
        .join(" "),
    ).join("\n\n");
    const made = new Map<string, Uint8Array>();
    const put = async (name: string, bytes: Uint8Array) => void made.set(name, bytes);
    const input = { title: "Old Age", author: "A. Author", chapters: [{ number: 1, title: "Old Age", content }] };
    await run(exportAllFormats.input.parse({ ...input, language: "en" }), taskContext({ files: { put } }));

    const { text } = await extractText(made.get("Old-Age.pdf") ?? new Uint8Array(), {
      signal: new AbortController().signal,
    });

    expect(words(text).join(" ")).toContain(words(content).join(" "));
  });
});
