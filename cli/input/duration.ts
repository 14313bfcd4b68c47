/**
 * Values of options, read strictly.
 *
 * @module
 */

import { InvalidArgumentError } from "@commander-js/extra-typings";

const UNITS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, min: 60, h: 3_600, d: 86_400 };

/**
 * Seconds from `90`, `90s`, `5m`, `1h30m`, `2d`.
 * @throws InvalidArgumentError
 */
export function parseDuration(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  const compact = text.replaceAll(" ", "");
  const parts = [...compact.matchAll(/(\d+(?:\.\d+)?)(ms|min|s|m|h|d)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== compact) {
    throw new InvalidArgumentError("Give seconds, or a duration such as 90s, 5m, 1h30m or 2d.");
  }
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNITS[unit ?? "s"] ?? 1), 0);
}

/**
 * A point in time from ISO 8601, with an offset or in this machine's zone.
 * @returns ISO 8601 in UTC
 * @throws InvalidArgumentError
 */
export function parseTime(text: string): string {
  const at = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}|$)/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw new InvalidArgumentError("Give a time such as 2026-12-24T18:00:00Z or 2026-12-24T18:00.");
  return new Date(at).toISOString();
}
