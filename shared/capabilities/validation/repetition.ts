import { splitSentences } from "../llm/sentences.ts";
import type { VisibleBlock } from "../markdown/visible-text.ts";
import { excerptOf, type Finding } from "./finding.ts";

/** A sentence with its place in the source. */
export interface PlacedSentence {
  readonly text: string;
  readonly offset: number;
  readonly words: number;
}

const WORDS = /[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu;
/** Shorter ones come again in any text: "He was right." */
const LEAST_WORDS = 6;

/** The words of a text. */
export const wordsOf = (text: string): string[] => text.match(WORDS) ?? [];

/** The sentences of paragraphs. */
export function sentencesOf(blocks: readonly VisibleBlock[], language: string): PlacedSentence[] {
  return blocks
    .filter(({ kind }) => kind === "paragraph")
    .flatMap((block) =>
      splitSentences(block.text, language).map(({ text, start }) => ({
        text,
        offset: block.sourceOf(start),
        words: wordsOf(text).length,
      })),
    );
}

/** Sentences that are in the text before, word by word. @param lineOf the line of an offset */
export function findRepetitions(sentences: readonly PlacedSentence[], lineOf: (offset: number) => number): Finding[] {
  const first = new Map<string, PlacedSentence>();
  const findings: Finding[] = [];
  for (const sentence of sentences) {
    if (sentence.words < LEAST_WORDS) continue;
    const key = wordsOf(sentence.text.toLowerCase()).join(" ");
    const before = first.get(key);
    if (!before) {
      first.set(key, sentence);
      continue;
    }
    const message = `This sentence stands on line ${lineOf(before.offset)} already.`;
    findings.push({ code: "repeated_sentence", message, offset: sentence.offset, excerpt: excerptOf(sentence.text) });
  }
  return findings;
}
