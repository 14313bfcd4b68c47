/**
 * Dates, dates with a time, and times, by their label, by "from" and "to", and by being the only one.
 *
 * @module
 */

import { type Candidate, type FieldReading, type LabelPlace, nearness } from "../candidates.ts";
import { endConcepts, startConcepts } from "../concepts.ts";
import type { Field } from "../fields.ts";
import { isoDate } from "../mentions/calendar.ts";
import type { DateMention } from "../mentions/date-mentions.ts";
import type { TimeMention } from "../mentions/time-mentions.ts";
import type { Reading } from "../reading.ts";

const FROM =
  /(?:\b(?:from|starting|start|since|on|ab|vom|von|am|seit|beginning|arriving)(?:\s+(?:on|the|dem|den))?)\s*$/iu;
const UNTIL = /(?:\b(?:to|until|till|by|before|bis|zum|returning|leaving|due)(?:\s+(?:on|the|zum|dem|den))*)\s*$/iu;
const FROM_ONLY = /(?:\b(?:from|starting|since|ab|vom|von|seit|beginning|arriving)(?:\s+(?:on|the|dem|den))?)\s*$/iu;
/** "Not before the 4th" is from the 4th on. */
const NOT_BEFORE =
  /(?:not|n['’]t|nicht)\s+(?:\p{L}+\s+){0,3}?(?:before|earlier\s+than|vor)(?:\s+(?:the|dem|den))?\s*$/iu;

function directionOf(mention: DateMention, text: string): "start" | "end" | undefined {
  if (mention.role) return mention.role;
  const before = text.slice(Math.max(0, mention.start - 30), mention.start);
  if (NOT_BEFORE.test(text.slice(Math.max(0, mention.start - 60), mention.start))) return "start";
  if (UNTIL.test(before)) return "end";
  return FROM_ONLY.test(before) ? "start" : undefined;
}

/** What the property's own direction makes of the mention's. */
function directed(field: Field, direction: "start" | "end" | undefined): number {
  const key = field.concept?.key ?? "";
  const wanted = startConcepts.has(key) ? "start" : endConcepts.has(key) || key === "delivery date" ? "end" : undefined;
  if (!wanted || !direction) return 0;
  return wanted === direction ? 0.8 : -0.4;
}

/** A date that nothing ties to the field still is the likeliest when the schema asks for dates at all. */
const KIND_ALONE = 0.3;
/** What a sentence says whose date is that of a payment, and of no delivery. */
const PAYMENT =
  /\b(?:zahl(?:bar|en|ung|t)|bezahl|überweis|(?:ab)?buchen|(?:ab)?gebucht|einzieh|eingezogen|lastschrift|fällig|skonto|pay(?:able|ment|s)?|paid|due|debit)/iu;
/** Characters before a date in which that may stand. */
const BEFORE = 90;

/** Whether the sentence up to a date speaks of a payment. */
function isOfPayment(mention: DateMention, reading: Reading): boolean {
  const from = Math.max(0, mention.start - BEFORE);
  const sentence = reading.words[reading.wordAt(mention.start)]?.sentence;
  const first = reading.words.find((word) => word.sentence === sentence)?.start ?? from;
  return PAYMENT.test(reading.text.slice(Math.max(from, first), mention.start));
}

/** Where and when a letter was written, alone on its line, as in "Bremen, den 3. Juni 2025". */
const PLACE =
  /(?:(?:^|\n)[ \t]*\p{Lu}[\p{L}. /-]{1,40},?[ \t]*(?:the|le)?[ \t]*|\p{Lu}[\p{L}.-]{1,40},[ \t]*den[ \t]*)$/u;
const ALONE = /^[ \t]*(?:\n|$)/;
/** How likely such a date is that of an invoice. */
const OF_LETTER = 0.6;
/** What such a date is not, unless it is called so. */
const notOfLetter: ReadonlySet<string> = new Set(["delivery date", "deadline", "end date", "birth date"]);

const isOfLetter = ({ start, end }: DateMention, text: string): boolean =>
  PLACE.test(text.slice(Math.max(0, start - BEFORE), start)) && ALONE.test(text.slice(end, end + BEFORE));

/** Dates of one's birth or of an invoice are not guessed from any date. */
const needsLabel: ReadonlySet<string> = new Set(["birth date"]);

function scoreDate(mention: DateMention, field: Field, { reading, labels }: Omit<FieldReading, "mentions">): number {
  const direction = directed(field, directionOf(mention, reading.text));
  const near = nearness(mention, labels, reading);
  const key = field.concept?.key ?? "";
  if (key === "delivery date" && isOfPayment(mention, reading)) return near * 0.95;
  if (isOfLetter(mention, reading.text)) {
    if (notOfLetter.has(key)) return near * 0.95;
    if (key === "invoice date") return Math.max(near, OF_LETTER);
  }
  const alone = needsLabel.has(field.concept?.key ?? "") ? 0 : KIND_ALONE;
  const introduced = FROM.test(reading.text.slice(Math.max(0, mention.start - 30), mention.start)) ? 0.02 : 0;
  return Math.min(1, Math.max(near * 0.95, direction, alone) + Math.min(0, direction) + 0.05 * near + introduced);
}

/** The time that belongs to a date: the nearest in the same sentence. */
function timeFor(date: DateMention, times: readonly TimeMention[], reading: Reading): TimeMention | undefined {
  const sentence = reading.words[reading.wordAt(date.start)]?.sentence;
  const distance = (time: TimeMention) => Math.min(Math.abs(time.start - date.end), Math.abs(date.start - time.end));
  return times
    .filter((time) => reading.words[reading.wordAt(time.start)]?.sentence === sentence && distance(time) <= 40)
    .sort((a, b) => distance(a) - distance(b))[0];
}

const ISO = /\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?/g;

function isoTimestamps(reading: Reading, labels: readonly LabelPlace[]): Candidate[] {
  return Array.from(reading.text.matchAll(ISO), (match) => {
    const span = { start: match.index, end: match.index + match[0].length };
    const value = /T\d{2}:\d{2}(?=Z|[+-]|$)/.test(match[0]) ? match[0].replace(/(T\d{2}:\d{2})/, "$1:00") : match[0];
    return { ...span, value, score: 0.5 + 0.5 * nearness(span, labels, reading), claim: "date" };
  });
}

/** The dates of a text that may belong to a field. A time for which the text states no offset has none: whoever reads it knows the zone. */
export function dateCandidates(
  field: Field,
  format: "date" | "date-time" | "time",
  { reading, mentions: { dates, times }, labels }: FieldReading,
): Candidate[] {
  if (format === "time") {
    return times.map((time) => ({
      start: time.start,
      end: time.end,
      value: `${time.time}${time.offset ?? ""}`,
      score: Math.max(KIND_ALONE, 0.9 * nearness(time, labels, reading)),
      claim: "time",
    }));
  }
  const iso = format === "date-time" ? isoTimestamps(reading, labels) : [];
  const named = dates.flatMap((mention): Candidate[] => {
    const score = scoreDate(mention, field, { reading, labels });
    const { start, end } = mention;
    const day = isoDate(mention.date);
    if (format === "date") return [{ start, end, value: day, score, claim: "date" }];
    const time = timeFor(mention, times, reading);
    // A day without a time is not a date-time, and midnight would be invented.
    if (!time) return [];
    const span = { start: Math.min(start, time.start), end: Math.max(end, time.end) };
    return [
      { ...span, value: `${day}T${time.time}${time.offset ?? ""}`, score: Math.min(1, score + 0.1), claim: "date" },
    ];
  });
  return [...iso, ...named.filter((one) => !iso.some((other) => one.start < other.end && other.start < one.end))];
}
