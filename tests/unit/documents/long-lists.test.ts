/**
 * Documents of very many rows, paragraphs and pictures are read as short ones are.
 *
 * @module
 */

import { expect, it } from "vitest";
import { readZip } from "../../../shared/capabilities/documents/container/zip.ts";
import { readDocx } from "../../../shared/capabilities/documents/docx/read-docx.ts";
import { htmlBlocks } from "../../../shared/capabilities/documents/html/html-blocks.ts";
import { defaultLimits } from "../../../shared/capabilities/documents/limits.ts";
import { odfBlocks } from "../../../shared/capabilities/documents/odf/odf-blocks.ts";
import { csvBlocks } from "../../../shared/capabilities/documents/spreadsheet/read-csv.ts";
import { type Block, textOfBlocks } from "../../../shared/capabilities/documents/structure/blocks.ts";
import { documentBlocks } from "../../../shared/capabilities/documents/structure/document-blocks.ts";
import { markdownOf } from "../../../shared/capabilities/documents/structure/markdown.ts";
import { docx, paragraph } from "../../helpers/document-builders.ts";

/** More than the arguments of one call may be. */
const MANY = 150_000;
const limits = { ...defaultLimits, zipRatio: 1e9 };
const noStyles = { lists: new Map(), hidden: new Set<string>() };
const odt = (xml: string): readonly Block[] => odfBlocks(xml, noStyles, limits).flat();
const word = (body: string): readonly Block[] => readDocx(readZip(docx(body), limits), limits, () => []).blocks;

it.each<[what: string, read: () => readonly Block[], line: string]>([
  ["rows of CSV", () => csvBlocks("name;x;town\n".repeat(MANY), limits) ?? [], "name\tx\ttown"],
  ["rows of an HTML table", () => htmlBlocks(`<table>${"<tr><td>x<td>y".repeat(MANY)}</table>`, limits), "x\ty"],
  [
    "paragraphs in an ODT text box",
    () =>
      odt(
        `<text:p><draw:frame><draw:text-box>${"<text:p>x</text:p>".repeat(MANY)}</draw:text-box></draw:frame></text:p>`,
      ),
    "x",
  ],
  [
    "paragraphs in a DOCX text box",
    () => word(`<w:p><w:r><w:txbxContent>${paragraph("x").repeat(MANY)}</w:txbxContent></w:r></w:p>`),
    "x",
  ],
])("%s are all in the text and in the Markdown", (_, read, line) => {
  const blocks = read();
  expect(
    textOfBlocks(blocks)
      .split("\n")
      .filter((each) => each === line),
  ).toHaveLength(MANY);
  const markdown = markdownOf([{ page: 1, blocks: documentBlocks(blocks) }]);
  const words = line.split("\t").map((word) => `\\b${word}\\b`);
  expect(markdown.match(new RegExp(words.join(" \\| "), "g"))).toHaveLength(MANY);
});

it("pictures in a paragraph are all kept", () => {
  const blocks = odt(`<text:p>${'<draw:frame><draw:image xlink:href="a.png"/></draw:frame>'.repeat(MANY)}</text:p>`);
  expect(blocks.filter(({ kind }) => kind === "picture")).toHaveLength(MANY);
});
