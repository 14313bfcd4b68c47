import type { Block } from "../structure/blocks.ts";

/** The pictures of a document, which a DOC keeps apart from its text. */
export interface FoundPictures {
  readonly blocks: readonly Block[];
  picture(name: string): Uint8Array | undefined;
}

/** Kinds of records that hold a picture as its own file ([MS-ODRAW] 2.2.23), with the bytes before the file by instance. */
const KINDS: Readonly<Record<number, Readonly<Record<number, number>>>> = {
  // JPEG: with one or two identifiers of 16 bytes, and a mark.
  61469: { 1130: 17, 1762: 17, 1131: 33, 1763: 33 },
  61470: { 1760: 17, 1761: 33 },
  61481: { 1764: 17, 1765: 33 },
};
const HEADER = 8;
/** The last byte of a record's kind, and where it is in its header. */
const [KIND_BYTE, KIND_AT] = [0xf0, 3];
/** Pictures of a document, more of which are not looked for. */
const MOST_PICTURES = 500;

/** Finds the records that hold pictures, by their headers, wherever they lie in the streams. */
export function findPictures(streams: readonly (Uint8Array | undefined)[]): FoundPictures {
  const pictures: Uint8Array[] = [];
  for (const stream of streams) {
    if (!stream) continue;
    const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
    // The last byte of a kind is the same for all: searched for, which is quicker than looking at every place.
    const next = (from: number): number => {
      const found = stream.indexOf(KIND_BYTE, from + KIND_AT);
      return found < 0 ? stream.length : found - KIND_AT;
    };
    for (let at = next(0); at + HEADER < stream.length && pictures.length < MOST_PICTURES; ) {
      const before = KINDS[view.getUint16(at + 2, true)]?.[view.getUint16(at, true) >> 4];
      const size = before === undefined ? 0 : view.getUint32(at + 4, true);
      if (before === undefined || size <= before || at + HEADER + size > stream.length) {
        at = next(at + 1);
        continue;
      }
      pictures.push(stream.subarray(at + HEADER + before, at + HEADER + size));
      at = next(at + HEADER + size);
    }
  }
  return {
    blocks: pictures.map((_, index) => ({ kind: "picture", name: String(index) })),
    picture: (name) => pictures[Number(name)],
  };
}
