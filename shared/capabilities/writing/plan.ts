/**
 * How a text is divided into pieces that a model can write with one answer each.
 *
 * @module
 */

/** A piece of a text before it is written. */
export interface PlannedSection {
  /** Null where it continues under the heading before, or the whole text has one section. */
  readonly heading: string | null;
  /** Its content, where that is known. */
  readonly points: string | null;
  readonly words: number;
}

/** What an outline says about a section. */
export interface OutlineEntry {
  readonly heading: string;
  readonly points: string | null;
}

/** Tokens of a word, on average and with some to spare, by language. German words are longer and less common in tokenizers. */
const TOKENS_PER_WORD: Readonly<Record<string, number>> = { en: 1.6, de: 2.4 };
const TOKENS_PER_WORD_ELSEWHERE = 2.6;
/** What of an answer is planned: models write more than they are asked for. */
const SHARE = 0.75;
/** Beyond this, models hurry to an end, however many tokens they have. */
const MOST_WORDS = 600;
const LEAST_WORDS = 40;

/** Words that a model is asked for at once. @param maxTokens of an answer */
export function wordsOfAnswer(maxTokens: number, language: string): number {
  const perWord = TOKENS_PER_WORD[language] ?? TOKENS_PER_WORD_ELSEWHERE;
  return Math.max(LEAST_WORDS, Math.min(MOST_WORDS, Math.floor((maxTokens / perWord) * SHARE)));
}

/** Sections that an outline of so many words has. */
export const sectionsFor = (words: number, perAnswer: number): number => Math.ceil(words / perAnswer);

/** A text of one answer. */
export const onePiece = (words: number): PlannedSection[] => [{ heading: null, points: null, words }];

/**
 * Divides the words among the sections of an outline; one that is longer than an answer is written in several.
 * @param perAnswer as {@link wordsOfAnswer}
 */
export function planSections(outline: readonly OutlineEntry[], words: number, perAnswer: number): PlannedSection[] {
  const each = words / outline.length;
  const pieces = Math.ceil(each / perAnswer);
  return outline.flatMap(({ heading, points }) =>
    Array.from({ length: pieces }, (_, piece) => ({
      heading: piece === 0 ? heading : null,
      points,
      words: Math.max(1, Math.round(each / pieces)),
    })),
  );
}

/**
 * Words to ask for in the next section, so that the whole comes out right though those before did not.
 * @param written words of the sections before it
 * @param planned of all sections
 */
export function wordsToAskFor(
  planned: readonly number[],
  { index, written, perAnswer }: { readonly index: number; readonly written: number; readonly perAnswer: number },
): number {
  const own = planned[index] ?? 0;
  const total = planned.reduce((sum, each) => sum + each, 0);
  const left = planned.slice(index).reduce((sum, each) => sum + each, 0);
  const wanted = left === 0 ? own : (own / left) * (total - written);
  // One section does not make up for all the others.
  return Math.round(Math.max(own * 0.6, Math.min(own * 1.4, wanted, perAnswer * 1.15)));
}
