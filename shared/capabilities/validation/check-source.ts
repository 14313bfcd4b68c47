/**
 * Checks a source by its own fields.
 *
 * @module
 */

import type { Source } from "../../../contracts/tasks/book-fields.ts";
import type { SourceProblem } from "../../../contracts/tasks/validation.ts";

/** Something that is wrong with a source. */
export interface Problem {
  readonly code: SourceProblem;
  readonly message: string;
}

/** Printing with movable type; older sources are cited by their editions, but not always. */
const OLDEST_YEAR = 1000;
const YEAR = /^(?:(?:c(?:a|irca)?\.?|um|etwa|ca\.) ?)?(\d{4})(?:[-–/](\d{2}|\d{4}))?$/i;
const ISO = /^(\d{4})-(\d{2})(?:-(\d{2}))?$/;
const DOTTED = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/;
/** A name, more or less: letters, and no sentence. */
const NO_NAME = /^(?:n\/?a|unknown|unbekannt|none|keine?r?|tbd|todo|author|autor|\?+|-+|\[.*\])$/i;

/** @param today `YYYY-MM-DD` */
export function checkSource({ title, author, year, url, type }: Source, today: string): Problem[] {
  const problems: Problem[] = [];
  const add = (code: SourceProblem, message: string) => void problems.push({ code, message });
  if (!/[\p{L}\p{N}]/u.test(title)) add("missing_title", "The title is missing.");
  else if (NO_NAME.test(title.trim()) || /^(?:title|titel)$/i.test(title.trim())) {
    add("placeholder", `The title "${title.trim()}" stands for one that is to be filled in.`);
  } else if (/^https?:\/\//i.test(title.trim())) add("title_is_url", "The title is an address.");
  if (author?.trim() && NO_NAME.test(author.trim())) {
    add("placeholder", `The author "${author.trim()}" stands for one that is to be filled in.`);
  }
  if (!author?.trim() && !url?.trim()) add("not_traceable", "Neither an author nor an address is given.");
  if (year === null || year === undefined || String(year).trim() === "") {
    if (type !== null && type !== undefined && /^(?:book|article|buch|artikel|thesis|paper)$/i.test(type.trim())) {
      add("missing_year", `A source of type ${type.trim()} has a year.`);
    }
  } else problems.push(...checkDate(String(year).trim(), today));
  if (url?.trim()) problems.push(...checkAddress(url));
  return problems;
}

function checkDate(text: string, today: string): Problem[] {
  const years = YEAR.exec(text);
  const date = isSpan(years) ? null : (ISO.exec(text) ?? reordered(DOTTED.exec(text)));
  if (!date && !years) {
    return [{ code: "unreadable_date", message: `"${text}" is not a year, and not a date such as 1989-11-09.` }];
  }
  const [, year = "", month = "01", day = "01"] = date ?? [];
  if (date && !isCalendarDate(Number(year), Number(month), Number(day))) {
    return [{ code: "impossible_date", message: `There is no ${text} in the calendar.` }];
  }
  const first = Number(date ? year : years?.[1]);
  if (first < OLDEST_YEAR)
    return [{ code: "impossible_date", message: `The year ${first} is too early for a source.` }];
  const isFuture = date?.[3] ? `${year}-${month}-${day}` > today : first > Number(today.slice(0, 4));
  if (isFuture) return [{ code: "future_date", message: `${text} is in the future.` }];
  const until = years?.[2];
  const last =
    until === undefined ? first : Number(until.length === 2 ? `${String(first).slice(0, 2)}${until}` : until);
  return last < first ? [{ code: "impossible_date", message: `${text} ends before it begins.` }] : [];
}

/** `1939-45` is a span of years, `1939-04` a month. */
const isSpan = (years: RegExpExecArray | null): boolean =>
  years?.[2]?.length === 2 && Number(years[2]) > 12 && years[2] > (years[1] ?? "").slice(2);

const reordered = (match: RegExpExecArray | null): readonly string[] | null =>
  match && [match[0], match[3] ?? "", (match[2] ?? "").padStart(2, "0"), (match[1] ?? "").padStart(2, "0")];

/** Whether the calendar has the day. */
export function isCalendarDate(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** Hosts of examples (RFC 2606 and 6761), and of machines of one's own. */
const NOWHERE = /(?:^|\.)(?:example\.(?:com|net|org|edu)|example|invalid|test|localhost|local|internal)$/i;

function checkAddress(given: string): Problem[] {
  const text = given.trim();
  if (!URL.canParse(text))
    return [
      { code: "invalid_url", message: "The address cannot be read: it begins with https://, and has no spaces." },
    ];
  const { protocol, hostname, username } = new URL(text);
  if (!["http:", "https:"].includes(protocol)) {
    return [{ code: "invalid_url", message: `An address of a source begins with https://, not with ${protocol}` }];
  }
  if (username !== "") return [{ code: "invalid_url", message: "The address has a user name in it." }];
  if (!hostname.includes(".") && !hostname.startsWith("[")) {
    return [{ code: "invalid_url", message: `${hostname} is not the name of a host.` }];
  }
  return NOWHERE.test(hostname) ? [{ code: "placeholder", message: `${hostname} is a host of examples.` }] : [];
}
