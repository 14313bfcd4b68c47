/**
 * What a page of a PDF shows beside its text layer: notes, fields, letters drawn as shapes, pictures that do not unpack,
 * attached files. None of it is missing without a word.
 *
 * @module
 */

import { deflateSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import {
  closeDocumentThreads,
  extract,
  FakeOcr,
  line,
  pdf,
  pdfPages,
  warningKinds,
} from "../../helpers/document-builders.ts";

afterAll(closeDocumentThreads);

const FONTS = "/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >> >>";
const own = "An order of January, with the terms of the supplier";

/** A page of text with an annotation, whose appearance is object 6, and what its catalog has beside its pages. */
const annotated = (annotation: string, drawn = "", catalog = ""): Buffer =>
  pdf([
    { dictionary: `<< /Type /Catalog /Pages 2 0 R ${catalog} >>` },
    { dictionary: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>" },
    {
      dictionary: `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << ${FONTS} >> /Contents 4 0 R /Annots [5 0 R] >>`,
    },
    { dictionary: "<< >>", stream: Buffer.from(line(own, 780)) },
    { dictionary: `<< /Type /Annot /P 3 0 R /Rect [72 600 372 640] ${annotation} >>` },
    {
      dictionary: `<< /Type /XObject /Subtype /Form /BBox [0 0 300 40] /Resources << ${FONTS} >> >>`,
      stream: Buffer.from(drawn),
    },
  ]);

describe("a note", () => {
  it("is read where its program left drawing it to the reader", async () => {
    const { text } = await extract(
      annotated("/Subtype /FreeText /F 4 /DA (/F 12 Tf) /Contents (Paid on 3 May\rby transfer)"),
    );

    expect(text.split("\n")).toEqual([own, "Paid on 3 May", "by transfer"]);
  });

  it("is left out where it is for paper alone", async () => {
    const stamp = annotated("/Subtype /Stamp /F 36 /AP << /N 6 0 R >>", "BT /F 12 Tf 2 9 Td (Printed copy) Tj ET");

    expect((await extract(stamp)).text).toBe(own);
  });
});

it("a choice is read though its words stand elsewhere on the page", async () => {
  const field =
    "/Subtype /Widget /FT /Ch /Ff 131072 /F 4 /T (month) /V (January) /Opt [(January) (May)] /AP << /N 6 0 R >>";
  const page = annotated(field, "BT /F 12 Tf 2 9 Td (January) Tj ET", "/AcroForm << /Fields [5 0 R] >>");

  expect((await extract(page)).text.split("\n")).toEqual([own, "January"]);
});

it("a field without an appearance is read though its words stand elsewhere on the page", async () => {
  const page = annotated("/Subtype /Widget /FT /Tx /F 4 /T (month) /V (order)", "", "/AcroForm << /Fields [5 0 R] >>");

  expect((await extract(page)).text.split("\n")).toEqual([own, "order"]);
});

it("a space that does not break is a space where a value is drawn", async () => {
  const value = Buffer.from("\ufeffNo\u00a0\u00a07", "utf16le").swap16().toString("hex");
  const page = annotated(`/Subtype /Widget /FT /Tx /F 4 /T (a) /V <${value}>`, "", "/AcroForm << /Fields [5 0 R] >>");

  expect((await extract(page)).text.split("\n")).toEqual([own, "No 7"]);
});

it("a signature is read as it is shown, and not as a box", async () => {
  const field = "/Subtype /Widget /FT /Sig /F 132 /T (signature) /AS /N /AP << /N 6 0 R >>";
  const page = annotated(field, "BT /F 12 Tf 2 9 Td (Signed by A. Lindner) Tj ET", "/AcroForm << /Fields [5 0 R] >>");

  expect((await extract(page)).text.split("\n")).toEqual([own, "Signed by A. Lindner"]);
});

describe("letters that are drawn twice", () => {
  const letters = (font: string, dx: number) =>
    [..."Total"].map((one, index) => `BT /${font} 12 Tf ${72 + dx + 9 * index} 700 Td (${one}) Tj ET\n`).join("");
  const bold =
    "/Font << /G << /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Oblique >> /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>";

  it.each([0, 0.4])("at %d points are read once", async (aside) => {
    expect((await extract(pdfPages([letters("F", 0) + letters("G", aside)], bold))).text.replaceAll(/\s/g, "")).toBe(
      "Total",
    );
  });

  it("beside each other are read twice", async () => {
    expect((await extract(pdfPages([line("No no", 700) + line("No no", 680)]))).text).toBe("No no\nNo no");
  });
});

describe("letters that are drawn as shapes", () => {
  /** Ten lines of so many shapes as large as letters, each like a hook. */
  const shapes = (count: number, paint: string) =>
    Array.from({ length: 10 * count }, (_, index) => {
      const [x, y] = [72 + (index % count) * 9, 700 - 20 * Math.floor(index / count)];
      return `${x} ${y} m ${x + 6} ${y} l ${x + 6} ${y + 9} l ${x + 4} ${y + 9} l ${x + 4} ${y + 2} l ${x} ${y + 2} l h ${paint}\n`;
    }).join("");
  const recognized = "The invoice is to be paid within thirty days of receipt";

  it("are recognized beside a text of few words", async () => {
    const found = await extract(pdfPages([shapes(40, "f") + line(own, 40)]), { ocr: new FakeOcr(recognized) });

    expect(found).toMatchObject({ text: `${own}\n\n${recognized}`, ocr: true });
  });

  it.each([
    ["the strokes of a chart", shapes(40, "S")],
    ["few shapes", shapes(3, "f")],
  ])("are not looked for in %s", async (_, drawn) => {
    const ocr = new FakeOcr(recognized);

    expect((await extract(pdfPages([drawn + line(own, 40)]), { ocr })).text).toBe(own);
    expect(ocr.seen).toEqual([]);
  });
});

describe("a picture", () => {
  const pictured = (filter: string, data: Uint8Array, content: string): Buffer =>
    pdf([
      { dictionary: "<< /Type /Catalog /Pages 2 0 R >>" },
      { dictionary: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>" },
      {
        dictionary: `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << ${FONTS} /XObject << /X 5 0 R >> >> /Contents 4 0 R >>`,
      },
      { dictionary: "<< >>", stream: Buffer.from(content) },
      {
        dictionary: `<< /Type /XObject /Subtype /Image /Width 600 /Height 400 /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /${filter} >>`,
        stream: data,
      },
    ]);
  const whole = "q 595 0 0 842 0 0 cm /X Do Q\n";
  const part = "q 240 0 0 160 72 300 cm /X Do Q\n";
  const writing = deflateSync(
    Buffer.from(Array.from({ length: 240_000 }, (_, at) => (Math.floor(at / 600) % 40 < 4 && at % 20 < 12 ? 0 : 255))),
  );
  const garbage = Buffer.from("\0\0\0\x0cjP  \r\n\x87\n and nothing that follows", "latin1");

  it.each([
    ["of the whole page", whole],
    ["on a part of it", part],
  ])("%s that does not unpack comes with a warning", async (_, drawn) => {
    expect(await warningKinds(pictured("JPXDecode", garbage, drawn + line(own, 780)))).toEqual([
      { page: 1, kind: "page_damaged" },
    ]);
  });

  it("that is blank comes without", async () => {
    const blank = deflateSync(Buffer.alloc(240_000, 255));

    expect(await warningKinds(pictured("FlateDecode", blank, whole + line(own, 780)))).toEqual([]);
  });

  it.each([
    ["of the whole page", whole],
    ["on a part of it", part],
  ])("%s is not left out in silence where recognition is switched off", async (_, drawn) => {
    const found = await extract(pictured("FlateDecode", writing, drawn + line(own, 780)), { mode: "never" });

    expect(found).toMatchObject({ text: own, warnings: [{ page: 1, kind: "not_recognized" }] });
  });
});

it("an empty page is not taken for a damaged one, though its content names a filter", async () => {
  const empty = pdf([
    { dictionary: "<< /Type /Catalog /Pages 2 0 R >>" },
    { dictionary: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>" },
    { dictionary: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>" },
    { dictionary: "<< /Filter /FlateDecode >>", stream: Buffer.alloc(0) },
  ]);

  expect(await warningKinds(empty)).toEqual([{ page: null, kind: "no_text" }]);
});

it("a portfolio names the files that are not read", async () => {
  const files = "/Names << /EmbeddedFiles << /Names [(contract.pdf) << /Type /Filespec /F (contract.pdf) >>] >> >>";
  const { text, warnings } = await extract(annotated("/Subtype /Link", "", `${files} /Collection << /View /D >>`));

  expect(text).toBe(own);
  expect(warnings).toMatchObject([{ kind: "attachment_left_out", message: expect.stringContaining("contract.pdf") }]);
  expect(await warningKinds(annotated("/Subtype /Link", "", files))).toEqual([]);
});
