/**
 * Reads the text of a DOC, Word 97 to 2003 ([MS-DOC]): body, text boxes, footnotes, endnotes, comments, headers.
 *
 * @module
 */

import {
  DocumentCorruptError,
  DocumentEncryptedError,
  DocumentTooLargeError,
  UnsupportedFormatError,
} from "../../../../contracts/documents/errors.ts";
import type { Limits } from "../limits.ts";
import type { CompoundFile } from "./compound-file.ts";
import { plainText } from "./plain-text.ts";

/** Offsets into the file information block, at the start of the stream WordDocument. */
const FIB = { version: 2, flags: 10, counts: 0x4c, pieceTable: 0x1a2, pieceTableBytes: 0x1a6 } as const;
const MAGIC = 0xa5ec;
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
export function readDoc(file: CompoundFile, limits: Limits): string {
  const main = file.stream("WordDocument");
  if (!main || main.length < 0x200) throw new DocumentCorruptError("The document has no text stream.");
  const block = new DataView(main.buffer, main.byteOffset, main.byteLength);
  if (block.getUint16(0, true) !== MAGIC) throw new DocumentCorruptError("The document's header is damaged.");
  const flags = block.getUint16(FIB.flags, true);
  if (flags & ENCRYPTED) throw new DocumentEncryptedError("The document needs a password.");
  if (block.getUint16(FIB.version, true) < WORD_97) {
    throw new UnsupportedFormatError("The document was written by Word 95 or older.");
  }
  const table = file.stream(flags & TABLE_1 ? "1Table" : "0Table");
  if (!table) throw new DocumentCorruptError("The document's table stream is missing.");
  const start = block.getUint32(FIB.pieceTable, true);
  const pieces = findPieces(table.subarray(start, start + block.getUint32(FIB.pieceTableBytes, true)));
  const text = joinPieces(pieces, main, limits);

  const parts = new Map<string, string>();
  let at = 0;
  for (const [index, part] of PARTS.entries()) {
    const characters = block.getUint32(FIB.counts + index * 4, true);
    parts.set(part, text.slice(at, at + characters));
    at += characters;
  }
  return READING_ORDER.map((part) => plainText(parts.get(part) ?? "").trim())
    .filter((part) => part !== "")
    .join("\n\n");
}

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

/** Text is stored in pieces, each either UTF-16 or one byte a character in Windows-1252. */
function joinPieces(pieces: DataView, main: Uint8Array, limits: Limits): string {
  const COMPRESSED = 0x40000000;
  const count = Math.floor((pieces.byteLength - 4) / 12);
  const texts: string[] = [];
  let total = 0;
  for (let index = 0; index < count; index++) {
    const characters = pieces.getUint32(index * 4 + 4, true) - pieces.getUint32(index * 4, true);
    if (characters < 0) throw new DocumentCorruptError("The document's text pieces are out of order.");
    const place = pieces.getUint32((count + 1) * 4 + index * 8 + 2, true);
    const compressed = (place & COMPRESSED) !== 0;
    const offset = compressed ? (place & ~COMPRESSED) >>> 1 : place;
    const bytes = main.subarray(offset, offset + characters * (compressed ? 1 : 2));
    total += bytes.length;
    if (total > limits.characters * 2) throw new DocumentTooLargeError("The document's text is too long.");
    texts.push(new TextDecoder(compressed ? "windows-1252" : "utf-16le").decode(bytes));
  }
  return texts.join("");
}
