import type { Reading, Span } from "../reading.ts";

/** Where a phrase is in the text, each word in any of its forms; one with symbols is found as it is. */
export function phrasePlaces(phrase: string, reading: Reading): Span[] {
  const words = phrase.toLowerCase().match(/[\p{L}\p{N}]+(?:['’]\p{L}+)*/gu) ?? [];
  const [head, ...rest] = words;
  if (head === undefined) {
    const at = phrase ? reading.text.indexOf(phrase) : -1;
    return at < 0 ? [] : [{ start: at, end: at + phrase.length }];
  }
  return reading.find(head).flatMap((first) => {
    const fits = rest.every((word, at) => reading.find(word).includes(first + 1 + at));
    const start = reading.words[first]?.start;
    const end = reading.words[first + rest.length]?.end;
    return fits && start !== undefined && end !== undefined ? [{ start, end }] : [];
  });
}
