/**
 * Decodes the first picture of a GIF (GIF89a specification) to gray.
 *
 * @module
 */

import { DocumentCorruptError, DocumentTooLargeError } from "../../../../contracts/documents/errors.ts";
import type { Limits } from "../limits.ts";
import type { GrayImage } from "./gray-image.ts";
import { luminance } from "./luminance.ts";

const IMAGE = 0x2c;
const EXTENSION = 0x21;
const GRAPHIC_CONTROL = 0xf9;
const MOST_CODES = 4_096;

/** @throws DocumentCorruptError, DocumentTooLargeError */
export function decodeGif(bytes: Uint8Array, limits: Limits): GrayImage {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = bytes[10] ?? 0;
  let palette = readPalette(bytes, 13, flags);
  let at = 13 + palette.length;
  let transparent = -1;
  while (at < bytes.length) {
    if (bytes[at] === EXTENSION) {
      if (bytes[at + 1] === GRAPHIC_CONTROL && (bytes[at + 3] ?? 0) & 1) transparent = bytes[at + 6] ?? -1;
      at = skipBlocks(bytes, at + 2);
    } else if (bytes[at] === IMAGE && at + 11 < bytes.length) {
      const [width, height] = [view.getUint16(at + 5, true), view.getUint16(at + 7, true)];
      if (width === 0 || height === 0) break;
      if (width * height > limits.pixels) throw new DocumentTooLargeError(`The image has ${width} x ${height} pixels.`);
      const own = bytes[at + 9] ?? 0;
      const ownPalette = readPalette(bytes, at + 10, own);
      if (ownPalette.length > 0) palette = ownPalette;
      const indices = unpack(bytes, at + 10 + ownPalette.length, width * height);
      return toGray(indices, { width, height, palette, transparent, interlaced: (own & 0x40) !== 0 });
    } else break;
  }
  throw new DocumentCorruptError("The GIF image is damaged or cut off.");
}

const readPalette = (bytes: Uint8Array, at: number, flags: number): Uint8Array =>
  flags & 0x80 ? bytes.subarray(at, at + 3 * 2 ** ((flags & 7) + 1)) : new Uint8Array();

function skipBlocks(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] !== 0) at += 1 + (bytes[at] ?? 0);
  return at + 1;
}

/** Undoes the compression (LZW with codes of 3 to 12 bits, lowest bits first). */
function unpack(bytes: Uint8Array, from: number, size: number): Uint8Array {
  const least = bytes[from] ?? 0;
  if (least < 1 || least > 8) throw new DocumentCorruptError("The GIF image is damaged.");
  const [clear, end] = [1 << least, (1 << least) + 1];
  const prefix = new Uint16Array(MOST_CODES);
  const suffix = new Uint8Array(MOST_CODES);
  const lengths = new Uint16Array(MOST_CODES);
  const found = new Uint8Array(size);
  let [count, width, next, previous] = [0, least + 1, end + 1, -1];
  const firstOf = (code: number): number => {
    let at = code;
    while (at >= clear) at = prefix[at] ?? 0;
    return at;
  };
  const write = (code: number): void => {
    const length = code < clear ? 1 : (lengths[code] ?? 1);
    for (let at = code, place = count + length - 1; place >= count; place--) {
      if (place < size) found[place] = at < clear ? at : (suffix[at] ?? 0);
      at = prefix[at] ?? 0;
    }
    count += length;
  };
  for (const code of codes(bytes, from + 1, () => width)) {
    if (code === end || count >= size) break;
    if (code === clear) [width, next, previous] = [least + 1, end + 1, -1];
    else {
      if (code > next || (code === next && previous < 0)) throw new DocumentCorruptError("The GIF image is damaged.");
      if (previous >= 0 && next < MOST_CODES) {
        prefix[next] = previous;
        suffix[next] = firstOf(code === next ? previous : code);
        lengths[next] = (previous < clear ? 1 : (lengths[previous] ?? 1)) + 1;
        next++;
        if (next === 1 << width && width < 12) width++;
      }
      write(code);
      previous = code;
    }
  }
  if (count < size) throw new DocumentCorruptError("The GIF image is damaged or cut off.");
  return found;
}

function* codes(bytes: Uint8Array, from: number, width: () => number): Generator<number> {
  let [bits, count] = [0, 0];
  for (let at = from; at < bytes.length && bytes[at] !== 0; ) {
    const end = at + 1 + (bytes[at] ?? 0);
    for (let place = at + 1; place < Math.min(end, bytes.length); place++) {
      bits |= (bytes[place] ?? 0) << count;
      count += 8;
      while (count >= width()) {
        const size = width();
        const code = bits & ((1 << size) - 1);
        bits >>>= size;
        count -= size;
        yield code;
      }
    }
    at = end;
  }
}

/** Rows of an interlaced picture come in four passes: first row and step of each. */
const PASSES = [
  [0, 8],
  [4, 8],
  [2, 4],
  [1, 2],
] as const;

interface Shown {
  readonly width: number;
  readonly height: number;
  readonly palette: Uint8Array;
  readonly transparent: number;
  readonly interlaced: boolean;
}

function toGray(indices: Uint8Array, { width, height, palette, transparent, interlaced }: Shown): GrayImage {
  const shades = Array.from({ length: 256 }, (_, index) => {
    const [red = 255, green = 255, blue = 255] = palette.subarray(index * 3, index * 3 + 3);
    return index === transparent ? 255 : luminance(red, green, blue);
  });
  const rows = interlaced ? PASSES.flatMap(([first, step]) => every(first, step, height)) : every(0, 1, height);
  const pixels = new Uint8Array(width * height);
  for (const [index, row] of rows.entries()) {
    for (let column = 0; column < width; column++) {
      pixels[row * width + column] = shades[indices[index * width + column] ?? 0] ?? 255;
    }
  }
  return { width, height, pixels };
}

const every = (first: number, step: number, end: number): number[] =>
  Array.from({ length: Math.max(0, Math.ceil((end - first) / step)) }, (_, index) => first + index * step);
