/** A server that asks for more is not waited for longer. */
const LONGEST_SECONDS = 3_600;

/**
 * Reads a `Retry-After` header (RFC 9110, section 10.2.3): seconds or an HTTP date.
 * @param now milliseconds since the epoch, for the date form
 * @returns seconds from now, 0 to 3,600; undefined when the header is absent or is neither
 */
export function retryAfterSeconds(header: string | undefined, now: number = Date.now()): number | undefined {
  const value = header?.trim();
  if (!value) return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Math.min(Number(value), LONGEST_SECONDS);
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
