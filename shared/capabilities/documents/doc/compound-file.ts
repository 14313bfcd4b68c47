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

/** Whether bytes begin like an OLE compound file, such as DOC. */
export const isCompoundFile = (bytes: Uint8Array): boolean => SIGNATURE.every((byte, index) => bytes[index] === byte);

/** An opened OLE compound file. */
export interface CompoundFile {
  /** Names of the streams and storages right below the root; what is embedded has its own in a storage. */
  readonly names: readonly string[];
  /**
   * @param name of a stream right below the root, compared without regard to case
   * @returns undefined when there is no such stream
   */
  stream(name: string): Uint8Array | undefined;
}

interface Entry {
  readonly name: string;
  readonly kind: number;
  readonly start: number;
  readonly size: number;
  /** Numbers of its neighbours in the tree of its storage, and of the first entry in it if it is one. */
  readonly left: number;
  readonly right: number;
  readonly child: number;
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

  const tables = allocationSectors(view, sector, { most: sectorCount, size: sectorSize });
  const next = (index: number): number => {
    const table = tables[Math.floor(index / (sectorSize / 4))];
    return table === undefined ? LAST_SECTOR : uint32(sector(table), (index % (sectorSize / 4)) * 4);
  };
  const read = (start: number): Uint8Array => join(follow(start, next, sectorCount));

  const directory = read(view.getUint32(48, true));
  const entries = readEntries(directory);
  const root = entries.find(({ kind }) => kind === ROOT);
  const inRoot = new Map(childrenOf(root, entries).map((entry) => [entry.name.toLowerCase(), entry]));

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
    names: [...inRoot.values()].map(({ name }) => name),
    stream(name) {
      const entry = inRoot.get(name.toLowerCase());
      if (entry?.kind !== STREAM) return undefined;
      return (entry.size < miniCutoff ? readMini(entry.start) : read(entry.start)).subarray(0, entry.size);
    },
  };
}

function readEntries(directory: Uint8Array): Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; at + ENTRY_BYTES <= directory.length; at += ENTRY_BYTES) {
    const entry = directory.subarray(at, at + ENTRY_BYTES);
    entries.push({
      name: nameOf(entry),
      kind: entry[66] ?? 0,
      left: uint32(entry, 68),
      right: uint32(entry, 72),
      child: uint32(entry, 76),
      start: uint32(entry, 116),
      size: uint32(entry, 120),
    });
  }
  return entries;
}

/** The entries of a storage. Without a tree, as some programs leave it, all entries in the order of the directory. */
function childrenOf(storage: Entry | undefined, entries: readonly Entry[]): readonly Entry[] {
  const found = new Set<Entry>();
  const waiting = [storage?.child ?? LAST_SECTOR];
  for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
    const entry = entries[number];
    if (!entry || found.has(entry)) continue;
    found.add(entry);
    waiting.push(entry.left, entry.right);
  }
  // A Map keeps the last of equal names: the first in the directory is the document's own.
  return found.size > 0 ? [...found] : [...entries].reverse();
}

/** The sectors that hold the allocation table: the first in the header, the rest in a chain of their own. */
function allocationSectors(
  view: DataView,
  sector: (index: number) => Uint8Array,
  { most, size }: { readonly most: number; readonly size: number },
): number[] {
  const found: number[] = [];
  for (let index = 0; index < HEADER_SECTORS; index++) found.push(view.getUint32(76 + index * 4, true));
  let next = view.getUint32(68, true);
  for (let steps = 0; next < LAST_SECTOR; steps++) {
    if (steps > most) throw new DocumentCorruptError("The compound file's table runs in a circle.");
    const table = sector(next);
    for (let at = 0; at < size - 4; at += 4) found.push(uint32(table, at));
    next = uint32(table, size - 4);
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
