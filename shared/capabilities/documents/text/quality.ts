/**
 * Distinguishes text from garbage: what a PDF returns when its fonts do not map glyphs to letters.
 *
 * @module
 */

import { detectLanguage, functionWordShare } from "../language.ts";
import { naturalShare } from "./natural-words.ts";

/** Characters without a meaning of their own; those that a browser shows as boxes. */
const MEANINGLESS = /[\ufffd\ufffe\uffff\p{Co}\p{Cn}]|(?![\t\n\f\r\u0085])\p{Cc}/gu;
/** Share of meaningless characters above which text is rubbish. */
const MOST_MEANINGLESS = 0.15;
/** Share of letters in natural words from which on text is text. */
export const MOSTLY_NATURAL = 0.7;
/** Below this many letters words are not judged. */
const LEAST_LETTERS = 60;
/** Share of words known to a language from which on text is text. */
const FUNCTION_WORDS = 0.08;
/** Share of vowels among the letters of any language in Latin letters. */
const VOWELS = { least: 0.2, most: 0.65 } as const;
/** The letters that make up 60 in 100 and more in German, English and the languages around them. */
const FREQUENT = /[eainrsto]/gi;
/** Share of them from which on letters may be those that were written: exchanged ones have a third. */
const LEAST_FREQUENT = 0.45;
/** Share of the words in which letters, digits and signs are mixed as no writer mixes them. */
const MOST_MIXED = 0.4;

/** The letters and digits of a text. */
export const countLetters = (text: string): number => text.replace(/[^\p{L}\p{N}]+/gu, "").length;

/** `good`; `doubtful` where its words are of no language; `meaningless` where its characters are none. */
export type Quality = "good" | "doubtful" | "meaningless";

/** Whether too many characters of a text are none. */
export function isMeaningless(text: string): boolean {
  const visible = text.replace(/\s+/g, "");
  const meaningless = visible.match(MEANINGLESS)?.length ?? 0;
  return meaningless > MOST_MEANINGLESS * visible.length;
}

/** Tells whether a text makes sense. */
export function judgeText(text: string): Quality {
  if (isMeaningless(text)) return "meaningless";
  const latin = latinLetters(text);
  if (latin === undefined || knowsWords(text)) return "good";
  const isNatural = naturalShare(text) >= MOSTLY_NATURAL;
  return isExchanged(latin) || (!isNatural && isNoLanguage(text, latin)) ? "doubtful" : "good";
}

/** The letters without their marks; undefined where they are too few to judge, or mostly of other scripts. */
function latinLetters(text: string): string | undefined {
  const letters = text.match(/\p{L}/gu) ?? [];
  const latin = letters.filter((letter) => /\p{Script=Latin}/u.test(letter));
  if (letters.length < LEAST_LETTERS || latin.length < 0.8 * letters.length) return undefined;
  return latin.join("").normalize("NFD").replace(/\p{M}/gu, "");
}

const knowsWords = (text: string): boolean =>
  detectLanguage(text) !== null || functionWordShare(text) >= FUNCTION_WORDS;

/** Whether other letters are frequent than in any language: a font that maps each letter to another one. */
const isExchanged = (latin: string): boolean => (latin.match(FREQUENT)?.length ?? 0) < LEAST_FREQUENT * latin.length;

/** Whether a text in Latin letters has words as no language does. */
function isNoLanguage(text: string, latin: string): boolean {
  const vowels = latin.match(/[aeiouy]/gi)?.length ?? 0;
  if (vowels < VOWELS.least * latin.length || vowels > VOWELS.most * latin.length) return true;
  const words = text.match(/\S{4,}/g) ?? [];
  return words.filter(isMixed).length > MOST_MIXED * words.length;
}

/** Signs or digits within letters, or small and capital letters in turn, as in `7KLV` or `d$e%r`. Addresses are not words. */
function isMixed(word: string): boolean {
  const core = word.replace(/^[\p{P}\p{S}]+|[\p{P}\p{S}]+$/gu, "");
  if (!/\p{L}/u.test(core) || /[@/.:_]/.test(core)) return false;
  return (
    /\p{L}[^\p{L}\p{M}\p{N}'’‐‑–-]+\p{L}/u.test(core) ||
    /\p{Ll}\p{Lu}+\p{Ll}+\p{Lu}/u.test(core) ||
    /\p{L}\d\p{L}/u.test(core)
  );
}

/** The text without the characters that mean nothing. */
export const withoutMeaningless = (text: string): string => text.replace(MEANINGLESS, "");

/** Share of the words of a text that recognition reads too, from which on the text is what the page shows. */
const SAME_WORDS = 0.3;
const WORD = /[\p{L}\p{N}]{3,}/gu;

/** Share of the words of a text from which on another one says the same. */
const NEARLY_ALL_WORDS = 0.85;

/** Whether two texts have so many words in common that they are of one page. */
export const isAlike = (text: string, recognized: string): boolean => shareIn(text, recognized) >= SAME_WORDS;

/** Whether a text says hardly anything that another one does not say. */
export const isContained = (text: string, other: string): boolean => shareIn(text, other) >= NEARLY_ALL_WORDS;

/** Share of the words of a text that another one has; 0 where it has none. */
function shareIn(text: string, other: string): number {
  const words = new Set(text.toLowerCase().match(WORD));
  const others = new Set(other.toLowerCase().match(WORD));
  return words.size === 0 ? 0 : [...words].filter((word) => others.has(word)).length / words.size;
}
