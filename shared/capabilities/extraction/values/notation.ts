/**
 * How a document writes numbers and dates, derived from those that can be read in one way only.
 *
 * @module
 */

import type { EmbeddedLanguage } from "../../llm/embedded/languages.ts";

/** Which reading a document asks for, named after the language whose own it is. */
export interface Notation {
  /** `de`: 1.234,56. `en`: 1,234.56. */
  readonly numbers: EmbeddedLanguage;
  /** Of 04/05/2025. `de`: 4 May. `en`: 5 April. */
  readonly dates: EmbeddedLanguage;
  /** Whose words for numbers count. */
  readonly words: EmbeddedLanguage;
}

const COMMA_BEFORE_DECIMALS = new Set(
  "de fr es it pt nl da no sv fi pl cs sk sl hr hu ro bg tr el ru uk id".split(" "),
);
/** Two decimals behind a comma or a point, or thousands and decimals with different signs; no part of a date. */
const GERMAN = /(?<![\d.,])(?:\d{1,3}(?:\.\d{3})+,\d+|\d+,\d{1,2})(?![\d.,]*\d)/g;
const ENGLISH = /(?<![\d.,])(?:\d{1,3}(?:,\d{3})+\.\d+|\d+\.\d{1,2})(?![\d.,]*\d|\.)/g;
const SLASHED = /(?<![\d/])(\d{1,2})\/(\d{1,2})\/(?:\d{4}|\d{2})(?![\d/])/g;

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

function numbersIn(text: string, language: string): EmbeddedLanguage {
  const [german, english] = [count(text, GERMAN), count(text, ENGLISH)];
  if (german !== english) return german > english ? "de" : "en";
  return COMMA_BEFORE_DECIMALS.has(language) ? "de" : "en";
}

function datesIn(text: string, language: string): EmbeddedLanguage {
  const pairs = Array.from(text.matchAll(SLASHED), (match) => [Number(match[1]), Number(match[2])] as const);
  const dayFirst = pairs.filter(([first]) => first > 12).length;
  const monthFirst = pairs.filter(([, second]) => second > 12).length;
  if (dayFirst !== monthFirst) return dayFirst > monthFirst ? "de" : "en";
  if (language !== "en") return "de";
  // English of Europe writes the day first.
  return /[£€]|\b(?:GBP|EUR)\b/.test(text) && !/\$|\bUSD\b/.test(text) ? "de" : "en";
}

/** @param language ISO 639-1, which decides where the text leaves it open */
export const notationOf = (text: string, language: string): Notation => ({
  numbers: numbersIn(text, language),
  dates: datesIn(text, language),
  words: language === "de" ? "de" : "en",
});
