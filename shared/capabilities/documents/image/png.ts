/**
 * Decodes PNG (W3C Recommendation, third edition) straight to gray, within bounds that its header cannot talk round.
 *
 * @module
 */

import { inflateSync } from "node:zlib";
import { DocumentCorruptError, DocumentTooLargeError } from "../../../../contracts/documents/errors.ts";
import type { Limits } from "../limits.ts";
import { exifOrientation } from "./exif.ts";
import type { GrayImage } from "./gray-image.ts";
import { luminance, overWhite } from "./luminance.ts";
import { type Orientation, orient } from "./orient.ts";

interface Header {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly color: number;
  readonly interlaced: boolean;
}

/** Samples a pixel has, by color type. */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const PALETTE = 3;
/** Adam7: start and step of each pass. */
const PASSES = [
  { x: 0, y: 0, dx: 8, dy: 8 },
  { x: 4, y: 0, dx: 8, dy: 8 },
  { x: 0, y: 4, dx: 4, dy: 8 },
  { x: 2, y: 0, dx: 4, dy: 4 },
  { x: 0, y: 2, dx: 2, dy: 4 },
  { x: 1, y: 0, dx: 2, dy: 2 },
  { x: 0, y: 1, dx: 1, dy: 2 },
] as const;
const WHOLE = [{ x: 0, y: 0, dx: 1, dy: 1 }] as const;

const corrupt = (what: string) => new DocumentCorruptError(`The PNG image ${what}.`);

/** @throws DocumentCorruptError, DocumentTooLargeError */
export function decodePng(bytes: Uint8Array, limits: Limits): GrayImage {
  const { header, palette, transparency, data, orientation } = readChunks(bytes, limits);
  const { width, height, depth, color } = header;
  const channels = CHANNELS[color] ?? 0;
  const bits = channels * depth;
  const passes = (header.interlaced ? PASSES : WHOLE)
    .map((pass) => ({
      ...pass,
      columns: Math.ceil((width - pass.x) / pass.dx),
      rows: Math.ceil((height - pass.y) / pass.dy),
    }))
    .filter(({ columns, rows }) => columns > 0 && rows > 0)
    .map((pass) => ({ ...pass, rowBytes: Math.ceil((pass.columns * bits) / 8) }));
  const size = passes.reduce((sum, { rowBytes, rows }) => sum + (rowBytes + 1) * rows, 0);
  if (size > limits.unzippedBytes) throw new DocumentTooLargeError(`The PNG image unpacks to ${size} bytes.`);
  const raw = inflate(data, size);

  const toGray = grayOf(header, palette, transparency);
  const pixels = new Uint8Array(width * height);
  let at = 0;
  for (const { x, y, dx, dy, columns, rows, rowBytes } of passes) {
    let previous: Uint8Array = new Uint8Array(rowBytes);
    for (let row = 0; row < rows; row++) {
      const line = raw.subarray(at + 1, at + 1 + rowBytes);
      unfilter(line, previous, { kind: raw[at] ?? 0, step: Math.max(1, bits >> 3) });
      const start = (y + row * dy) * width + x;
      for (let column = 0; column < columns; column++) pixels[start + column * dx] = toGray(line, column);
      previous = line;
      at += rowBytes + 1;
    }
  }
  return orient({ width, height, pixels }, orientation);
}

function readChunks(bytes: Uint8Array, limits: Limits) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let header: Header | undefined;
  let palette = new Uint8Array();
  let transparency = new Uint8Array();
  const data: Uint8Array[] = [];
  let orientation: Orientation = 1;
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    const kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const content = bytes.slice(at + 8, at + 8 + length);
    if (kind === "IHDR") header = readHeader(content, limits);
    if (kind === "PLTE") palette = content;
    if (kind === "tRNS") transparency = content;
    if (kind === "IDAT") data.push(content);
    if (kind === "eXIf") orientation = exifOrientation(content);
    if (kind === "IEND") break;
    at += 12 + length;
  }
  if (!header) throw corrupt("has no header");
  return { header, palette, transparency, data, orientation };
}

