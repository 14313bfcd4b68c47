/**
 * Dates that a text names. What is relative to today counts only if the text says which day today is.
 *
 * @module
 */

import type { EmbeddedLanguage } from "../../languages.ts";
import type { Span } from "../reading.ts";
import {
  addDays,
  type CalendarDate,
  isDate,
  monthNumber,
  monthPattern,
  weekdayNumber,
  weekdayOf,
  weekdayPattern,
} from "./calendar.ts";

/** A date with its place in the text. */
export interface DateMention extends Span {
  readonly date: CalendarDate;
  /** In "from A to B": which of the two. */
  readonly role?: "start" | "end";
}

interface Raw extends Span {
  readonly day: number;
  readonly month: number;
  readonly year: number | undefined;
}

const month = `(?<month>${monthPattern})\\.?`;
const day = "(?<day>\\d{1,2})(?:st|nd|rd|th|\\.)?";
const year = "(?<year>\\d{4})";

/** "05/03/2026": English reads the month first, German the day, unless that cannot be. */
function slashOrder(first: number, second: number, language: EmbeddedLanguage): { day: number; month: number } {
  const monthFirst = language === "en" ? first <= 12 : second > 12;
  return monthFirst ? { month: first, day: second } : { day: first, month: second };
}

const fullYear = (text: string): number => (text.length === 2 ? 2000 + Number(text) : Number(text));

type Reader = (groups: Record<string, string | undefined>, language: EmbeddedLanguage) => Omit<Raw, keyof Span>;
const named: Reader = (groups) => ({
  day: Number(groups.day),
  month: monthNumber(groups.month ?? ""),
  year: groups.year ? Number(groups.year) : undefined,
});
const numeric: Reader = (groups) => ({
  day: Number(groups.day),
  month: Number(groups.month),
  year: groups.year ? fullYear(groups.year) : undefined,
});

const forms: readonly [pattern: RegExp, read: Reader][] = [
  [/(?<![\d-])(?<year>\d{4})[-/](?<month>\d{2})[-/](?<day>\d{2})(?!\d)/gu, numeric],
  [new RegExp(`(?<![\\d.,])${day}\\s*(?:of\\s+)?${month}(?:,?\\s+${year})?(?![\\p{L}\\d])`, "giu"), named],
  [new RegExp(`(?<!\\p{L})${month}\\s+${day}(?:,?\\s+${year})?(?![\\p{L}\\d:])`, "giu"), named],
  [/(?<![\d.])(?<day>\d{1,2})\.\s?(?<month>\d{1,2})\.\s?(?<year>\d{4}|\d{2})?(?!\d|\.\d)/gu, numeric],
  [/(?<![\d-])(?<day>\d{1,2})-(?<month>\d{1,2})-(?<year>\d{4})(?!\d)/gu, numeric],
  [
    /(?<![\d/])(?<first>\d{1,2})\/(?<second>\d{1,2})\/(?<year>\d{4}|\d{2})(?![\d/])/gu,
    (groups, language) => ({
      ...slashOrder(Number(groups.first), Number(groups.second), language),
      year: fullYear(groups.year ?? ""),
    }),
  ],
];

/** More dates than any request has: keeps the work bounded. */
const MOST = 300;

function rawDates(text: string, language: EmbeddedLanguage): Raw[] {
  const found: Raw[] = [];
  for (const [pattern, read] of forms) {
    for (const match of text.matchAll(pattern)) {
      if (found.length >= MOST) break;
      const span = { start: match.index, end: match.index + match[0].trimEnd().length };
      if (found.some((other) => span.start < other.end && other.start < span.end)) continue;
      found.push({ ...span, ...read(match.groups ?? {}, language) });
    }
  }
  return found.sort((a, b) => a.start - b.start);
}

const RANGE_WORD = /^\s*(?:–|-|to|until|till|through|bis(?:\s+zum)?|and|und)\s*(?:the\s+|den\s+)?$/iu;
const LONE_DAY =
  /(?<![\d.,:])(?<day>\d{1,2})(?:st|nd|rd|th|\.)?\s*(?:–|-|to|until|till|bis(?:\s+zum)?|(?<=(?:between|zwischen)\s+(?:the\s+|dem\s+)?\d{1,2}(?:st|nd|rd|th|\.)?\s*)(?:and|und))\s*(?:the\s+|dem\s+)?$/iu;
const TODAY = /(?:\btoday\s+is|\bheute\s+ist|^\s*(?:date|sent|datum|gesendet|stand)\s*:)[\s\p{L},]{0,24}$/imu;

/** The day that the text calls today. */
const referenceDate = (text: string, dates: readonly Raw[]): Raw | undefined =>
  dates.find(({ start, year: known }) => known !== undefined && TODAY.test(text.slice(Math.max(0, start - 60), start)));

const toDate = (raw: Raw, fallbackYear: number | undefined): CalendarDate | undefined => {
  const known = raw.year ?? fallbackYear;
  const date = known === undefined ? undefined : { year: known, month: raw.month, day: raw.day };
  return date && isDate(date) ? date : undefined;
};

