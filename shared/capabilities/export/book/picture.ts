/**
 * Pictures that a chapter carries as data URLs. Others are not fetched.
 *
 * @module
 */

import { inflateSync } from "node:zlib";

/** A picture that files can hold. */
export interface Picture {
  readonly type: "png" | "jpg";
  readonly bytes: Buffer;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** Larger ones are not unpacked: some kilobytes may claim any size. */
const MAX_PIXELS = 40_000_000;
const DATA_URL = /^data:image\/(png|jpe?g);base64,([A-Za-z0-9+/=\s]+)$/i;

/**
 * Reads a picture and checks that it is whole.
 * @returns the picture; else why it cannot be shown
 */
export function readPicture(url: string): Picture | string {
  if (!/^data:/i.test(url)) return "it is not part of the text, and nothing is fetched";
  const match = DATA_URL.exec(url);
  if (!match) return "only PNG and JPEG in base64 are taken";
  const bytes = Buffer.from(match[2] ?? "", "base64");
  const picture = bytes[0] === 0xff && bytes[1] === 0xd8 ? readJpeg(bytes) : readPng(bytes);
  if (!picture) return "it is damaged";
  return picture.width * picture.height > MAX_PIXELS ? `it has more than ${MAX_PIXELS} pixels` : picture;
}

const PNG = Buffer.from("89504e470d0a1a0a", "hex");

function readPng(bytes: Buffer): Picture | undefined {
  if (bytes.length < 45 || !bytes.subarray(0, 8).equals(PNG)) return undefined;
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  if (width === 0 || height === 0) return undefined;
  const picture = { type: "png", bytes, width, height } as const;
  const data: Buffer[] = [];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const name = bytes.toString("latin1", at + 4, at + 8);
    if (name === "IEND") return width * height > MAX_PIXELS || isWhole(data, width, height) ? picture : undefined;
    if (at + 12 + length > bytes.length) return undefined;
    if (name === "IDAT") data.push(bytes.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  return undefined;
}

/** Whether the lines unpack, to no more than four channels of 16 bits. */
function isWhole(data: readonly Buffer[], width: number, height: number): boolean {
  try {
    return inflateSync(Buffer.concat(data), { maxOutputLength: (width * 8 + 16) * (height + 16) }).length >= height;
  } catch {
    return false;
  }
}

function readJpeg(bytes: Buffer): Picture | undefined {
  const END = Buffer.from([0xff, 0xd9]);
  if (bytes.lastIndexOf(END) < 0) return undefined;
  for (let at = 2; at + 9 < bytes.length; ) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1] ?? 0;
    // Start of frame, but for DHT, JPG and DAC among them.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      const [height, width] = [bytes.readUInt16BE(at + 5), bytes.readUInt16BE(at + 7)];
      return width > 0 && height > 0 ? { type: "jpg", bytes, width, height } : undefined;
    }
    at += marker === 0xff ? 1 : 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}
