/** What a length is held against. */
export interface LengthTarget {
  readonly target_words: number;
  /** Share of the target that it may differ by. */
  readonly tolerance: number;
}

/** Compares a length with its target; the bounds belong to what is valid. */
export function judgeLength(words: number, { target_words, tolerance }: LengthTarget) {
  const least_words = Math.ceil(target_words * (1 - tolerance) - EPSILON);
  const most_words = Math.floor(target_words * (1 + tolerance) + EPSILON);
  const verdict = words < least_words ? "too_short" : words > most_words ? "too_long" : "within";
  return {
    is_valid: verdict === "within",
    verdict,
    word_count: words,
    target_words,
    least_words,
    most_words,
    deviation: Number(((words - target_words) / target_words).toFixed(4)),
  } as const;
}

/** 1.1 times 10 is a little over 11 in binary fractions. */
const EPSILON = 1e-6;
