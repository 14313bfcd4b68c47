/**
 * Numbers that a text names, in digits or as words, with the currency at their side.
 *
 * @module
 */

import type { EmbeddedLanguage } from "../../languages.ts";
import type { Span } from "../reading.ts";
import { currencies } from "../units.ts";
import { monthPattern } from "./calendar.ts";

/** A number with its unit and its place in the text. */
export interface NumberMention extends Span {
  readonly value: number;
  /** ISO 4217. */
  readonly currency: string | undefined;
  /** Written as an article ("a", "ein"), which only counts before what it counts. */
  readonly article: boolean;
}

const numerals: Record<EmbeddedLanguage, readonly string[]> = {
  en: "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty".split(
    " ",
  ),
  de: "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn zwanzig".split(
    " ",
  ),
};
const articles: Record<EmbeddedLanguage, RegExp> = {
  en: /(?<!\p{L})(?:an?)(?=\s\p{L})/giu,
  de: /(?<!\p{L})ein(?:e[nrsm]?)?(?=\s\p{L})/giu,
};
const dozens: Record<EmbeddedLanguage, string> = { en: "dozen", de: "Dutzend" };

const DIGITS = /(?<![\p{L}\p{N}.,_#-]|\d[-/])[+-]?\d+(?:[.,'’\u0020\u00a0\u202f]\d{3})*(?:[.,]\d+)?(?![\p{N}_])/gu;
const SCALE =
  /^\s?(?:(?<thousand>k|tsd\.?|thousand|tausend)|(?<million>m|mio\.?|million(?:en)?)|(?<billion>bn|mrd\.?|billion|milliarden?))(?!\p{L})/iu;

/**
 * A number as written: two kinds of separator mean that the last is the decimal one; a single one before exactly three
 * digits is read as the language does ("1,250" is 1250 in English and 1.25 in German), else it is the decimal one.
 */
export function parseNumber(text: string, language: EmbeddedLanguage): number {
  const compact = text.replace(/['’\s]/gu, "");
  const separators = new Set(compact.match(/[.,]/g));
  const last = Math.max(compact.lastIndexOf("."), compact.lastIndexOf(","));
  if (last < 0) return Number(compact);
  const thousands = language === "en" ? "," : ".";
  const repeated = separators.size === 1 && compact.indexOf(compact.charAt(last)) !== last;
  const grouped =
    separators.size === 1 && compact.charAt(last) === thousands && /^[+-]?[1-9]\d{0,2}[.,]\d{3}$/.test(compact);
  if (repeated || grouped) return Number(compact.replace(/[.,]/g, ""));
  return Number(`${compact.slice(0, last).replace(/[.,]/g, "")}.${compact.slice(last + 1)}`);
}

function currencyBeside(
  text: string,
  start: number,
  end: number,
): { code: string; start: number; end: number } | undefined {
  const after = /^\s?(\p{Sc}|\p{L}+)/u.exec(text.slice(end, end + 16));
  const before = /(\p{Sc}|\p{L}+)\s?$/u.exec(text.slice(Math.max(0, start - 12), start));
  const codeAfter = after?.[1] && currencies.get(after[1].toLowerCase());
  if (after && codeAfter) return { code: codeAfter, start, end: end + after[0].length };
  const codeBefore = before?.[1] && currencies.get(before[1].toLowerCase());
  return before && codeBefore ? { code: codeBefore, start: start - before[0].length, end } : undefined;
}

function scaled(value: number, text: string, end: number): { value: number; end: number } {
  const match = SCALE.exec(text.slice(end, end + 12));
  if (!match) return { value, end };
  const factor = match.groups?.thousand ? 1e3 : match.groups?.million ? 1e6 : 1e9;
  // "5 m" is five metres; a lone m means million only right behind the digits.
  if (/^\sm$/i.test(match[0])) return { value, end };
  return { value: Number((value * factor).toPrecision(15)), end: end + match[0].length };
}

function wordNumbers(text: string, language: EmbeddedLanguage): NumberMention[] {
  const words = new RegExp(
    `(?<!\\p{L})(?<word>${[...numerals[language]].reverse().join("|")}|(?<dozen>${dozens[language]}))(?!\\p{L})`,
    "giu",
  );
  const spoken = Array.from(text.matchAll(words), (match) => ({
    start: match.index,
    end: match.index + match[0].length,
    value: match.groups?.dozen ? 12 : numerals[language].indexOf(match[0].toLowerCase()),
    currency: currencyBeside(text, match.index, match.index + match[0].length)?.code,
    article: false,
  }));
  const ones = Array.from(text.matchAll(articles[language]), (match) => ({
    start: match.index,
    end: match.index + match[0].length,
    value: 1,
    currency: undefined,
    article: true,
  }));
  return [...spoken, ...ones];
}

const ordinals = [
  ["first", "ersten", "erster", "erste", "erstes"],
  ["second", "zweiten", "zweiter", "zweite", "zweites"],
  ["third", "dritten", "dritter", "dritte", "drittes"],
  ["fourth", "vierten", "vierter", "vierte", "viertes"],
  ["fifth", "fünften", "fünfter", "fünfte", "fünftes"],
];
const ordinalPattern = new RegExp(
  `(?<!\\p{L})(?:${ordinals.flat().join("|")}|\\d{1,2}(?:st|nd|rd|th))(?!\\p{L})`,
  "giu",
);

/** "The second floor": numbers by their place in a row, up to the fifth as words. */
export const findOrdinals = (text: string): NumberMention[] =>
  Array.from(text.matchAll(ordinalPattern), (match) => ({
    start: match.index,
    end: match.index + match[0].length,
    value: Number.parseInt(match[0], 10) || ordinals.findIndex((names) => names.includes(match[0].toLowerCase())) + 1,
    currency: undefined,
    article: false,
  }));

/** "4 out of 5", "4/5": the second number is only the scale of the first. */
const OUT_OF = /^\s*(?:out of|von|of|\/)\s*(?=\d)/iu;

function withoutScales(numbers: readonly NumberMention[], text: string): NumberMention[] {
  const result: NumberMention[] = [];
  for (const [at, number] of numbers.entries()) {
    const previous = result.at(-1);
    if (
      previous &&
      numbers[at - 1] === previous &&
      OUT_OF.exec(text.slice(previous.end, previous.end + 12))?.[0] === text.slice(previous.end, number.start)
    ) {
      result.splice(-1, 1, { ...previous, end: number.end });
    } else result.push(number);
  }
  return result;
}

const RANGE = /^\s*(?:-|–|to|and|bis|und)\s*$/iu;

/** "70,000 to 85,000 euros": the currency belongs to both. */
const withSharedCurrency = (numbers: readonly NumberMention[], text: string): NumberMention[] =>
  numbers.map((number, at) => {
    const next = numbers[at + 1];
    if (number.currency || !next?.currency || !RANGE.test(text.slice(number.end, next.start))) return number;
    return { ...number, currency: next.currency };
  });

const MONTH_BEFORE = new RegExp(`(?<!\\p{L})(?:${monthPattern})\\.?,?\\s+$`, "iu");

/** "The end of November 2026": a year after a month is not an amount. */
const isYear = ({ value, start, end, currency }: NumberMention, text: string): boolean =>
  value >= 1900 &&
  value < 2100 &&
  currency === undefined &&
  /^\d{4}$/.test(text.slice(start, end)) &&
  MONTH_BEFORE.test(text.slice(Math.max(0, start - 20), start));

/** Every number in the text, in order. */
export function findNumbers(text: string, language: EmbeddedLanguage): NumberMention[] {
  const written = Array.from(text.matchAll(DIGITS), (match): NumberMention => {
    const big = scaled(parseNumber(match[0], language), text, match.index + match[0].length);
    const money = currencyBeside(text, match.index, big.end);
    return {
      start: money?.start ?? match.index,
      end: money?.end ?? big.end,
      value: big.value,
      currency: money?.code,
      article: false,
    };
  });
  const numbers = [...written, ...wordNumbers(text, language)].sort((a, b) => a.start - b.start);
  return withSharedCurrency(withoutScales(numbers, text), text).filter((number) => !isYear(number, text));
}
