import type { EmbeddedLanguage } from "../llm/embedded/languages.ts";
import { splitSentences } from "../llm/sentences.ts";
import { readingEase } from "../readability/readability.ts";
import { wordsOf } from "./ai-content/sample.ts";

/** How easy a text is to read. */
export interface Readability {
  /** By {@link readingEase}. */
  readonly ease: number;
  readonly wordsPerSentence: number;
}

/** @returns undefined for a text without a sentence */
export function readabilityOf(text: string, language: EmbeddedLanguage): Readability | undefined {
  const sentences = splitSentences(text, language).filter(({ kind }) => kind === "prose");
  const words = sentences.flatMap((sentence) => wordsOf(sentence.text));
  if (words.length === 0) return undefined;
  const ease = readingEase({ sentences: sentences.length, words }, language);
  return { ease, wordsPerSentence: words.length / sentences.length };
}
