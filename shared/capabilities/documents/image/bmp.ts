/**
 * Decodes BMP to gray: uncompressed pictures of 1 to 32 bits a pixel, as Windows writes them ([MS-WMF] 2.2.2).
 *
 * @module
 */

import {
  DocumentCorruptError,
  DocumentTooLargeError,
  UnsupportedFormatError,
} from "../../../../contracts/documents/errors.ts";
import type { Limits } from "../limits.ts";
import type { GrayImage } from "./gray-image.ts";
import { luminance } from "./luminance.ts";

const FILE_HEADER = 14;
/** Sizes of the headers that there are, of OS/2 and Windows. */
const HEADER_SIZES = [12, 40, 52, 56, 64, 108, 124];
const RGB = 0;
const BIT_FIELDS = 3;

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** "BM" begins many a text: the header must fit too. */
export function isBmp(bytes: Uint8Array): boolean {
  if (bytes.length < FILE_HEADER + 12 || bytes[0] !== 0x42 || bytes[1] !== 0x4d) return false;
  const view = viewOf(bytes);
  return view.getUint32(6, true) === 0 && HEADER_SIZES.includes(view.getUint32(FILE_HEADER, true));
}

/** @throws DocumentCorruptError, DocumentTooLargeError, UnsupportedFormatError */
export function decodeBmp(bytes: Uint8Array, limits: Limits): GrayImage {
  const view = viewOf(bytes);
  const headerSize = view.getUint32(FILE_HEADER, true);
  const old = headerSize === 12;
  if (bytes.length < FILE_HEADER + headerSize) throw cutOff();
  const width = old ? view.getUint16(18, true) : view.getInt32(18, true);
  const signedHeight = old ? view.getUint16(20, true) : view.getInt32(22, true);
  const bits = view.getUint16(old ? 24 : 28, true);
  const compression = old ? RGB : view.getUint32(30, true);
  const height = Math.abs(signedHeight);
  if (width <= 0 || height === 0 || ![1, 4, 8, 16, 24, 32].includes(bits)) {
    throw new DocumentCorruptError("The BMP image has a damaged header.");
  }
  if (compression !== RGB && !(compression === BIT_FIELDS && bits >= 16)) {
    throw new UnsupportedFormatError("The BMP image is compressed, which is not read: save it as PNG, JPEG or PDF.");
  }
  if (width * height > limits.pixels) throw new DocumentTooLargeError(`The image has ${width} x ${height} pixels.`);
  const stride = Math.ceil((width * bits) / 32) * 4;
  const start = view.getUint32(10, true);
  if (start + stride * height > bytes.length) throw cutOff();
  const shadeAt =
    bits <= 8 ? paletteShades(bytes.subarray(FILE_HEADER + headerSize), bits, old ? 3 : 4) : colorShades(bits);
  const pixels = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    const line = start + row * stride;
    const target = (signedHeight > 0 ? height - 1 - row : row) * width;
    for (let column = 0; column < width; column++) pixels[target + column] = shadeAt(bytes, line, column);
  }
  return { width, height, pixels };
}

const cutOff = () => new DocumentCorruptError("The BMP image is cut off.");

type ShadeAt = (bytes: Uint8Array, line: number, column: number) => number;

/** @param entry bytes of a color in the palette */
function paletteShades(palette: Uint8Array, bits: number, entry: number): ShadeAt {
  const shades = Array.from({ length: 1 << bits }, (_, index) => {
    const [blue = 255, green = 255, red = 255] = palette.subarray(index * entry);
    return luminance(red, green, blue);
  });
  const perByte = 8 / bits;
  const mask = (1 << bits) - 1;
  return (bytes, line, column) => {
    const packed = bytes[line + Math.floor(column / perByte)] ?? 0;
    return shades[(packed >> ((perByte - 1 - (column % perByte)) * bits)) & mask] ?? 255;
  };
}

function colorShades(bits: number): ShadeAt {
  if (bits === 16) {
    return (bytes, line, column) => {
      const value = (bytes[line + column * 2] ?? 0) | ((bytes[line + column * 2 + 1] ?? 0) << 8);
      return luminance(((value >> 10) & 31) * 8, ((value >> 5) & 31) * 8, (value & 31) * 8);
    };
  }
  const step = bits / 8;
  return (bytes, line, column) => {
    const at = line + column * step;
    return luminance(bytes[at + 2] ?? 255, bytes[at + 1] ?? 255, bytes[at] ?? 255);
  };
}
