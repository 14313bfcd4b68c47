/**
 * JSON for people, never more of it than a page can bear.
 *
 * @module
 */

/** More than this is not put into the page; copying still gives all. */
export const SHOWN_CHARACTERS = 50_000;
/** Longer text starts folded. */
const FOLDED_LINES = 16;
const FOLDED_CHARACTERS = 2_000;

/** A long text, folded for display. */
export interface Shown {
  readonly text: string;
  /** Characters of the whole. */
  readonly total: number;
  readonly truncated: boolean;
}

/** Cuts at a whole character: half of a surrogate pair would be shown as a replacement sign. */
export function cutText(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = text.charCodeAt(length - 1);
  return text.slice(0, end >= 0xd800 && end <= 0xdbff ? length - 1 : length);
}

/** Folds a text that is too long to show. */
export function showText(whole: string, folded: boolean): Shown {
  const limit = folded ? FOLDED_CHARACTERS : SHOWN_CHARACTERS;
  let text = cutText(whole, limit);
  if (folded) text = text.split("\n", FOLDED_LINES).join("\n");
  return { text, total: whole.length, truncated: text.length < whole.length };
}

/** Whether a text is short enough to be shown without folding. */
export const isShort = (text: string): boolean =>
  text.length <= FOLDED_CHARACTERS && text.split("\n", FOLDED_LINES + 1).length <= FOLDED_LINES;

/** Characters that turn the direction of what follows, and would show the JSON in another order than it has. */
const TURNING = /[\u202a-\u202e\u2066-\u2069]/g;

/** Indented JSON. Characters that change the direction of text are escaped. */
export const prettyJson = (value: unknown): string =>
  (JSON.stringify(value, null, 2) ?? "").replace(TURNING, (character) => `\\u${character.charCodeAt(0).toString(16)}`);

/** The kind of a token of JSON, for its color. */
export type TokenKind = "key" | "string" | "number" | "word" | "plain";
/** A token of JSON. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|\b(true|false|null)\b/g;

/** Splits pretty-printed JSON for colouring. The pieces joined give the text again. */
export function tokens(text: string): Token[] {
  const found: Token[] = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [whole, quoted, colon, number] = match;
    if (match.index > end) found.push({ kind: "plain", text: text.slice(end, match.index) });
    if (quoted !== undefined) {
      found.push({ kind: colon === undefined ? "string" : "key", text: quoted });
      if (colon !== undefined) found.push({ kind: "plain", text: colon });
    } else {
      found.push({ kind: number === undefined ? "word" : "number", text: whole });
    }
    end = match.index + whole.length;
  }
  if (end < text.length) found.push({ kind: "plain", text: text.slice(end) });
  return found;
}
