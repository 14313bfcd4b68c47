import type { EmbeddedLanguage } from "../llm/embedded/languages.ts";
import { splitSentences } from "../llm/sentences.ts";
import { wordsOf } from "./ai-content/sample.ts";

/** How easy a text is to read. */
export interface Readability {
  /** Flesch's reading ease for English, Amstad's for German; 60 and over is easy, 30 and below hard. */
  readonly ease: number;
  readonly wordsPerSentence: number;
}

const VOWELS: Readonly<Record<EmbeddedLanguage, RegExp>> = {
  en: /[aeiouy]+/g,
  de: /aa|ai|au|äu|ee|ei|eu|ie|oo|oi|[aeiouyäöü]/g,
};

/** Syllables of a word, by its groups of vowels; in English, a silent e at the end is none. */
function syllablesOf(word: string, language: EmbeddedLanguage): number {
  const spoken = language === "en" ? word.replace(/(?<=[^aeiouyl])es?$|(?<=[^aeiouytd])ed$/, "") : word;
  return Math.max(1, spoken.match(VOWELS[language])?.length ?? 0);
}

/** @returns undefined for a text without a sentence */
export function readabilityOf(text: string, language: EmbeddedLanguage): Readability | undefined {
  const sentences = splitSentences(text, language).filter(({ kind }) => kind === "prose");
  const words = sentences.flatMap((sentence) => wordsOf(sentence.text));
  if (words.length === 0) return undefined;
  const wordsPerSentence = words.length / sentences.length;
  const syllables = words.reduce((sum, word) => sum + syllablesOf(word, language), 0) / words.length;
  const ease =
    language === "en"
      ? 206.835 - 1.015 * wordsPerSentence - 84.6 * syllables
      : 180 - wordsPerSentence - 58.5 * syllables;
  return { ease, wordsPerSentence };
}
