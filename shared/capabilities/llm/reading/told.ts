/**
 * Whether a short answer says what a sentence of its source says: then it is no refusal, no error and no talk, however it sounds.
 *
 * @module
 */

const SHARE = 0.8;
/** One word alone shows nothing. */
const LEAST_WORDS = 2;
/** Of a word: its forms differ in their ends. */
const STEM = 5;

const stems = (text: string): Set<string> =>
  new Set((text.toLowerCase().match(/\p{L}{3,}|\p{N}+/gu) ?? []).map((word) => word.slice(0, STEM)));

/** Whether one sentence of the source has nearly all words of a text. */
export function isTold(text: string, source: string): boolean {
  const words = [...stems(text)];
  if (words.length < LEAST_WORDS) return false;
  return source.split(/[.!?]\s|\n/).some((sentence) => {
    const own = stems(sentence);
    return words.filter((word) => own.has(word)).length >= words.length * SHARE;
  });
}
