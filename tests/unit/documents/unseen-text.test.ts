/**
 * Text of a PDF page that no reader sees is not in its text.
 *
 * @module
 */

import { afterAll, describe, expect, it } from "vitest";
import { closeDocumentThreads, extract, FakeOcr, line, pdf, pdfPages } from "../../helpers/document-builders.ts";

afterAll(closeDocumentThreads);

const FONT = "/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >> >>";
const seen = line("What everybody sees on this page of the letter", 700);
const read = async (content: string): Promise<string> =>
  (await extract(pdfPages([content]), { ocr: new FakeOcr("") })).text;

it.each([
  ["in the color of the paper", `1 g ${line("secret", 600)} 0 g`],
  ["outside the page", `BT /F 12 Tf 700 600 Td (secret) Tj ET BT /F 12 Tf 72 -40 Td (secret) Tj ET`],
  ["in the color of a box that is as large as the page", `0.9 g 0 0 595 842 re f ${line("secret", 600)} 0 g ${seen}`],
  ["in the color of the box it is on", `0.2 0.4 0.8 rg 60 590 200 30 re f ${line("secret", 600)} 0 g`],
  ["that is drawn without ink, where nothing else is", `BT 3 Tr /F 12 Tf 72 600 Td (secret) Tj 0 Tr ET`],
  ["outside of what the page lets through", `q 0 0 20 20 re W n ${line("secret", 600)} Q`],
  ["smaller than anybody reads", `BT /F 0.5 Tf 72 600 Td (secret) Tj ET`],
  ["under a box that is drawn later", `${line("secret", 600)} 0.8 0.9 0.8 rg 60 590 200 30 re f 0 g`],
  [
    "under a picture that is drawn later",
    `${line("secret", 600)} q 200 0 0 40 60 590 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \x99 EI Q`,
  ],
])("text %s is left out", async (_, hidden) => {
  const page = hidden.includes(seen) ? "" : seen;

  expect(await read(`${page}${hidden}\n${line("The end of the page", 500)}`)).toBe(
    "What everybody sees on this page of the letter\nThe end of the page",
  );
});

it.each([
  ["white on a dark box", `0 0 0.4 rg 60 590 200 30 re f 1 g ${line("header", 600)} 0 g`],
  ["within a frame that is drawn later", `${line("header", 600)} 60 590 200 30 re S`],
  ["on a box of the same size that is drawn before", `0.8 g 60 590 200 30 re f 0 g ${line("header", 600)}`],
  ["in another color than the box it is on", `0.2 0.4 0.8 rg 60 590 200 30 re f 0.9 g ${line("header", 600)} 0 g`],
  ["within what the page lets through", `q 60 590 300 40 re W n ${line("header", 600)} Q`],
  ["with the outlines of letters at its place", `BT 3 Tr /F 12 Tf 72 600 Td (header) Tj 0 Tr ET 72 600 20 8 re f`],
  ["of signs that are flat", `${line("header", 600)} BT /F 12 Tf 72 580 Td (----) Tj ET`],
  ["that is small in a font that is enlarged", "BT /F 0.5 Tf 24 0 0 24 72 600 Tm (header) Tj ET"],
  ["that only begins on the page", "BT /F 12 Tf 580 600 Td (header) Tj ET"],
])("text %s stays", async (_, shown) => {
  expect(await read(seen + shown)).toMatch(/header/);
});

