/**
 * Key phrases: noun phrases whose words are central to the text.
 *
 * Sources: words are ranked by TextRank on their co-occurrence (Mihalcea & Tarau 2004), biased to early and frequent
 * mentions (PositionRank, Florescu & Caragea 2017); phrases are runs of content words between stop words and
 * punctuation (RAKE, Rose et al. 2010), and a part of a phrase counts by what it does outside of it (C-value, Frantzi
 * et al. 2000).
 *
 * @module
 */

import { splitSentences } from "../sentences.ts";
import type { Language } from "./languages.ts";
import { nounEvidence } from "./noun-evidence.ts";
import { pageRank } from "./page-rank.ts";
import { type Term, termsOf } from "./terms.ts";

const WINDOW = 4;
const MAX_PHRASE_WORDS = 3;
/** 1 would compare phrases by their mean word; less favours longer, more specific ones. */
const LENGTH_NORM = 0.4;
/** What a generic noun's score is worth. */
const GENERIC = 0.15;
/** Words in the graph at most: the most frequent ones, so that cost stays bounded. */
const MAX_WORDS = 2_000;

/** Words of one run: nothing but single spaces between them. */
interface Run {
  readonly terms: readonly Term[];
}

interface Phrase {
  readonly stems: readonly string[];
  /** How often it is written in which way. */
  readonly surfaces: Map<string, number>;
  count: number;
}

/** The position bias and frequency of each stem. */
function wordStatistics(terms: readonly Term[]): { counts: Map<string, number>; bias: Map<string, number> } {
  const counts = new Map<string, number>();
  const bias = new Map<string, number>();
  let position = 0;
  for (const { content, stem } of terms) {
    if (!content) continue;
    position++;
    counts.set(stem, (counts.get(stem) ?? 0) + 1);
    bias.set(stem, (bias.get(stem) ?? 0) + 1 / Math.sqrt(10 + position));
  }
  return { counts, bias };
}

/** TextRank score of each stem. */
function rankWords(terms: readonly Term[]): Map<string, number> {
  const { counts, bias } = wordStatistics(terms);
  const kept = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, MAX_WORDS);
  const ids = new Map(kept.map(([stem], id) => [stem, id]));
  const graph = kept.map(() => new Map<number, number>());
  const content = terms.filter((term) => term.content);
  content.forEach(({ stem }, at) => {
    const from = ids.get(stem);
    for (const other of content.slice(at + 1, at + WINDOW)) {
      const to = ids.get(other.stem);
      if (from === undefined || to === undefined || from === to) continue;
      graph[from]?.set(to, (graph[from]?.get(to) ?? 0) + 1);
      graph[to]?.set(from, (graph[to]?.get(from) ?? 0) + 1);
    }
  });
  const scores = pageRank(
    graph,
    kept.map(([stem]) => bias.get(stem) ?? 0),
  );
  return new Map(kept.map(([stem], id) => [stem, scores[id] ?? 0]));
}

/** Maximal runs of content words within sentences. */
function runsOf(text: string, language: Language): { runs: Run[]; terms: Term[]; starts: Set<number> } {
  const terms: Term[] = [];
  const starts = new Set<number>();
  const runs: Run[] = [];
  for (const sentence of splitSentences(text, language.code)) {
    const own = termsOf(sentence.text, language);
    starts.add(terms.length);
    for (const term of own) terms.push(term);
    let run: Term[] = [];
    own.forEach((term, at) => {
      const previous = own[at - 1];
      const adjacent = previous && sentence.text.slice(previous.end, term.start) === " ";
      if (!adjacent && run.length > 0) {
        runs.push({ terms: run });
        run = [];
      }
      if (term.content) run.push(term);
      else if (run.length > 0) {
        runs.push({ terms: run });
        run = [];
      }
    });
    if (run.length > 0) runs.push({ terms: run });
  }
  return { runs, terms, starts };
}

