/**
 * Files of which something is missing: what is left of them never passes for the whole.
 *
 * @module
 */

import { afterAll, describe, expect, it } from "vitest";
import {
  closeDocumentThreads,
  docx,
  extract,
  FakeOcr,
  outcome,
  paragraph,
  pdfPages,
  warningKinds,
  zip,
} from "../../helpers/document-builders.ts";
import { drawn, pptx, shape, xlsx } from "../../helpers/office-builders.ts";

afterAll(closeDocumentThreads);

describe("a page of a scan on which nothing is recognized", () => {
  const picture = (dots: string) => `q 595 0 0 842 0 0 cm BI /W 10 /H 1 /BPC 8 /CS /G ID ${dots} EI Q\n`;
  const written = picture("\xff\xff\xff\x00\xff\xff\xff\xff\x00\xff");
  const blank = picture("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff");

  it("comes with a warning that names it, while the other pages have their text", async () => {
    let page = 0;
    const ocr = new FakeOcr();
    ocr.recognize = async (image: { width: number; pixels?: Uint8Array<ArrayBuffer> }) => {
      // As the engine does, whose threads take the pictures that they read.
      structuredClone(image.pixels?.buffer, { transfer: image.pixels ? [image.pixels.buffer] : [] });
      return page++ === 0 ? { text: "The first page of the letter", confidence: 90 } : { text: "x; .", confidence: 20 };
    };

    const { text, warnings } = await extract(pdfPages([written, written, written]), { ocr });

    expect(text).toContain("The first page of the letter");
    expect(warnings).toMatchObject([
      { page: 2, kind: "no_text" },
      { page: 3, kind: "no_text" },
    ]);
  });

  it("is not told of where the page is blank", async () => {
    expect(await warningKinds(pdfPages([blank, line]))).toEqual([]);
  });

  const line = "BT /F 12 Tf 72 700 Td (A page with a text of its own) Tj ET\n";
});

describe("a file that is cut off says so", () => {
  it("RTF whose groups do not end", async () => {
    const whole = "{\\rtf1\\ansi First paragraph.\\par Second one.\\par}";

    expect(await warningKinds(Buffer.from(whole))).toEqual([]);
    expect(await warningKinds(Buffer.from(whole.slice(0, -12)))).toEqual([{ page: null, kind: "cut_off" }]);
  });

  it("a message whose last part does not end", async () => {
    const head =
      'From: a@example.com\r\nTo: b@example.com\r\nSubject: S\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n boundary="x--y"\r\n\r\n';
    const body = "--x--y\r\nContent-Type: text/plain\r\n\r\nThe text.\r\n";

    expect(await warningKinds(Buffer.from(`${head}${body}--x--y--\r\n`))).toEqual([]);
    expect(await warningKinds(Buffer.from(head + body))).toEqual([{ page: null, kind: "cut_off" }]);
  });

  it("a TIFF whose further pages are missing", async () => {
    const ocr = new FakeOcr("The first page");
    const header = Buffer.from("II*\0\x08\0\0\0", "latin1");
    const entry = (tag: number, value: number) => {
      const bytes = Buffer.alloc(12);
      bytes.writeUInt16LE(tag, 0);
      bytes.writeUInt16LE(4, 2);
      bytes.writeUInt32LE(1, 4);
      bytes.writeUInt32LE(value, 8);
      return bytes;
    };
    const tags = [
      [256, 2],
      [257, 2],
      [258, 8],
      [259, 1],
      [262, 1],
      [273, 114],
      [278, 2],
      [279, 4],
    ] as const;
    const page = (next: number) => {
      const end = Buffer.alloc(4);
      end.writeUInt32LE(next);
      const count = Buffer.from([tags.length, 0]);
      return Buffer.concat([
        header,
        count,
        ...tags.map(([tag, value]) => entry(tag, value)),
        end,
        Buffer.alloc(8, 255),
      ]);
    };

    expect(await warningKinds(page(0), ocr)).toEqual([]);
    expect(await warningKinds(page(60_000), ocr)).toEqual([{ page: 1, kind: "cut_off" }]);
  });

  it("a JPEG without its end", async () => {
    const jpeg = Buffer.from(
      "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSExIQEw8QEBD/wAALCAAIAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AVN//2Q==",
      "base64",
    );
    const ocr = new FakeOcr("A letter");

    expect(await warningKinds(jpeg, ocr)).toEqual([]);
    expect(await warningKinds(jpeg.subarray(0, -2), ocr)).toEqual([{ page: 1, kind: "cut_off" }]);
  });

  it("a GIF whose picture does not end is refused, as is XML whose elements do not", async () => {
    const gif = Buffer.from("474946383761040004008000000000ffffff2c000000000400040000020484", "hex");
    const slides = pptx([`${shape(drawn("Title"))}<p:sp><p:txBody>`]);

    expect(await outcome(gif)).toMatch(/^DocumentCorruptError: The GIF image .*cut off/);
    expect(await outcome(slides)).toMatch(/^DocumentCorruptError: /);
    expect(await outcome(docx(`${paragraph("One")}<w:p>`))).toMatch(/^DocumentCorruptError: /);
  });
});

describe("an Office file that refers to a part which is missing is refused", () => {
  const without = (file: Record<string, string>, name: string) =>
    zip(Object.fromEntries(Object.entries(file).filter(([key]) => key !== name)));

  it("a sheet, or a text of one", async () => {
    const strings = xlsx({ One: '<row r="1"><c r="A1" t="s"><v>3</v></c></row>' }, { strings: ["<t>a</t>"] });
    const sheet = without(
      {
        "_rels/.rels":
          '<Relationships><Relationship Id="r" Type="http://x/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": '<workbook><sheets><sheet name="One" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels":
          '<Relationships><Relationship Id="r1" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": "<worksheet/>",
      },
      "xl/worksheets/sheet1.xml",
    );

    expect(await outcome(strings)).toMatch(/^DocumentCorruptError: .*missing/);
    expect(await outcome(sheet)).toMatch(/^DocumentCorruptError: .*One.* missing/);
  });

  it("a slide", async () => {
    const file = {
      "_rels/.rels":
        '<Relationships><Relationship Id="r" Type="http://x/officeDocument" Target="ppt/presentation.xml"/></Relationships>',
      "ppt/presentation.xml": '<p:presentation><p:sldIdLst><p:sldId id="256" r:id="r1"/></p:sldIdLst></p:presentation>',
      "ppt/_rels/presentation.xml.rels":
        '<Relationships><Relationship Id="r1" Type="http://x/slide" Target="slides/slide1.xml"/></Relationships>',
    };

    expect(await outcome(zip(file))).toMatch(/^DocumentCorruptError: .*slide.* missing/);
  });
});

describe("formulas of a sheet", () => {
  it("whose results are not in the file are told of, and others not", async () => {
    const row =
      '<row r="1"><c r="A1"><v>2</v></c><c r="B1"><f>A1*2</f><v>4</v></c><c r="C1" t="str"><f>""</f><v></v></c>';

    expect(await warningKinds(xlsx({ One: `${row}</row>` }))).toEqual([]);
    expect(
      await warningKinds(xlsx({ One: `${row}<c r="D1"><f>A1*3</f><v></v></c><c r="E1"><f>A1</f></c></row>` })),
    ).toEqual([{ page: null, kind: "not_calculated" }]);
  });
});
