/**
 * Text of a model made harmless for terminals, databases and JSON.
 *
 * @module
 */

import { stripVTControlCharacters } from "node:util";

/**
 * C0 and C1 but tab and line breaks, byte order marks, zero-width spaces, marks that turn the order of text round, and
 * characters that are never shown, in which a text may be hidden.
 */
const UNWANTED =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ufffe\uffff]/g;
/** Letters of invisible tags, but for those of a flag (England's is a black flag and the tags `gbeng`). */
const TAGS = /(?<!\u{1f3f4}[\u{e0020}-\u{e007e}]{0,6})[\u{e0000}-\u{e007f}]+/gu;

/** Without NUL, escape sequences and other control characters; half surrogates become U+FFFD. */
export const harmless = (text: string): string =>
  stripVTControlCharacters(text).replaceAll("\r\n", "\n").replace(UNWANTED, "").replace(TAGS, "").toWellFormed();
