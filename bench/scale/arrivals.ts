/**
 * When jobs come in.
 *
 * @module
 */

const HOUR = 3_600;

/** Seconds of a day. */
export const DAY_SECONDS = 24 * HOUR;

/** Share of a day's jobs by hour, from midnight on: little at night, most from nine to three. An assumption. */
const hourWeights: readonly number[] = [1, 1, 1, 1, 1, 2, 3, 5, 7, 8, 8, 7, 7, 8, 8, 8, 7, 6, 5, 4, 3, 2, 2, 1];

/** Jobs that come in within a second of the simulation, which may be a fraction. */
export type Arrivals = (second: number) => number;

/** Spread over a day as {@link hourWeights} says. */
export function dayOfJobs(jobs: number): Arrivals {
  const total = hourWeights.reduce((sum, weight) => sum + weight, 0);
  const rates = hourWeights.map((weight) => (jobs * weight) / total / HOUR);
  return (second) => rates[Math.floor((second % DAY_SECONDS) / HOUR)] ?? 0;
}

/** All at once, in one second. */
export const burst =
  (jobs: number, at = 0): Arrivals =>
  (second) =>
    second === at ? jobs : 0;

/** Both together. */
export const together =
  (...all: readonly Arrivals[]): Arrivals =>
  (second) =>
    all.reduce((sum, arrivals) => sum + arrivals(second), 0);
