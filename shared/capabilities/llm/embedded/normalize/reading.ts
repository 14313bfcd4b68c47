/**
 * A request as the rules read it: its words with their places, found again by any of their forms.
 *
 * @module
 */

import { splitSentences } from "../../sentences.ts";
import type { Language } from "../languages.ts";

/** A word with its place in the text. */
export interface Word {
  readonly surface: string;
  readonly lower: string;
  readonly stem: string;
  readonly start: number;
  readonly end: number;
  /** Which sentence, and which clause of the text, it is in. */
  readonly sentence: number;
  readonly clause: number;
}

/** A place in a text, in UTF-16 code units; the end is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A text that has been read: its words, sentences and language. */
export interface Reading {
  readonly text: string;
  readonly language: Language;
  readonly words: readonly Word[];
  readonly sentences: readonly Span[];
  /** Where a word occurs in any form of it, as positions in `words`. */
  find(word: string): readonly number[];
  /** The position of the first word that ends behind an offset. */
  wordAt(offset: number): number;
}

const WORD = /[\p{L}\p{N}]+(?:['’]\p{L}+)*/gu;
const CLAUSE_END = /[;()\n]|[,:](?=\s)|\s[–-]\s|\b(?:but|aber|sondern|however)\b/u;
const PREFIX_LENGTH = 5;

/** "Prioritaet" for "Priorität": how property names write umlauts. */
const transliterations: Record<string, string> = { ä: "ae", ö: "oe", ü: "ue", ß: "ss" };
/** A word without umlauts and accents. */
export const transliterate = (word: string): string =>
  word.replace(/[äöüß]/g, (letter) => transliterations[letter] ?? "");

/** Whether a word of the text is a form of a word that is looked for: inflected, or the start of a German compound. */
function isForm(word: Word, wanted: string, stem: string): boolean {
  if (word.lower === wanted || transliterate(word.lower) === wanted || (wanted.length > 2 && word.stem === stem))
    return true;
  if (wanted.length < 3) return false;
  if (word.lower.startsWith(wanted) && /^(?:e|en|er|es|em|s|n)$/.test(word.lower.slice(wanted.length))) return true;
  return wanted.length >= PREFIX_LENGTH && word.lower.startsWith(wanted.replace(/[ey]$/, ""));
}

/** Reads a request. Linear in its length. */
export function readRequest(text: string, language: Language): Reading {
  const sentences = splitSentences(text, language.code);
  let sentence = 0;
  let clause = 0;
  let last = 0;
  const words = Array.from(text.matchAll(WORD), (match): Word => {
    const before = sentence;
    while (sentence < sentences.length - 1 && match.index >= (sentences[sentence]?.end ?? 0)) sentence++;
    if (sentence > before || CLAUSE_END.test(text.slice(last, match.index + match[0].length))) clause++;
    last = match.index + match[0].length;
    const lower = match[0].toLowerCase().replaceAll("’", "'");
    return { surface: match[0], lower, stem: language.stem(lower), start: match.index, end: last, sentence, clause };
  });

  const places = new Map<string, number[]>();
  words.forEach(({ lower }, at) => {
    const known = places.get(lower);
    if (known) known.push(at);
    else places.set(lower, [at]);
  });
  const found = new Map<string, readonly number[]>();
  const find = (wanted: string): readonly number[] => {
    const known = found.get(wanted);
    if (known) return known;
    const stem = language.stem(wanted);
    const positions = [...places.values()]
      .filter(([first = 0]) => {
        const word = words[first];
        return word !== undefined && isForm(word, wanted, stem);
      })
      .flat()
      .sort((a, b) => a - b);
    found.set(wanted, positions);
    return positions;
  };
  const wordAt = (offset: number): number => {
    let [low, high] = [0, words.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((words[middle]?.end ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return { text, language, words, sentences, find, wordAt };
}

/** Longer texts are not codes; it bounds the work as well. */
const LONGEST_CODE = 64;
const GROUPED = /^[\p{L}\p{N}]+(?:[ \u00a0][\p{L}\p{N}]+)*$/u;

/**
 * Whether a number or code continues beyond a span: "DE89 3704" of "DE89 3704 0044", "RE-2026" of "RE-2026-0418". Groups
 * with a space between belong together only where the span itself begins and ends with such groups, as "room 7" may
 * stand before "12 May".
 */
export function isCut(text: string, { start, end }: Span): boolean {
  if (end - start > LONGEST_CODE) return false;
  const value = text.slice(start, end);
  const [before, after] = [text.slice(Math.max(0, start - 4), start), text.slice(end, end + 5)];
  const words = value.split(/[ \u00a0]/u);
  const [first = "", last = ""] = [words[0], words.at(-1)];
  const [opens, closes] = [/\p{N}/u.test(first), /\p{N}[\p{L}\p{N}]*$/u.test(last)];
  if (closes && /^[-._/]?[\p{L}\p{N}]*\p{N}/u.test(after)) return true;
  if (opens && /^\p{N}/u.test(first) && /(?:\p{N}[-._/]?|\p{L}[-_/])$/u.test(before)) return true;
  if (words.length < 2 || !opens || !closes || !GROUPED.test(value)) return false;
  return /^[ \u00a0]\p{L}{0,3}\p{N}/u.test(after) || /\p{N}[ \u00a0]$/u.test(before);
}

/** Whether two places overlap. */
export const overlaps = (a: Span, b: Span): boolean => a.start < b.end && b.start < a.end;
