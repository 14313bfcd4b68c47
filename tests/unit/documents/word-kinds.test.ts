/**
 * What a page of Word shows beside its plain text: numbers, marks, choices, links, notes, equations, pages of others.
 *
 * @module
 */

import { afterAll, describe, expect, it } from "vitest";
import {
  closeDocumentThreads,
  extract,
  FakeOcr,
  paragraph,
  png,
  seeded,
  zip,
} from "../../helpers/document-builders.ts";

afterAll(closeDocumentThreads);

const W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
const TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

interface Part {
  readonly kind: string;
  readonly target: string;
  readonly content?: string | Uint8Array;
}

/** A DOCX whose parts have the ids p0, p1 and so on; one without content is an address outside. */
function word(body: string, parts: readonly Part[] = []): Buffer {
  const relation = ({ kind, target, content }: Part, index: number) =>
    `<Relationship Id="p${index}" Type="${TYPE}/${kind}" Target="${target}"${content === undefined ? ' TargetMode="External"' : ""}/>`;
  return zip({
    "[Content_Types].xml": "<Types/>",
    "_rels/.rels": `<Relationships><Relationship Id="d" Type="${TYPE}/officeDocument" Target="word/document.xml"/></Relationships>`,
    "word/document.xml": `<?xml version="1.0"?><w:document ${W}><w:body>${body}</w:body></w:document>`,
    "word/_rels/document.xml.rels": `<Relationships>${parts.map(relation).join("")}</Relationships>`,
    ...Object.fromEntries(
      parts.flatMap(({ target, content }) => (content === undefined ? [] : [[`word/${target}`, content] as const])),
    ),
  });
}

const text = async (body: string, parts?: readonly Part[]): Promise<string> => (await extract(word(body, parts))).text;
const run = (shown: string, properties = "") =>
  `<w:r>${properties && `<w:rPr>${properties}</w:rPr>`}<w:t xml:space="preserve">${shown}</w:t></w:r>`;
const p = (runs: string, properties = "") => `<w:p>${properties && `<w:pPr>${properties}</w:pPr>`}${runs}</w:p>`;
const item = (shown: string, list: number, level = 0) =>
  p(run(shown), `<w:numPr><w:ilvl w:val="${level}"/><w:numId w:val="${list}"/></w:numPr>`);
const level = (index: number, format: string, pattern: string, start = 1) =>
  `<w:lvl w:ilvl="${index}"><w:start w:val="${start}"/><w:numFmt w:val="${format}"/><w:lvlText w:val="${pattern}"/></w:lvl>`;
const numbering = (content: string): Part => ({
  kind: "numbering",
  target: "numbering.xml",
  content: `<w:numbering ${W}>${content}</w:numbering>`,
});
const styles = (content: string): Part => ({
  kind: "styles",
  target: "styles.xml",
  content: `<w:styles ${W}>${content}</w:styles>`,
});
const field = (instruction: string, result?: string, data = "") =>
  `<w:r><w:fldChar w:fldCharType="begin">${data && `<w:ffData>${data}</w:ffData>`}</w:fldChar></w:r><w:r><w:instrText>${instruction}</w:instrText></w:r>` +
  `${result === undefined ? "" : `<w:r><w:fldChar w:fldCharType="separate"/></w:r>${run(result)}`}<w:r><w:fldChar w:fldCharType="end"/></w:r>`;

describe("numbers of lists", () => {
  const outline = numbering(
    `<w:abstractNum w:abstractNumId="7">${level(0, "decimal", "%1.")}${level(1, "decimal", "%1.%2")}${level(2, "lowerLetter", "(%3)")}</w:abstractNum>` +
      `<w:abstractNum w:abstractNumId="8">${level(0, "upperRoman", "Art. %1")}</w:abstractNum>` +
      '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num>' +
      '<w:num w:numId="3"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>',
  );

  it("count by level, and start over below", async () => {
    const body = [item("A", 1), item("B", 1, 1), item("C", 1, 1), item("D", 1, 2), item("E", 1), item("F", 1, 1)];

    expect(await text(body.join(""), [outline])).toBe("1. A\n1.1 B\n1.2 C\n(a) D\n2. E\n2.1 F");
  });

  it("continue behind other text, in each list for itself, and where they are told to begin", async () => {
    const body = [
      item("A", 1),
      paragraph("between"),
      item("I", 2),
      item("B", 1),
      item("II", 2),
      item("E", 3),
      item("F", 3),
    ];

    expect(await text(body.join(""), [outline])).toBe("1. A\nbetween\nArt. I I\n2. B\nArt. II II\n5. E\n6. F");
  });

  it("come from a style, and from the one it is based on", async () => {
    const sheet = styles(
      '<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>' +
        '<w:style w:type="paragraph" w:styleId="H2"><w:name w:val="heading 2"/><w:basedOn w:val="H1"/><w:pPr><w:numPr><w:ilvl w:val="1"/></w:numPr></w:pPr></w:style>',
    );
    const body = [p(run("Vertrag"), '<w:pStyle w:val="H1"/>'), p(run("Parteien"), '<w:pStyle w:val="H2"/>')];

    expect(await text(body.join(""), [outline, sheet])).toBe("1. Vertrag\n1.1 Parteien");
  });

  it("are bullets where they are not numbers, and nothing on an empty line", async () => {
    const bullets = numbering(
      `<w:abstractNum w:abstractNumId="0">${level(0, "bullet", "\uf0b7")}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>`,
    );

    expect(await text(item("A", 1) + item("", 1) + item("B", 1), [bullets])).toBe("• A\n\n• B");
  });
});

