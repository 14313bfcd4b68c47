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

/** A text may join what neighbouring sentences say; then few words, as in "I can't do this", show nothing. */
const JOINED_SENTENCES = 3;
const LEAST_JOINED_WORDS = 5;

function isIn(sentences: readonly string[], words: readonly string[]): boolean {
  return sentences.some((sentence) => {
    const own = stems(sentence);
    return words.filter((word) => own.has(word)).length >= words.length * SHARE;
  });
}

const sentencesOf = (source: string): readonly string[] => source.split(/[.!?]\s|\n/);

/** Who says it, where a text tells of it. */
const ATTRIBUTED =
  /(?<!\p{L})(?:said|says|writes|wrote|told|tells|argues|sagt|sagte|schreibt|schrieb|meint|écrit|dit|dijo|dice|escribe)(?!\p{L})/iu;
const SAYS = "said|says|asks|asked|wrote|writes|fragt|sagte|sagt|schrieb|schreibt|dit|dijo|dice|escribe";
const THE = "the|an?|der|die|das|eine?|le|la|les|el|il|un|une|una|mr|mrs|ms|herr|frau";
/** "says the mayor", "the sailor says". */
const SPEAKER = new RegExp(
  String.raw`(?<!\p{L})(?:${SAYS})\s+(?:(?:${THE})\s+\p{L}|(?-i:\p{Lu}\p{Ll}))|(?<!\p{L})(?:${THE})\s+\p{L}+\s+(?:${SAYS})\s*(?:[.!:]|$)`,
  "iu",
);
/** Whether a text names who says what it tells. */
export const namesSpeaker = (text: string): boolean => SPEAKER.test(text);

/** Shorter words are in every text. */
const LEAST_LETTERS = 5;
const REPORTED_SHARE = 0.6;

/** Whether a text names who speaks, and most of its words are the source's. */
export function isReported(text: string, source: string): boolean {
  if (!ATTRIBUTED.test(text)) return false;
  const own = stems(source);
  const content = (text.toLowerCase().match(/\p{L}+/gu) ?? []).filter((word) => word.length >= LEAST_LETTERS);
  return content.filter((word) => own.has(word.slice(0, STEM))).length >= Math.max(1, content.length * REPORTED_SHARE);
}

/** Whether one sentence of the source has nearly all words of a text. */
export function isTold(text: string, source: string): boolean {
  const words = [...stems(text)];
  return words.length >= LEAST_WORDS && isIn(sentencesOf(source), words);
}

/** Whether neighbouring sentences of the source together have nearly all words of a text. */
export function isToldTogether(text: string, source: string): boolean {
  const words = [...stems(text)];
  if (words.length < LEAST_JOINED_WORDS) return false;
  const sentences = sentencesOf(source);
  const joined = sentences.map((_, at) => sentences.slice(at, at + JOINED_SENTENCES).join(" "));
  return isIn(joined, words);
}