const isoOf = ({ year: y, month: m, day: d }: CalendarDate): string =>
  y.toString().padStart(4, "0") + m.toString().padStart(2, "0") + d.toString().padStart(2, "0");

/** Without a year: the next such day from the reference date on. */
function nextAfter(raw: Raw, reference: CalendarDate): CalendarDate | undefined {
  const same = toDate(raw, reference.year);
  return same && isoOf(same) >= isoOf(reference) ? same : toDate(raw, reference.year + 1);
}

const RELATIVE =
  /(?<!\p{L})(?:(?<word>the day after tomorrow|tomorrow|today|yesterday|übermorgen|morgen|heute|gestern)|in\s+(?<count>\d{1,3})\s+(?<unit>days?|weeks?|tagen?|wochen?))(?!\p{L})/giu;
const offsets: Record<string, number> = {
  "the day after tomorrow": 2,
  übermorgen: 2,
  tomorrow: 1,
  morgen: 1,
  today: 0,
  heute: 0,
  yesterday: -1,
  gestern: -1,
};

function relativeDates(text: string, reference: CalendarDate): DateMention[] {
  const found: DateMention[] = [];
  for (const match of text.matchAll(RELATIVE)) {
    const { word, count, unit = "" } = match.groups ?? {};
    const days = word ? (offsets[word.toLowerCase()] ?? 0) : Number(count) * (/^w/i.test(unit) ? 7 : 1);
    found.push({ start: match.index, end: match.index + match[0].length, date: addDays(reference, days) });
  }
  const weekdays = new RegExp(
    `(?<!\\p{L})(?<next>next|nächste[nrs]?|kommende[nrs]?)?\\s*(?<weekday>${weekdayPattern})(?!\\p{L})`,
    "giu",
  );
  for (const match of text.matchAll(weekdays)) {
    const ahead = (weekdayNumber(match.groups?.weekday ?? "") - weekdayOf(reference) + 7) % 7 || 7;
    const lead = match[0].length - match[0].trimStart().length;
    found.push({ start: match.index + lead, end: match.index + match[0].length, date: addDays(reference, ahead) });
  }
  return found;
}

/** Dates by their own words. @param today for those without a year, with the place where the text says which day it is */
function datesOf(
  raws: readonly Raw[],
  text: string,
  today?: { readonly place: Raw | undefined; readonly date: CalendarDate | undefined },
): DateMention[] {
  const mentions: DateMention[] = [];
  raws.forEach((raw, at) => {
    if (raw === today?.place) return;
    const [previous, next] = [raws[at - 1], raws[at + 1]];
    const opens = next !== undefined && RANGE_WORD.test(text.slice(raw.end, next.start));
    const closes =
      previous !== undefined && previous !== today?.place && RANGE_WORD.test(text.slice(previous.end, raw.start));
    // "3 May to 5 May 2026": the year is at the end of the range.
    const date = toDate(raw, opens ? next.year : undefined) ?? (today?.date && nextAfter(raw, today.date));
    if (!date) return;
    const lone = LONE_DAY.exec(text.slice(Math.max(0, raw.start - 40), raw.start));
    if (lone) {
      // "12. bis 15. August 2026": month and year are at the end of the range.
      const first = { ...date, day: Number(lone.groups?.day) };
      const start = raw.start - lone[0].length;
      if (isDate(first)) mentions.push({ start, end: start + lone[0].trimEnd().length, date: first, role: "start" });
      mentions.push({ start: raw.start, end: raw.end, date, role: "end" });
    } else {
      const role = opens ? "start" : closes ? "end" : undefined;
      mentions.push({ start: raw.start, end: raw.end, date, ...(role ? { role } : {}) });
    }
  });
  return mentions;
}

/** Every date that the text writes with its year: none that follows from another one. */
export const writtenDates = (text: string, language: EmbeddedLanguage): DateMention[] =>
  datesOf(rawDates(text, language), text);

/** Days as a text writes them, and the dates that it fixes. */
export interface ReadDates {
  /** Where a day is written, also one whose year the text does not name: "5 June". */
  readonly days: readonly Span[];
  /** In order. */
  readonly dates: readonly DateMention[];
}

/** Every day that the text writes, and every date that it fixes. */
export function readDates(text: string, language: EmbeddedLanguage): ReadDates {
  const raws = rawDates(text, language);
  const reference = referenceDate(text, raws);
  const today = reference && toDate(reference, undefined);
  const mentions = datesOf(raws, text, { place: reference, date: today });
  const relative = today ? relativeDates(text, today) : [];
  const inReference = ({ start, end }: Span) =>
    reference !== undefined &&
    start < reference.end &&
    end > text.lastIndexOf("\n", reference.start) &&
    end > reference.start - 40;
  const dates = [...mentions, ...relative.filter((mention) => !inReference(mention))];
  return { days: raws, dates: dates.sort((a, b) => a.start - b.start) };
}