describe("forms", () => {
  it("show what is checked and chosen, in the old and the new kind", async () => {
    const box = (state: string) => field(" FORMCHECKBOX ", undefined, `<w:checkBox>${state}</w:checkBox>`);
    const body = [
      p(box('<w:default w:val="0"/><w:checked/>') + run(" yes")),
      p(box('<w:default w:val="1"/><w:checked w:val="0"/>') + run(" no")),
      p(
        field(
          " FORMDROPDOWN ",
          undefined,
          '<w:ddList><w:result w:val="1"/><w:listEntry w:val="red"/><w:listEntry w:val="blue"/></w:ddList>',
        ),
      ),
      p(
        '<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="1"/></w14:checkbox></w:sdtPr><w:sdtContent/></w:sdt>' +
          run(" new"),
      ),
      p(field(" FORMTEXT ", "Maria", "<w:textInput/>")),
    ];

    expect(await text(body.join(""))).toBe("☒ yes\n☐ no\nblue\n☒ new\nMaria");
  });

  it("show the marks of symbol fonts, however they are written", async () => {
    const body = [
      p(`<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>${run(" a")}`),
      p(run("\uf0a8", '<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>') + run(" b")),
      p(run("a\uf062", '<w:rFonts w:ascii="Symbol"/>')),
      p(field(' SYMBOL 254 \\f "Wingdings" ') + run(" c")),
    ];

    expect(await text(body.join(""))).toBe("☒ a\n☐ b\nαβ\n☒ c");
  });

  it("show the text of a button, and not what stands in an instruction", async () => {
    const nested = `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> IF </w:instrText></w:r>${field(" MERGEFIELD x ", "hidden")}<w:r><w:fldChar w:fldCharType="separate"/></w:r>${run("shown")}<w:r><w:fldChar w:fldCharType="end"/></w:r>`;

    expect(await text(p(field("MACROBUTTON NoMacro [Click here]")) + p(nested))).toBe("[Click here]\nshown");
  });
});

