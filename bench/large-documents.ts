/**
 * What large documents take: time by page as a PDF grows, and memory by size with pictures that do not compress.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import PdfDocument from "pdfkit";
import { z } from "zod";
import { encodePng } from "../shared/capabilities/documents/image/encode-png.ts";
import type { BenchRow } from "./row.ts";

const MB = 1_024 * 1_024;
const PAGES = [50, 200, 800];
const SIZES_MB = [1, 25, 95];
const READER = join(import.meta.dirname, "large-documents/read-file.ts");
const PARAGRAPH =
  "The harbour's pump broke on Monday night. Water stood in the cellars of nine houses until the fire brigade came. " +
  "The city council will replace the pump, which is older than the harbour's crane, before the winter. ";

const readSchema = z.object({ seconds: z.number(), characters: z.number(), memory: z.number() });

/** Time by page and memory by size. */
export async function benchLargeDocuments(): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-large-"));
  const read = async (bytes: Uint8Array) => {
    const path = join(folder, "document.pdf");
    await writeFile(path, bytes);
    const { status, stdout, stderr } = spawnSync(process.execPath, [READER, path], { encoding: "utf8" });
    if (status !== 0) throw new Error(`The file could not be read: ${stderr}`);
    return readSchema.parse(JSON.parse(stdout));
  };
  try {
    const rows: BenchRow[] = [];
    let first: number | undefined;
    for (const count of PAGES) {
      const { seconds } = await read(await pdfOf(count, undefined));
      const value = (1_000 * seconds) / count;
      first ??= value;
      rows.push({
        name: `a PDF of ${count} pages`,
        value,
        unit: "ms a page",
        ratio: value / first,
        note: `to ${PAGES[0]} pages`,
      });
    }
    let least: number | undefined;
    for (const size of SIZES_MB) {
      const bytes = await pdfOf(size, noise);
      const { memory } = await read(bytes);
      least ??= memory;
      const note = `${(bytes.length / MB).toFixed(0)} MB of pictures, to ${SIZES_MB[0]} MB`;
      rows.push({ name: `largest memory at ${size} MB`, value: memory, unit: "MB", ratio: memory / least, note });
    }
    return rows;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A picture of a megabyte that does not compress. */
async function noise(): Promise<Buffer> {
  const side = 1_024;
  return Buffer.from(await encodePng({ width: side, height: side, pixels: randomBytes(side * side) }));
}

/** Pages of text, each with a picture of its own where there is one. */
async function pdfOf(pages: number, picture: (() => Promise<Buffer>) | undefined): Promise<Buffer> {
  const pdf = new PdfDocument({ size: "A4", margin: 60, autoFirstPage: false });
  const chunks: Buffer[] = [];
  pdf.on("data", (chunk: Buffer) => chunks.push(chunk));
  for (let page = 1; page <= pages; page++) {
    pdf.addPage().fontSize(10).text(`Page ${page}`).text(PARAGRAPH.repeat(6));
    if (picture) pdf.image(await picture(), { width: 200 });
  }
  pdf.end();
  await once(pdf, "end");
  return Buffer.concat(chunks);
}
