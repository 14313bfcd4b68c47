import type { Reading, Span } from "../reading.ts";
import { findIbans } from "./account-mentions.ts";
import { findEmails, findPhones, findUrls, type TextMention } from "./contact-mentions.ts";
import { type DateMention, readDates } from "./date-mentions.ts";
import { findNumbers, type NumberMention } from "./number-mentions.ts";
import { findTimes, type TimeMention } from "./time-mentions.ts";

/** Everything in a request that has a form of its own, found once and shared by all fields. */
export interface Mentions {
  readonly ibans: readonly TextMention[];
  readonly emails: readonly TextMention[];
  readonly urls: readonly TextMention[];
  readonly phones: readonly TextMention[];
  readonly dates: readonly DateMention[];
  /** Where a day is written, also one whose year nobody knows. */
  readonly days: readonly Span[];
  readonly times: readonly TimeMention[];
  readonly numbers: readonly NumberMention[];
}

/** More of one kind than any request has: keeps the work bounded. */
const MOST = 500;

/** Finds everything of a known form: dates, times, numbers, contacts. */
export function findMentions({ text, language }: Reading): Mentions {
  const ibans = findIbans(text).slice(0, MOST);
  const emails = findEmails(text).slice(0, MOST);
  const urls = findUrls(text).slice(0, MOST);
  const read = readDates(text, language.code);
  const [dates, days] = [read.dates.slice(0, MOST), read.days.slice(0, MOST)];
  const times = findTimes(text).slice(0, MOST);
  const phones = findPhones(text, [...dates, ...urls, ...ibans]).slice(0, MOST);
  const taken: Span[] = [...ibans, ...emails, ...urls, ...dates, ...days, ...times, ...phones];
  const isFree = (span: Span) => !taken.some((other) => span.start < other.end && other.start < span.end);
  const numbers = findNumbers(text, language.code).filter(isFree).slice(0, MOST);
  return { ibans, emails, urls, phones, dates, days, times, numbers };
}
