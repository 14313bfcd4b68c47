/**
 * Text of a model made harmless for terminals, databases and JSON.
 *
 * @module
 */

import { stripVTControlCharacters } from "node:util";

/** C0 and C1 but tab and line breaks, byte order marks, zero-width spaces, and marks that turn the order of text round. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
const UNWANTED = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b\u2060\ufeff\u202d\u202e]/g;

/** Without NUL, escape sequences and other control characters; half surrogates become U+FFFD. */
export const harmless = (text: string): string =>
  stripVTControlCharacters(text).replaceAll("\r\n", "\n").replace(UNWANTED, "").toWellFormed();
