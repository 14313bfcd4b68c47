/**
 * Numbers in a text, by their values: "1,250", "1.250" and "1250" may be the same one, "3" and "three" are.
 *
 * @module
 */

/** A number in a text. */
export interface FoundNumber {
  /** As the text has it. */
  readonly shown: string;
  /** Values that it may stand for: "1.250" is read as 1250 or 1.25. */
  readonly values: ReadonlySet<string>;
}

const ONES: Readonly<Record<string, readonly string[]>> = {
  en: "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty".split(
    " ",
  ),
  de: "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn zwanzig".split(
    " ",
  ),
};
const TENS: Readonly<Record<string, readonly string[]>> = {
  en: "thirty forty fifty sixty seventy eighty ninety hundred".split(" "),
  de: "dreißig vierzig fünfzig sechzig siebzig achtzig neunzig hundert".split(" "),
};
/** Below, a word is more often an article or a pronoun. */
const FIRST_WORD = 2;

const NUMBER_WORDS = new Map(
  Object.keys(ONES).flatMap((language) => [
    ...(ONES[language] ?? []).map((word, value) => [word, value] as const).slice(FIRST_WORD),
    ...(TENS[language] ?? []).map((word, index) => [word, 30 + index * 10] as const),
  ]),
);

/**
 * Digits with separators. Letters before them make a name of them ("A380"), which is not a number; those behind a unit or an
 * ordinal ("5kg", "19th").
 */
const DIGITS = /(?<![\p{L}\p{N}_])\d+(?:[.,'’:/]\d+|[\u00a0\u202f ]\d{3}(?!\d))*/gu;
const SCALE = /^[\s-]?(?:(thousand|tausend|tsd\b)|(million|mio\b)|(billion|milliarde|mrd\b)|(trillion|billionen))/iu;
/** "1." before an item or in a heading is an ordinal. */
const LISTING = /^([^\S\n]*(?:#{1,6}[^\S\n]+)?)\d{1,3}[.)](?=[^\S\n])/gm;
const WORD = /\p{L}+/gu;

const canonical = (value: number): string => String(Number(value.toPrecision(15)));

/** Values of digits with separators, most likely one. */
function valuesOf(digits: string): number[] {
  const compact = digits.replace(/[\u00a0\u202f '’]/g, "");
  if (/^\d+$/.test(compact)) return [Number(compact)];
  const parts = compact.split(/[.,]/);
  const separators = new Set(compact.match(/[.,]/g));
  const isGrouped = parts.slice(1).every((part) => part.length === 3) && (parts[0] ?? "").length <= 3;
  if (separators.size === 1) {
    const grouped = isGrouped ? [Number(parts.join(""))] : [];
    const decimal = parts.length === 2 ? [Number(parts.join("."))] : [];
    return [...grouped, ...decimal];
  }
  const last = Math.max(compact.lastIndexOf("."), compact.lastIndexOf(","));
  return [Number(`${compact.slice(0, last).replace(/[.,]/g, "")}.${compact.slice(last + 1)}`)];
}

/** Dates, times, versions and fractions are read as the numbers that they consist of. */
const isCompound = (digits: string): boolean => /[:/]/.test(digits) || valuesOf(digits).length === 0;

/** The numbers that a text writes with digits, and those above one that it writes as a word. Repeated ones are found once. */
export function numbersIn(text: string): FoundNumber[] {
  const found = new Map<string, FoundNumber>();
  const add = (shown: string, values: readonly number[]) => {
    const all = new Set(values.map(canonical));
    const key = [...all].join();
    if (!found.has(key)) found.set(key, { shown, values: all });
  };
  const plain = text.replace(LISTING, "$1");
  for (const match of plain.matchAll(DIGITS)) {
    const [digits] = match;
    if (isCompound(digits)) {
      for (const part of digits.split(/[^\d]+/)) if (part !== "") add(part, [Number(part)]);
      continue;
    }
    const scale = SCALE.exec(plain.slice(match.index + digits.length, match.index + digits.length + 16));
    const factor = scale ? (scale[1] ? 1e3 : scale[2] ? 1e6 : scale[3] ? 1e9 : 1e12) : 1;
    add(
      digits + (scale?.[0] ?? ""),
      valuesOf(digits).map((value) => value * factor),
    );
  }
  for (const [word] of plain.matchAll(WORD)) {
    const value = NUMBER_WORDS.get(word.toLowerCase());
    if (value !== undefined) add(word, [value]);
  }
  return [...found.values()];
}

/** Numbers of one text that another one does not have. */
export function missingNumbers(wanted: readonly FoundNumber[], text: string): FoundNumber[] {
  const there = new Set(numbersIn(text).flatMap(({ values }) => [...values]));
  return wanted.filter(({ values }) => ![...values].some((value) => there.has(value)));
}
