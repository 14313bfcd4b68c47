/**
 * How many characters recognition gets wrong on scans as offices have them: turned, skewed, in strips, with a stamp. Letters
 * whose text is known are drawn at 200 dpi and read through the whole pipeline. The same pages give the same figures.
 *
 * @module
 */

import { once } from "node:events";
import PdfDocument from "pdfkit";
import { closeDocumentThreads, extractText } from "../shared/capabilities/documents/extract.ts";
import { encodePng } from "../shared/capabilities/documents/image/encode-png.ts";
import type { GrayImage } from "../shared/capabilities/documents/image/gray-image.ts";
import { type Orientation, orient } from "../shared/capabilities/documents/image/orient.ts";
import { rotate } from "../shared/capabilities/documents/image/rotate.ts";
import { laterPapers } from "../tests/fixtures/extraction/later-papers.ts";
import { papers } from "../tests/fixtures/extraction/papers.ts";
import { fileOf } from "../tests/helpers/make-paper.ts";
import { renderFirstPage } from "../tests/helpers/render-page.ts";
import { errorRate } from "../tests/helpers/similarity.ts";
import type { BenchRow } from "./row.ts";

const NAMES = ["dachdecker", "office-chairs", "kuendigung", "overdue"];
const STAMP = "Received 14 March 2025, department 4, file 88/2025";
const STRIPS = 8;
/** A4 in points. */
const [WIDTH, HEIGHT] = [595, 842];

interface Page {
  readonly truth: string;
  readonly image: GrayImage;
}

interface Kind {
  readonly name: string;
  /** The file, and what its text is to be. */
  make(page: Page): Promise<{ bytes: Uint8Array; text: string }>;
}

const picture = (change: (image: GrayImage) => GrayImage): Kind["make"] => {
  return async ({ truth, image }) => ({ bytes: await encodePng(change(image)), text: truth });
};
const turned = (degrees: number, orientation: Orientation): Kind => ({
  name: `turned by ${degrees} degrees`,
  make: picture((image) => orient(image, orientation)),
});
const skewed = (degrees: number): Kind => ({
  name: `skewed by ${degrees} degrees`,
  make: picture((image) => rotate(image, degrees)),
});

const kinds: readonly Kind[] = [
  { name: "upright", make: picture((image) => image) },
  turned(90, 6),
  turned(180, 3),
  turned(270, 8),
  ...[-12, -8, -5, 5, 8, 12].map(skewed),
  { name: "upside down and skewed by 7 degrees", make: picture((image) => rotate(orient(image, 3), 7)) },
  {
    name: `in ${STRIPS} strips`,
    make: async ({ truth, image }) => ({ bytes: await scanned(stripsOf(image), ""), text: truth }),
  },
  {
    name: "with a stamp as its text layer",
    make: async ({ truth, image }) => ({ bytes: await scanned([image], STAMP), text: `${STAMP} ${truth}` }),
  },
  {
    name: `in ${STRIPS} strips, with a stamp`,
    make: async ({ truth, image }) => ({ bytes: await scanned(stripsOf(image), STAMP), text: `${STAMP} ${truth}` }),
  },
];

/** Character errors of each kind of scan, over all letters. */
export async function benchScans(): Promise<BenchRow[]> {
  const pages = await Promise.all(NAMES.map(readPage));
  const rows: BenchRow[] = [];
  for (const { name, make } of kinds) {
    const rates: number[] = [];
    for (const page of pages) {
      const { bytes, text } = await make(page);
      rates.push(errorRate(text, (await read(bytes)).text));
    }
    const mean = (100 * rates.reduce((sum, rate) => sum + rate, 0)) / rates.length;
    const worst = (100 * Math.max(...rates)).toFixed(2);
    rows.push({
      name,
      value: mean,
      unit: "% of characters",
      ratio: null,
      note: `worst of ${pages.length} letters ${worst} %`,
    });
  }
  await closeDocumentThreads();
  return rows;
}

const read = (bytes: Uint8Array) => extractText(bytes, { signal: new AbortController().signal });

async function readPage(name: string): Promise<Page> {
  const paper = [...papers, ...laterPapers].find((each) => each.name === name);
  if (!paper) throw new Error(`There is no paper ${name}.`);
  const { bytes } = await fileOf({ ...paper, format: "pdf" });
  return { truth: (await read(bytes)).text, image: await renderFirstPage(bytes) };
}

function stripsOf({ width, height, pixels }: GrayImage): GrayImage[] {
  const rows = Math.ceil(height / STRIPS);
  return Array.from({ length: STRIPS }, (_, index) => {
    const [from, to] = [index * rows, Math.min((index + 1) * rows, height)];
    return { width, height: to - from, pixels: pixels.slice(from * width, to * width) };
  });
}

/** A page of pictures, one below the other, and a line of text over them. */
async function scanned(images: readonly GrayImage[], stamp: string): Promise<Buffer> {
  const pdf = new PdfDocument({ size: [WIDTH, HEIGHT], margin: 0 });
  const chunks: Buffer[] = [];
  pdf.on("data", (chunk: Buffer) => chunks.push(chunk));
  const height = images.reduce((sum, image) => sum + image.height, 0);
  let top = 0;
  for (const image of images) {
    const part = (HEIGHT * image.height) / height;
    pdf.image(Buffer.from(await encodePng(image)), 0, top, { width: WIDTH, height: part });
    top += part;
  }
  if (stamp !== "") pdf.font("Helvetica").fontSize(9).text(stamp, 60, 12, { lineBreak: false });
  pdf.end();
  await once(pdf, "end");
  return Buffer.concat(chunks);
}
