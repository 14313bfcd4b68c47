import { DocumentCorruptError, DocumentTooLargeError } from "../../../../contracts/documents/errors.ts";
import type { Limits } from "../limits.ts";

/** Tags of a page (TIFF 6.0, section 8 and appendix A). */
export const TAG = {
  subfile: 254,
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  stripOffsets: 273,
  orientation: 274,
  samples: 277,
  rowsPerStrip: 278,
  stripSizes: 279,
  xResolution: 282,
  yResolution: 283,
  planar: 284,
  t4Options: 292,
  predictor: 317,
  palette: 320,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileSizes: 325,
  jpegTables: 347,
} as const;

type Tag = (typeof TAG)[keyof typeof TAG];

/** The entries of one page. */
export interface TiffPage {
  has(tag: Tag): boolean;
  number(tag: Tag, otherwise: number): number;
  numbers(tag: Tag): readonly number[];
  bytes(tag: Tag): Uint8Array;
}

interface Entry {
  readonly type: number;
  readonly count: number;
  /** Where its values are. */
  readonly at: number;
}

/** Bytes of a value by its type: BYTE, ASCII, SHORT, LONG, RATIONAL, then the signed ones and floats. */
const SIZES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];
const [SHORT, LONG, RATIONAL] = [3, 4, 5];
/** Values of an entry beyond this many are an attack. */
const MOST_VALUES = 100_000;
/** A smaller picture of the page, which viewers show instead of it. */
const THUMBNAIL = 1;

/** The pages of a TIFF. */
export interface TiffDirectories {
  readonly pages: readonly TiffPage[];
  /** Whether the last one names a further page that the file does not have. */
  readonly isCutOff: boolean;
}

/** @throws DocumentCorruptError, DocumentTooLargeError */
export function readDirectories(bytes: Uint8Array, limits: Limits): TiffDirectories {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = bytes[0] === 0x49;
  const cutOff = () => new DocumentCorruptError("The TIFF image is damaged or cut off.");
  const pages: TiffPage[] = [];
  const seen = new Set<number>();
  let isCutOff = false;
  for (let at = bytes.length >= 8 ? view.getUint32(4, little) : 0; at !== 0; ) {
    if (seen.has(at)) break;
    isCutOff = at + 6 > bytes.length;
    if (isCutOff) break;
    seen.add(at);
    const count = view.getUint16(at, little);
    const end = at + 2 + count * 12;
    isCutOff = end + 4 > bytes.length;
    if (isCutOff) break;
    const entries = new Map<number, Entry>();
    for (let entry = at + 2; entry < end; entry += 12) {
      const [type, values] = [view.getUint16(entry + 2, little), view.getUint32(entry + 4, little)];
      const size = (SIZES[type] ?? 0) * values;
      const place = size <= 4 ? entry + 8 : view.getUint32(entry + 8, little);
      if (place + size <= bytes.length) entries.set(view.getUint16(entry, little), { type, count: values, at: place });
    }
    const page = readPage(bytes, entries, little);
    if ((page.number(TAG.subfile, 0) & THUMBNAIL) === 0) pages.push(page);
    if (pages.length > limits.pages) throw new DocumentTooLargeError(`The TIFF has more than ${limits.pages} pages.`);
    at = view.getUint32(end, little);
  }
  if (pages.length === 0) throw cutOff();
  return { pages, isCutOff };
}

function readPage(bytes: Uint8Array, entries: ReadonlyMap<number, Entry>, little: boolean): TiffPage {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const value = ({ type, at }: Entry, index: number): number => {
    if (type === SHORT) return view.getUint16(at + index * 2, little);
    if (type === LONG) return view.getUint32(at + index * 4, little);
    if (type === RATIONAL) return view.getUint32(at + index * 8, little) / view.getUint32(at + index * 8 + 4, little);
    return bytes[at + index] ?? 0;
  };
  return {
    has: (tag) => entries.has(tag),
    number(tag, otherwise) {
      const entry = entries.get(tag);
      return entry && entry.count > 0 ? value(entry, 0) : otherwise;
    },
    numbers(tag) {
      const entry = entries.get(tag);
      return entry ? Array.from({ length: Math.min(entry.count, MOST_VALUES) }, (_, index) => value(entry, index)) : [];
    },
    bytes(tag) {
      const entry = entries.get(tag);
      return entry ? bytes.subarray(entry.at, entry.at + entry.count) : new Uint8Array();
    },
  };
}
