/**
 * Small documents made in memory, and the call that reads them.
 *
 * @module
 */

import { deflateSync } from "node:zlib";
import { closeDocumentThreads, type ExtractOptions, extractText } from "../../shared/capabilities/documents/extract.ts";
import { framePng } from "../../shared/capabilities/documents/image/encode-png.ts";
import type { OcrEngine } from "../../shared/capabilities/documents/ocr/engine.ts";
import { zip } from "./make-zip.ts";

/** Recognition that finds what it is told to, and keeps what it was shown. */
export class FakeOcr implements OcrEngine {
  readonly parallel = 2;
  readonly seen: { width: number; height: number; languages: readonly string[] }[] = [];
  readonly #text: string;

  constructor(text = "") {
    this.#text = text;
  }

  async recognize({ width, height }: { width: number; height: number }, languages: readonly string[]) {
    this.seen.push({ width, height, languages });
    return { text: this.#text, confidence: 90 };
  }
}

export const extract = (bytes: Uint8Array, options: Partial<ExtractOptions> = {}) =>
  extractText(bytes, { signal: new AbortController().signal, ocr: new FakeOcr(), ...options });

/** The warnings of a file as it is read, by page. */
export const warningKinds = async (bytes: Uint8Array, ocr = new FakeOcr()) =>
  (await extract(bytes, { ocr })).warnings.map(({ page, kind }) => ({ page, kind }));

/** The name and message of the error that reading ends with, or the text where it does not. */
export async function outcome(bytes: Uint8Array, options: Partial<ExtractOptions> = {}): Promise<string> {
  try {
    return (await extract(bytes, options)).text;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}

export { closeDocumentThreads, zip };

export interface PdfObject {
  readonly dictionary: string;
  readonly stream?: Uint8Array;
}

/** A PDF of the given objects, the first of which is its catalog. */
export function pdf(objects: readonly PdfObject[]): Buffer {
  const parts: Uint8Array[] = [Buffer.from("%PDF-1.5\n")];
  const size = () => parts.reduce((sum, part) => sum + part.length, 0);
  const offsets = objects.map(({ dictionary, stream }, index) => {
    const offset = size();
    parts.push(
      Buffer.from(
        `${index + 1} 0 obj\n${stream ? dictionary.replace(">>", `/Length ${stream.length} >>`) : dictionary}`,
      ),
    );
    if (stream) parts.push(Buffer.from("\nstream\n"), stream, Buffer.from("\nendstream"));
    parts.push(Buffer.from("\nendobj\n"));
    return offset;
  });
  const start = size();
  const table = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const count = objects.length + 1;
  const trailer = `trailer\n<< /Size ${count} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.concat([...parts, Buffer.from(`xref\n0 ${count}\n0000000000 65535 f \n${table}${trailer}`)]);
}

const FONT = "/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >> >>";

/** A PDF with one page for each content stream. */
export function pdfPages(contents: readonly string[], resources = ""): Buffer {
  const kids = contents.map((_, index) => `${3 + index * 2} 0 R`).join(" ");
  return pdf([
    { dictionary: "<< /Type /Catalog /Pages 2 0 R >>" },
    { dictionary: `<< /Type /Pages /Kids [${kids}] /Count ${contents.length} >>` },
    ...contents.flatMap((content, index) => [
      {
        dictionary: `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << ${FONT} ${resources} >> /Contents ${4 + index * 2} 0 R >>`,
      },
      { dictionary: "<< >>", stream: Buffer.from(content, "latin1") },
    ]),
  ]);
}

/** Draws a line of text at a height. */
export const line = (text: string, y: number): string => `BT /F 12 Tf 72 ${y} Td (${text}) Tj ET\n`;

const W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
const TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

const relationships = (targets: readonly (readonly [type: string, target: string])[]): string =>
  `<Relationships>${targets.map(([type, target], index) => `<Relationship Id="r${index}" Type="${type}" Target="${target}"/>`).join("")}</Relationships>`;

/** A DOCX with the given body, and further parts by kind (`footnotes`, `header`, ...). */
export function docx(body: string, further: Readonly<Record<string, string>> = {}, type = TYPE): Buffer {
  const kinds = Object.keys(further);
  return zip({
    "[Content_Types].xml": "<Types/>",
    "_rels/.rels": relationships([[`${type}/officeDocument`, "word/document.xml"]]),
    "word/document.xml": `<?xml version="1.0"?><w:document ${W}><w:body>${body}</w:body></w:document>`,
    "word/_rels/document.xml.rels": relationships(kinds.map((kind) => [`${type}/${kind}`, `${kind}.xml`])),
    ...Object.fromEntries(kinds.map((kind) => [`word/${kind}.xml`, `<w:${kind} ${W}>${further[kind]}</w:${kind}>`])),
  });
}

export const paragraph = (text: string): string => `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`;

/** A PNG with the given header values, whatever its data; gray with 8 bits a pixel unless they say otherwise. */
export const pngOf = (
  header: {
    readonly width: number;
    readonly height: number;
    readonly color?: number;
    readonly depth?: number;
    readonly interlace?: number;
  },
  data: Uint8Array,
): Buffer => framePng({ color: 0, depth: 8, interlace: 0, ...header }, deflateSync(data));

/** A gray PNG, whatever its data. */
export const png = (width: number, height: number, data: Uint8Array): Buffer => pngOf({ width, height }, data);

/** mulberry32, a generator of numbers below 1 that are the same for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
