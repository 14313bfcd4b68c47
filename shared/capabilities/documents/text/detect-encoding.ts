/**
 * Tells in what encoding bytes are text: UTF-8 and UTF-16 by their own marks and rules, all others by `chardet`, whose
 * guesses count only where the text that they give looks like one.
 *
 * @module
 */

import { analyse } from "chardet";
import { detectLanguage } from "../language.ts";
import { detectUtf16 } from "./detect-utf16.ts";
import { oddShare } from "./odd-characters.ts";

/** A label of the Encoding Standard, or DOS Latin-1, which that standard leaves out. */
export type TextEncoding = string;

/** An encoding and how sure the detector is of it. */
export interface DetectedEncoding {
  readonly encoding: TextEncoding;
  /** Whether other encodings are as likely, so that letters may be wrong. */
  readonly guessed: boolean;
}

/** Bytes that are examined to detect an encoding. */
const SAMPLE = 65_536;
/** Share of control characters above which bytes are not text in any encoding. */
const BINARY = 0.01;
/** Valid sequences of several bytes that there must be for each invalid byte of a UTF-8 text. */
const VALID_FOR_INVALID = 1;
/** Share of the characters beyond ASCII that may look odd in a text that is decoded rightly. */
const PLAUSIBLE = 0.05;
const POSSIBLE = 0.2;
/** `chardet`'s guesses below this, of 100, are noise. */
const LEAST_CONFIDENCE = 10;
const SURE_CONFIDENCE = 50;
/** What `chardet` does not know, or takes for Windows-1252: tried behind its own guesses. */
const FURTHER = ["windows-1252", "cp850", "macintosh", "ibm866"];

/** @returns "binary" when the bytes are not text, "unknown" when they are but no encoding makes sense of them */
export function detectEncoding(bytes: Uint8Array): DetectedEncoding | "binary" | "unknown" {
  const sure = (encoding: TextEncoding) => ({ encoding, guessed: false });
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return sure("utf-8");
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return sure("utf-16le");
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return sure("utf-16be");
  const sample = bytes.subarray(0, SAMPLE);
  const pairs = detectUtf16(sample, hasControls(sample));
  if (pairs) return sure(pairs);
  if (hasControls(sample)) return "binary";
  const { valid, invalid } = countUtf8(bytes);
  if (invalid === 0 || valid >= VALID_FOR_INVALID * invalid) return sure("utf-8");
  return byteEncoding(bytes, valid > 0);
}

/** A zero byte does not occur in a text of single bytes; pictures with few colors have many. */
function byteEncoding(bytes: Uint8Array, maybeUtf8: boolean): DetectedEncoding | "binary" | "unknown" {
  const sample = aroundFirstHighByte(bytes);
  if (sample.includes(0)) return "binary";
  const guesses = analyse(sample).filter(({ confidence }) => confidence >= LEAST_CONFIDENCE);
  const names = guesses.map(({ name }) => name.toLowerCase()).filter(isLabel);
  const confidence = guesses[0]?.confidence ?? 0;
  const language = detectLanguage(new TextDecoder("windows-1252").decode(sample).replace(/[^\0-\x7f]+/g, " "));
  const judge = (encoding: TextEncoding) => ({ encoding, odd: oddShare(decodeText(sample, encoding), language) });
  const plausible = names.map(judge).find(({ odd }) => odd <= PLAUSIBLE);
  if (plausible) {
    return { encoding: plausible.encoding, guessed: plausible.encoding !== names[0] || confidence < SURE_CONFIDENCE };
  }
  const further = [...new Set([...names, ...FURTHER, ...(maybeUtf8 ? ["utf-8"] : [])])].map(judge);
  const least = further.reduce((a, b) => (b.odd < a.odd ? b : a));
  return least.odd <= POSSIBLE ? { encoding: least.encoding, guessed: true } : "unknown";
}

/** Whether a name is one of the Encoding Standard. */
export function isLabel(name: string): boolean {
  try {
    return new TextDecoder(name).encoding !== "";
  } catch {
    return false;
  }
}

/** Characters of DOS code page 850 from 0x80 on; those for letters are the ones of page 437 too. */
const CP850 =
  "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0";

/** Bytes that mean nothing in the encoding become U+FFFD. */
export function decodeText(bytes: Uint8Array, encoding: TextEncoding): string {
  if (encoding !== "cp850") return new TextDecoder(encoding).decode(bytes);
  return Array.from(bytes, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : CP850[byte - 0x80])).join("");
}

/** Control characters that do not occur in text. */
function hasControls(sample: Uint8Array): boolean {
  let count = 0;
  for (const byte of sample) {
    const white = (byte >= 0x08 && byte <= 0x0d) || byte === 0x1b || byte === 0x1a;
    if (byte < 0x20 && !white) count += byte === 0 ? 2 : 1;
  }
  return count > BINARY * sample.length;
}

/** Sequences of several bytes that are valid UTF-8, and bytes that belong to none. */
function countUtf8(bytes: Uint8Array): { valid: number; invalid: number } {
  let [valid, invalid] = [0, 0];
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at] ?? 0;
    const length = first < 0x80 ? 1 : first >= 0xc2 && first < 0xe0 ? 2 : first >= 0xe0 && first < 0xf0 ? 3 : 4;
    if (length === 1) at++;
    else if (first <= 0xf4 && first >= 0xc2 && continues(bytes, at + 1, length - 1)) {
      valid++;
      at += length;
    } else {
      invalid++;
      at++;
    }
  }
  return { valid, invalid };
}

function continues(bytes: Uint8Array, from: number, count: number): boolean {
  for (let at = from; at < from + count; at++) if (((bytes[at] ?? 0) & 0xc0) !== 0x80) return false;
  return true;
}

/** The text around the first byte beyond ASCII indicates the encoding better than the beginning of a long text. */
function aroundFirstHighByte(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte >= 0x80);
  const start = Math.max(0, first - 1_000);
  return bytes.subarray(start, start + SAMPLE);
}
