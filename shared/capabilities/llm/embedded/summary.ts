/**
 * Extractive summaries: the sentences that are most like the rest of the text, in their own words and order.
 *
 * Sources: TextRank (Mihalcea & Tarau 2004) over BM25 similarity (Barrios et al. 2016); a restart biased to where texts
 * say what they are about (after Florescu & Caragea 2017); redundancy held down by maximal marginal relevance
 * (Carbonell & Goldstein 1998).
 *
 * @module
 */

import { type Sentence, splitSentences } from "../sentences.ts";
import { countWords, cutToWords } from "../words.ts";
import { dependsOnPrevious } from "./dependent-sentence.ts";
import type { Language } from "./languages.ts";
import { pageRank } from "./page-rank.ts";
import { sentenceGraph } from "./sentence-graph.ts";
import { termsOf } from "./terms.ts";

/** Most sentences in the graph: a longer text is first thinned out, so that cost stays bounded. */
const MAX_SENTENCES = 400;
/** How much likeness to what is already chosen counts against a sentence. */
const REDUNDANCY = 0.5;
/** What is left of the score of a sentence whose predecessor it needs is not chosen. */
const ORPHAN = 0.55;
/** Share of the best sentence's score that a sentence must have, so that no filler tops up the budget. */
const WORTH = 1 / 3;

interface Candidate {
  readonly sentence: Sentence;
  /** Among all sentences of the text. */
  readonly index: number;
  readonly words: number;
  readonly stems: readonly string[];
}

const stemsOf = (text: string, language: Language): string[] =>
  termsOf(text, language)
    .filter((term) => term.content)
    .map((term) => term.stem);

/** Keeps the sentences with the most specific words (mean tf-idf weight), in order. */
function thinOut(candidates: readonly Candidate[]): Candidate[] {
  if (candidates.length <= MAX_SENTENCES) return [...candidates];
  const inSentences = new Map<string, number>();
  for (const { stems } of candidates) {
    for (const stem of new Set(stems)) inSentences.set(stem, (inSentences.get(stem) ?? 0) + 1);
  }
  // Words that come often but not everywhere carry the topic.
  const weight = (stem: string): number => {
    const count = inSentences.get(stem) ?? 0;
    return count < 2 ? 0 : Math.log(1 + count) * Math.log(candidates.length / count);
  };
  const scored = candidates.map((candidate) => {
    const distinct = new Set(candidate.stems);
    const sum = [...distinct].reduce((total, stem) => total + weight(stem), 0);
    return { candidate, score: sum / Math.sqrt(8 + distinct.size) };
  });
  return scored
    .sort((a, b) => b.score - a.score || a.candidate.index - b.candidate.index)
    .slice(0, MAX_SENTENCES)
    .map(({ candidate }) => candidate)
    .sort((a, b) => a.index - b.index);
}

/** Texts say what they are about in their first sentences, and again at the start of each paragraph. */
function positionBias(candidates: readonly Candidate[], total: number): number[] {
  let block = -1;
  return candidates.map(({ sentence, index }) => {
    const opensBlock = sentence.block !== block;
    block = sentence.block;
    return 1 + 2 / (1 + index / 2) + (opensBlock ? 0.5 : 0) + (index >= total - 2 ? 0.3 : 0);
  });
}

function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let common = 0;
  for (const stem of a) if (b.has(stem)) common++;
  return common / Math.max(1, Math.min(a.size, b.size));
}

/** A sentence that may still be chosen. */
interface Option {
  readonly candidate: Candidate;
  readonly score: number;
  readonly dependent: boolean;
  readonly stems: ReadonlySet<string>;
  /** To what is already chosen, 0 to 1. */
  likeness: number;
}

/** Takes the best sentences that still fit, each weighed against those already taken. */
function choose(
  worth: readonly { readonly candidate: Candidate; readonly score: number }[],
  max: number,
  language: Language,
): Candidate[] {
  const open = new Set(
    worth.map(({ candidate, score }): Option => {
      const dependent = dependsOnPrevious(candidate.sentence.text, language);
      return { candidate, score, dependent, stems: new Set(candidate.stems), likeness: 0 };
    }),
  );
  const chosen: Candidate[] = [];
  let left = max;
  for (;;) {
    let best: { option: Option; value: number } | undefined;
    for (const option of open) {
      const orphan = option.dependent && !chosen.some(({ index }) => index === option.candidate.index - 1);
      const value = option.score * (orphan ? ORPHAN : 1) * (1 - REDUNDANCY * option.likeness);
      if (!best || value > best.value) best = { option, value };
    }
    if (!best) break;
    const { candidate, stems } = best.option;
    chosen.push(candidate);
    left -= candidate.words;
    open.delete(best.option);
    for (const option of open) {
      option.likeness = Math.max(option.likeness, overlap(option.stems, stems));
      if (option.candidate.words > left) open.delete(option);
    }
  }
  return chosen.sort((a, b) => a.index - b.index);
}

/** TextRank favours long sentences; this takes back a part of it, and nearly all from fragments. */
const lengthFactor = (words: number): number => Math.min(1, words / 9) / Math.sqrt(Math.max(14, words));

/**
 * Summarizes a text by its own sentences.
 * @param max words; never exceeded. Only when no good sentence is that short, the best one is cut.
 */
export function summarizeText(text: string, max: number, language: Language): string {
  const sentences = splitSentences(text, language.code);
  const prose = sentences.some(({ kind }) => kind === "prose");
  const all = sentences.flatMap((sentence, index): Candidate[] => {
    if (prose && sentence.kind === "heading") return [];
    return [
      { sentence, index, words: countWords(sentence.text, language.code), stems: stemsOf(sentence.text, language) },
    ];
  });
  const joined = (chosen: readonly Candidate[]) => chosen.map(({ sentence }) => sentence.text).join(" ");
  if (all.reduce((sum, { words }) => sum + words, 0) <= max) return joined(all);

  const candidates = thinOut(all);
  const ranks = pageRank(
    sentenceGraph(candidates.map(({ stems }) => stems)),
    positionBias(candidates, sentences.length),
  );
  const scores = ranks.map((rank, at) => rank * lengthFactor(candidates[at]?.words ?? 0));
  const best = Math.max(...scores);
  const worth = candidates.flatMap((candidate, at) =>
    (scores[at] ?? 0) >= best * WORTH && candidate.words <= max ? [{ candidate, score: scores[at] ?? 0 }] : [],
  );
  if (worth.length > 0) return joined(choose(worth, max, language));
  return cutToWords(candidates[scores.indexOf(best)]?.sentence.text ?? "", max, language.code);
}
