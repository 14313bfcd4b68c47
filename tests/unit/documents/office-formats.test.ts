/**
 * Workbooks, presentations, OpenDocument files, messages, separated values and Markdown: what their reader sees.
 *
 * @module
 */

import { afterAll, describe, expect, it } from "vitest";
import { encodePng } from "../../../shared/capabilities/documents/image/encode-png.ts";
import {
  closeDocumentThreads,
  extract,
  FakeOcr,
  line,
  outcome,
  pdfPages,
  png,
  seeded,
} from "../../helpers/document-builders.ts";
import { columnName, drawn, odf, pptx, shape, xlsx } from "../../helpers/office-builders.ts";

afterAll(closeDocumentThreads);

const text = async (bytes: Uint8Array, fileName = "file"): Promise<string> => (await extract(bytes, { fileName })).text;
const row = (number: number, ...cells: string[]): string => `<row r="${number}">${cells.join("")}</row>`;
const cell = (place: string, value: string | number, attributes = ""): string =>
  `<c r="${place}" ${attributes}><v>${value}</v></c>`;
const inline = (place: string, value: string): string => `<c r="${place}" t="inlineStr"><is><t>${value}</t></is></c>`;

describe("XLSX", () => {
  const styles = `<numFmts><numFmt numFmtId="164" formatCode="#,##0.00 &quot;€&quot;"/><numFmt numFmtId="165" formatCode="[$-407]d. mmmm yyyy"/></numFmts>
    <cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>
    <cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="10"/><xf numFmtId="165"/></cellXfs>`;

  it("gives each sheet with its name, its cells as they are shown, tabs between them", async () => {
    const sheet =
      row(1, cell("A1", 0, 't="s"'), cell("B1", 1, 't="s"'), cell("C1", 2, 't="s"'), inline("D1", "Anteil")) +
      row(2, cell("A2", 7), cell("B2", 45363, 's="1"'), cell("C2", 1234.5, 's="2"'), cell("D2", 0.256, 's="3"')) +
      row(3, cell("A3", 8), cell("B3", 45364, 's="4"'), cell("D3", 1, 't="b"'));

    const found = await extract(
      xlsx(
        { Rechnungen: sheet, Zweites: row(1, inline("B5", "allein")) },
        { styles, strings: ["<t>Nr.</t>", "<r><t>Da</t></r><r><t>tum</t></r><rPh><t>x</t></rPh>", "<t>Betrag</t>"] },
      ),
    );

    expect(found).toMatchObject({ format: "xlsx", pages: null });
    expect(found.text).toBe(
      "Rechnungen\nNr.\tDatum\tBetrag\tAnteil\n7\t2024-03-12\t1.234,50 €\t25,60%\n8\t13. März 2024\t\tTRUE\nZweites\nallein",
    );
  });

  it.each([
    [
      "German",
      ["Umsatz und Kosten nach der Art", "Die Zahlen sind noch nicht gepruft", "ohne die Kosten fur das Lager"],
      "12.345\t1.234,5",
    ],
    [
      "English",
      ["Sales and costs by the kind", "These are not yet checked by us", "without the costs of the store"],
      "12,345\t1,234.5",
    ],
    ["no known", ["Umsatz"], "12345\t1234.5"],
  ])(
    "writes numbers as a workbook in %s language does, so that they mean one thing alone",
    async (_, strings, shown) => {
      const formats = `<numFmts><numFmt numFmtId="170" formatCode="#,##0.0"/></numFmts><cellXfs><xf numFmtId="3"/><xf numFmtId="170"/></cellXfs>`;
      const sheet = row(1, cell("A1", 12345, 's="0"'), cell("B1", 1234.5, 's="1"'));

      const found = await text(xlsx({ S: sheet }, { styles: formats, strings: strings.map((one) => `<t>${one}</t>`) }));

      expect(found).toBe(`S\n${shown}`);
    },
  );

  it("leaves out hidden sheets, rows and columns, and counts dates from 1904 where the file says so", async () => {
    const cols = '<cols><col min="2" max="2" hidden="1"/></cols>';
    const sheet = `${cols}${row(1, inline("A1", "shown"), inline("B1", "column"))}<row r="2" hidden="1">${inline("A2", "hidden row")}</row>${row(3, cell("A3", 43901, 's="1"'))}`;

    const found = await text(
      xlsx(
        { One: sheet, "!Two": row(1, inline("A1", "secret")) },
        { styles, properties: '<workbookPr date1904="1"/>' },
      ),
    );

    expect(found).toBe("One\nshown\n2024-03-12");
  });

  it("gives notes on cells and the texts of drawings", async () => {
    const comments =
      '<comments><commentList><comment ref="B2"><text><r><t>please </t></r><r><t>check</t></r></text></comment></commentList></comments>';
    const drawing = `<xdr:wsDr><xdr:sp><xdr:txBody>${drawn("in the box")}</xdr:txBody></xdr:sp></xdr:wsDr>`;

    expect(await text(xlsx({ S: row(1, inline("A1", "a")) }, { comments, drawing }))).toBe(
      "S\na\nB2: please check\nin the box",
    );
  });

  it("does not make cells of what lies between two far ones", async () => {
    const far = Array.from({ length: 500 }, (_, index) => row(index + 1, inline(columnName(index * 30), `v${index}`)));

    const found = await text(xlsx({ S: far.join("") }));

    expect(found.length).toBeLessThan(5_000);
    expect(found).toContain("v499");
  });

  it("that repeats one long text without end is refused", async () => {
    const sheet = Array.from({ length: 300 }, (_, index) => row(index + 1, cell(`A${index + 1}`, 0, 't="s"'))).join("");
    const bomb = xlsx({ S: sheet }, { strings: [`<t>${"x".repeat(100_000)}</t>`] });

    expect(await outcome(bomb)).toBe("DocumentTooLargeError: The document's text is too long.");
  });

  it("with a document type definition grows no entities", async () => {
    const lol = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>';

    expect(await text(xlsx({ S: `${row(1, inline("A1", "&b;"))}` }, { comments: `${lol}<comments/>` }))).toBe("S\n&b;");
  });
});

