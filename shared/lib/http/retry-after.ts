/** A server that asks for more is not waited for longer. */
const LONGEST_SECONDS = 3_600;

/** Seconds of each unit in which some servers write a time, as Go does: `120s`, `1m30s`, `500ms`. */
const UNITS: Readonly<Record<string, number>> = { h: 3_600, m: 60, s: 1, ms: 0.001 };
const DURATION = /^(?:\d{1,6}h)?(?:\d{1,6}m)?(?:\d{1,6}(?:\.\d{1,9})?s)?(?:\d{1,9}(?:\.\d{1,9})?ms)?$/;

/** @returns undefined for what is no such time */
function secondsOf(text: string): number | undefined {
  const compact = text.toLowerCase().replace(/\s*(?:seconds?|secs?)$/, "s");
  if (!DURATION.test(compact)) return undefined;
  const parts = compact.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g);
  return [...parts].reduce((sum, [, number, unit = ""]) => sum + Number(number) * (UNITS[unit] ?? 0), 0);
}

/**
 * Reads a `Retry-After` header (RFC 9110, section 10.2.3): seconds or an HTTP date, and seconds with a unit, which the standard does not have.
 * @param now milliseconds since the epoch, for the date form
 * @returns seconds from now, 0 to 3,600; undefined when the header is absent or is neither
 */
export function retryAfterSeconds(header: string | undefined, now: number = Date.now()): number | undefined {
  const value = header?.trim();
  if (!value) return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Math.min(Number(value), LONGEST_SECONDS);
  const stated = secondsOf(value);
  if (stated !== undefined) return Math.min(stated, LONGEST_SECONDS);
  // "-5" is a year to Date.parse.
  const at = /^[a-z]{3,}/i.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.min(Math.max(0, Math.ceil((at - now) / 1_000)), LONGEST_SECONDS);
}

/**
 * How long a server asks us to wait: `retry-after-ms`, which some send beside `Retry-After` because it is exact, or else
 * {@link retryAfterSeconds}.
 */
export function waitAskedFor(headers: Headers, now?: number): number | undefined {
  const exact = headers.get("retry-after-ms")?.trim() ?? "";
  if (/^\d+(\.\d+)?$/.test(exact)) return Math.min(Number(exact) / 1_000, LONGEST_SECONDS);
  return retryAfterSeconds(headers.get("retry-after") ?? undefined, now);
}