describe("text within a form that the page draws", () => {
  const drawn = (inner: string, outer: string) =>
    pdf([
      { dictionary: "<< /Type /Catalog /Pages 2 0 R >>" },
      { dictionary: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>" },
      {
        dictionary: `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << ${FONT} /XObject << /X 5 0 R >> >> /Contents 4 0 R >>`,
      },
      { dictionary: "<< >>", stream: Buffer.from(seen + outer) },
      {
        dictionary: `<< /Type /XObject /Subtype /Form /BBox [-2000 -2000 2000 2000] /Resources << ${FONT} >> >>`,
        stream: Buffer.from(inner),
      },
    ]);

  it.each([
    ["in the color of the paper", `1 g ${line("secret", 600)} 0 g`, "/X Do"],
    ["that lies outside the page with its form", line("secret", 600), "q 1 0 0 1 0 400 cm /X Do Q"],
    ["under a box of the form", `${line("secret", 600)} 0.8 g 60 590 200 30 re f 0 g`, "/X Do"],
    [
      "under a box of the page, where the form is moved to",
      line("secret", 600),
      "q 1 0 0 1 50 -200 cm /X Do Q 0.8 g 100 380 200 50 re f 0 g",
    ],
  ])("%s is left out", async (_, inner, outer) => {
    const { text } = await extract(drawn(`${inner} ${line("shown by the form", 300)}`, outer), {
      ocr: new FakeOcr(""),
    });

    expect(text).toContain("What everybody sees");
    expect(text).not.toContain("secret");
  });

  it("stays where the form is moved to the page from outside of it", async () => {
    const { text } = await extract(drawn(line("shown by the form", 1600), "q 1 0 0 1 0 -1000 cm /X Do Q"));

    expect(text).toContain("shown by the form");
  });
});

it("text under the picture of a scan stays: a program laid it there so that it is found", async () => {
  const scan = "q 595 0 0 842 0 0 cm BI /W 2 /H 2 /BPC 8 /CS /G ID \x00\xff\xff\x00 EI Q";

  expect(await read(seen + scan)).toContain("What everybody sees");
});

describe("layers of a PDF", () => {
  const textOf = async (file: Buffer): Promise<string> => (await extract(file, { ocr: new FakeOcr("") })).text;
  const font = "/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>";
  const layered = (content: string, form = "", ink = "") =>
    pdf([
      {
        dictionary:
          "<< /Type /Catalog /Pages 2 0 R /OCProperties << /OCGs [5 0 R 6 0 R] /D << /ON [5 0 R] /OFF [6 0 R] >> >> >>",
      },
      { dictionary: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>" },
      {
        dictionary: `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << ${font} /Properties << /On 5 0 R /Off 6 0 R >> /XObject << /X 7 0 R >> >> /Contents 4 0 R >>`,
      },
      { dictionary: "<< >>", stream: Buffer.from(line("On all", 780) + content, "latin1") },
      { dictionary: "<< /Type /OCG /Name (Deutsch) >>" },
      { dictionary: "<< /Type /OCG /Name (English) >>" },
      {
        dictionary: `<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] ${form} /Resources << ${font} >> >>`,
        stream: Buffer.from(ink + line("Within a form", 400)),
      },
    ]);
  const within = (layer: string, content: string) => `/OC /${layer} BDC ${content} EMC `;

  it("are read where they are on, and not where they are off, though both are at the same place", async () => {
    const both = within("On", line("Der Mieter zahlt", 700)) + within("Off", line("The tenant pays", 700));

    expect(await textOf(layered(both))).toBe("On all\nDer Mieter zahlt");
  });

  it.each([
    ["a form whose layer is off", "/X Do", "/OC 6 0 R", "On all"],
    ["a form whose layer is on", "/X Do", "/OC 5 0 R", "On all\nWithin a form"],
    ["a form that is drawn in a layer that is off", within("Off", "/X Do"), "", "On all"],
  ])("%s", async (_, content, form, expected) => {
    expect(await textOf(layered(content, form))).toBe(expected);
  });

  it("keep the text of a scan that was recognized before, which is in a form", async () => {
    const scan = "q 595 0 0 842 0 0 cm BI /W 10 /H 1 /BPC 8 /CS /G ID \xff\xff\xff\x00\xff\xff\xff\xff\xff\xff EI Q\n";

    expect(await textOf(layered(`${scan}/X Do`, "", "3 Tr "))).toContain("Within a form");
  });
});
