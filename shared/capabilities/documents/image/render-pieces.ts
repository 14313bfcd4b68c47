/**
 * Decodes pictures by letting PDFium render them as the content of a page: its decoders know every variant of JPEG, fax
 * and LZW, and run within the bounds on its memory.
 *
 * @module
 */

import { DocumentCorruptError, DocumentTooLargeError } from "../../../../contracts/documents/errors.ts";
import type { Limits } from "../limits.ts";
import type { Pdfium } from "../pdf/pdfium.ts";
import { render } from "../pdf/render.ts";
import type { GrayImage } from "./gray-image.ts";

/** A part of a picture, as an image of a PDF. Places are in pixels from the upper left corner. */
export interface Piece {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Entries of the image's dictionary beside its size (ISO 32000-1, table 89). */
  readonly entries: string;
  readonly bytes: Uint8Array;
}

/** @throws DocumentCorruptError, DocumentTooLargeError */
export function renderPieces(
  pdfium: Pdfium,
  { width, height, limits }: { readonly width: number; readonly height: number; readonly limits: Limits },
  pieces: readonly Piece[],
): GrayImage {
  if (width * height > limits.pixels) throw new DocumentTooLargeError(`The image has ${width} x ${height} pixels.`);
  const file = wrap(width, height, pieces);
  const memory = pdfium.wasmExports.malloc(file.length);
  if (!memory) throw new DocumentTooLargeError("The image does not fit into the memory it may take.");
  pdfium.HEAPU8.set(file, memory);
  const document = pdfium._FPDF_LoadMemDocument(memory, file.length, 0);
  const page = document ? pdfium._FPDF_LoadPage(document, 0) : 0;
  try {
    if (!page || pdfium._FPDFPage_CountObjects(page) === 0) throw new DocumentCorruptError("The image is damaged.");
    return render(pdfium, page, { wide: width, high: height, limits });
  } finally {
    if (page) pdfium._FPDF_ClosePage(page);
    if (document) pdfium._FPDF_CloseDocument(document);
    pdfium.wasmExports.free(memory);
  }
}

/** A PDF of one page that is as large as the picture. */
function wrap(width: number, height: number, pieces: readonly Piece[]): Uint8Array {
  const first = 5;
  const draw = pieces
    .map(
      (piece, index) =>
        `q ${piece.width} 0 0 ${piece.height} ${piece.left} ${height - piece.top - piece.height} cm /I${index} Do Q`,
    )
    .join("\n");
  const names = pieces.map((_, index) => `/I${index} ${first + index} 0 R`).join(" ");
  const objects: readonly (readonly [dictionary: string, stream?: Uint8Array])[] = [
    ["/Type /Catalog /Pages 2 0 R"],
    ["/Type /Pages /Kids [3 0 R] /Count 1"],
    [
      `/Type /Page /Parent 2 0 R /MediaBox [0 0 ${width} ${height}] /Resources << /XObject << ${names} >> >> /Contents 4 0 R`,
    ],
    ["", Buffer.from(draw)],
    ...pieces.map(
      (piece) =>
        [
          `/Type /XObject /Subtype /Image /Width ${piece.width} /Height ${piece.height} ${piece.entries}`,
          piece.bytes,
        ] as const,
    ),
  ];
  const parts: Uint8Array[] = [Buffer.from("%PDF-1.5\n")];
  const offsets: number[] = [];
  let size = parts[0]?.length ?? 0;
  const add = (part: Uint8Array): void => {
    parts.push(part);
    size += part.length;
  };
  for (const [index, [dictionary, stream]] of objects.entries()) {
    offsets.push(size);
    const length = stream ? ` /Length ${stream.length}` : "";
    add(Buffer.from(`${index + 1} 0 obj\n<< ${dictionary}${length} >>\n${stream ? "stream\n" : ""}`));
    if (stream) add(stream);
    add(Buffer.from(`${stream ? "\nendstream" : ""}\nendobj\n`));
  }
  const table = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const count = objects.length + 1;
  const trailer = `trailer\n<< /Size ${count} /Root 1 0 R >>\nstartxref\n${size}\n%%EOF\n`;
  add(Buffer.from(`xref\n0 ${count}\n0000000000 65535 f \n${table}${trailer}`));
  return Buffer.concat(parts);
}