describe("PPTX", () => {
  it("gives slides as pages, titles first, with lists, tables and notes", async () => {
    const table = `<p:graphicFrame><a:tbl>${["Jahr|Wert", "2024|1,5"]
      .map(
        (cells) =>
          `<a:tr>${cells
            .split("|")
            .map((one) => `<a:tc><a:txBody>${drawn(one)}</a:txBody></a:tc>`)
            .join("")}</a:tr>`,
      )
      .join("")}</a:tbl></p:graphicFrame>`;
    const list =
      drawn("eins", '><a:buAutoNum type="arabicPeriod"/>') +
      drawn("darunter", ' lvl="1"><a:buChar char="x"/>') +
      drawn("zwei", '><a:buAutoNum type="arabicPeriod"/>');
    const notes = `<p:notes>${shape(drawn("Langsam sprechen"), "body")}${shape(drawn("1"), "sldNum")}</p:notes>`;

    const found = await extract(
      pptx([shape(list) + shape(drawn("Bericht"), "title"), shape(drawn("Zahlen"), "ctrTitle") + table], {
        notesSlide: notes,
      }),
    );

    expect(found).toMatchObject({ format: "pptx", pages: 2 });
    expect(found.text).toBe(
      "Bericht\n1. eins\n• darunter\n2. zwei\n\nLangsam sprechen\n\fZahlen\nJahr\tWert\n2024\t1,5",
    );
  });

  it("has the largest picture of a slide recognized, once where slides share it", async () => {
    // Paper with a grain, which packs badly, and some ink.
    const random = seeded(7);
    const written = Buffer.from(
      Array.from({ length: 600 * 601 }, (_, at) =>
        at % 601 === 0 ? 0 : random() < 0.02 ? 20 : 255 - Math.floor(random() * 20),
      ),
    );
    const ocr = new FakeOcr("What the scan says");
    const picture = '<p:pic><p:blipFill><a:blip r:embed="p0"/></p:blipFill></p:pic>';

    const found = await extract(
      pptx(
        [shape(drawn("A slide that says some words of its own")) + picture, picture],
        {},
        {
          "media/scan.png": png(600, 600, written),
        },
      ),
      { ocr },
    );

    expect(found.text).toBe("A slide that says some words of its own\n\nWhat the scan says\n\f");
    expect(ocr.seen).toHaveLength(1);
  });
});

