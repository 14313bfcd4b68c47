/**
 * Decodes JPEG, turned as its Exif data say.
 *
 * @module
 */

import { DocumentCorruptError } from "../../../../contracts/documents/errors.ts";
import type { Limits } from "../limits.ts";
import type { Pdfium } from "../pdf/pdfium.ts";
import { exifOrientation } from "./exif.ts";
import type { GrayImage } from "./gray-image.ts";
import { isTornJpeg } from "./jpeg-damage.ts";
import { type Orientation, orient } from "./orient.ts";
import { renderPieces } from "./render-pieces.ts";

const END = Buffer.from([0xff, 0xd9]);

/**
 * Whether the end of the picture is missing. Within its data an end mark cannot be; a thumbnail before them has its own.
 * @throws DocumentCorruptError
 */
export function isCutOffJpeg(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf(END, readHeader(bytes).at) < 0;
}

interface Header {
  /** Where the header of the frame is. */
  readonly at: number;
  readonly width: number;
  readonly height: number;
  readonly components: number;
  readonly orientation: Orientation;
}

const COLORS: Readonly<Record<number, string>> = {
  1: "/DeviceGray",
  3: "/DeviceRGB",
  // CMYK as Adobe's programs write it, with ink where a sample is low.
  4: "/DeviceCMYK /Decode [1 0 1 0 1 0 1 0]",
};
/** @throws DocumentCorruptError, DocumentTooLargeError */
export function decodeJpeg(pdfium: Pdfium, bytes: Uint8Array, limits: Limits): GrayImage {
  const { width, height, components, orientation } = readHeader(bytes);
  const entries = `/ColorSpace ${COLORS[components]} /BitsPerComponent 8 /Filter /DCTDecode`;
  const picture = renderPieces(pdfium, { width, height, limits }, [{ left: 0, top: 0, width, height, entries, bytes }]);
  return { ...orient(picture, orientation), isTorn: isTornJpeg(bytes) };
}

/** Walks through the segments up to the frame header (ITU-T T.81, annex B). */
function readHeader(bytes: Uint8Array): Header {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let orientation: Orientation = 1;
  for (let at = 2; at + 10 < bytes.length; ) {
    const marker = view.getUint16(at);
    if (marker < 0xff01) throw new DocumentCorruptError("The JPEG image is damaged.");
    // Fill bytes may precede a marker.
    if (marker === 0xffff) {
      at++;
      continue;
    }
    if (marker === 0xffe1) {
      const found = segmentOrientation(bytes.subarray(at + 4, at + 2 + view.getUint16(at + 2)));
      // Other data of the same kind may follow, such as XMP, without it.
      if (found !== 1) orientation = found;
    }
    const isFrame = marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker);
    if (isFrame) {
      const [height, width, components] = [view.getUint16(at + 5), view.getUint16(at + 7), view.getUint8(at + 9)];
      if (width > 0 && height > 0 && components in COLORS) return { at, width, height, components, orientation };
      break;
    }
    at += 2 + view.getUint16(at + 2);
  }
  throw new DocumentCorruptError("The JPEG image is damaged or cut off.");
}

/** Of a segment of the kind that Exif data come in; other data may come in it too. */
const segmentOrientation = (segment: Uint8Array): Orientation =>
  String.fromCharCode(...segment.subarray(0, 4)) === "Exif" ? exifOrientation(segment.subarray(6)) : 1;
