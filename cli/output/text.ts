/**
 * Text from elsewhere, made fit for a terminal, and measured as a terminal shows it.
 *
 * @module
 */

import { stripVTControlCharacters } from "node:util";

/**
 * Keeps jobs' texts from moving the cursor or changing the terminal: control characters become visible, and so do those
 * that would turn the direction of what follows.
 */
export const printable = (text: string): string =>
  stripVTControlCharacters(text)
    .replaceAll("\r\n", "\n")
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, "�");

/** A text with its commands as the user has called this one: through npx, where npx has started it. */
export const asCalled = (env: Readonly<Record<string, string | undefined>>, text: string): string =>
  env.npm_command === "exec" ? text.replaceAll(/(^|`)sluice (?=[a-z-])/g, "$1npx sluice ") : text;

/** The same on one line. */
export const oneLine = (text: string): string => printable(text.replace(/\s+/g, " ")).trim();

const segmenter = new Intl.Segmenter();
const WIDE = /\p{Emoji_Presentation}|\p{Script=Han}|\p{Script=Hangul}|\p{Script=Hiragana}|\p{Script=Katakana}/u;

/** Columns that the text takes; colour codes take none. */
export function width(text: string): number {
  let columns = 0;
  for (const { segment } of segmenter.segment(stripVTControlCharacters(text))) columns += WIDE.test(segment) ? 2 : 1;
  return columns;
}

/** Shortens plain text to so many columns, with an ellipsis. */
export function truncate(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  let kept = "";
  let used = 1;
  for (const { segment } of segmenter.segment(text)) {
    used += WIDE.test(segment) ? 2 : 1;
    if (used > columns) break;
    kept += segment;
  }
  return columns > 0 ? `${kept}…` : "";
}

/** Pads a text at its end to a width in terminal columns. */
export const padEnd = (text: string, columns: number): string => text + " ".repeat(Math.max(0, columns - width(text)));
/** Pads a text at its start to a width in terminal columns. */
export const padStart = (text: string, columns: number): string =>
  " ".repeat(Math.max(0, columns - width(text))) + text;