describe("OpenDocument", () => {
  const p = (content: string, style = ""): string => `<text:p text:style-name="${style}">${content}</text:p>`;

  it("text gives headings and lists with their numbers, tables, notes, links and no hidden text", async () => {
    const styles =
      '<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/><text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")"/></text:list-style>' +
      '<style:style style:name="H"><style:text-properties text:display="none"/></style:style>';
    const outline =
      '<text:outline-style><text:outline-level-style text:level="1" style:num-format="1" style:num-suffix="."/></text:outline-style>';
    const item = (content: string): string => `<text:list-item>${content}</text:list-item>`;
    const td = (content: string, attributes = ""): string =>
      `<table:table-cell ${attributes}>${p(content)}</table:table-cell>`;
    const body =
      '<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes><text:h text:outline-level="1">Vertrag</text:h>' +
      p(
        'Siehe<text:s text:c="2"/><text:a xlink:href="https://example.com/x">hier</text:a><text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Eine Fußnote</text:p></text:note-body></text:note> <text:span text:style-name="H">geheim</text:span>',
      ) +
      p("versteckt", "H") +
      `<text:list text:style-name="L">${item(p("eins"))}${item(`${p("zwei")}<text:list>${item(p("darunter"))}</text:list>`)}</text:list>` +
      `<text:list text:style-name="L" text:continue-numbering="true">${item(p("drei"))}</text:list>` +
      `<table:table><table:table-column table:number-columns-repeated="2"/><table:table-row>${td("Pos.")}${td("Preis")}</table:table-row><table:table-row>${td("1")}${td("9,50 €")}</table:table-row></table:table>`;

    const found = await extract(odf("text", body, { styles, parts: { "styles.xml": `<x>${outline}</x>` } }));

    expect(found).toMatchObject({ format: "odt", pages: null });
    expect(found.text).toBe(
      "1. Vertrag\nSiehe  hier <https://example.com/x>[1]\n\n1. eins\n2. zwei\na) darunter\n3. drei\nPos.\tPreis\n1\t9,50 €\n\nEine Fußnote",
    );
  });

  it("sheets give rows and cells that repeat, and nothing for the empty rest of the sheet", async () => {
    const td = (content: string, attributes = ""): string =>
      `<table:table-cell ${attributes}>${content && p(content)}</table:table-cell>`;
    const body = `<table:table table:name="Blatt"><table:table-row>${td("a", 'table:number-columns-repeated="2"')}${td("b")}${td("", 'table:number-columns-repeated="16000"')}</table:table-row><table:table-row table:number-rows-repeated="2">${td("c")}</table:table-row><table:table-row table:number-rows-repeated="1048570">${td("", 'table:number-columns-repeated="16384"')}</table:table-row></table:table>`;

    expect(await text(odf("spreadsheet", body))).toBe("Blatt\na\ta\tb\nc\nc");
  });

  it("sheets that repeat one cell without end are refused", async () => {
    const body = `<table:table><table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384">${p("x".repeat(1_000))}</table:table-cell></table:table-row></table:table>`;

    expect(await outcome(odf("spreadsheet", body))).toBe("DocumentTooLargeError: The document's text is too long.");
  });

  it("slides are pages, and one that needs a password says so", async () => {
    const slide = (title: string, content: string): string =>
      `<draw:page><draw:frame presentation:class="title"><draw:text-box>${p(title)}</draw:text-box></draw:frame><draw:custom-shape>${p(content)}</draw:custom-shape></draw:page>`;

    const found = await extract(odf("presentation", slide("Eins", "Inhalt") + slide("Zwei", "mehr")));

    expect(found).toMatchObject({ format: "odp", pages: 2, text: "Eins\nInhalt\n\fZwei\nmehr" });
    expect(await outcome(odf("text", "x", { parts: { "META-INF/manifest.xml": "<manifest:encryption-data/>" } }))).toBe(
      "DocumentEncryptedError: The document needs a password.",
    );
  });
});

