import type { Language } from "./languages.ts";

/** A word of a text as the embedded backend works with it. */
export interface Term {
  /** As written. */
  readonly surface: string;
  readonly lower: string;
  readonly stem: string;
  /** Not a stop word, not a bare number, longer than a letter. */
  readonly content: boolean;
  /** Offsets into the text that was read. */
  readonly start: number;
  readonly end: number;
}

const WORD = /[\p{L}\p{N}]+(?:['’‑-][\p{L}\p{N}]+)*/gu;
const LETTER = /\p{L}/u;

/** The words of a text, hyphenated ones as one. */
export function termsOf(text: string, language: Language): Term[] {
  return Array.from(text.matchAll(WORD), (match) => {
    const surface = match[0];
    const lower = surface.toLowerCase().replaceAll("’", "'");
    // "reservoir's" is a form of "reservoir".
    const base = lower.replace(/'s$/, "");
    const content = base.length > 1 && LETTER.test(base) && !language.isStopWord(lower) && !language.isStopWord(base);
    const stem = content ? language.stem(base) : base;
    return { surface, lower, stem, content, start: match.index, end: match.index + surface.length };
  });
}
