/**
 * The time of each reader grows in line with its input, also with input that is made to be slow. Measured as the ratio
 * of the processor time of two sizes in one thread, so that neither a slow nor a busy machine changes it.
 *
 * @module
 */

import { describe, expect, it } from "vitest";
import { detectContainer } from "../../../shared/capabilities/documents/detect-format.ts";
import { docBlocks } from "../../../shared/capabilities/documents/doc/doc-blocks.ts";
import { readDocx } from "../../../shared/capabilities/documents/docx/read-docx.ts";
import { readZip } from "../../../shared/capabilities/documents/docx/zip.ts";
import { htmlBlocks } from "../../../shared/capabilities/documents/html/html-blocks.ts";
import { defaultLimits } from "../../../shared/capabilities/documents/limits.ts";
import { joinHyphenated } from "../../../shared/capabilities/documents/pdf/hyphens.ts";
import { logicalOrder } from "../../../shared/capabilities/documents/pdf/logical-order.ts";
import { visualText } from "../../../shared/capabilities/documents/pdf/visual-lines.ts";
import { rtfBlocks } from "../../../shared/capabilities/documents/rtf/rtf-blocks.ts";
import { textOfBlocks } from "../../../shared/capabilities/documents/structure/blocks.ts";
import { decodeText } from "../../../shared/capabilities/documents/text/detect-encoding.ts";
import { judgeText } from "../../../shared/capabilities/documents/text/quality.ts";
import { tidy } from "../../../shared/capabilities/documents/text/tidy.ts";
import { docx, paragraph } from "./builders.ts";
import { growth } from "./growth.ts";

const limits = { ...defaultLimits, zipRatio: 1e9 };
/** Between in line with the input, 1, and with its square, 2. */
const MOST = 1.6;

const wordOf = (body: string, numbering?: string) => {
  const file = docx(body, numbering === undefined ? {} : { numbering });
  return () => {
    textOfBlocks(readDocx(readZip(file, limits), limits, () => []).blocks);
  };
};
const run = (text: string) => `<w:r><w:t>${text}</w:t></w:r>`;
const nothing = { paragraph: undefined, style: () => ({ heading: 0, list: 0, level: 0 }), marker: () => "" };

