import { afterAll, describe, expect, it } from "vitest";
import {
  closeDocumentThreads,
  docx,
  extract,
  FakeOcr,
  line,
  outcome,
  paragraph,
  pdfPages,
  png,
  zip,
} from "../../helpers/document-builders.ts";

afterAll(closeDocumentThreads);

describe("PDF", () => {
  it("gives the text of every page, pages parted by a form feed", async () => {
    const found = await extract(pdfPages([line("First page", 700), line("Second page", 700)]));

    expect(found).toMatchObject({
      text: "First page\n\fSecond page",
      format: "pdf",
      contentType: "application/pdf",
      pages: 2,
      ocr: false,
      characters: 23,
    });
  });

  it("has a page that is a picture recognized, and no other", async () => {
    const scan = "q 595 0 0 842 0 0 cm BI /W 2 /H 2 /BPC 8 /CS /G ID \x00\xff\xff\x00 EI Q";
    const ocr = new FakeOcr("Text of the scan");

    const found = await extract(pdfPages([line("A page with a text layer of its own", 700), scan]), { ocr });

    expect(found).toMatchObject({
      text: "A page with a text layer of its own\n\fText of the scan",
      ocr: true,
      pages: 2,
    });
    expect(ocr.seen).toHaveLength(1);
    expect(ocr.seen[0]?.languages).toEqual(["deu", "eng"]);
  });

  it("recognizes a scan whose text layer is but a stamp, and keeps both unless it finds but specks", async () => {
    const scan = `q 595 0 0 842 0 0 cm BI /W 2 /H 2 /BPC 8 /CS /G ID \x00\xff\xff\x00 EI Q ${line("Scan 7", 20)}`;

    const more = await extract(pdfPages([scan]), { ocr: new FakeOcr("The whole text of the page") });
    const less = await extract(pdfPages([scan]), { ocr: new FakeOcr("x") });

    expect(more).toMatchObject({ text: "Scan 7\n\nThe whole text of the page", ocr: true });
    expect(less).toMatchObject({ text: "Scan 7", ocr: false });
  });

  it("leaves an empty page empty without recognizing it", async () => {
    const ocr = new FakeOcr("noise");

    const found = await extract(pdfPages([""]), { ocr });

    expect(found).toMatchObject({ text: "", characters: 0, pages: 1, ocr: false, language: null });
    expect(ocr.seen).toEqual([]);
  });

  it("tells the progress page by page", async () => {
    const told: [number, number][] = [];

    await extract(pdfPages([line("one", 700), line("two", 700), line("three", 700)]), {
      progress: (page, pages) => told.push([page, pages]),
    });

    expect(told).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
  });
});

describe("DOCX", () => {
  it("gives paragraphs, tables row by row, tabs, breaks and hyphens", async () => {
    const cell = (text: string) => `<w:tc>${paragraph(text)}</w:tc>`;
    const table = `<w:tbl><w:tr>${cell("a")}${cell("b")}</w:tr><w:tr>${cell("c")}${cell("")}${cell("d")}</w:tr></w:tbl>`;
    const run =
      "<w:p><w:pPr><w:tabs><w:tab w:pos='9'/></w:tabs></w:pPr><w:r><w:t>x</w:t><w:tab/><w:t>y</w:t><w:br/><w:t>well</w:t><w:noBreakHyphen/><w:t>known</w:t></w:r></w:p>";

    const found = await extract(docx(paragraph("Salt &amp; pepper, 5 &lt; 6 &#8364;") + table + run));

    expect(found.text).toBe("Salt & pepper, 5 < 6 €\na\tb\nc\t\td\nx\ty\nwell-known");
    expect(found).toMatchObject({ format: "docx", pages: null });
  });

  it("includes text boxes once, footnotes, endnotes, comments, headers and footers", async () => {
    const box = `<w:txbxContent>${paragraph("in the box")}</w:txbxContent>`;
    const body = `<w:p><w:r><w:t>body</w:t><mc:AlternateContent><mc:Choice>${box}</mc:Choice><mc:Fallback>${box}</mc:Fallback></mc:AlternateContent></w:r></w:p>`;
    const further = Object.fromEntries(
      ["header", "footer", "footnotes", "endnotes", "comments"].map((kind) => [kind, paragraph(`the ${kind}`)]),
    );

    const { text } = await extract(docx(body, further));

    expect(text.split(/\n+/)).toEqual([
      "body",
      "in the box",
      "the footnotes",
      "the endnotes",
      "the comments",
      "the header",
      "the footer",
    ]);
  });

  it("leaves out what was deleted, moved away or is a field's instruction", async () => {
    const body =
      "<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:moveFrom><w:r><w:t>away</w:t></w:r></w:moveFrom>" +
      "<w:r><w:instrText>HYPERLINK x</w:instrText></w:r><w:r><w:t>kept</w:t></w:r></w:p>";

    expect((await extract(docx(body))).text).toBe("kept");
  });

  it("reads the strict variant and parts named from the root", async () => {
    const strict = "http://purl.oclc.org/ooxml/officeDocument/relationships";

    const { text } = await extract(docx(paragraph("strict"), { footnotes: paragraph("note") }, strict));

    expect(text).toBe("strict\n\nnote");
  });
});

