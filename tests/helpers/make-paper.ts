/**
 * Papers of offices as files: PDF by pdfkit, Word by docx, or plain text.
 *
 * @module
 */

import { once } from "node:events";
import { readFileSync } from "node:fs";
import { Document, HeadingLevel, Packer, Paragraph, Table, TableCell, TableRow } from "docx";
import PdfDocument from "pdfkit";
import type { Paper, PaperPart } from "../fixtures/extraction/papers.ts";

const FONT = new URL("../../node_modules/dejavu-fonts-ttf/ttf/DejaVuSans.ttf", import.meta.url);
const COLUMN = 110;

function addToPdf(pdf: PDFKit.PDFDocument, part: PaperPart): void {
  if (typeof part === "string") {
    pdf.fontSize(10).text(part, 60, pdf.y, { width: 470 }).moveDown();
    return;
  }
  if ("heading" in part) {
    pdf.fontSize(16).text(part.heading, 60, pdf.y).moveDown();
    return;
  }
  for (const row of part.rows) {
    const top = pdf.y;
    for (const [column, cell] of row.entries()) {
      pdf.fontSize(9).text(cell, 60 + column * COLUMN, top, { width: COLUMN - 10, lineBreak: false });
    }
    pdf.text("", 60, top + 16);
  }
  pdf.moveDown();
}

async function pdfOf(parts: readonly PaperPart[]): Promise<Buffer> {
  const pdf = new PdfDocument({ size: "A4", margin: 60 });
  const chunks: Buffer[] = [];
  pdf.on("data", (chunk: Buffer) => chunks.push(chunk));
  pdf.font(readFileSync(FONT));
  for (const part of parts) addToPdf(pdf, part);
  pdf.end();
  await once(pdf, "end");
  return Buffer.concat(chunks);
}

function wordOf(part: PaperPart): Paragraph | Table {
  if (typeof part === "string") return new Paragraph(part);
  if ("heading" in part) return new Paragraph({ text: part.heading, heading: HeadingLevel.HEADING_1 });
  const cells = (row: readonly string[]) => row.map((cell) => new TableCell({ children: [new Paragraph(cell)] }));
  return new Table({ rows: part.rows.map((row) => new TableRow({ children: cells(row) })) });
}

const textOf = (part: PaperPart): string => {
  if (typeof part === "string") return part;
  return "heading" in part ? part.heading : part.rows.map((row) => row.join("\t")).join("\n");
};

/** The paper as a file of its format, with its name. */
export async function fileOf({
  name,
  format,
  parts,
}: Paper): Promise<{ readonly name: string; readonly bytes: Buffer }> {
  const file = `${name}.${format}`;
  if (format === "pdf") return { name: file, bytes: await pdfOf(parts) };
  if (format === "docx") {
    const document = new Document({ sections: [{ children: parts.map(wordOf) }] });
    return { name: file, bytes: await Packer.toBuffer(document) };
  }
  return { name: file, bytes: Buffer.from(parts.map(textOf).join("\n\n")) };
}