const readers: readonly (readonly [name: string, size: number, make: (size: number) => () => void])[] = [
  ["DOCX of paragraphs", 500, (size) => wordOf(paragraph("some words").repeat(size))],
  [
    "DOCX of text boxes in one paragraph",
    400,
    (size) => wordOf(`<w:p>${`<w:r><w:txbxContent>${paragraph("x")}</w:txbxContent></w:r>`.repeat(size)}</w:p>`),
  ],
  [
    "DOCX of text boxes within text boxes",
    300,
    (size) =>
      wordOf(`${`<w:p><w:r><w:txbxContent>${run("x")}`.repeat(size)}${"</w:txbxContent></w:r></w:p>".repeat(size)}`),
  ],
  [
    "DOCX of tables within tables",
    200,
    (size) => wordOf(`${`<w:tbl><w:tr><w:tc>${paragraph("x")}`.repeat(size)}${"</w:tc></w:tr></w:tbl>".repeat(size)}`),
  ],
  [
    "DOCX of links in one paragraph",
    400,
    (size) => wordOf(`<w:p>${`<w:hyperlink w:anchor="a">${run("x")}</w:hyperlink>`.repeat(size)}</w:p>`),
  ],
  [
    "DOCX of fields without an end",
    400,
    (size) => wordOf(`<w:p>${`<w:r><w:fldChar w:fldCharType="begin"/></w:r>${run("x")}`.repeat(size)}</w:p>`),
  ],
  [
    "DOCX of notes",
    400,
    (size) =>
      wordOf(
        Array.from({ length: size }, (_, id) => `<w:p><w:r><w:footnoteReference w:id="${id}"/></w:r></w:p>`).join(""),
      ),
  ],
  [
    "DOCX of equations within equations",
    300,
    (size) =>
      wordOf(`<w:p><m:oMath>${"<m:f><m:num>".repeat(size)}${run("x")}${"</m:num></m:f>".repeat(size)}</m:oMath></w:p>`),
  ],
  [
    "DOCX of numbered paragraphs",
    400,
    (size) =>
      wordOf(
        `<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>${run("x")}</w:p>`.repeat(size),
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:lvlText w:val="%1."/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>',
      ),
  ],
  [
    "DOC of cells and fields",
    3_000,
    (size) => {
      const text = '\x13HYPERLINK "a"\x14b\x15\x07'.repeat(size);
      return () => docBlocks(text, 0, nothing);
    },
  ],
  [
    "DOC of fields without an end",
    3_000,
    (size) => {
      const text = "\x13a\x07".repeat(size);
      return () => docBlocks(text, 0, nothing);
    },
  ],
  [
    "HTML of tables within tables, up to the depth that is read",
    20,
    (size) => {
      const html = `${"<table><tr><td>x".repeat(1_000)}${"</table>".repeat(1_000)}`.repeat(size);
      return () => htmlBlocks(html, limits);
    },
  ],
  [
    "HTML of words and spaces",
    3_000,
    (size) => {
      const html = `<p>${"word   \n <b> x</b>".repeat(size)}`;
      return () => htmlBlocks(html, limits);
    },
  ],
  [
    "RTF of groups within groups",
    3_000,
    (size) => {
      const bytes = Buffer.from(`{\\rtf1 ${"{\\b x\\par ".repeat(size)}`);
      return () => rtfBlocks(bytes, limits);
    },
  ],
  [
    "text of one line",
    20_000,
    (size) => {
      const bytes = Buffer.from("Größe  x\t ".repeat(size), "latin1");
      return () => {
        const found = detectContainer(bytes);
        if (found.kind === "text") tidy(decodeText(bytes, found.encoding));
      };
    },
  ],
  [
    "text of spaces",
    20_000,
    (size) => {
      const text = `${" ".repeat(size * 4)}x`;
      return () => tidy(text);
    },
  ],
  [
    "judging a text",
    3_000,
    (size) => {
      const text = "x1y2-Zz.aB3 ".repeat(size) + "a".repeat(size * 8);
      return () => judgeText(text);
    },
  ],
  [
    "divided words",
    3_000,
    (size) => {
      const text = "wort\ufffeteil ".repeat(size) + "a".repeat(size * 4);
      return () => joinHyphenated(text);
    },
  ],
  [
    "glyphs of a right-to-left line",
    1_000,
    (size) => {
      const glyphs = Array.from({ length: size }, (_, index) => ({
        text: index % 7 === 0 ? "-" : index % 3 === 0 ? "\u05b8" : "א",
        left: index * 5,
        right: index * 5 + 5,
        bottom: 0,
        top: 10,
        baseline: 0,
      }));
      return () => visualText(glyphs);
    },
  ],
  [
    "neutral characters between letters",
    3_000,
    (size) => {
      const glyphs = ["א", ...Array.from({ length: size }, () => "-"), "a"];
      return () => logicalOrder(glyphs, "right");
    },
  ],
];

it("HTML with elements within more elements than any page has is refused", () => {
  expect(() => htmlBlocks("<table><tr><td>x".repeat(10_000), limits)).toThrow("elements within more elements");
});

it("work that grows with the square of its input is noticed", () => {
  const square = (size: number) => () => {
    let sum = 0;
    for (let one = 0; one < size; one++) for (let other = 0; other < size; other++) sum += one ^ other;
    return void sum;
  };
  expect(growth(square, 500)).toBeGreaterThan(MOST);
});

describe("the time of a reader grows in line with its input:", () => {
  it.each(readers)(
    "%s",
    (_, size, make) => {
      expect(growth(make, size)).toBeLessThan(MOST);
    },
    60_000,
  );
});
