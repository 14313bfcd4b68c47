/**
 * The time of each reader grows in line with its input, also with input that is made to be slow. Measured as the ratio
 * of the processor time of two sizes in one thread, so that neither a slow nor a busy machine changes it.
 *
 * @module
 */

import { describe, expect, it } from "vitest";
import { readZip } from "../../shared/capabilities/documents/container/zip.ts";
import { detectContainer } from "../../shared/capabilities/documents/detect-format.ts";
import { docBlocks } from "../../shared/capabilities/documents/doc/doc-blocks.ts";
import { readDocx } from "../../shared/capabilities/documents/docx/read-docx.ts";
import { htmlBlocks } from "../../shared/capabilities/documents/html/html-blocks.ts";
import { defaultLimits } from "../../shared/capabilities/documents/limits.ts";
import { firstMessage } from "../../shared/capabilities/documents/mail/first-message.ts";
import { isMessage } from "../../shared/capabilities/documents/mail/read-eml.ts";
import { markdownBlocks } from "../../shared/capabilities/documents/markdown/read-markdown.ts";
import { odfBlocks } from "../../shared/capabilities/documents/odf/odf-blocks.ts";
import { joinHyphenated } from "../../shared/capabilities/documents/pdf/hyphens.ts";
import { logicalOrder } from "../../shared/capabilities/documents/pdf/logical-order.ts";
import { readingOrder } from "../../shared/capabilities/documents/pdf/reading-order.ts";
import { visualText } from "../../shared/capabilities/documents/pdf/visual-lines.ts";
import { readRtf } from "../../shared/capabilities/documents/rtf/read-rtf.ts";
import { drawingBlocks } from "../../shared/capabilities/documents/slides/drawing-blocks.ts";
import { csvBlocks } from "../../shared/capabilities/documents/spreadsheet/read-csv.ts";
import { readXlsx } from "../../shared/capabilities/documents/spreadsheet/read-xlsx.ts";
import { textOfBlocks } from "../../shared/capabilities/documents/structure/blocks.ts";
import { decodeText } from "../../shared/capabilities/documents/text/detect-encoding.ts";
import { judgeText } from "../../shared/capabilities/documents/text/quality.ts";
import { tidy } from "../../shared/capabilities/documents/text/tidy.ts";
import { docx, paragraph } from "../helpers/document-builders.ts";
import { growth } from "../helpers/growth.ts";
import { columnName, drawn, shape, xlsx } from "../helpers/office-builders.ts";

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
const noStyles = { lists: new Map(), hidden: new Set<string>() };
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
    "XLSX of rows, each with a cell in another column",
    500,
    (size) => {
      const rows = Array.from(
        { length: size },
        (_, row) => `<row r="${row + 1}"><c r="${columnName(row % 16_000)}${row + 1}"><v>${row}</v></c></row>`,
      );
      const file = xlsx({ S: `<cols>${'<col min="1" max="9000" hidden="1"/>'.repeat(size)}</cols>${rows.join("")}` });
      return () => void textOfBlocks(readXlsx(readZip(file, limits), limits).blocks);
    },
  ],
  [
    "PPTX of numbered paragraphs",
    500,
    (size) => {
      const xml = shape(drawn("x", '><a:buAutoNum type="romanLcParenBoth"/>').repeat(size));
      return () => void textOfBlocks(drawingBlocks(xml).blocks);
    },
  ],
  [
    "ODT of text boxes within text boxes",
    400,
    (size) => {
      const xml = `${"<text:p>x<draw:frame><draw:text-box>".repeat(size)}${"</draw:text-box></draw:frame></text:p>".repeat(size)}`;
      return () => void textOfBlocks(odfBlocks(xml, noStyles, limits).flat());
    },
  ],
  [
    "ODT of lists within lists",
    400,
    (size) => {
      const xml = `${'<text:list text:style-name="a"><text:list-item><text:p>x</text:p>'.repeat(size)}${"</text:list-item></text:list>".repeat(size)}`;
      return () => void textOfBlocks(odfBlocks(xml, noStyles, limits).flat());
    },
  ],
  [
    "CSV with quotes that never close",
    1_000,
    (size) => {
      const csv = 'a;"b\n'.repeat(size);
      return () => void csvBlocks(csv, limits);
    },
  ],
  [
    "CSV of rows",
    1_000,
    (size) => {
      const csv = 'a;"b";c\n'.repeat(size);
      return () => void csvBlocks(csv, limits);
    },
  ],
  [
    "Markdown of signs that might begin something",
    300,
    (size) => {
      const markdown = `${"*_`[![".repeat(size)}\n\n${"> ".repeat(size)}\n\n${"| a ".repeat(size)}\n`;
      return () => void markdownBlocks(markdown, limits);
    },
  ],
  [
    "Markdown as people write it",
    50,
    (size) => {
      const part =
        "# Title\n\nSome *words* and a [link](https://example.com).\n\n- a\n- b\n\n| A | B |\n|--|--|\n| 1 | 2 |\n\n";
      return () => void markdownBlocks(part.repeat(size), limits);
    },
  ],
  ...(["a{display:none}", "@media{", "a:b(", "{", "/*", "x;", "@import 'x' "] as const).map(
    (css) =>
      [
        `HTML with style sheets of ${css}`,
        3_000,
        (size: number) => () => void htmlBlocks(`<style>${css.repeat(size)}</style><p class=a>x</p>`, limits),
      ] as const,
  ),
  [
    "files of several messages",
    2_000,
    (size) => {
      const bytes = Buffer.from(`From a@b.c May 3 2024\nFrom: a\n\n${"\nFrom x 2024 y ".repeat(size)}`);
      return () => void firstMessage(bytes);
    },
  ],
  [
    "telling messages from text",
    3_000,
    (size) => {
      const head = `From: a\n${" x".repeat(size)}\n${"a:\n".repeat(size)}`;
      return () => void isMessage(head);
    },
  ],
  [
    "RTF of groups within groups",
    3_000,
    (size) => {
      const bytes = Buffer.from(`{\\rtf1 ${"{\\b x\\par ".repeat(size)}`);
      return () => void readRtf(bytes, limits);
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
    "lines of a PDF page that stand side by side",
    300,
    (size) => {
      const segments = Array.from({ length: size * 4 }, (_, order) => {
        const left = (order % 4) * 150 + (order % 7);
        const place = { left, right: left + 90, baseline: -12 * Math.floor(order / 4), height: 11, top: 9, turns: 0 };
        return { ...place, order, text: "some words", words: [{ ...place, text: "some words" }] };
      });
      return () => void readingOrder(segments, () => []);
    },
  ],
  [
    "rows of a PDF table that wrap, with lines between them",
    300,
    (size) => {
      const rows = Array.from({ length: size }, (_, row) => row);
      const segments = rows.flatMap((row) => {
        const cells = row % 2 === 0 ? [0, 1, 2] : [1];
        return cells.map((column) => {
          const place = {
            left: column * 150,
            right: column * 150 + 90,
            baseline: -12 * row,
            height: 11,
            top: 9,
            turns: 0,
          };
          return { ...place, order: row * 3 + column, text: "some words", words: [{ ...place, text: "some words" }] };
        });
      });
      const rules = rows.flatMap((row) => (row % 2 === 0 ? [] : [{ from: 0, to: 400, y: -12 * row - 6 }]));
      return () => void readingOrder(segments, () => rules);
    },
  ],
  [
    "lines of a PDF page in one row",
    300,
    (size) => {
      const segments = Array.from({ length: size }, (_, order) => {
        const place = { left: order * 30, right: order * 30 + 5, baseline: order % 2, height: 10, top: 9, turns: 0 };
        return { ...place, order: (order * 7_919) % size, text: "ab", words: [{ ...place, text: "ab" }] };
      });
      return () => void readingOrder(segments, () => []);
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
  expect(() => htmlBlocks("<table><tr><td>x".repeat(10_000), limits)).toThrow("elements within more than");
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
