/**
 * Words: how they are counted, and how a text is cut to a number of them.
 *
 * @module
 */

const ELLIPSIS = "…";

/** Segmenters are costly to make and there are few languages. */
const segmenters = new Map<string, Intl.Segmenter>();

function wordSegmenter(language: string): Intl.Segmenter {
  const known = segmenters.get(language);
  if (known) return known;
  const made = new Intl.Segmenter(language, { granularity: "word" });
  segmenters.set(language, made);
  return made;
}

/**
 * Words in a text, by Unicode's word boundaries (UAX #29): "e.g." is one word, "state-of-the-art" is four, punctuation
 * is none.
 * @param language ISO 639-1
 */
export function countWords(text: string, language = "en"): number {
  let count = 0;
  for (const { isWordLike } of wordSegmenter(language).segment(text)) if (isWordLike) count++;
  return count;
}

/** The offset behind the `max`-th word. */
function endOfWord(text: string, max: number, language: string): number {
  let count = 0;
  for (const { isWordLike, index, segment } of wordSegmenter(language).segment(text)) {
    if (isWordLike && ++count === max) return index + segment.length;
  }
  return text.length;
}

/** The last place before `end` where `boundary` matches, if it keeps at least `share` of the text before `end`. */
function lastBoundary(
  text: string,
  end: number,
  { boundary, share }: { readonly boundary: RegExp; readonly share: number },
): number | undefined {
  let found: number | undefined;
  for (const match of text.slice(0, end).matchAll(boundary)) found = match.index + match[0].length;
  return found !== undefined && found >= end * share ? found : undefined;
}

const clauseEnd = /[,;:–—](?=\s)/gu;

/**
 * Cuts one sentence to at most `max` words: behind a clause if that keeps most of it, else behind a word. The ellipsis
 * that marks the cut is joined to the last word and is none itself.
 */
export function cutToWords(sentence: string, max: number, language = "en"): string {
  if (countWords(sentence, language) <= max) return sentence;
  const end = endOfWord(sentence, max, language);
  const cut = lastBoundary(sentence, end + 1, { boundary: clauseEnd, share: 0.6 }) ?? end;
  return sentence.slice(0, cut).replace(/[\s\p{P}]+$/u, "") + ELLIPSIS;
}
