/**
 * Which section is to be made longer or shorter, so that a text comes to its length.
 *
 * @module
 */

/** What of the length asked for a text may be off. */
const TOLERANCE = 0.1;

/** Whether a text has about as many words as asked for. */
export const isWithin = (words: number, target: number): boolean => Math.abs(words - target) <= target * TOLERANCE;

/** A section that was written, in words. */
export interface SectionLength {
  readonly planned: number;
  readonly written: number;
}

/** What is to be done about a text's length. */
export interface LengthStep {
  readonly kind: "extend" | "shorten";
  /** Of the section. */
  readonly index: number;
  /** Words to add, or words of the section when it is shortened. */
  readonly words: number;
}

/** A question for fewer words than this is answered with anything. */
const LEAST_WORDS = 15;

/** Questions about a text's length at the most. */
export const mostLengthSteps = (sections: number): number => 2 + Math.ceil(sections / 2);

/**
 * The next step to a text's length: the section that is furthest from what was planned for it.
 * @param tried indices of sections with which it did not work
 * @returns undefined when the text has its length, or nothing is left to try
 */
export function nextLengthStep(
  sections: readonly SectionLength[],
  {
    target,
    perAnswer,
    tried,
  }: { readonly target: number; readonly perAnswer: number; readonly tried: readonly number[] },
): LengthStep | undefined {
  const total = sections.reduce((sum, { written }) => sum + written, 0);
  if (isWithin(total, target)) return undefined;
  const isShort = total < target;
  const candidates = sections
    .map((section, index) => ({ ...section, index, off: (section.written - section.planned) / section.planned }))
    // A section is shortened as a whole: it must fit into an answer. One that is not too long is left alone.
    .filter(({ off, written }) => isShort || (off > 0 && written <= perAnswer * 1.6))
    .filter(({ index }) => !tried.includes(index))
    .toSorted((one, other) => (isShort ? one.off - other.off : other.off - one.off));
  const [chosen] = candidates;
  if (!chosen) return undefined;
  const { index, written } = chosen;
  const words = isShort
    ? Math.min(target - total, perAnswer)
    : Math.max(written - (total - target), Math.round(written * 0.5));
  return { kind: isShort ? "extend" : "shorten", index, words: Math.max(LEAST_WORDS, Math.round(words)) };
}