describe("messages", () => {
  const message = [
    "Return-Path: <j@example.com>",
    "From: =?utf-8?Q?J=C3=B6rg_M=C3=BCller?= <j@example.com>",
    "To: Team <team@example.com>,",
    " b@example.com",
    "Subject: =?utf-8?B?UmVjaG51bmcgZsO8ciBNw6Ryeg==?=",
    "Date: Mon, 3 Jun 2024 10:00:00 +0200",
    "MIME-Version: 1.0",
    'Content-Type: multipart/mixed; boundary="b"',
    "",
    "--b",
    "Content-Type: text/html; charset=iso-8859-1",
    "Content-Transfer-Encoding: quoted-printable",
    "",
    "<html><style>p {}</style><p>Gr=FC=DFe</p><table><tr><td>a<td>b</table></html>",
    "--b",
    'Content-Type: application/pdf; name="Rechnung.pdf"',
    "Content-Disposition: attachment; filename*=utf-8''Rechnung%20M%C3%A4rz.pdf",
    "Content-Transfer-Encoding: base64",
    "",
    Buffer.alloc(3_000, "x").toString("base64"),
    "--b--",
  ].join("\r\n");

  it("give their headers, their body and the names of what is attached", async () => {
    const found = await extract(Buffer.from(message));

    expect(found).toMatchObject({ format: "eml", contentType: "message/rfc822" });
    expect(found.text).toBe(
      "From: Jörg Müller <j@example.com>\nTo: Team <team@example.com>, b@example.com\nDate: Mon, 3 Jun 2024 10:00:00 +0200\nSubject: Rechnung für März\n\nGrüße\na\tb\n\nAttachment: Rechnung März.pdf (application/pdf, 3 KB)",
    );
  });

  const withAttached = (...attached: (readonly [name: string, bytes: Uint8Array])[]) =>
    Buffer.from(
      [
        "From: a@example.com",
        "Date: Mon, 3 Jun 2024 10:00:00 +0200",
        "Subject: Papers",
        "MIME-Version: 1.0",
        'Content-Type: multipart/mixed; boundary="b"',
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        "See below.",
        ...attached.flatMap(([name, bytes]) => [
          "--b",
          `Content-Type: application/octet-stream; name="${name}"`,
          `Content-Disposition: attachment; filename="${name}"`,
          "Content-Transfer-Encoding: base64",
          "",
          Buffer.from(bytes).toString("base64"),
        ]),
        "--b--",
      ].join("\r\n"),
    );
  const textOf = async (message: Uint8Array) => (await extract(message, { attachments: true })).text.split("\n\n");

  it("give the text of what is attached, where that is wanted, page by page, pictures among it", async () => {
    const scan = await encodePng({ width: 80, height: 60, pixels: new Uint8Array(4_800).fill(200) });
    const pages = pdfPages([line("First page", 700), line("Second page", 700)]);
    const found = await extract(
      withAttached(["a.pdf", pages], ["scan.png", scan], ["b.csv", Buffer.from("a;b\n1;2\n")]),
      {
        attachments: true,
        ocr: new FakeOcr("what the scan shows"),
      },
    );

    expect(found).toMatchObject({ format: "eml", pages: null, ocr: true, warnings: [] });
    expect(found.text.replaceAll(/, \d+ (?:KB|bytes)/g, "")).toBe(
      [
        "From: a@example.com\nDate: Mon, 3 Jun 2024 10:00:00 +0200\nSubject: Papers\n\nSee below.",
        "Attachment: a.pdf (application/octet-stream)",
        "First page",
        "Second page",
        "Attachment: scan.png (application/octet-stream)",
        "what the scan shows",
        "Attachment: b.csv (application/octet-stream)",
        "a\tb\n1\t2",
      ].join("\n\n"),
    );
  });

  it("name an attachment that cannot be read, with the reason, and read the others", async () => {
    const found = await extract(
      withAttached(["broken.pdf", Buffer.from("%PDF-1.7\n")], ["a.txt", Buffer.from("fine")]),
      { attachments: true },
    );

    expect(found.text).toMatch(/Attachment: broken\.pdf .*\n\nAttachment: a\.txt .*\n\nfine/s);
    expect(found.warnings.map(({ kind, message }) => `${kind} ${message.slice(0, 55)}`)).toEqual([
      "attachment_left_out The attachment broken.pdf is left out. The PDF is damag",
    ]);
  });

  it("list what is attached to an attached message, and read no more than 50", async () => {
    const inner = withAttached(["deep.txt", Buffer.from("too deep")]);
    const parts = await textOf(withAttached(["inner.eml", inner]));
    expect(parts).toEqual(expect.arrayContaining([expect.stringMatching(/^Attachment: deep\.txt/)]));
    expect(parts).not.toContain("too deep");

    const many = Array.from({ length: 52 }, (_, index) => [`${index}.txt`, Buffer.from(`text ${index}`)] as const);
    const found = await extract(withAttached(...many), { attachments: true });
    expect(found.text).toContain("text 49");
    expect(found.text).not.toContain("text 50");
    expect(found.warnings.map(({ kind }) => kind)).toEqual(["attachment_left_out", "attachment_left_out"]);
  });

  it("are no letters that begin with who they are from", async () => {
    const letter = "From: the office\nTo: all of you\n\nSome words about a meeting.";

    expect((await extract(Buffer.from(letter))).format).toBe("txt");
  });
});

