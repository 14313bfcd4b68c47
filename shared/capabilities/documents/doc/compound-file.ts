/**
 * Reads the streams of a compound file ([MS-CFB]), the container of DOC and of encrypted DOCX.
 *
 * @module
 */

import { DocumentCorruptError } from "../../../../contracts/documents/errors.ts";

const SIGNATURE = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
/** Sector numbers from here on are marks, not sectors. */
const LAST_SECTOR = 0xfffffffa;
const STREAM = 2;
const ROOT = 5;
const ENTRY_BYTES = 128;
const HEADER_SECTORS = 109;

export const isCompoundFile = (bytes: Uint8Array): boolean => SIGNATURE.every((byte, index) => bytes[index] === byte);

export interface CompoundFile {
  /** Names of all streams, wherever they are stored. */
  readonly names: readonly string[];
  /** @returns undefined when there is no such stream */
  stream(name: string): Uint8Array | undefined;
}

interface Entry {
  readonly start: number;
  readonly size: number;
}

/** @throws DocumentCorruptError */
export function readCompoundFile(bytes: Uint8Array): CompoundFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 512) throw new DocumentCorruptError("The compound file is cut off.");
  const sectorShift = view.getUint16(30, true);
  if (sectorShift !== 9 && sectorShift !== 12) throw new DocumentCorruptError("The compound file has no valid header.");
  const sectorSize = 1 << sectorShift;
  const sectorCount = Math.ceil(bytes.length / sectorSize);

  const sector = (index: number): Uint8Array => {
    const start = (index + 1) * sectorSize;
    if (start >= bytes.length) throw new DocumentCorruptError("The compound file is cut off.");
    return bytes.subarray(start, start + sectorSize);
  };
  const follow = (start: number, next: (index: number) => number, most: number): number[] => {
    const chain: number[] = [];
    for (let index = start; index < LAST_SECTOR; index = next(index)) {
      if (chain.length >= most) throw new DocumentCorruptError("A stream of the compound file runs in a circle.");
      chain.push(index);
    }
    return chain;
  };
  const join = (chain: readonly number[]): Uint8Array => concatenate(chain.map(sector), chain.length * sectorSize);

  const tables = allocationSectors(view, sector, sectorCount, sectorSize);
  const next = (index: number): number => {
    const table = tables[Math.floor(index / (sectorSize / 4))];
    return table === undefined ? LAST_SECTOR : uint32(sector(table), (index % (sectorSize / 4)) * 4);
  };
  const read = (start: number): Uint8Array => join(follow(start, next, sectorCount));

  const directory = read(view.getUint32(48, true));
  const entries = new Map<string, Entry>();
  let root: Entry | undefined;
  for (let at = 0; at + ENTRY_BYTES <= directory.length; at += ENTRY_BYTES) {
    const entry = directory.subarray(at, at + ENTRY_BYTES);
    const value = { start: uint32(entry, 116), size: uint32(entry, 120) };
    if (entry[66] === ROOT) root = value;
    if (entry[66] === STREAM) entries.set(nameOf(entry), value);
  }

  const miniCutoff = view.getUint32(56, true);
  const mini = memoize(() => (root ? read(root.start) : new Uint8Array()));
  const miniTable = memoize(() => read(view.getUint32(60, true)));
  const readMini = (start: number): Uint8Array => {
    const chain = follow(start, (index) => uint32(miniTable(), index * 4), mini().length / 64 + 1);
    return concatenate(
      chain.map((index) => mini().subarray(index * 64, index * 64 + 64)),
      chain.length * 64,
    );
  };

  return {
    names: [...entries.keys()],
    stream(name) {
      const entry = entries.get(name);
      if (!entry) return undefined;
      return (entry.size < miniCutoff ? readMini(entry.start) : read(entry.start)).subarray(0, entry.size);
    },
  };
}

/** The sectors that hold the allocation table: the first in the header, the rest in a chain of their own. */
function allocationSectors(
  view: DataView,
  sector: (index: number) => Uint8Array,
  most: number,
  sectorSize: number,
): number[] {
  const found: number[] = [];
  for (let index = 0; index < HEADER_SECTORS; index++) found.push(view.getUint32(76 + index * 4, true));
  let next = view.getUint32(68, true);
  for (let steps = 0; next < LAST_SECTOR; steps++) {
    if (steps > most) throw new DocumentCorruptError("The compound file's table runs in a circle.");
    const table = sector(next);
    for (let at = 0; at < sectorSize - 4; at += 4) found.push(uint32(table, at));
    next = uint32(table, sectorSize - 4);
  }
  return found.filter((index) => index < LAST_SECTOR);
}

function uint32(bytes: Uint8Array, at: number): number {
  if (at + 4 > bytes.length) return LAST_SECTOR;
  const [low, high] = [
    (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8),
    (bytes[at + 2] ?? 0) | ((bytes[at + 3] ?? 0) << 8),
  ];
  return low + high * 0x10000;
}

function nameOf(entry: Uint8Array): string {
  const length = Math.min(64, (entry[64] ?? 0) | ((entry[65] ?? 0) << 8));
  return new TextDecoder("utf-16le").decode(entry.subarray(0, Math.max(0, length - 2)));
}

function concatenate(parts: readonly Uint8Array[], size: number): Uint8Array {
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all.subarray(0, at);
}

function memoize<T>(make: () => T): () => T {
  let value: { made: T } | undefined;
  return () => {
    value ??= { made: make() };
    return value.made;
  };
}
