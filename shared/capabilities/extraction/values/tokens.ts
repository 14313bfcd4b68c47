/**
 * The words of a document as they are compared: without regard to case, spaces, line breaks and the punctuation around them,
 * but with what makes a number or a code what it is: 1.234 is not 1,234, and RE-20 is not found in RE-2026.
 *
 * @module
 */

import { isCut, type Span } from "../../llm/embedded/normalize/reading.ts";

interface Token extends Span {
  readonly text: string;
}

const PART = "[\\p{L}\\p{N}\\p{M}]+";
/** Within a word, a code, an address or a number; a soft hyphen does not belong to it. */
const JOINER = "(?:[-.'’/_@\\u00ad\\u2010\\u2011]|(?<=\\d),(?=\\d)|(?<=\\d):(?=\\d))";
const TOKEN = new RegExp(`(?:(?<![\\p{L}\\p{N}])[-−](?=\\d))?${PART}(?:${JOINER}${PART})*`, "gu");
const LINE_BREAK = /^[-\u00ad\u2010]\s*\n\s*$/u;
/** Places of one value that are examined. */
const MAX_PLACES = 12;

const normalized = (text: string): string =>
  text
    .normalize("NFKC")
    .replace(/[\u00ad\u200b-\u200d]/gu, "")
    .replace(/[\u2010\u2011−]/gu, "-")
    .replaceAll("’", "'")
    .toLowerCase();

const tokensOf = (text: string): Token[] =>
  Array.from(text.matchAll(TOKEN), (match) => ({
    text: normalized(match[0]),
    start: match.index,
    end: match.index + match[0].length,
  }));

/** Words that a line break parts, put together again. @param sign what is left of the hyphen */
function withoutBreaks(tokens: readonly Token[], text: string, sign: "" | "-"): Token[] {
  const joined: Token[] = [];
  for (const token of tokens) {
    const previous = joined.at(-1);
    const isBroken = previous && /^\p{Ll}/u.test(token.text) && LINE_BREAK.test(text.slice(previous.end, token.start));
    if (isBroken)
      joined.splice(-1, 1, { text: previous.text + sign + token.text, start: previous.start, end: token.end });
    else joined.push(token);
  }
  return joined;
}

/** Tokens in one string, each between two blanks. */
interface Row {
  readonly tokens: readonly Token[];
  readonly joined: string;
  /** Where each token begins in `joined`, ascending. */
  readonly starts: readonly number[];
}

function rowOf(tokens: readonly Token[]): Row {
  const starts: number[] = [];
  let length = 1;
  for (const { text } of tokens) {
    starts.push(length);
    length += text.length + 1;
  }
  return { tokens, joined: ` ${tokens.map(({ text }) => text).join(" ")} `, starts };
}

/** The token that begins at an offset of the row. */
function tokenAt({ starts }: Row, offset: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Finds texts in a text. */
export class TokenIndex {
  readonly #text: string;
  readonly #rows: readonly Row[];

  constructor(text: string) {
    this.#text = text;
    const tokens = tokensOf(text);
    const joined = withoutBreaks(tokens, text, "");
    // The hyphen at a line's end may be the word's own.
    const variants = joined.length < tokens.length ? [tokens, joined, withoutBreaks(tokens, text, "-")] : [tokens];
    this.#rows = variants.map(rowOf);
  }

  /** Where a text is, word for word; nowhere when it is there as a part of a longer number or code. */
  find(value: string): Span[] {
    const wanted = ` ${tokensOf(value)
      .map(({ text }) => text)
      .join(" ")} `;
    if (wanted.trim() === "") return [];
    for (const row of this.#rows) {
      const spans: Span[] = [];
      for (let at = row.joined.indexOf(wanted); at >= 0; at = row.joined.indexOf(wanted, at + 1)) {
        const first = row.tokens[tokenAt(row, at + 1)];
        const last = row.tokens[tokenAt(row, at + wanted.length - 2)];
        if (!first || !last) continue;
        const span = { start: first.start, end: last.end };
        // What two cells of a row hold is not one text.
        if (!isCut(this.#text, span) && !this.#text.slice(span.start, span.end).includes("\t")) spans.push(span);
        if (spans.length === MAX_PLACES) break;
      }
      if (spans.length > 0) return spans;
    }
    return [];
  }
}
