/**
 * Office files that refer to parts which they do not hold: what is lost with them is told.
 *
 * @module
 */

import { afterAll, describe, expect, it } from "vitest";
import { closeDocumentThreads, extract, outcome, zip } from "../../helpers/document-builders.ts";
import { drawn, odf, pptx, shape, xlsx } from "../../helpers/office-builders.ts";

afterAll(closeDocumentThreads);

const W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
const TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/** Parts by kind: their content, or null for one that is referred to and not there. */
type Parts = Readonly<Record<string, string | null>>;

/** A DOCX whose parts have their kind as id. */
function word(body: string, parts: Parts = {}): Buffer {
  const relations = Object.keys(parts).map(
    (kind) => `<Relationship Id="${kind}" Type="${TYPE}/${kind}" Target="${kind}.xml"/>`,
  );
  return zip({
    "[Content_Types].xml": "<Types/>",
    "_rels/.rels": `<Relationships><Relationship Id="d" Type="${TYPE}/officeDocument" Target="word/document.xml"/></Relationships>`,
    "word/document.xml": `<w:document ${W}><w:body>${body}</w:body></w:document>`,
    "word/_rels/document.xml.rels": `<Relationships>${relations.join("")}</Relationships>`,
    ...Object.fromEntries(
      Object.entries(parts).flatMap(([kind, content]) =>
        content === null ? [] : [[`word/${kind}.xml`, `<w:${kind} ${W}>${content}</w:${kind}>`] as const],
      ),
    ),
  });
}

const p = (content: string, properties = "") =>
  `<w:p><w:pPr>${properties}</w:pPr><w:r><w:t>The tenant pays</w:t>${content}</w:r></w:p>`;
const item = p("", '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>');
const styled = p("", '<w:pStyle w:val="Heading1"/>');
const noted = p('<w:footnoteReference w:id="2"/>');
const ended = p('<w:endnoteReference w:id="2"/>');
const numbering =
  '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>';
const note = (kind: string, id: number) => `<w:${kind} w:id="${id}">${p("")}</w:${kind}>`;
const section = (kind: string) => `${p("")}<w:sectPr><w:${kind}Reference w:type="default" r:id="${kind}"/></w:sectPr>`;
const picture = p('<w:drawing><a:blip r:embed="image"/></w:drawing>');

const warningsOf = async (bytes: Uint8Array) => (await extract(bytes)).warnings;

describe("a DOCX", () => {
  it.each<[string, string, Parts]>([
    ["lists", item, { numbering }],
    ["no list", p(""), { numbering: null }],
    ["styles", styled, { styles: '<w:style w:styleId="Heading1"/>' }],
    ["no style", p(""), { styles: null }],
    ["footnotes", noted, { footnotes: note("footnote", 2) }],
    ["endnotes", ended, { endnotes: note("endnote", 2) }],
    ["a header", section("header"), { header: p("") }],
    ["a picture", picture, { image: "" }],
  ])("with %s that is whole has no warning", async (_, body, parts) => {
    expect(await warningsOf(word(body, parts))).toEqual([]);
  });

  it.each<[string, string, Parts, RegExp]>([
    ["its lists", item, { numbering: null }, /numbers of its lists/],
    ["its lists, to which nothing leads", item, {}, /numbers of its lists/],
    ["its styles", styled, { styles: null }, /styles/],
    ["its styles, to which nothing leads", styled, {}, /styles/],
    ["its footnotes", noted, { footnotes: null }, /footnotes/],
    ["one footnote", noted, { footnotes: note("footnote", 3) }, /footnotes/],
    ["its endnotes", ended, {}, /endnotes/],
    ["its header", section("header"), { header: null }, /header/],
    ["its footer, to which nothing leads", section("footer"), {}, /footer/],
    ["its comments", p(""), { comments: null }, /comments/],
    ["a chart", p('<c:chart r:id="chart"/>'), {}, /chart/],
    ["a picture", picture, { image: null }, /picture/],
    ["a picture, to which nothing leads", picture, {}, /picture/],
    ["a page that it takes in", `${p("")}<w:altChunk r:id="none"/>`, {}, /takes in/],
  ])("without %s says so", async (_, body, parts, message) => {
    const found = await extract(word(body, parts));

    expect(found.text).toContain("The tenant pays");
    expect(found.warnings).toEqual([
      { page: null, kind: "page_left_out", message: expect.stringMatching(message) as unknown },
    ]);
    expect(found.warnings[0]?.message).toMatch(/save it once more/);
  });
});