/** Every phrase that the runs hold, by its stems. */
function phrasesOf(text: string, language: Language): { phrases: Map<string, Phrase>; terms: Term[] } {
  const { runs, terms, starts } = runsOf(text, language);
  const order = new Map(terms.map((term, at) => [term, at]));
  const evidence = nounEvidence(terms, language, (at) => starts.has(at));
  const phrases = new Map<string, Phrase>();
  for (const { terms: run } of runs) {
    run.forEach((_, from) => {
      for (let length = 1; length <= MAX_PHRASE_WORDS && from + length <= run.length; length++) {
        const words = run.slice(from, from + length);
        const last = words.at(-1);
        if (!last || !evidence.isNoun(last) || !words.slice(0, -1).every((word) => evidence.canModify(word))) continue;
        const key = words.map(({ stem }) => stem).join(" ");
        const phrase = phrases.get(key) ?? { stems: words.map(({ stem }) => stem), surfaces: new Map(), count: 0 };
        phrase.count++;
        const opens = starts.has(order.get(words[0] ?? last) ?? -1);
        const surface = surfaceOf(words, opens, language);
        // A form from inside a sentence shows its true case.
        phrase.surfaces.set(surface, (phrase.surfaces.get(surface) ?? 0) + (opens ? 0.5 : 1));
        phrases.set(key, phrase);
      }
    });
  }
  return { phrases, terms };
}

/** A phrase as it is shown: without the capital of a sentence's start, unless nouns are written with one. */
function surfaceOf(words: readonly Term[], opensSentence: boolean, language: Language): string {
  const written = words.map(({ surface }) => surface.replace(/['’]s$/, ""));
  const [first = ""] = written;
  const lone = opensSentence && !language.capitalNouns && /^\p{Lu}\p{Ll}+$/u.test(first);
  return (lone && !/^\p{Lu}/u.test(written[1] ?? "") ? [first.toLowerCase(), ...written.slice(1)] : written).join(" ");
}

/** How often each phrase is inside a longer one of the same text. */
function nestedCounts(phrases: ReadonlyMap<string, Phrase>): Map<string, number> {
  const nested = new Map<string, number>();
  for (const { stems, count } of phrases.values()) {
    if (count < 2) continue;
    for (let from = 0; from < stems.length; from++) {
      for (let to = from + 1; to <= stems.length; to++) {
        if (to - from === stems.length) continue;
        const key = stems.slice(from, to).join(" ");
        nested.set(key, Math.max(nested.get(key) ?? 0, count));
      }
    }
  }
  return nested;
}

/**
 * The key phrases of a text as it spells them, most important first. None repeats the words of another.
 * @param max how many at most
 */
export function keyPhrases(text: string, max: number, language: Language): string[] {
  const { phrases, terms } = phrasesOf(text, language);
  const ranks = rankWords(terms);
  const nested = nestedCounts(phrases);
  const { counts } = wordStatistics(terms);
  const long = terms.length > 150;

  const scored = [...phrases].flatMap(([key, phrase]) => {
    const { stems, count } = phrase;
    if (new Set(stems).size < stems.length) return [];
    // In a long text a combination that comes once is mostly an accident.
    if (long && stems.length > 1 && count < 2 && !stems.every((stem) => (counts.get(stem) ?? 0) > 1)) return [];
    const own = count - (nested.get(key) ?? 0) * 0.8;
    const sum = stems.reduce((total, stem) => total + (ranks.get(stem) ?? 0), 0);
    const generic = stems.every((stem) => language.isGeneric(stem)) ? GENERIC : 1;
    return [{ phrase, score: (sum / stems.length ** LENGTH_NORM) * Math.log2(1 + Math.max(0.2, own)) * generic }];
  });
  scored.sort((a, b) => b.score - a.score || a.phrase.stems.join().localeCompare(b.phrase.stems.join()));

  const chosen: Phrase[] = [];
  for (const { phrase } of scored) {
    if (chosen.length === max) break;
    const repeats = chosen.some(({ stems }) => {
      const common = phrase.stems.filter((stem) => stems.includes(stem)).length;
      return common === Math.min(stems.length, phrase.stems.length);
    });
    if (!repeats) chosen.push(phrase);
  }
  return chosen.map(({ surfaces }) => {
    const [best] = [...surfaces].sort((a, b) => b[1] - a[1] || a[0].length - b[0].length || (a[0] < b[0] ? -1 : 1));
    return best?.[0] ?? "";
  });
}
