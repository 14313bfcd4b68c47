/**
 * Blocks of a document, and the Markdown that is made of them.
 *
 * @module
 */

import { afterAll, describe, expect, it } from "vitest";
import { documentPageSchema } from "../../../contracts/documents/structure.ts";
import { defaultLimits } from "../../../shared/capabilities/documents/limits.ts";
import { markdownBlocks } from "../../../shared/capabilities/documents/markdown/read-markdown.ts";
import { documentBlocks } from "../../../shared/capabilities/documents/structure/document-blocks.ts";
import { markdownOf } from "../../../shared/capabilities/documents/structure/markdown.ts";
import {
  closeDocumentThreads,
  docx,
  extract,
  FakeOcr,
  line,
  paragraph,
  pdfPages,
} from "../../helpers/document-builders.ts";
import { drawn, pptx, shape } from "../../helpers/office-builders.ts";

afterAll(closeDocumentThreads);

describe("blocks", () => {
  it("of a DOCX are its headings, list items, tables and paragraphs", async () => {
    const heading = `<w:p><w:pPr><w:outlineLvl w:val="0"/></w:pPr><w:r><w:t>Vertrag</w:t></w:r></w:p>`;
    const cell = (text: string) => `<w:tc>${paragraph(text)}</w:tc>`;
    const item = `<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>eins</w:t></w:r></w:p>`;
    const numbering =
      '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:lvlText w:val="%1."/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>';
    const table = `<w:tbl><w:tr>${cell("Pos.")}${cell("Preis")}</w:tr><w:tr>${cell("1")}${cell("9,50 €")}</w:tr></w:tbl>`;

    const { structure } = await extract(docx(heading + paragraph("Ein Absatz") + item + table, { numbering }));

    const sure = { box: null, confidence: 1 };
    expect(structure).toEqual([
      {
        page: null,
        blocks: [
          { kind: "heading", level: 1, marker: "", text: "Vertrag", ...sure },
          { kind: "paragraph", text: "Ein Absatz", ...sure },
          { kind: "item", level: 0, marker: "1.", text: "eins", ...sure },
          {
            kind: "table",
            text: "Pos.\tPreis\n1\t9,50 €",
            rows: [
              ["Pos.", "Preis"],
              ["1", "9,50 €"],
            ],
            ...sure,
          },
        ],
      },
    ]);
    expect(markdownOf(structure)).toBe(
      "# Vertrag\n\nEin Absatz\n\n1. eins\n\n| Pos. | Preis |\n| --- | --- |\n| 1 | 9,50 € |",
    );
  });

  it("of a PDF have places from the upper left corner, pages and sizes", async () => {
    const content = [
      "BT /F 20 Tf 72 742 Td (Annual report) Tj ET",
      line("The first line of a paragraph that goes as far as it can", 700),
      line("on with a second one.", 686),
      line("Erika Muster and her company", 640) + line("Gartenweg 3", 626),
      "BT /F 12 Tf 72 600 Td (Item) Tj ET BT /F 12 Tf 300 600 Td (Price) Tj ET",
      "BT /F 12 Tf 72 584 Td (Drill) Tj ET BT /F 12 Tf 300 584 Td (12.50) Tj ET",
    ].join("\n");

    const { structure } = await extract(pdfPages([content, line("On the second page", 700)]));

    expect(structure.map(({ page, blocks }) => [page, blocks.map(({ kind, text }) => [kind, text])])).toEqual([
      [
        1,
        [
          ["heading", "Annual report"],
          ["paragraph", "The first line of a paragraph that goes as far as it can on with a second one."],
          ["paragraph", "Erika Muster and her company\nGartenweg 3"],
          ["table", "Item\tPrice\nDrill\t12.50"],
        ],
      ],
      [2, [["paragraph", "On the second page"]]],
    ]);
    const [left, top, right, bottom] = structure[0]?.blocks[1]?.box ?? [];
    expect(left).toBeCloseTo(72, -1);
    // Baselines at 142 and 156 points from the top.
    expect(top).toBeGreaterThan(125);
    expect(top).toBeLessThan(140);
    expect(right).toBeGreaterThan(200);
    expect(bottom).toBeGreaterThan(155);
    expect(bottom).toBeLessThan(165);
    expect(markdownOf(structure)).toMatch(
      /^<!-- page 1 -->\n\n# Annual report\n\n.*<!-- page 2 -->\n\nOn the second page$/s,
    );
  });

  it("that were recognized say how sure they are", async () => {
    const scan = "q 595 0 0 842 0 0 cm BI /W 2 /H 2 /BPC 8 /CS /G ID \x00\xff\xff\x00 EI Q";

    const { structure } = await extract(pdfPages([scan]), { ocr: new FakeOcr("First part of it\n\nSecond part") });

    expect(structure).toEqual([
      {
        page: 1,
        blocks: [
          { kind: "paragraph", text: "First part of it", box: null, confidence: 0.9 },
          { kind: "paragraph", text: "Second part", box: null, confidence: 0.9 },
        ],
      },
    ]);
  });

  it("of slides and of plain text are there, as the contract has them", async () => {
    const slides = await extract(pptx([shape(drawn("Title"), "title") + shape(drawn("words"))]));
    const text = await extract(Buffer.from("One\nline\n\nTwo"));

    expect(slides.structure.map((page) => documentPageSchema.parse(page).blocks.map(({ kind }) => kind))).toEqual([
      ["heading", "paragraph"],
    ]);
    expect(text.structure[0]?.blocks.map((block) => block.text)).toEqual(["One\nline", "Two"]);
  });
});

describe("Markdown", () => {
  it("means what the blocks say, whatever signs are in them", () => {
    const hostile = [
      "# no heading",
      "1. no item",
      "- no item",
      "a * b * c and [x](y) and <b>",
      "snake_case and _under_ line",
      "back\\slash and `code`",
      "> no quote",
    ];
    const blocks = documentBlocks([
      ...hostile.map((text) => ({ kind: "paragraph" as const, text })),
      { kind: "table", rows: [["a|b", "c\nd"], ["e"]] },
    ]);

    const written = markdownOf([{ page: null, blocks }]);

    const read = markdownBlocks(written, defaultLimits);
    expect(read.slice(0, hostile.length)).toEqual(hostile.map((text) => ({ kind: "paragraph", text })));
    expect(read.at(-1)).toEqual({
      kind: "table",
      rows: [
        ["a|b", "c\nd"],
        ["e", ""],
      ],
    });
  });

  it("has lists with their levels and numbers", () => {
    const item = (level: number, marker: string, text: string) => ({ kind: "item" as const, level, marker, text });
    const blocks = documentBlocks([
      item(0, "1.", "one"),
      item(1, "•", "below"),
      item(0, "2.", "two"),
      item(0, "§ 3", "three"),
    ]);

    expect(markdownOf([{ page: null, blocks }])).toBe("1. one\n    - below\n2. two\n- § 3 three");
  });
});