describe("a presentation", () => {
  const slide = (more: string) => `${shape(drawn("The tenant pays"))}${more}`;

  it.each([
    ["picture", '<p:pic><p:blipFill><a:blip r:embed="none"/></p:blipFill></p:pic>'],
    ["chart", '<p:graphicFrame><c:chart r:id="none"/></p:graphicFrame>'],
  ])("without a %s of a slide names that slide", async (_, more) => {
    expect(await warningsOf(pptx([slide(""), slide("")]))).toEqual([]);
    expect(await warningsOf(pptx([slide(""), slide(more)]))).toMatchObject([{ page: 2, kind: "page_left_out" }]);
  });

  it("to one of whose slides nothing leads is refused", async () => {
    const none = zip({
      "_rels/.rels": `<Relationships><Relationship Id="r" Type="${TYPE}/officeDocument" Target="ppt/presentation.xml"/></Relationships>`,
      "ppt/presentation.xml":
        '<p:presentation><p:sldIdLst><p:sldId id="256" r:id="none"/></p:sldIdLst></p:presentation>',
    });
    expect(await outcome(none)).toMatch(/^DocumentCorruptError: .*slide.* missing/);
  });
});

describe("an OpenDocument text", () => {
  const body = (href: string) =>
    `<text:p>The tenant pays</text:p><text:p><draw:frame><draw:image xlink:href="${href}"/></draw:frame></text:p>`;

  it("without a picture says so, but for one that was never in the file", async () => {
    expect(await warningsOf(odf("text", body("Pictures/1.png"), { parts: { "Pictures/1.png": "x" } }))).toEqual([]);
    expect(await warningsOf(odf("text", body("../1.png")))).toEqual([]);
    expect(await warningsOf(odf("text", body("Pictures/1.png")))).toMatchObject([{ kind: "page_left_out" }]);
  });
});

describe("a workbook", () => {
  const row = '<row r="1"><c r="A1"><v>2</v></c></row>';
  const parts = (left: string) => {
    const names = { styles: "xl/styles.xml", notes: "xl/comments1.xml" } as const;
    const relations = (entries: readonly string[]) => `<Relationships>${entries.join("")}</Relationships>`;
    const relation = (id: string, kind: string, target: string) =>
      `<Relationship Id="${id}" Type="${TYPE}/${kind}" Target="${target}"/>`;
    return zip({
      "_rels/.rels": relations([relation("r", "officeDocument", "xl/workbook.xml")]),
      "xl/workbook.xml": '<workbook><sheets><sheet name="One" sheetId="1" r:id="a"/></sheets></workbook>',
      "xl/_rels/workbook.xml.rels": relations([
        relation("a", "worksheet", "worksheets/sheet1.xml"),
        relation("t", "styles", "styles.xml"),
      ]),
      "xl/worksheets/sheet1.xml": `<worksheet><sheetData>${row}</sheetData></worksheet>`,
      "xl/worksheets/_rels/sheet1.xml.rels": relations([relation("c", "comments", "../comments1.xml")]),
      ...(left === "styles" ? {} : { [names.styles]: "<styleSheet/>" }),
      ...(left === "notes" ? {} : { [names.notes]: "<comments/>" }),
    });
  };

  it.each(["styles", "notes"])("without its %s says so", async (left) => {
    expect(await warningsOf(xlsx({ One: row }))).toEqual([]);
    expect(await warningsOf(parts("nothing"))).toEqual([]);
    expect(await warningsOf(parts(left))).toMatchObject([{ page: null, kind: "page_left_out" }]);
  });
});
