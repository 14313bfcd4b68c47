/**
 * Times of day.
 *
 * @module
 */

import type { Span } from "../reading.ts";

/** A time of day with its place in the text. */
export interface TimeMention extends Span {
  /** `HH:MM:SS`. */
  readonly time: string;
  /** `Z` or `+02:00` when the text names a zone. */
  readonly offset: string | undefined;
}

const zones: Record<string, string> = {
  z: "Z",
  utc: "Z",
  gmt: "Z",
  cet: "+01:00",
  mez: "+01:00",
  cest: "+02:00",
  mesz: "+02:00",
  bst: "+01:00",
  est: "-05:00",
  edt: "-04:00",
  cst: "-06:00",
  cdt: "-05:00",
  mst: "-07:00",
  mdt: "-06:00",
  pst: "-08:00",
  pdt: "-07:00",
};

// "18:00-19:30" is a range; an offset with a minus is read only behind seconds, as ISO 8601 writes it.
const zone = `(?:\\s?(?<zone>${Object.keys(zones).join("|")}|\\+\\d{2}:\\d{2}|(?<=:\\d{2}:\\d{2})-\\d{2}:\\d{2})(?![\\p{L}\\d]))?`;
const forms = [
  new RegExp(
    `(?<![\\d:])(?<hour>\\d{1,2}):(?<minute>\\d{2})(?::(?<second>\\d{2}))?(?:\\s?(?<half>[ap]\\.?m\\.?)(?!\\p{L}))?(?:\\s?(?:uhr|o'clock))?${zone}(?![\\d:])`,
    "giu",
  ),
  new RegExp(
    `(?<![\\d.,:])(?<hour>\\d{1,2})(?:\\.(?<minute>\\d{2}))?\\s?uhr(?:\\s(?<late>\\d{2})(?!\\d))?(?!\\p{L})${zone}`,
    "giu",
  ),
  new RegExp(`(?<![\\d.,:])(?<hour>\\d{1,2})\\s?(?<half>[ap]\\.?m\\.?)(?!\\p{L})${zone}`, "giu"),
];

/** More times than any request has: keeps the work bounded. */
const MOST = 300;

/** Every time of day in the text, in order. */
export function findTimes(text: string): TimeMention[] {
  const found: TimeMention[] = [];
  for (const form of forms) {
    for (const match of text.matchAll(form)) {
      if (found.length >= MOST) break;
      const { hour = "", minute, late, second, half, zone: name } = match.groups ?? {};
      const shift = half?.toLowerCase().startsWith("p") ? 12 : 0;
      const hours = half ? (Number(hour) % 12) + shift : Number(hour);
      const minutes = Number(minute ?? late ?? 0);
      const span = { start: match.index, end: match.index + match[0].length };
      if (hours > 23 || minutes > 59 || found.some((other) => span.start < other.end && other.start < span.end))
        continue;
      const time = [hours, minutes, Number(second ?? 0)].map((part) => String(part).padStart(2, "0")).join(":");
      found.push({ ...span, time, offset: name ? (zones[name.toLowerCase()] ?? name) : undefined });
    }
  }
  return found.sort((a, b) => a.start - b.start);
}