describe("text", () => {
  it("that is hidden is left out, by its own or by a style; soft hyphens go", async () => {
    const sheet = styles('<w:style w:type="character" w:styleId="Secret"><w:rPr><w:vanish/></w:rPr></w:style>');
    const body = p(
      run("Do\u00adnau ") +
        run("gone", "<w:vanish/>") +
        run("kept ", '<w:vanish w:val="0"/>') +
        run("gone too", '<w:rStyle w:val="Secret"/>') +
        run("end"),
    );

    expect(await text(body, [sheet])).toBe("Donau kept end");
  });

  it("in a row stays on one line, with empty cells; long cells stay paragraphs", async () => {
    const cell = (...lines: string[]) => `<w:tc>${lines.map(paragraph).join("")}</w:tc>`;
    const row = (...cells: string[]) => `<w:tr>${cells.join("")}</w:tr>`;
    const long = ["x".repeat(300), "y".repeat(300)];

    expect(
      await text(
        `<w:tbl>${row(cell("1"), cell(""), cell("May", "net"), cell("8,00"))}${row(cell("a"), cell(...long))}</w:tbl>`,
      ),
    ).toBe(`1\t\tMay net\t8,00\na\n${long.join("\n")}`);
  });

  it("that is a link is followed by its address, unless it is the address", async () => {
    const parts = [
      { kind: "hyperlink", target: "https://example.org/a" },
      { kind: "hyperlink", target: "mailto:a@example.org" },
    ];
    const body = [
      p(`<w:hyperlink r:id="p0">${run("here")}</w:hyperlink>`),
      p(`<w:hyperlink r:id="p0">${run("example.org/a")}</w:hyperlink>`),
      p(`<w:hyperlink r:id="p1">${run("write")}</w:hyperlink>`),
      p(field(' HYPERLINK "https://example.org/b" ', "there")),
    ];

    expect(await text(body.join(""), parts)).toBe(
      "here <https://example.org/a>\nexample.org/a\nwrite <a@example.org>\nthere <https://example.org/b>",
    );
  });

  it("refers to notes by the numbers that they have", async () => {
    const notes = (kind: string) => ({
      kind: `${kind}s`,
      target: `${kind}s.xml`,
      content: `<w:${kind}s ${W}><w:${kind} w:id="-1" w:type="separator">${p("")}</w:${kind}><w:${kind} w:id="4">${paragraph(`a ${kind}`)}</w:${kind}></w:${kind}s>`,
    });
    const body = p(
      `${run("one")}<w:r><w:footnoteReference w:id="4"/></w:r>${run(" two")}<w:r><w:endnoteReference w:id="4"/></w:r>`,
    );

    expect(await text(body, [notes("footnote"), notes("endnote")])).toBe(
      "one[1] two[i]\n\n[1] a footnote\n\n[i] a endnote",
    );
  });

  it("of equations stands on one line", async () => {
    const m = (name: string, content: string) => `<m:${name}>${content}</m:${name}>`;
    const r = (shown: string) => `<m:r><m:t>${shown}</m:t></m:r>`;
    const fraction = m("f", m("num", r("a+b")) + m("den", r("2")));
    const root = m("rad", m("radPr", "<m:degHide/>") + m("deg", "") + m("e", r("x")));
    const power = m("sSup", m("e", r("c")) + m("sup", r("2")));
    const sum = m(
      "nary",
      `<m:naryPr><m:chr m:val="∑"/></m:naryPr>${m("sub", r("i=1"))}${m("sup", r("n"))}${m("e", r("i"))}`,
    );

    expect(await text(p(m("oMath", `${fraction}${r("=")}${root}${r("+")}${power}${r("+")}${sum}`)))).toBe(
      "(a+b)/2=√(x)+c^2+∑_(i=1)^ni",
    );
  });
});

describe("what is taken in as a whole", () => {
  it.each([
    [
      "HTML",
      "a.html",
      "<html><head><title>no</title></head><body><p>One <b>word</b></p><table><tr><td>a</td><td>b</td></tr></table></body></html>",
      "One word\na\tb",
    ],
    ["RTF", "a.rtf", "{\\rtf1\\ansi {\\fonttbl{\\f0 Arial;}}Gr\\'fc\\'dfe\\par}", "Grüße"],
    ["text", "a.txt", "plain\ntext", "plain\ntext"],
    ["another document", "a.docx", word(paragraph("inner")), "inner"],
  ])("%s is read, and what follows it", async (_, target, content, expected) => {
    const body = `<w:altChunk r:id="p0"/>${paragraph("What follows")}`;

    expect(await text(body, [{ kind: "aFChunk", target, content }])).toBe(`${expected}\nWhat follows`);
  });

  it("says so where it cannot be read, or is missing", async () => {
    const body = `<w:altChunk r:id="p0"/>${paragraph("What follows")}`;
    const cut = word(paragraph("inner")).subarray(0, -40);
    const chunk = { kind: "aFChunk", target: "a.docx" };
    const missing = word(body, [{ ...chunk, content: "" }]);

    for (const bytes of [word(body, [{ ...chunk, content: cut }]), missing]) {
      const { text, warnings } = await extract(bytes);
      expect(text).toBe("What follows");
      expect(warnings).toMatchObject([{ page: null, kind: "page_left_out" }]);
    }
  });

  it("a picture of a page is recognized where it stands, a logo is not", async () => {
    const random = seeded(5);
    const page = new Uint8Array(701 * 500).fill(255);
    for (let row = 0; row < 500; row++) page[row * 701] = 0;
    // Lines of ink, and noise that keeps the file from being small.
    for (let at = 0; at < page.length; at += 7)
      if (at % 701 > 100 && Math.floor(at / 701) % 20 < 4) page[at] = random() * 90;
    const parts = [
      { kind: "image", target: "page.png", content: png(700, 500, page) },
      { kind: "image", target: "logo.png", content: png(40, 40, new Uint8Array(41 * 40)) },
    ];
    const blip = (id: string) => `<w:r><w:drawing><a:blip r:embed="${id}"/></w:drawing></w:r>`;
    const ocr = new FakeOcr("the scanned page");

    const body = p(run("A letter that says enough by itself") + blip("p1")) + p(blip("p0")) + paragraph("behind it");
    const found = await extract(word(body, parts), { ocr });

    expect(found).toMatchObject({
      text: "A letter that says enough by itself\n\nthe scanned page\n\nbehind it",
      ocr: true,
      pages: null,
    });
    expect(ocr.seen).toHaveLength(1);
  });
});
