/**
 * Decodes JPEG by letting PDFium render it as the one picture of a page: its decoder knows every variant.
 *
 * @module
 */

import { DocumentCorruptError, DocumentTooLargeError } from "../../../../contracts/documents/errors.ts";
import type { Limits } from "../limits.ts";
import type { Pdfium } from "../pdf/pdfium.ts";
import { render } from "../pdf/render.ts";
import type { GrayImage } from "./gray-image.ts";

interface Header {
  readonly width: number;
  readonly height: number;
  readonly components: number;
  /** Degrees by which the picture is to be turned clockwise. */
  readonly rotation: 0 | 90 | 180 | 270;
}

const COLORS: Readonly<Record<number, string>> = {
  1: "/DeviceGray",
  3: "/DeviceRGB",
  // CMYK as Adobe's programs write it, with ink where a sample is low.
  4: "/DeviceCMYK /Decode [1 0 1 0 1 0 1 0]",
};
/** Exif orientation to rotation; the mirrored variants, which no camera writes, count as unturned. */
const ROTATIONS: Readonly<Record<number, Header["rotation"]>> = { 3: 180, 6: 90, 8: 270 };

/** @throws DocumentCorruptError, DocumentTooLargeError */
export function decodeJpeg(pdfium: Pdfium, bytes: Uint8Array, limits: Limits): GrayImage {
  const header = readHeader(bytes);
  const { width, height, rotation } = header;
  if (width * height > limits.pixels) throw new DocumentTooLargeError(`The image has ${width} x ${height} pixels.`);
  const file = wrap(bytes, header);
  const memory = pdfium.wasmExports.malloc(file.length);
  if (!memory) throw new DocumentTooLargeError("The image does not fit into the memory it may take.");
  pdfium.HEAPU8.set(file, memory);
  const document = pdfium._FPDF_LoadMemDocument(memory, file.length, 0);
  const page = document ? pdfium._FPDF_LoadPage(document, 0) : 0;
  try {
    if (!page || pdfium._FPDFPage_CountObjects(page) === 0)
      throw new DocumentCorruptError("The JPEG image is damaged.");
    return rotation % 180 === 0
      ? render(pdfium, page, width, height, limits)
      : render(pdfium, page, height, width, limits);
  } finally {
    if (page) pdfium._FPDF_ClosePage(page);
    if (document) pdfium._FPDF_CloseDocument(document);
    pdfium.wasmExports.free(memory);
  }
}

function wrap(bytes: Uint8Array, { width, height, components, rotation }: Header): Uint8Array {
  const draw = `q ${width} 0 0 ${height} 0 0 cm /I Do Q`;
  const picture = `/Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace ${COLORS[components]}`;
  const objects: readonly [string, Uint8Array?][] = [
    ["<< /Type /Catalog /Pages 2 0 R >>"],
    ["<< /Type /Pages /Kids [3 0 R] /Count 1 >>"],
    [
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${width} ${height}] /Rotate ${rotation} ` +
        "/Resources << /XObject << /I 5 0 R >> >> /Contents 4 0 R >>",
    ],
    [`<< /Length ${draw.length} >>`, Buffer.from(draw)],
    [`<< ${picture} /BitsPerComponent 8 /Filter /DCTDecode /Length ${bytes.length} >>`, bytes],
  ];
  const parts: Uint8Array[] = [Buffer.from("%PDF-1.4\n")];
  const offsets: number[] = [];
  let size = 9;
  const add = (part: Uint8Array) => {
    parts.push(part);
    size += part.length;
  };
  for (const [index, [dictionary, stream]] of objects.entries()) {
    offsets.push(size);
    add(Buffer.from(`${index + 1} 0 obj\n${dictionary}\n${stream ? "stream\n" : ""}`));
    if (stream) add(stream);
    add(Buffer.from(`${stream ? "\nendstream" : ""}\nendobj\n`));
  }
  const table = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const start = size;
  add(
    Buffer.from(
      `xref\n0 6\n0000000000 65535 f \n${table}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(parts);
}

/** Walks through the segments up to the frame header (ITU-T T.81, annex B). */
function readHeader(bytes: Uint8Array): Header {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let rotation: Header["rotation"] = 0;
  for (let at = 2; at + 10 < bytes.length; ) {
    const marker = view.getUint16(at);
    if (marker < 0xff01) throw new DocumentCorruptError("The JPEG image is damaged.");
    // Fill bytes may precede a marker.
    if (marker === 0xffff) {
      at++;
      continue;
    }
    if (marker === 0xffe1)
      rotation = ROTATIONS[exifOrientation(bytes.subarray(at + 4, at + 2 + view.getUint16(at + 2)))] ?? rotation;
    const isFrame = marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker);
    if (isFrame) {
      const [height, width, components] = [view.getUint16(at + 5), view.getUint16(at + 7), view.getUint8(at + 9)];
      if (width > 0 && height > 0 && components in COLORS) return { width, height, components, rotation };
      break;
    }
    at += 2 + view.getUint16(at + 2);
  }
  throw new DocumentCorruptError("The JPEG image is damaged or cut off.");
}

/** The orientation tag of an Exif segment; 1, upright, where there is none. */
function exifOrientation(segment: Uint8Array): number {
  const TIFF = 6;
  const ORIENTATION = 0x0112;
  if (String.fromCharCode(...segment.subarray(0, 4)) !== "Exif" || segment.length < TIFF + 10) return 1;
  const view = new DataView(segment.buffer, segment.byteOffset, segment.byteLength);
  const little = view.getUint16(TIFF) === 0x4949;
  const directory = TIFF + view.getUint32(TIFF + 4, little);
  if (directory + 2 > segment.length) return 1;
  const count = view.getUint16(directory, little);
  for (let index = 0; index < count; index++) {
    const entry = directory + 2 + index * 12;
    if (entry + 12 > segment.length) return 1;
    if (view.getUint16(entry, little) === ORIENTATION) return view.getUint16(entry + 8, little);
  }
  return 1;
}
