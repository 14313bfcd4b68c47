/**
 * How hard a text is to read, by formulas of the literature.
 *
 * @module
 */

/** Counts of a text. */
export interface TextCounts {
  readonly sentences: number;
  readonly words: readonly string[];
}

/** A formula's value. */
export interface Readability {
  readonly formula: "flesch" | "flesch_amstad" | "wiener_sachtextformel";
  readonly value: number;
}

const rounded = (value: number) => Math.round(value * 10) / 10;
const average = (numbers: readonly number[]) => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;

/** Flesch's Reading Ease (Flesch 1948) for English, its fit by Amstad (1978) for German: 60 and over is easy, 30 and below hard. */
export function readingEase({ sentences, words }: TextCounts, language: "en" | "de"): number {
  const perSentence = words.length / sentences;
  return language === "en"
    ? 206.835 - 1.015 * perSentence - 84.6 * average(words.map(englishSyllables))
    : 180 - perSentence - 58.5 * average(words.map(germanSyllables));
}

/**
 * The readability of a text: {@link readingEase} for English; for German, that and the first
 * Wiener Sachtextformel (Bamberger and Vanecek 1984).
 * @returns none for other languages, and for fewer than 30 words, which are too few
 */
export function readability({ sentences, words }: TextCounts, language: string): Readability[] {
  if (words.length < LEAST_WORDS || sentences === 0) return [];
  const counts = { sentences, words };
  if (language === "en") return [{ formula: "flesch", value: rounded(readingEase(counts, language)) }];
  if (language !== "de") return [];
  const perSentence = words.length / sentences;
  const syllables = words.map(germanSyllables);
  const share = (isOne: (word: string, syllables: number) => boolean) =>
    (100 * words.filter((word, index) => isOne(word, syllables[index] ?? 1)).length) / words.length;
  const many = share((_, count) => count >= 3);
  const long = share((word) => [...word].length > 6);
  const one = share((_, count) => count === 1);
  return [
    { formula: "flesch_amstad", value: rounded(readingEase(counts, language)) },
    {
      formula: "wiener_sachtextformel",
      value: rounded(0.1935 * many + 0.1672 * perSentence + 0.1297 * long - 0.0327 * one - 0.875),
    },
  ];
}

const LEAST_WORDS = 30;

/** Groups of vowels; of German diphthongs, one. */
export function germanSyllables(word: string): number {
  const lower = word.toLowerCase().normalize("NFC");
  return Math.max(
    1,
    lower.match(/ai|au|äu|ei|eu|ie(?!r(?:en|t)\b)|oi|ui|aa|ee|oo|qu[aeiouäöüy]|[aeiouyäöüàáâèéêëîïôûœæ]/gu)?.length ??
      0,
  );
}

/** Groups of vowels, less an `e` at the end that is not spoken. */
export function englishSyllables(word: string): number {
  const lower = word
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[^a-z]/g, "");
  if (lower.length <= 3) return 1;
  const spoken = lower
    .replace(/(?:[^laeiouy]es|[^td]ed|[^laeiouy]e)$/, (end) => end.charAt(0))
    .replace(/^y/, "")
    .replace(/(?<=[^aeiouy])e(?=(?:ment|ful|less|ness)s?$)/, "")
    .replace(/(?<=[^aeiouy])ely$/, "ly");
  // i-o in "violin", e-o in "video", i-a in "piano" are spoken apart; "tion", "cial" and the like are not.
  const apart = spoken.match(/(?<![tscg])i[ao]|(?<!p)eo(?!u)|[iu]a(?=l$)|ual|io(?=us$)|ying|uous/g)?.length ?? 0;
  const groups = spoken.match(/[aeiouy]+/g)?.length ?? 0;
  return Math.max(1, groups + Math.min(apart, 1));
}
