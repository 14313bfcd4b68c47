import { splitSentences } from "../../llm/sentences.ts";

/** The prose of a text, as the signals look at it. */
export interface Sample {
  /** Words of each sentence, in lower case. */
  readonly sentences: readonly (readonly string[])[];
  /** All words, in lower case. */
  readonly words: readonly string[];
  /** The sentences, a blank between them. */
  readonly text: string;
}

const WORD = /[\p{L}\p{M}\p{N}]+(?:['’-][\p{L}\p{M}\p{N}]+)*/gu;

/** The words of a text, in lower case. */
export const wordsOf = (text: string): string[] => (text.match(WORD) ?? []).map((word) => word.toLowerCase());

/** Takes the sentences of the paragraphs; headings and lists are short whoever writes them. */
export function sampleOf(text: string, language: string): Sample {
  const prose = splitSentences(text, language).filter(({ kind }) => kind === "prose");
  const sentences = prose.map((sentence) => wordsOf(sentence.text)).filter((words) => words.length > 0);
  return { sentences, words: sentences.flat(), text: prose.map((sentence) => sentence.text).join(" ") };
}
