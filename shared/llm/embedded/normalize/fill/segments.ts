import { findNumbers } from "../mentions/number-mentions.ts";
import type { Reading } from "../reading.ts";

/** The parts of a text that each describe one thing of a list. */

const ITEM_LINE = /^[ \t]*(?:[-*•–]|\d{1,2}[.)])[ \t]+(.+)$/gmu;
const TAIL = /\s*(?:[,;.]|(?:^|\s)(?:and|und|sowie|plus))*\s*$/u;

/** List lines if there are any, else what stands from one number to the next within a sentence. */
export function segmentsOf({ text, language, sentences }: Reading): string[] {
  const lines = Array.from(text.matchAll(ITEM_LINE), (match) => (match[1] ?? "").trim());
  if (lines.length > 0) return lines;
  return sentences.flatMap(({ start, end }) => {
    const sentence = text.slice(start, end);
    const starts = findNumbers(sentence, language.code)
      .filter(({ value, currency }) => Number.isInteger(value) && value > 0 && currency === undefined)
      .map((number) => number.start);
    return starts.map((from, at) => sentence.slice(from, starts[at + 1] ?? sentence.length).replace(TAIL, ""));
  });
}