describe("separated values and Markdown", () => {
  it.each([
    [";", 'Nr;Name;Betrag\r\n1;"Müller; ""Söhne""";1.234,50\r\n2;"zwei\r\nZeilen";5,00\r\n'],
    [",", 'Nr,Name,Betrag\n1,"Müller; ""Söhne""","1.234,50"\n2,"zwei\nZeilen","5,00"\n'],
    ["tab", '\ufeffNr\tName\tBetrag\n1\tMüller; "Söhne"\t1.234,50\n2\tzwei Zeilen\t5,00\n'],
  ])("CSV with %s is a table", async (_, content) => {
    const found = await extract(Buffer.from(content), { fileName: "export.CSV" });

    expect(found).toMatchObject({ format: "csv", contentType: "text/csv" });
    expect(found.text).toBe('Nr\tName\tBetrag\n1\tMüller; "Söhne"\t1.234,50\n2\tzwei Zeilen\t5,00');
  });

  it("what is called CSV and has no columns, or a quote without an end, is a text", async () => {
    for (const content of ["only\nsome\nlines", 'a;b\n"c;d\ne;f\n']) {
      expect(await extract(Buffer.from(content), { fileName: "x.csv" })).toMatchObject({
        format: "txt",
        text: content.trim(),
      });
    }
  });

  it("Markdown is read as its page shows it", async () => {
    const markdown =
      "# Titel\n\nEin *schöner* Text.\n\n1. eins\n2. zwei\n   - drei\n\n| A | B |\n|---|---|\n| 1 | **2** |\n\n```js\nlet a = 1;\n```\n";

    const found = await extract(Buffer.from(markdown), { fileName: "README.md" });

    expect(found).toMatchObject({ format: "markdown", contentType: "text/markdown" });
    expect(found.text).toBe("Titel\nEin schöner Text.\n1. eins\n2. zwei\n• drei\nA\tB\n1\t2\nlet a = 1;");
  });
});

