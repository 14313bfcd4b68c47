/**
 * The parts of a text that each describe one thing of a list.
 *
 * @module
 */

import { findNumbers } from "../mentions/number-mentions.ts";
import { overlaps, type Reading, type Span } from "../reading.ts";
import { findStreets } from "./names.ts";

const ITEM_LINE = /^[ \t]*(?:[-*•–]|\d{1,2}[.)])[ \t]+(.+)$/gmu;
/** Where the thing ends and what is to happen with it begins. */
const BEYOND = /\s(?:an|to|für|for|by|bis|until|nach|per|via|zum|zur|an den|an die)\s.*$|[,;]\s*$/isu;
const POSTAL_CODE = /(?<!\d)\d{5}(?=\s+\p{Lu})/gu;
const TAIL = /\s*(?:[,;.]|(?:^|\s)(?:and|und|sowie|plus))*\s*$/u;

/** List lines if there are any, else what stands from one number to the next within a sentence. */
export function segmentsOf({ text, language, sentences }: Reading): string[] {
  const lines = Array.from(text.matchAll(ITEM_LINE), (match) => (match[1] ?? "").trim());
  if (lines.length > 0) return lines;
  return sentences.flatMap(({ start, end }) => {
    const sentence = text.slice(start, end);
    const codes = Array.from(sentence.matchAll(POSTAL_CODE), ({ index }): Span => ({ start: index, end: index + 5 }));
    const elsewhere = [...findStreets(sentence), ...codes];
    const starts = findNumbers(sentence, language.code)
      .filter(
        ({ value, currency, article }) => Number.isInteger(value) && value > 0 && currency === undefined && !article,
      )
      .filter((number) => !elsewhere.some((span) => overlaps(span, number)))
      .map((number) => number.start);
    return starts.map((from, at) =>
      sentence
        .slice(from, starts[at + 1] ?? sentence.length)
        .replace(BEYOND, "")
        .replace(TAIL, ""),
    );
  });
}