function readHeader(content: Uint8Array, limits: Limits): Header {
  if (content.length < 13) throw corrupt("has no header");
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const [width, height, depth, color] = [view.getUint32(0), view.getUint32(4), view.getUint8(8), view.getUint8(9)];
  if (width === 0 || height === 0 || ![1, 2, 4, 8, 16].includes(depth) || !(color in CHANNELS)) {
    throw corrupt("has a damaged header");
  }
  if (width * height > limits.pixels) throw new DocumentTooLargeError(`The image has ${width} x ${height} pixels.`);
  return { width, height, depth, color, interlaced: view.getUint8(12) === 1 };
}

function inflate(data: readonly Uint8Array[], size: number): Uint8Array {
  let raw: Uint8Array;
  try {
    raw = inflateSync(Buffer.concat(data), { maxOutputLength: size });
  } catch (error) {
    throw new DocumentCorruptError("The PNG image's data is damaged or cut off.", { cause: error });
  }
  if (raw.length < size) throw corrupt("is cut off");
  return raw;
}

/** Undoes a row's filter in place (section 9.2). */
function unfilter(
  line: Uint8Array,
  above: Uint8Array,
  { kind, step }: { readonly kind: number; readonly step: number },
): void {
  if (kind > 4) throw corrupt("is damaged");
  if (kind === 0) return;
  for (let index = 0; index < line.length; index++) {
    const left = index >= step ? (line[index - step] ?? 0) : 0;
    const up = above[index] ?? 0;
    let predicted = 0;
    if (kind === 1) predicted = left;
    else if (kind === 2) predicted = up;
    else if (kind === 3) predicted = (left + up) >> 1;
    else predicted = paeth(left, up, index >= step ? (above[index - step] ?? 0) : 0);
    line[index] = (line[index] ?? 0) + predicted;
  }
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner;
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}

type ToGray = (line: Uint8Array, column: number) => number;

function grayOf({ depth, color }: Header, palette: Uint8Array, transparency: Uint8Array): ToGray {
  const channels = CHANNELS[color] ?? 1;
  if (depth < 8) {
    const mask = (1 << depth) - 1;
    const perByte = 8 / depth;
    const sample: ToGray = (line, column) =>
      ((line[Math.floor(column / perByte)] ?? 0) >> ((perByte - 1 - (column % perByte)) * depth)) & mask;
    const shades = Array.from({ length: mask + 1 }, (_, value) =>
      color === PALETTE ? paletteShade(palette, transparency, value) : (value * 255) / mask,
    );
    return (line, column) => shades[sample(line, column)] ?? 255;
  }
  const bytes = depth / 8;
  const pixel = channels * bytes;
  const at = (line: Uint8Array, column: number, channel: number) => line[column * pixel + channel * bytes] ?? 0;
  if (color === PALETTE) {
    const shades = Array.from({ length: 256 }, (_, value) => paletteShade(palette, transparency, value));
    return (line, column) => shades[line[column] ?? 0] ?? 255;
  }
  if (channels === 1) return (line, column) => at(line, column, 0);
  if (channels === 2) return (line, column) => overWhite(luminance(...gray(at(line, column, 0))), at(line, column, 1));
  return (line, column) =>
    overWhite(
      luminance(at(line, column, 0), at(line, column, 1), at(line, column, 2)),
      channels === 4 ? at(line, column, 3) : 255,
    );
}

const gray = (value: number): [number, number, number] => [value, value, value];

function paletteShade(palette: Uint8Array, transparency: Uint8Array, value: number): number {
  const [red = 255, green = 255, blue = 255] = palette.subarray(value * 3, value * 3 + 3);
  return overWhite(luminance(red, green, blue), transparency[value] ?? 255);
}
