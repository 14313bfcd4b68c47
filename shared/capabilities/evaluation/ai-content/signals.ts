/**
 * The signals of a text by which machines and people differ. Each signal is a number that hardly depends on the length of
 * the text.
 *
 * @module
 */

import { type EmbeddedLanguage, findLanguage } from "../../llm/embedded/languages.ts";
import type { Sample } from "./sample.ts";
import { countStockPhrases } from "./stock-phrases.ts";

/** Words of a window: signals of variety fall with the length of a text, and are taken window by window. */
const WINDOW = 100;

const mean = (numbers: readonly number[]): number =>
  numbers.length === 0 ? 0 : numbers.reduce((sum, each) => sum + each, 0) / numbers.length;

function windowsOf(words: readonly string[]): (readonly string[])[] {
  const count = Math.max(1, Math.floor(words.length / WINDOW));
  return Array.from({ length: count }, (_, index) => words.slice(index * WINDOW, (index + 1) * WINDOW));
}

const per100 = (count: number, { words }: Sample): number => (100 * count) / Math.max(1, words.length);
const countOf = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

type Signal = (sample: Sample, language: EmbeddedLanguage) => number;

/** Standard deviation of the sentences' lengths over their mean: people mix long and short ones. */
function sentenceLengthVariation({ sentences }: Sample): number {
  const lengths = sentences.map((words) => words.length);
  const average = mean(lengths);
  return Math.sqrt(mean(lengths.map((length) => (length - average) ** 2))) / Math.max(1, average);
}

/** Entropy in bits of the words of a window. */
function wordEntropy({ words }: Sample): number {
  const entropies = windowsOf(words).map((window) => {
    const counts = Map.groupBy(window, (word) => word);
    return -mean(window.map((word) => Math.log2((counts.get(word)?.length ?? 1) / window.length)));
  });
  return mean(entropies);
}

/** Share of a window's pairs of words that are in it more than once. */
function repeatedPairs({ words }: Sample): number {
  const shares = windowsOf(words).map((window) => {
    const pairs = window.slice(1).map((word, index) => `${window[index]} ${word}`);
    const counts = Map.groupBy(pairs, (pair) => pair);
    return pairs.filter((pair) => (counts.get(pair)?.length ?? 0) > 1).length / Math.max(1, pairs.length);
  });
  return mean(shares);
}

/** Share of function words. */
function functionWords({ words }: Sample, language: EmbeddedLanguage): number {
  const known = findLanguage(language);
  return words.filter((word) => known?.isStopWord(word)).length / Math.max(1, words.length);
}

/** Share of the sentences whose first word no other sentence begins with. */
function varietyOfOpenings({ sentences }: Sample): number {
  const openings = sentences.map(([first = ""]) => first);
  const counts = Map.groupBy(openings, (word) => word);
  return openings.filter((word) => counts.get(word)?.length === 1).length / Math.max(1, openings.length);
}

/** Quotation marks, brackets, dashes, colons, semicolons, question and exclamation marks, per 100 words. */
const markPattern = /["“”„«»()[\]:;?!–—]|\s-\s/gu;
/** Numbers in digits, and words in capitals, per 100 words: how specific a text is. */
const particularPattern = /\d[\d.,:]*|(?<!\p{L})\p{Lu}{2,}(?!\p{L})/gu;

/** The signals by name. */
export const signals = {
  sentence_length_variation: sentenceLengthVariation,
  word_entropy: wordEntropy,
  repeated_pairs: repeatedPairs,
  function_words: functionWords,
  variety_of_openings: varietyOfOpenings,
  word_length: ({ words }) => mean(words.map((word) => word.length)),
  marks: (sample) => per100(countOf(sample.text, markPattern), sample),
  commas: (sample) => per100(countOf(sample.text, /,/g), sample),
  particulars: (sample) => per100(countOf(sample.text, particularPattern), sample),
  stock_phrases: (sample, language) => per100(countStockPhrases(sample.text, language), sample),
} satisfies Record<string, Signal>;

/** The name of a signal. */
export type SignalName = keyof typeof signals;

/** Every signal's name. */
export const signalNames = Object.keys(signals) as SignalName[];

/** Measures a text. */
export const measureSignals = (sample: Sample, language: EmbeddedLanguage): Record<SignalName, number> =>
  Object.fromEntries(signalNames.map((name) => [name, (signals[name] as Signal)(sample, language)])) as Record<
    SignalName,
    number
  >;
