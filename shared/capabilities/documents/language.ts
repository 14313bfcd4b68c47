/**
 * Tells the language of a text by its function words, which every third word of running text is.
 *
 * @module
 */

import { stopwords as dutch } from "@orama/stopwords/dutch";
import { stopwords as english } from "@orama/stopwords/english";
import { stopwords as french } from "@orama/stopwords/french";
import { stopwords as german } from "@orama/stopwords/german";
import { stopwords as italian } from "@orama/stopwords/italian";
import { stopwords as portuguese } from "@orama/stopwords/portuguese";
import { stopwords as spanish } from "@orama/stopwords/spanish";

const LANGUAGES: readonly (readonly [code: string, words: ReadonlySet<string>])[] = [
  ["de", new Set(german)],
  ["en", new Set(english)],
  ["fr", new Set(french)],
  ["es", new Set(spanish)],
  ["it", new Set(italian)],
  ["nl", new Set(dutch)],
  ["pt", new Set(portuguese)],
];
const SAMPLE_CHARACTERS = 50_000;
/** Function words that must be found, and their share among all. */
const LEAST_FOUND = 4;
const LEAST_SHARE = 0.15;
/** How many times more there must be than of any other language. */
const MARGIN = 1.25;

/** @returns an ISO 639-1 code, or null when the text is too short, too mixed or in a language that is not known */
export function detectLanguage(text: string): string | null {
  // Single letters are a word of several languages, and no word at all in lists and formulas.
  const words =
    text
      .slice(0, SAMPLE_CHARACTERS)
      .toLowerCase()
      .match(/\p{L}{2,}/gu) ?? [];
  const found = LANGUAGES.map(([code, functionWords]) => ({
    code,
    count: words.filter((word) => functionWords.has(word)).length,
  })).sort((a, b) => b.count - a.count);
  const [first, second] = found;
  if (!first || !second || first.count < Math.max(LEAST_FOUND, LEAST_SHARE * words.length)) return null;
  return first.count >= MARGIN * second.count ? first.code : null;
}

/** Share of the words of a text that are function words of the language which has most of them. */
export function functionWordShare(text: string): number {
  const words =
    text
      .slice(0, SAMPLE_CHARACTERS)
      .toLowerCase()
      .match(/\p{L}{2,}/gu) ?? [];
  const counts = LANGUAGES.map(([, functionWords]) => words.filter((word) => functionWords.has(word)).length);
  return words.length === 0 ? 0 : Math.max(...counts) / words.length;
}
