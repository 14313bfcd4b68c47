/**
 * Unpacks the data of a PDF's streams (ISO 32000-1, 7.4), to see whether they are whole.
 *
 * @module
 */

import { inflate } from "../../container/inflate.ts";
import type { Dictionary, Value } from "./pdf-values.ts";

/** An object that has data. */
export interface Stream {
  readonly dictionary: Dictionary;
  readonly bytes: Uint8Array;
}

/** Data as far as they can be unpacked here. */
export interface Unpacked {
  /** Undefined where they do not unpack to their end. */
  readonly data: Uint8Array | undefined;
  /** The first filter that is not undone here, such as those of pictures. */
  readonly filter?: string;
}

/** @param objects where what the dictionary refers to is found */
export function unpack(
  objects: { resolve(value: Value | undefined): Value | undefined },
  { dictionary, bytes }: Stream,
): Unpacked {
  // Programs write the content of an empty page as a stream of nothing, and name the filter all the same.
  if (isEmpty(bytes)) return { data: new Uint8Array() };
  const named = objects.resolve(dictionary.get("Filter"));
  const filters = Array.isArray(named) ? named : [named];
  let data: Uint8Array | undefined = bytes;
  for (const each of filters) {
    const filter = objects.resolve(each);
    if (typeof filter !== "string" || !data) break;
    const undo = UNDONE[filter];
    if (!undo) return { data, filter };
    data = undo(data);
  }
  return { data };
}

/** Whether there is no more than the line end that stands before `endstream`. */
const isEmpty = (bytes: Uint8Array): boolean => bytes.length <= 2 && bytes.every((byte) => byte === 10 || byte === 13);

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");

const fromHex = (bytes: Uint8Array): Uint8Array =>
  Buffer.from(latin1(bytes).replace(/>.*$/s, "").replace(/\s+/g, ""), "hex");

/** Five letters for four bytes (7.4.3); other characters are damage. */
function fromAscii85(bytes: Uint8Array): Uint8Array | undefined {
  const text = latin1(bytes)
    .replace(/^\s*<~/, "")
    .replace(/~.*$/s, "")
    .replace(/\s+/g, "");
  if (/[^!-uz]/.test(text)) return undefined;
  const parts = text.match(/z|[^z]{1,5}/g) ?? [];
  return Buffer.concat(
    parts.map((part) => {
      if (part === "z") return Buffer.alloc(4);
      const value = [...part.padEnd(5, "u")].reduce((sum, letter) => sum * 85 + letter.charCodeAt(0) - 33, 0);
      const word = Buffer.alloc(4);
      word.writeUInt32BE(value % 2 ** 32);
      return word.subarray(0, part.length - 1);
    }),
  );
}

const UNDONE: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array | undefined>> = {
  FlateDecode: inflate,
  ASCIIHexDecode: fromHex,
  ASCII85Decode: fromAscii85,
};
