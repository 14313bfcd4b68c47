/**
 * Reads a DOC, Word 97 to 2003 ([MS-DOC]): body, text boxes, footnotes, endnotes, comments, headers.
 *
 * @module
 */

import {
  DocumentCorruptError,
  DocumentEncryptedError,
  DocumentTooLargeError,
  UnsupportedFormatError,
} from "../../../../contracts/documents/errors.ts";
import type { WordDocument } from "../docx/read-docx.ts";
import type { Limits } from "../limits.ts";
import type { Block } from "../structure/blocks.ts";
import type { CompoundFile } from "./compound-file.ts";
import { type DocContext, docBlocks } from "./doc-blocks.ts";
import { findPictures } from "./find-pictures.ts";
import { readLists } from "./lists.ts";
import { readParagraphs } from "./paragraphs.ts";
import { readDocStyles } from "./styles.ts";

/** Offsets into the file information block, at the start of the stream WordDocument. */
const FIB = { version: 2, flags: 10, counts: 0x4c } as const;
/** Where the block refers to tables in the table stream: by an offset, then a size. */
const TABLES = { styles: 0xa2, paragraphs: 0x102, pieces: 0x1a2, lists: 0x2e2, overrides: 0x2ea } as const;
const MAGIC = 0xa5ec;
/** Of Word 2, and of Word 6 and 95. */
const OLD_MAGIC = [0xa5db, 0xa5dc];
const WORD_97 = 0xc1;
const ENCRYPTED = 0x0100;
const TABLE_1 = 0x0200;
/** The parts as they follow each other in the document, each with its count of characters in the block. */
const PARTS = [
  "body",
  "footnotes",
  "headers",
  "macros",
  "comments",
  "endnotes",
  "textBoxes",
  "headerTextBoxes",
] as const;
const READING_ORDER = ["body", "textBoxes", "footnotes", "endnotes", "comments", "headers", "headerTextBoxes"] as const;

/** @throws DocumentEncryptedError, DocumentCorruptError, DocumentTooLargeError, UnsupportedFormatError */
export function readDoc(file: CompoundFile, limits: Limits): WordDocument {
  const main = file.stream("WordDocument");
  if (!main || main.length < 0x20) throw new DocumentCorruptError("The document has no text stream.");
  const block = new DataView(main.buffer, main.byteOffset, main.byteLength);
  if (OLD_MAGIC.includes(block.getUint16(0, true))) throw tooOld();
  if (block.getUint16(0, true) !== MAGIC) throw new DocumentCorruptError("The document's header is damaged.");
  const flags = block.getUint16(FIB.flags, true);
  if (flags & ENCRYPTED) throw new DocumentEncryptedError("The document needs a password.");
  if (block.getUint16(FIB.version, true) < WORD_97) throw tooOld();
  if (main.length < 0x200) throw new DocumentCorruptError("The document's header is cut off.");
  const table = file.stream(flags & TABLE_1 ? "1Table" : "0Table");
  if (!table) throw new DocumentCorruptError("The document's table stream is missing.");
  const place = (at: number): [number, number] =>
    at + 8 <= main.length ? [block.getUint32(at, true), block.getUint32(at + 4, true)] : [0, 0];
  const part = (at: number): Uint8Array => {
    const [start, size] = place(at);
    return table.subarray(start, start + size);
  };
  const pieces = readPieces(findPieces(part(TABLES.pieces)), main, limits);
  const paragraphAt = readParagraphs(part(TABLES.paragraphs), main);
  const [lists, listBytes] = place(TABLES.lists);
  const context: DocContext = {
    paragraph: paragraphAt && ((character) => paragraphAt(offsetOf(pieces, character))),
    style: readDocStyles(part(TABLES.styles)),
    marker: readLists(table.subarray(lists), listBytes, part(TABLES.overrides)),
  };
  const text = pieces.map((piece) => piece.text).join("");

  const parts = new Map<string, readonly Block[]>();
  let at = 0;
  for (const [index, name] of PARTS.entries()) {
    const characters = block.getUint32(FIB.counts + index * 4, true);
    parts.set(name, docBlocks(text.slice(at, at + characters), at, context));
    at += characters;
  }
  const blocks = READING_ORDER.map((name) => parts.get(name) ?? []).filter(hasText);
  const pictures = findPictures([file.stream("Data"), main]);
  return {
    blocks: [...blocks.flatMap((part, index) => (index === 0 ? part : [EMPTY_LINE, ...part])), ...pictures.blocks],
    picture: pictures.picture,
  };
}

const EMPTY_LINE: Block = { kind: "paragraph", text: "" };
const hasText = (blocks: readonly Block[]): boolean =>
  blocks.some((block) => block.kind === "table" || ("text" in block && block.text.trim() !== ""));

const tooOld = () =>
  new UnsupportedFormatError(
    "The document was written by Word 95 or older, which is not read: save it as DOCX or PDF.",
  );

/** The table of pieces, behind any number of property lists (Clx). */
function findPieces(clx: Uint8Array): DataView {
  const view = new DataView(clx.buffer, clx.byteOffset, clx.byteLength);
  const PROPERTIES = 1;
  const PIECES = 2;
  let at = 0;
  while (at + 5 <= clx.length) {
    const kind = view.getUint8(at);
    if (kind === PROPERTIES) at += 3 + view.getUint16(at + 1, true);
    else if (kind === PIECES) {
      const bytes = Math.min(view.getUint32(at + 1, true), clx.length - at - 5);
      return new DataView(clx.buffer, clx.byteOffset + at + 5, bytes);
    } else break;
  }
  throw new DocumentCorruptError("The document's table of text pieces is damaged.");
}

interface Piece {
  /** Number of its first character. */
  readonly first: number;
  readonly text: string;
  /** Where it is in the stream WordDocument, and bytes of a character there. */
  readonly offset: number;
  readonly width: 1 | 2;
}

/** Text is stored in pieces, each either UTF-16 or one byte a character in Windows-1252. */
function readPieces(pieces: DataView, main: Uint8Array, limits: Limits): Piece[] {
  const COMPRESSED = 0x40000000;
  const count = Math.floor((pieces.byteLength - 4) / 12);
  const found: Piece[] = [];
  let total = 0;
  for (let index = 0; index < count; index++) {
    const first = pieces.getUint32(index * 4, true);
    const characters = pieces.getUint32(index * 4 + 4, true) - first;
    if (characters < 0) throw new DocumentCorruptError("The document's text pieces are out of order.");
    const place = pieces.getUint32((count + 1) * 4 + index * 8 + 2, true);
    const compressed = (place & COMPRESSED) !== 0;
    const offset = compressed ? (place & ~COMPRESSED) >>> 1 : place;
    const bytes = main.subarray(offset, offset + characters * (compressed ? 1 : 2));
    total += bytes.length;
    if (total > limits.characters * 2) throw new DocumentTooLargeError("The document's text is too long.");
    const text = new TextDecoder(compressed ? "windows-1252" : "utf-16le").decode(bytes);
    found.push({ first, text, offset, width: compressed ? 1 : 2 });
  }
  return found;
}

/** Where a character is in the stream WordDocument. */
function offsetOf(pieces: readonly Piece[], character: number): number {
  let [low, high] = [0, pieces.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((pieces[middle]?.first ?? 0) <= character) low = middle;
    else high = middle - 1;
  }
  const piece = pieces[low];
  return piece ? piece.offset + (character - piece.first) * piece.width : 0;
}
