/**
 * Offsets from UTC of times that name none, in a time zone that is known.
 *
 * @module
 */

const DAY = 86_400_000;
const MONTHS = 12;

/** @returns minutes east of UTC */
function minutesAt(instant: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" }).formatToParts(instant);
  const name = parts.find(({ type }) => type === "timeZoneName")?.value ?? "";
  const [, sign, hours, minutes] = /([+-])(\d{2}):(\d{2})/.exec(name) ?? [];
  return sign === undefined ? 0 : (Number(hours) * 60 + Number(minutes)) * (sign === "-" ? -1 : 1);
}

function written(minutes: number): string {
  if (minutes === 0) return "Z";
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${minutes < 0 ? "-" : "+"}${String(hours).padStart(2, "0")}:${String(rest).padStart(2, "0")}`;
}

/**
 * The offset of a local date and time, `2026-06-04T09:30:00`.
 * @param timeZone an IANA name
 * @returns `Z` or `+02:00`; undefined for what is no date, and where the clock is put forward or back, as that time is then not there
 * or there twice
 */
export function offsetOfDateTime(local: string, timeZone: string): string | undefined {
  const asUtc = Date.parse(`${local}Z`);
  if (Number.isNaN(asUtc)) return undefined;
  const around = new Set([asUtc - DAY, asUtc + DAY].map((instant) => minutesAt(instant, timeZone)));
  const fitting = [...around].filter((minutes) => minutesAt(asUtc - minutes * 60_000, timeZone) === minutes);
  const [only, ...others] = fitting;
  return only === undefined || others.length > 0 ? undefined : written(only);
}

/**
 * The offset of a time of day on any day.
 * @param timeZone an IANA name
 * @returns undefined where the zone has another offset in a part of the year
 */
export function offsetOfTime(timeZone: string, now = new Date()): string | undefined {
  const year = now.getUTCFullYear();
  const offsets = new Set(Array.from({ length: MONTHS }, (_, month) => minutesAt(Date.UTC(year, month, 15), timeZone)));
  const [only, ...others] = offsets;
  return only === undefined || others.length > 0 ? undefined : written(only);
}
