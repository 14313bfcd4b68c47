/**
 * The demo's documents and the fixtures, with the real recognition.
 *
 * @module
 */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { closeDocumentThreads, extractText } from "../../../shared/capabilities/documents/extract.ts";
import { errorRate } from "../../helpers/similarity.ts";

const root = join(import.meta.dirname, "../../..");
const example = (name: string) => readFile(join(root, "examples/documents", name));
const read = async (bytes: Uint8Array) => extractText(bytes, { signal: new AbortController().signal });

/** What a page of the examples' sources says, without its markup. */
async function said(name: string): Promise<string> {
  const html = await readFile(join(root, "examples/documents/make", name), "utf8");
  return html
    .replace(/<head>.*<\/head>/s, "")
    .replace(/<br>/g, "\n")
    .replace(/<[^>]+>/g, " ")
    .replace(/&nbsp;/g, " ");
}

afterAll(closeDocumentThreads);

describe("the example documents", () => {
  it.each([
    ["annual-report.pdf", "annual-report.html", { format: "pdf", pages: 2, ocr: false, language: "en" }],
    ["mietvertrag-werkstatt.docx", "mietvertrag-werkstatt.html", { format: "docx", pages: null, language: "de" }],
    ["workshop-minutes.doc", "workshop-minutes.html", { format: "doc", pages: null, language: "en" }],
    ["hausordnung.latin1.txt", "hausordnung.html", { format: "txt", pages: null, language: "de" }],
  ])("%s says what its source says, word for word", async (name, source, expected) => {
    const found = await read(await example(name));

    expect(found).toMatchObject(expected);
    expect(words(found.text)).toEqual(words(await said(source)));
  });

  it.each([
    ["brief-stadtwerke-scan.png", "brief-stadtwerke.html", { format: "png", pages: 1, ocr: true, language: "de" }],
    [
      "rechnung-dachdecker-scan.pdf",
      "rechnung-dachdecker.html",
      { format: "pdf", pages: 1, ocr: true, language: "de" },
    ],
  ])(
    "%s is recognized, with at most two characters in a hundred wrong",
    async (name, source, expected) => {
      const found = await read(await example(name));

      expect(found).toMatchObject(expected);
      expect(errorRate(await said(source), found.text)).toBeLessThanOrEqual(0.02);
    },
    120_000,
  );

  it("right-to-left text comes out in the order in which it is read", async () => {
    const { text } = await read(await readFile(join(root, "tests/fixtures/documents/right-to-left.pdf")));

    expect(text.replaceAll("\n", " ")).toBe(
      "שלום עולם, זהו מסמך בדיקה עם מספרים כמו 1,234 ותאריך 12.03.2024 (בסוגריים). " +
        "המילה PDF מופיעה כאן באנגלית, ואחריה ממשיך הטקסט בעברית. " +
        "هذا نص عربي لاختبار الاستخراج، وفيه أرقام مثل 2024 وكلمات لاتينية مثل Lambda في وسط الجملة. " +
        "السلام عليكم ولا إله إلا الله، الأولاد في المدرسة (الابتدائية). " +
        "And an English sentence with שלום in it.",
    );
  });
});

const words = (text: string): string[] => text.normalize("NFC").split(/\s+/).filter(Boolean);