it("notes and headers of RTF are behind the text, notes with their marks, and tear neither sentences nor rows", async () => {
  const file = `{\\rtf1\\ansi{\\header\\pard Letterhead\\par}{\\footer Page\\tab 1\\par}A sentence{\\footnote\\pard\\chftn  The first note.\\par}with a note{\\*\\footnote Another.} and an end.\\par
    \\trowd\\cellx1000\\cellx2000\\pard\\intbl a{\\footnote In a cell.\\par}\\cell b\\cell\\row\\pard{\\header Letterhead\\par}Last.\\par}`;

  expect((await extract(Buffer.from(file.replace(/\n\s+/g, "")))).text.split("\n").filter(Boolean)).toEqual([
    "A sentence[1]with a note[2] and an end.",
    "a[3]\tb",
    "Last.",
    "[1] The first note.",
    "[2] Another.",
    "[3] In a cell.",
    "Letterhead",
    "Page\t1",
  ]);
});

it("the last row of an RTF table has its cells though its end is missing", async () => {
  expect(await text(Buffer.from("{\\rtf1 \\intbl Fax\\cell Phone\\cell }"))).toBe("Fax\tPhone");
  expect(await text(Buffer.from("{\\rtf1 \\intbl Fax\\cell Phone\\cell \\pard after\\par }"))).toBe(
    "Fax\tPhone\nafter",
  );
});

it("documents of Word 2 are named", async () => {
  const old = Buffer.concat([Buffer.from([0xdb, 0xa5, 0x2d, 0, 0x31, 0x40]), Buffer.alloc(500)]);

  expect(await outcome(old)).toBe(
    "UnsupportedFormatError: The file is a document of Word 2, which is not read: save it as DOCX or PDF.",
  );
});

describe("OpenDocument files of other programs", () => {
  const sheet = (cells: string) =>
    odf("spreadsheet", `<table:table table:name="One"><table:table-row>${cells}</table:table-row></table:table>`);

  it("that hold values of cells without saying how they are shown have these values", async () => {
    const cells =
      '<table:table-cell office:value-type="float" office:value="42"/><table:table-cell office:value-type="date" office:date-value="2024-03-12"/>' +
      '<table:table-cell office:value-type="string" office:string-value="words"/><table:table-cell office:value-type="boolean" office:boolean-value="true"/>' +
      '<table:table-cell office:value-type="float" office:value="7"><text:p>7,00</text:p></table:table-cell>';

    expect((await extract(sheet(cells))).text).toBe("One\n42\t2024-03-12\twords\tTRUE\t7,00");
  });

  it("whose formulas have no results say so, and others do not", async () => {
    const first = "<table:table-cell><text:p>Sum</text:p></table:table-cell>";
    const formula = 'table:formula="of:=IF([.A1]>5;1;2)"';
    const result = `<table:table-cell ${formula} office:value-type="string" office:string-value=""/>`;

    expect((await extract(sheet(first + result))).warnings).toEqual([]);
    expect((await extract(sheet(`${first}<table:table-cell ${formula}/>`))).warnings).toMatchObject([
      { page: null, kind: "not_calculated" },
    ]);
  });

  it("have the title of a slide first, wherever it is in the file", async () => {
    const box = (kind: string, text: string) =>
      `<draw:frame presentation:class="${kind}"><draw:text-box><text:p>${text}</text:p></draw:text-box></draw:frame>`;
    const file = odf("presentation", `<draw:page>${box("subtitle", "Below")}${box("title", "Title")}</draw:page>`);

    expect((await extract(file)).text).toBe("Title\nBelow");
  });
});
