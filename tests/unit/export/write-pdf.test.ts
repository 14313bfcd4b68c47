import { describe, expect, it } from "vitest";
import { exportToPdf } from "../../../contracts/tasks/export.ts";
import { run } from "../../../functions/tasks/export-to-pdf.ts";
import { buildBook } from "../../../shared/capabilities/export/book/build-book.ts";
import { writeDocx } from "../../../shared/capabilities/export/docx/write-docx.ts";
import { syllables } from "../../../shared/capabilities/export/pdf/hyphenation.ts";
import { writePdf } from "../../../shared/capabilities/export/pdf/write-pdf.ts";
import { PNG } from "../../fixtures/books.ts";
import { taskContext } from "../../helpers/task-context.ts";

const bookOf = (content: string, more: object = {}) =>
  exportToPdf.input.parse({ title: "T", author: "A", language: "en", chapters: [{ title: "One", content }], ...more });
const pdf = async (content: string, more: object = {}) => {
  const { bytes, ...told } = await writePdf(buildBook(bookOf(content, more)).book);
  return { ...told, source: Buffer.from(bytes).toString("latin1") };
};
const codes = ({ warnings }: { warnings: readonly { code: string }[] }) => warnings.map(({ code }) => code);

describe("a PDF", () => {
  it("is tagged, names its language, title and author, and has an outline and embedded fonts", async () => {
    const { source } = await pdf("text *and* `code`\n\n## Part", { language: "de", title: "Ein Titel", author: "Eva" });
    for (const part of [
      "/StructTreeRoot",
      "/MarkInfo",
      "/Lang (de)",
      "/Outlines",
      "(Ein Titel)",
      "(Eva)",
      "/FontFile2",
    ]) {
      expect(source).toContain(part);
    }
    expect(source).toContain("<pdfuaid:part>1</pdfuaid:part>");
    // Its lists of glyphs are not complete.
    expect(source).not.toContain("/CIDSet");
  });

  it("has as many cells in each row of a table, also in empty ones and in one that is higher than a page", async () => {
    const { source } = await pdf(`| a | b |\n|-|-|\n| c |\n| ${"long ".repeat(2_000)} | d |\n\n`);
    expect(source.match(/\/S \/TR\b/g)).toHaveLength(3);
    expect(source.match(/\/S \/TH\b/g)).toHaveLength(2);
    expect(source.match(/\/S \/TD\b/g)).toHaveLength(4);
  });

  it("tells of each character that no font has", async () => {
    expect((await pdf("漢漢字")).warnings).toEqual([
      {
        code: "missing_character",
        chapter: null,
        message: `The PDF's fonts do not have "漢" (U+6F22, 2), "字" (U+5B57, 1); U+FFFD stands in their place.`,
      },
    ]);
    expect(codes(await pdf("Ελληνικά, кириллица, Ð ș ő ħ „“”‘’«»–—…€№™ ≤ → ✓ 😀"))).toEqual([]);
  });

  it("tells of words from right to left, and of languages whose words it does not divide", async () => {
    expect(codes(await pdf("שלום"))).toEqual(["right_to_left"]);
    expect(codes(await pdf("Le lac est calme.", { language: "fr" }))).toEqual(["missing_hyphenation"]);
  });

  it("refuses a table that is wider than a page", async () => {
    const table = `|${"a|".repeat(31)}\n|${"-|".repeat(31)}\n`;
    await expect(pdf(table)).rejects.toThrow("A table has 31 columns; a page of the PDF holds 30.");
  });

  it("holds rows that are higher than a page, words that are longer than a line, and empty cells", async () => {
    const { pages } = await pdf(`| a | b |\n|-|-|\n| ${"long ".repeat(2_000)} | |\n\n${"x".repeat(3_000)}\n\n-\n\n>`);
    expect(pages).toBeGreaterThan(3);
  });
});

/** The picture, with another size in its head. */
function claiming(pixels: number): string {
  const bytes = Buffer.from(PNG.slice(PNG.indexOf(",") + 1), "base64");
  bytes.writeUInt32BE(pixels, 16);
  bytes.writeUInt32BE(pixels, 20);
  return `data:image/png;base64,${bytes.toString("base64")}`;
}

describe("pictures", () => {
  const both = async (content: string) => {
    const { book } = buildBook(bookOf(content));
    return { pdf: await writePdf(book), docx: await writeDocx(book) };
  };

  it("are part of both files when they are PNG or JPEG of the text's own", async () => {
    const { pdf, docx } = await both(`![A square](${PNG})`);
    expect([pdf.warnings, docx.warnings]).toEqual([[], []]);
    expect(Buffer.from(pdf.bytes).toString("latin1")).toContain("/Subtype /Image");
    expect(Buffer.from(docx.bytes).toString("latin1")).toContain("word/media/");
  });

  it.each([
    ["at an address", "https://example.com/a.png", "it is not part of the text, and nothing is fetched"],
    ["in a file", "file:///etc/passwd", "it is not part of the text, and nothing is fetched"],
    ["of another kind", "data:image/svg+xml;base64,PHN2Zy8+", "only PNG and JPEG in base64 are taken"],
    ["cut off", PNG.slice(0, 80), "it is damaged"],
    ["of no bytes", "data:image/png;base64,AAAA", "it is damaged"],
    ["that claims to be huge", claiming(60_000), "it has more than 40000000 pixels"],
  ])("%s are told, and their description stands there", async (_, url, why) => {
    const { pdf, docx } = await both(`![A *square*](${url})`);
    const message = `The picture "A square" is not shown: ${why}. Its description stands in its place.`;
    expect(pdf.warnings).toEqual([{ code: "image_not_embedded", message, chapter: 1 }]);
    expect(docx.warnings).toEqual(pdf.warnings);
  });
});

describe("words at the end of a line", () => {
  it.each([
    ["Unabhängigkeitserklärung", "de", true],
    ["acknowledgement", "en", true],
    ["HTTP", "en", false],
    ["e-mail", "en", false],
    ["longue", "fr", false],
    ["lake", "en", false],
  ])("%s (%s) is divided: %s", (word, language, divides) => {
    const parts = syllables(word, language);
    expect(parts.join("")).toBe(word);
    expect(parts.length > 1).toBe(divides);
  });

  it("are not divided where the half would read as a word of its own", () => {
    for (const word of ["selfhood", "gesund", "crossing"]) {
      const parts = syllables(word, "en");
      expect(["self", "cross", "und"]).not.toContain(parts[0]);
    }
    expect(syllables("Gesund", "de").at(-1)).not.toBe("und");
  });
});

describe("Markdown that is made to be hard", () => {
  it("fails by name when it is nested too deeply", async () => {
    const nested = run(bookOf(`${">".repeat(500)} deep`), taskContext());
    await expect(nested).rejects.toMatchObject({ name: "MarkdownTooComplexError", retryable: false });
  });

  it("gives its place to the next book", async () => {
    const put = async () => undefined;
    await expect(run(bookOf("fine"), taskContext({ files: { put } }))).resolves.toMatchObject({ pages: 3 });
  });
});
