/**
 * What a document names in a form of its own: numbers, dates and times, by the notation that the document uses.
 *
 * @module
 */

import { findIbans } from "../../llm/embedded/normalize/mentions/account-mentions.ts";
import { isoDate } from "../../llm/embedded/normalize/mentions/calendar.ts";
import { findEmails, findPhones, findUrls } from "../../llm/embedded/normalize/mentions/contact-mentions.ts";
import { writtenDates } from "../../llm/embedded/normalize/mentions/date-mentions.ts";
import { findNumbers, parseNumber } from "../../llm/embedded/normalize/mentions/number-mentions.ts";
import { findTimes } from "../../llm/embedded/normalize/mentions/time-mentions.ts";
import { overlaps, type Span } from "../../llm/embedded/normalize/reading.ts";
import type { Notation } from "./notation.ts";

/** A number with its place. */
export interface NumberPlace extends Span {
  readonly value: number;
  readonly currency: string | undefined;
  readonly isPercent: boolean;
}

/** A date or a time with its place. */
export interface CalendarPlace extends Span {
  /** `2025-03-12`, or `14:30`. */
  readonly text: string;
}

/** What a text names. */
export interface Mentions {
  readonly numbers: readonly NumberPlace[];
  readonly dates: readonly CalendarPlace[];
  readonly times: readonly CalendarPlace[];
}

/** Read at a time: what finds dates examines a few hundred of them. */
const WINDOW = 4_000;

/** A number without groups that blanks part: "8 120,00" may be 8 pieces of 120.00 each. */
const PLAIN = /(?<![\p{L}\p{N}.,_#-]|\d[-/])[+-]?\d+(?:[.,'’]\d{3})*(?:[.,]\d+)?(?![\p{N}_]|[.,]\d)/gu;
const PERCENT = /^[\s\u00a0]?(?:%|percent\b|prozent\b)/iu;
/** As accounts write what is taken off: 119,00- */
const MINUS_BEHIND = /^-(?![\p{L}\p{N}])/u;
const DECIMALS = /[.,]\d{1,2}$/;

function* windows(text: string): Generator<{ readonly text: string; readonly start: number }> {
  let start = 0;
  while (start < text.length) {
    const line = text.lastIndexOf("\n", start + WINDOW);
    const end = start + WINDOW >= text.length ? text.length : line > start ? line + 1 : start + WINDOW;
    yield { text: text.slice(start, end), start };
    start = end;
  }
}

function plainNumbers(text: string, { numbers }: Notation): NumberPlace[] {
  return Array.from(text.matchAll(PLAIN), (match): NumberPlace => {
    const end = match.index + match[0].length;
    const isTakenOff = DECIMALS.test(match[0]) && MINUS_BEHIND.test(text.slice(end, end + 2));
    const value = parseNumber(match[0], numbers) * (isTakenOff ? -1 : 1);
    return { start: match.index, end, value, currency: undefined, isPercent: false };
  });
}

function numbersIn(text: string, notation: Notation): NumberPlace[] {
  const read = [
    ...findNumbers(text, notation.numbers),
    // Words for numbers are those of the language, whatever its numbers look like.
    ...(notation.words === notation.numbers
      ? []
      : findNumbers(text, notation.words).filter(({ start, end }) => !/\d/.test(text.slice(start, end)))),
  ].filter(({ article }) => !article);
  const isTakenOff = ({ end }: Span): boolean => MINUS_BEHIND.test(text.slice(end, end + 2));
  const all = [
    ...read.filter((each) => !isTakenOff(each)).map((each) => ({ ...each, isPercent: false })),
    ...plainNumbers(text, notation),
  ];
  return all.map((each) => ({ ...each, isPercent: PERCENT.test(text.slice(each.end, each.end + 9)) }));
}

/** Everything that a text names in a form of its own. Linear in its length. */
export function mentionsIn(text: string, notation: Notation): Mentions {
  const found = { numbers: [] as NumberPlace[], dates: [] as CalendarPlace[], times: [] as CalendarPlace[] };
  for (const window of windows(text)) {
    const written = window.text.replaceAll("−", "-");
    const dates = writtenDates(written, notation.dates);
    const times = findTimes(written);
    const [ibans, urls] = [findIbans(written), findUrls(written)];
    const phones = findPhones(written, [...dates, ...urls, ...ibans]);
    const taken: Span[] = [...dates, ...times, ...ibans, ...urls, ...phones, ...findEmails(written)];
    const moved = <Place extends Span>(place: Place): Place => ({
      ...place,
      start: place.start + window.start,
      end: place.end + window.start,
    });
    found.dates.push(...dates.map(({ start, end, date }) => moved({ start, end, text: isoDate(date) })));
    found.times.push(...times.map(({ start, end, time }) => moved({ start, end, text: time.slice(0, 5) })));
    const free = numbersIn(written, notation).filter((span) => !taken.some((other) => overlaps(span, other)));
    found.numbers.push(...free.map(moved));
  }
  return found;
}
