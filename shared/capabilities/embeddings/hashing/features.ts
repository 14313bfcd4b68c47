/**
 * The features of a word: what two texts must share to come near each other.
 *
 * @module
 */

import { stopwords as englishStopWords } from "@orama/stopwords/english";
import { stopwords as germanStopWords } from "@orama/stopwords/german";

/** A feature of a text with its weight. */
export interface Feature {
  readonly text: string;
  readonly weight: number;
}

/**
 * How much each kind of feature counts, measured on the labelled set of tests/unit/embeddings; see
 * docs/decisions/0060-hashing-embedder.md. Changing any of these changes every vector: raise the model's version.
 */
const weights = {
  word: 0.5,
  /**
   * All letter groups of a word together. They stand for stems, in any language, find the parts of German compounds and
   * forgive typing mistakes.
   */
  letters: 1,
  /** What a stop word keeps of its weight. */
  stopWord: 0.05,
} as const;

/** Lengths of the letter groups. */
const GROUPS = [3, 4, 5] as const;

/** Letters that decompose to nothing simpler under NFKD. */
const letters: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  þ: "th",
  ı: "i",
} as const;

/**
 * Lower case without accents. "ä", "ae" and "a" become one, as in the "German2" variant of Snowball's stemmer, since
 * umlauts are typed either way; after a vowel or q the e stays ("Feuer", "queue").
 */
export function fold(text: string): string {
  return text
    .toLowerCase()
    .replace(/[ßæœøłđðþı]/gu, (letter) => letters[letter] ?? letter)
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .replace(/(?<![aeiouq])([aou])e/gu, "$1");
}

const stopWords = new Set([...englishStopWords, ...germanStopWords].map(fold));
/** The lists lack some articles and initials: a single letter has no meaning either. */
const isStopWord = (word: string): boolean => stopWords.has(word) || /^\p{Script=Latin}$/u.test(word);

/** The folded words of a text: runs of letters and digits. */
export const wordsOf = (text: string): string[] => fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];

function letterGroups(word: string): string[] {
  const characters = Array.from(`<${word}>`);
  return GROUPS.flatMap((length) =>
    Array.from({ length: Math.max(0, characters.length - length + 1) }, (_, start) =>
      characters.slice(start, start + length).join(""),
    ),
  );
}

/** @param word folded */
export function featuresOf(word: string): Feature[] {
  if (isStopWord(word)) return [{ text: `=${word}`, weight: weights.stopWord }];
  const groups = letterGroups(word);
  return [
    { text: `=${word}`, weight: weights.word },
    ...groups.map((text) => ({ text, weight: weights.letters / Math.sqrt(groups.length) })),
  ];
}
