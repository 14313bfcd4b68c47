/**
 * Reads how a DOC numbers its lists ([MS-DOC] 2.9.150 to 2.9.133) and counts them.
 *
 * @module
 */

import { ListCounter, type ListLevel } from "../structure/list-numbers.ts";

/** Names of number formats ([MS-OSHARED] 2.2.1.3). */
const FORMATS: Readonly<Record<number, string>> = {
  0: "decimal",
  1: "upperRoman",
  2: "lowerRoman",
  3: "upperLetter",
  4: "lowerLetter",
  22: "decimalZero",
  23: "bullet",
  255: "none",
};
const LEVELS = 9;
const LIST_BYTES = 28;
const LEVEL_BYTES = 28;
const OVERRIDE_BYTES = 16;
const LEGAL = 0x04;
const SIMPLE = 0x01;
/** Lists of a document, more of which are not read. */
const MOST_LISTS = 4_000;

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

interface Override {
  readonly list: number;
  readonly starts: (number | undefined)[];
}

/** Gives the marker of each item in turn, "" where there is none. */
export type NextMarker = (list: number, level: number) => string;

/**
 * @param lists the table of lists with the levels behind it, as far as the stream goes
 * @param listBytes size of the table without the levels
 * @param overrides the table of what paragraphs refer to
 */
export function readLists(lists: Uint8Array, listBytes: number, overrides: Uint8Array): NextMarker {
  try {
    const byId = readLevels(lists, listBytes);
    const places = readOverrides(overrides);
    const counter = new ListCounter();
    const begun = new Set<string>();
    return (number, level) => {
      const place = places[number - 1];
      const levels = place && byId.get(place.list);
      if (!place || !levels || level >= LEVELS) return "";
      const start = place.starts[level];
      const first = `${number} ${level}`;
      if (start !== undefined && !begun.has(first)) counter.restart(String(place.list), level, start);
      begun.add(first);
      return counter.next(String(place.list), level, levels);
    };
  } catch {
    // Damaged tables of numbers do not take the text along.
    return () => "";
  }
}

function readLevels(bytes: Uint8Array, listBytes: number): Map<number, readonly ListLevel[]> {
  const found = new Map<number, readonly ListLevel[]>();
  if (listBytes < 2) return found;
  const view = viewOf(bytes);
  const count = Math.min(MOST_LISTS, view.getUint16(0, true));
  let at = listBytes;
  for (let index = 0; index < count; index++) {
    const entry = 2 + index * LIST_BYTES;
    const levels = (view.getUint8(entry + 26) & SIMPLE) !== 0 ? 1 : LEVELS;
    const read: ListLevel[] = [];
    for (let level = 0; level < levels; level++) {
      const { end, ...own } = readLevel(view, at);
      read.push(own);
      at = end;
    }
    found.set(view.getInt32(entry, true), read);
  }
  return found;
}

function readLevel(view: DataView, at: number): ListLevel & { readonly end: number } {
  const text = at + LEVEL_BYTES + view.getUint8(at + 24) + view.getUint8(at + 25);
  const length = view.getUint16(text, true);
  let pattern = "";
  for (let index = 0; index < length; index++) {
    const code = view.getUint16(text + 2 + index * 2, true);
    // The numbers of the levels are written as characters below nine.
    pattern += code < LEVELS ? `%${code + 1}` : String.fromCharCode(code);
  }
  return {
    start: view.getInt32(at, true),
    format: FORMATS[view.getUint8(at + 4)] ?? "decimal",
    legal: (view.getUint8(at + 5) & LEGAL) !== 0,
    text: pattern,
    end: text + 2 + length * 2,
  };
}

function readOverrides(bytes: Uint8Array): Override[] {
  if (bytes.length < 4) return [];
  const view = viewOf(bytes);
  const count = Math.min(MOST_LISTS, view.getUint32(0, true));
  const found: Override[] = [];
  let at = 4 + count * OVERRIDE_BYTES;
  for (let index = 0; index < count; index++) {
    const entry = 4 + index * OVERRIDE_BYTES;
    if (entry + OVERRIDE_BYTES > bytes.length) break;
    const starts: (number | undefined)[] = [];
    const levels = view.getUint8(entry + 12);
    at += 4;
    for (let level = 0; level < levels && at + 8 <= bytes.length; level++) {
      const flags = view.getUint32(at + 4, true);
      if (flags & 0x10) starts[flags & 0x0f] = view.getInt32(at, true);
      at += 8;
      if (flags & 0x20) at = readLevel(view, at).end;
    }
    found.push({ list: view.getInt32(entry, true), starts });
  }
  return found;
}
