/**
 * What is computed for docs/scaling.md.
 *
 * @module
 */

import { burst, DAY_SECONDS, dayOfJobs, together } from "./arrivals.ts";
import { boundOf, hotKeys } from "./hot-keys.ts";
import { polling } from "./published.ts";
import { drainedAt, type Outcome, peak, provisionedMode, type Ramp, simulate, standardMode } from "./queue.ts";

/** Jobs of the day that is computed. */
const JOBS_A_DAY = 10_000_000;
/** Jobs that come at once. */
export const BURST = 100_000;
/** The busiest hour begins then. */
export const BURST_HOUR = 14;

const perDay = dayOfJobs(JOBS_A_DAY);
/** Jobs a second in the busiest hour, and over the whole day. */
export const busiest: number = perDay(BURST_HOUR * 3_600);
/** Jobs a second over the whole day. */
export const mean: number = JOBS_A_DAY / DAY_SECONDS;

/** What the key that all jobs write lets start: claims and commits take turns at it. */
const startsPerSecond: number = boundOf(
  hotKeys.find(({ key }) => key.startsWith("`RUN#")) ?? { shards: 0, unitsPerJob: 1 },
);

/** A way to poll. */
export interface Mode {
  readonly ramp: Ramp;
}

/** `WORKER_CONCURRENCY` of a queue. */
export const workers = (maximum: number): Mode => ({ ramp: standardMode(maximum) });

/** What Sluice does not set, beside what it does. */
export const provisioned: Mode = {
  ramp: provisionedMode({ minimum: 100, maximum: 2_000 }),
};

/** An endless backlog, to see the ramp alone. */
export const rampOf = (ramp: Ramp, seconds: number): Outcome =>
  simulate({ arrivals: burst(Number.MAX_SAFE_INTEGER / 4), seconds, jobSeconds: 1, batchSize: 1, ramp });

/** A kind of job, and of queue. */
export interface Work {
  readonly jobSeconds: number;
  readonly batchSize: number;
}

/** A burst into an idle queue. */
export const burstOf = ({ ramp }: Mode, work: Work, seconds: number): Outcome =>
  simulate({ arrivals: burst(BURST), ramp, startsPerSecond, seconds, ...work });

/** A burst into an idle queue. @returns seconds until nothing waits; undefined: more than a day */
export function drainOf(mode: Mode, work: Work): number | undefined {
  // Most end early: a day is simulated only for those that do not.
  for (const seconds of [1_800, DAY_SECONDS]) {
    const drained = drainedAt(burstOf(mode, work, seconds));
    if (drained !== undefined) return drained + 1;
  }
  return undefined;
}

/** A day of jobs, with or without a burst in its busiest hour. */
export function dayOf({ ramp }: Mode, { hasBurst, ...work }: Work & { readonly hasBurst: boolean }): Outcome {
  const arrivals = hasBurst ? together(perDay, burst(BURST, BURST_HOUR * 3_600)) : perDay;
  return simulate({ arrivals, seconds: DAY_SECONDS, ramp, startsPerSecond, ...work });
}

/** Invocations at once that take the busiest hour's jobs as they come, with full batches. */
export const neededFor = ({ jobSeconds, batchSize }: Work): number => (busiest * jobSeconds) / batchSize;

/**
 * The least `WORKER_CONCURRENCY` with which no job of the day waits for longer than a minute.
 * @returns undefined when not even the most will do
 */
export function leastWorkers(work: Work): number | undefined {
  const { least, most } = polling.maximumConcurrency;
  const isEnough = (maximum: number) => peak(dayOf(workers(maximum), { ...work, hasBurst: false }).oldest) <= 60;
  if (!isEnough(most)) return undefined;
  let [low, high]: [number, number] = [least, most];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isEnough(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
