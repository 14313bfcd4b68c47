/**
 * How long a poller waits: longer while nothing changes, much longer while nothing answers.
 *
 * @module
 */

/** How often a screen asks, and how it slows down. */
export interface Pace {
  /** Milliseconds between two polls while things change. */
  readonly every: number;
  /** Polls in a row that brought what was there already. */
  readonly unchanged: number;
  /** Polls in a row that failed. */
  readonly failures: number;
}

/** A quiet page asks at most this much more rarely. */
export const QUIET_FACTOR = 4;
const LONGEST_MS = 30_000;

/** @returns milliseconds until the next poll */
export function nextDelay({ every, unchanged, failures }: Pace): number {
  if (failures > 0) return Math.min(LONGEST_MS, Math.max(1_000, every) * 2 ** Math.min(failures - 1, 5));
  return Math.round(every * Math.min(QUIET_FACTOR, 1.25 ** unchanged));
}
