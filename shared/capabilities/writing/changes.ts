/**
 * What changed between two versions of a text, sentence by sentence: found by comparing them, not by asking the model.
 *
 * @module
 */

import { splitSentences } from "../llm/sentences.ts";

/** One change. */
export interface Change {
  readonly kind: "changed" | "added" | "removed";
  readonly before: string | null;
  readonly after: string | null;
}

const MOST_CHANGES = 200;
const SENTENCE_CHARACTERS = 500;

const shown = (sentence: string): string =>
  sentence.length <= SENTENCE_CHARACTERS ? sentence : `${sentence.slice(0, SENTENCE_CHARACTERS).toWellFormed()}…`;

/** Sentences that are once in each text: pairs of indices, by the first. */
function anchors(before: readonly string[], after: readonly string[]): [number, number][] {
  const places = (sentences: readonly string[]) => {
    const found = new Map<string, number>();
    for (const [index, sentence] of sentences.entries()) found.set(sentence, found.has(sentence) ? -1 : index);
    return found;
  };
  const [first, second] = [places(before), places(after)];
  return [...first].flatMap(([sentence, index]): [number, number][] => {
    const other = second.get(sentence) ?? -1;
    return index < 0 || other < 0 ? [] : [[index, other]];
  });
}

/** The longest run of pairs whose second indices rise as well (patience sorting). */
function rising(pairs: readonly [number, number][]): [number, number][] {
  const tops: number[] = [];
  const previous: number[] = [];
  pairs.forEach(([, value], index) => {
    let low = 0;
    let high = tops.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pairs[tops[middle] ?? 0]?.[1] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    previous[index] = low > 0 ? (tops[low - 1] ?? -1) : -1;
    tops[low] = index;
  });
  const run: [number, number][] = [];
  for (let index = tops.at(-1) ?? -1; index >= 0; index = previous[index] ?? -1) {
    const pair = pairs[index];
    if (pair) run.unshift(pair);
  }
  return run;
}

/**
 * The changes from one text to another, in order, up to 200. Sentences that are in both are none; between them, the first
 * old one is compared to the first new one.
 */
export function changesBetween(before: string, after: string, language: string): Change[] {
  const [old, fresh] = [before, after].map((text) => splitSentences(text, language).map((sentence) => sentence.text));
  if (!old || !fresh) return [];
  const changes: Change[] = [];
  let [at, other] = [0, 0];
  for (const [end, otherEnd] of [...rising(anchors(old, fresh)), [old.length, fresh.length] as [number, number]]) {
    const [gone, come] = [old.slice(at, end), fresh.slice(other, otherEnd)];
    for (let index = 0; index < Math.max(gone.length, come.length); index++) {
      const [one, next] = [gone[index], come[index]];
      if (one === next) continue;
      changes.push({
        kind: one === undefined ? "added" : next === undefined ? "removed" : "changed",
        before: one === undefined ? null : shown(one),
        after: next === undefined ? null : shown(next),
      });
    }
    [at, other] = [end + 1, otherEnd + 1];
  }
  return changes.slice(0, MOST_CHANGES);
}
