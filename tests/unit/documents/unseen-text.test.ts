/**
 * Text of a PDF page that no reader sees is not in its text.
 *
 * @module
 */

import { afterAll, expect, it } from "vitest";
import { closeDocumentThreads, extract, FakeOcr, line, pdfPages } from "./builders.ts";

afterAll(closeDocumentThreads);

const seen = line("What everybody sees on this page of the letter", 700);
const read = async (content: string): Promise<string> =>
  (await extract(pdfPages([content]), { ocr: new FakeOcr("") })).text;

it.each([
  ["in the color of the paper", `1 g ${line("secret", 600)} 0 g`],
  ["outside the page", `BT /F 12 Tf 700 600 Td (secret) Tj ET BT /F 12 Tf 72 -40 Td (secret) Tj ET`],
  ["under a box that is drawn later", `${line("secret", 600)} 0.8 0.9 0.8 rg 60 590 200 30 re f 0 g`],
  [
    "under a picture that is drawn later",
    `${line("secret", 600)} q 200 0 0 40 60 590 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \x99 EI Q`,
  ],
])("text %s is left out", async (_, hidden) => {
  expect(await read(`${seen}${hidden}\n${line("The end of the page", 500)}`)).toBe(
    "What everybody sees on this page of the letter\nThe end of the page",
  );
});

it.each([
  ["white on a dark box", `0 0 0.4 rg 60 590 200 30 re f 1 g ${line("header", 600)} 0 g`],
  ["within a frame that is drawn later", `${line("header", 600)} 60 590 200 30 re S`],
  ["on a box of the same size that is drawn before", `0.8 g 60 590 200 30 re f 0 g ${line("header", 600)}`],
  ["that only begins on the page", "BT /F 12 Tf 580 600 Td (header) Tj ET"],
])("text %s stays", async (_, shown) => {
  expect(await read(seen + shown)).toMatch(/header/);
});

it("text under the picture of a scan stays: a program laid it there so that it is found", async () => {
  const scan = "q 595 0 0 842 0 0 cm BI /W 2 /H 2 /BPC 8 /CS /G ID \x00\xff\xff\x00 EI Q";

  expect(await read(seen + scan)).toContain("What everybody sees");
});
