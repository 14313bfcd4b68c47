/**
 * Calendar arithmetic and the names of months and weekdays in English and German, from Intl's own tables.
 *
 * @module
 */

/** A day of the Gregorian calendar. */
export interface CalendarDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const utc = ({ year, month, day }: CalendarDate): Date => new Date(Date.UTC(year, month - 1, day));

/** Whether the calendar has that day. */
export const isDate = (date: CalendarDate): boolean => {
  const real = utc(date);
  return date.year >= 1000 && real.getUTCMonth() + 1 === date.month && real.getUTCDate() === date.day;
};

/** The day in ISO 8601. */
export const isoDate = (date: CalendarDate): string => utc(date).toISOString().slice(0, 10);

/** The day some days later. */
export function addDays(date: CalendarDate, days: number): CalendarDate {
  const moved = new Date(utc(date).getTime() + days * 86_400_000);
  return { year: moved.getUTCFullYear(), month: moved.getUTCMonth() + 1, day: moved.getUTCDate() };
}

/** 0 is Sunday. */
export const weekdayOf = (date: CalendarDate): number => utc(date).getUTCDay();

const locales = ["en", "de"];

const series = (count: number, time: (at: number) => number) =>
  Array.from({ length: count }, (_, at) => new Date(time(at)));

/** Long and short names by number, without the dots of abbreviations. */
function names(part: "month" | "weekday", styles: readonly ("long" | "short")[], dates: readonly Date[]) {
  const byName = new Map<string, number>();
  for (const locale of locales) {
    for (const style of styles) {
      const format = new Intl.DateTimeFormat(locale, { [part]: style, timeZone: "UTC" });
      for (const [at, date] of dates.entries()) byName.set(format.format(date).toLowerCase().replace(/\.$/, ""), at);
    }
  }
  return byName;
}

const months = names(
  "month",
  ["long", "short"],
  series(12, (at) => Date.UTC(2024, at, 15)),
);
months.set("sept", 8);
// 2024-09-01 was a Sunday. Short names ("so", "sat", "di") are words of their own and are left out.
const weekdays = names(
  "weekday",
  ["long"],
  series(7, (at) => Date.UTC(2024, 8, 1 + at)),
);

/** Longest first, so that "march" is not read as "mar". */
const alternatives = (byName: ReadonlyMap<string, number>): string =>
  [...byName.keys()].sort((a, b) => b.length - a.length).join("|");

/** A pattern that matches the names of months. */
export const monthPattern = alternatives(months);
/** A pattern that matches the names of weekdays. */
export const weekdayPattern = alternatives(weekdays);
/** 1 is January. */
export const monthNumber = (name: string): number => (months.get(name.toLowerCase()) ?? -1) + 1;
/** 0 is Sunday. */
export const weekdayNumber = (name: string): number => weekdays.get(name.toLowerCase()) ?? 0;
