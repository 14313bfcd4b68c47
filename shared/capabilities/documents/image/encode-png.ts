/**
 * Writes pictures as PNG (W3C Recommendation, third edition), for services that take files.
 *
 * @module
 */

import { promisify } from "node:util";
import { crc32, deflate } from "node:zlib";
import type { GrayImage } from "./gray-image.ts";

const compress = promisify(deflate);
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Bits of a pixel: 8 keep every shade, 4 keep sixteen, which text is as readable in. */
export type PngDepth = 8 | 4;

/** Rows are not filtered: on pages of text that would save a few percent. */
export async function encodePng(image: GrayImage, depth: PngDepth = 8): Promise<Buffer> {
  return framePng({ ...image, depth }, await compress(depth === 8 ? wholeBytes(image) : halfBytes(image)));
}

/** The size and color type of a PNG image. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  /** Color type; gray when not given. */
  readonly color?: number;
  readonly interlace?: number;
}

/** @param data rows with their filter bytes, compressed with zlib */
export function framePng({ width, height, depth, color = 0, interlace = 0 }: PngHeader, data: Uint8Array): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, color, 0, 0, interlace], 8);
  return Buffer.concat([SIGNATURE, chunk("IHDR", header), chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))]);
}

function wholeBytes({ width, height, pixels }: GrayImage): Buffer {
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) rows.set(pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  return rows;
}

function halfBytes({ width, height, pixels }: GrayImage): Buffer {
  const stride = Math.ceil(width / 2) + 1;
  const rows = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * stride + 1 + (x >> 1);
      const shade = Math.round((pixels[y * width + x] ?? 0) / 17);
      rows[at] = (rows[at] ?? 0) | (shade << (x % 2 === 0 ? 4 : 0));
    }
  }
  return rows;
}

function chunk(kind: string, content: Uint8Array): Buffer {
  const framed = Buffer.alloc(12 + content.length);
  framed.writeUInt32BE(content.length, 0);
  framed.write(kind, 4, "latin1");
  framed.set(content, 8);
  framed.writeUInt32BE(crc32(framed.subarray(4, 8 + content.length)), 8 + content.length);
  return framed;
}
