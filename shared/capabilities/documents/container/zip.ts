/**
 * Reads a ZIP container (PKWARE APPNOTE 6.3.10) within bounds that a decompression bomb cannot pass.
 *
 * @module
 */

import { crc32, inflateRawSync } from "node:zlib";
import {
  DocumentCorruptError,
  DocumentEncryptedError,
  DocumentTooLargeError,
} from "../../../../contracts/documents/errors.ts";
import type { Limits } from "../limits.ts";

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_ENTRY = 0x04034b50;
const END_BYTES = 22;
const MAX_COMMENT = 0xffff;
const STORED = 0;
const DEFLATED = 8;
/** Parts below this may compress by any ratio: a short repetitive part is not a bomb. */
const RATIO_FROM = 1024 * 1024;

interface Entry {
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly compressedSize: number;
  readonly offset: number;
}

/** An opened ZIP archive. */
export interface ZipFile {
  has(name: string): boolean;
  /** Bytes that a part takes in the container, packed; 0 when there is none of this name. */
  size(name: string): number;
  /**
   * Unpacks a part.
   * @returns undefined when there is none of this name
   * @throws DocumentTooLargeError, DocumentCorruptError, DocumentEncryptedError
   */
  read(name: string): Uint8Array | undefined;
}

/** Whether bytes begin like a ZIP archive. */
export const isZip = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 0x03 && bytes[3] === 0x04;

/** @throws DocumentTooLargeError, DocumentCorruptError */
export function readZip(bytes: Uint8Array, limits: Limits): ZipFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries = readDirectory(view, limits);
  let unpacked = 0;
  return {
    has: (name) => entries.has(name.toLowerCase()),
    size: (name) => entries.get(name.toLowerCase())?.compressedSize ?? 0,
    read(name) {
      const entry = entries.get(name.toLowerCase());
      if (!entry) return undefined;
      const part = unpack(view, entry, { zipRatio: limits.zipRatio, room: limits.unzippedBytes - unpacked });
      unpacked += part.length;
      return part;
    },
  };
}

/** Entries by name in lower case: OPC names are compared without regard to case. */
function readDirectory(view: DataView, limits: Limits): Map<string, Entry> {
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  if (count > limits.zipEntries) throw new DocumentTooLargeError(`The container has ${count} files.`);
  const entries = new Map<string, Entry>();
  let at = view.getUint32(end + 16, true);
  for (let index = 0; index < count; index++) {
    if (at + 46 > view.byteLength || view.getUint32(at, true) !== DIRECTORY_ENTRY) {
      throw new DocumentCorruptError("The container's directory is damaged.");
    }
    const nameLength = view.getUint16(at + 28, true);
    if (at + 46 + nameLength > view.byteLength) throw new DocumentCorruptError("The container's directory is damaged.");
    const name = new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at + 46, nameLength));
    entries.set(name.toLowerCase(), {
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      compressedSize: view.getUint32(at + 20, true),
      offset: view.getUint32(at + 42, true),
    });
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

function findEnd(view: DataView): number {
  const last = view.byteLength - END_BYTES;
  for (let at = last; at >= Math.max(0, last - MAX_COMMENT); at--) {
    if (view.getUint32(at, true) === END_OF_DIRECTORY) return at;
  }
  throw new DocumentCorruptError("The container is cut off: its directory is missing.");
}

function unpack(
  view: DataView,
  entry: Entry,
  { zipRatio, room }: Pick<Limits, "zipRatio"> & { readonly room: number },
): Uint8Array {
  const { offset, compressedSize } = entry;
  if (entry.flags & 1) throw new DocumentEncryptedError("The container needs a password.");
  if (offset + 30 > view.byteLength || view.getUint32(offset, true) !== LOCAL_ENTRY) {
    throw new DocumentCorruptError("The container's directory points nowhere.");
  }
  const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  if (start + compressedSize > view.byteLength) throw new DocumentCorruptError("A part of the container is cut off.");
  const packed = new Uint8Array(view.buffer, view.byteOffset + start, compressedSize);
  const most = Math.min(room, Math.max(RATIO_FROM, compressedSize * zipRatio));
  const part = entry.method === STORED ? packed : inflate(packed, entry.method, most);
  if (part.length > most) throw tooLarge();
  if (crc32(part) !== entry.crc) throw new DocumentCorruptError("A part of the container is damaged.");
  return part;
}

const tooLarge = () => new DocumentTooLargeError("The container unpacks to more than may be read.");

function inflate(packed: Uint8Array, method: number, most: number): Uint8Array {
  if (method !== DEFLATED) throw new DocumentCorruptError("A part of the container is packed in an unknown way.");
  if (most <= 0) throw tooLarge();
  try {
    return inflateRawSync(packed, { maxOutputLength: most });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge();
    throw new DocumentCorruptError("A part of the container is damaged.", { cause: error });
  }
}