describe("plain text", () => {
  const german = "Größe der Straße: „Übermäßig“ schöne Äpfel – 5 €\r\nzweite Zeile\r\n";
  const expected = "Größe der Straße: „Übermäßig“ schöne Äpfel – 5 €\nzweite Zeile";
  const utf16le = Buffer.from(german, "utf16le");
  const utf16be = Buffer.from(german, "utf16le").swap16();
  const windows1252 = Buffer.from(
    german.replace(/[„“–€]/g, (one) => String.fromCharCode({ "„": 0x84, "“": 0x93, "–": 0x96, "€": 0x80 }[one] ?? 0)),
    "latin1",
  );

  it.each([
    ["UTF-8", Buffer.from(german)],
    ["UTF-8 with a mark", Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(german)])],
    ["UTF-16 LE", utf16le],
    ["UTF-16 LE with a mark", Buffer.concat([Buffer.from([0xff, 0xfe]), utf16le])],
    ["UTF-16 BE", utf16be],
    ["UTF-16 BE with a mark", Buffer.concat([Buffer.from([0xfe, 0xff]), utf16be])],
    ["Windows-1252", windows1252],
  ])("is read in %s", async (_, bytes) => {
    expect(await extract(bytes)).toMatchObject({ text: expected, format: "txt", contentType: "text/plain" });
  });

  it("is read in Latin-1", async () => {
    expect((await extract(Buffer.from("Käse und Öl, nur für dich", "latin1"))).text).toBe("Käse und Öl, nur für dich");
  });

  it("is read in UTF-16 without a mark when it has no Latin letter at all", async () => {
    const text = "これは日本語の文章です。文字コードの判定を試験します。改行もあります。";

    expect((await extract(Buffer.from(text, "utf16le"))).text).toBe(text);
  });
});

describe("pictures", () => {
  it("are recognized in the languages that are asked for", async () => {
    const ocr = new FakeOcr("seen");

    const found = await extract(png(3, 2, Buffer.alloc(8)), { ocr, languages: ["fra"] });

    expect(found).toMatchObject({ text: "seen", format: "png", contentType: "image/png", pages: 1, ocr: true });
    expect(ocr.seen).toEqual([{ width: 3, height: 2, languages: ["fra"] }]);
  });
});

describe("what the content is, not what the name says", () => {
  it.each([
    [
      "an archive",
      zip({ "a.txt": "hello" }),
      "UnsupportedFormatError: The file is a ZIP archive, not a document: unpack it and upload the documents in it.",
    ],
    [
      "a binary spreadsheet",
      zip({
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels":
          '<Relationships><Relationship Type="x/officeDocument" Target="xl/workbook.bin"/></Relationships>',
        "xl/workbook.bin": "x",
      }),
      "UnsupportedFormatError: The file is an Excel file (XLSB), which is not read: save it as XLSX or PDF.",
    ],
    [
      "binary data",
      Buffer.from(Array.from({ length: 999 }, (_, index) => (index * 7_919) % 256)),
      "UnsupportedFormatError: The file is in no format that is known here. PDF, DOCX, DOC, RTF, ODT, XLSX, ODS, PPTX, ODP, CSV, EML, HTML, Markdown, text, JPEG, PNG, TIFF, GIF and BMP are read: save it as one of them.",
    ],
    ["nothing", Buffer.alloc(0), "DocumentCorruptError: The file is empty."],
  ])("%s is refused by name", async (_, bytes, expected) => {
    expect(await outcome(bytes, { fileName: "report.pdf" })).toBe(expected);
  });

  it("a text that is called PDF is read as text", async () => {
    expect((await extract(Buffer.from("just text"), { fileName: "report.pdf" })).format).toBe("txt");
  });
});

describe("the language", () => {
  it.each([
    ["de", "Die Wasserleitungen werden erneuert, weil sie alt sind und jede Nacht viel Wasser verlieren."],
    ["en", "The water mains are renewed because they are old and lose a lot of water every night."],
    ["fr", "Les conduites d'eau sont remplacées parce qu'elles sont vieilles et perdent beaucoup d'eau dans la nuit."],
    [null, "ab cd ef 12 34"],
  ])("is told: %s", async (language, text) => {
    expect((await extract(Buffer.from(text))).language).toBe(language);
  });
});
