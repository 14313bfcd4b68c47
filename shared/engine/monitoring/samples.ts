/**
 * One sample of every lane a minute: what turns counters into rates and depths into a curve. The sweeper takes it, and
 * those who read the queues between two sweeps.
 *
 * @module
 */

import { z } from "zod";
import { table } from "../../../contracts/resources.ts";
import type { JobServices } from "../jobs/services.ts";
import { isNew, parseItem } from "../table/table.ts";
import { type LaneDepth, readLanes } from "./lanes.ts";
import { type RunCounts, readRunsSince } from "./run-history.ts";
import { type LaneStatistics, readStatistics } from "./statistics.ts";

const PARTITION = "SAMPLES";
const MINUTE_MS = 60_000;
const KEPT_SECONDS = 24 * 3_600;

const laneSampleSchema = z.object({
  /** Messages that are due and waiting. */
  depth: z.number(),
  /** Number of runs that have ended since the stage was deployed. */
  ended: z.number(),
  age: z.number().nullable(),
});
const sampleSchema = z.object({ at: z.number(), lanes: z.record(z.string(), laneSampleSchema) });

/** Milliseconds since the epoch, and the lanes by name. */
export type Sample = z.infer<typeof sampleSchema>;

const minuteOf = (time: number): string => String(Math.floor(time / MINUTE_MS)).padStart(10, "0");

/**
 * Seconds that a waiting message can have waited at the most: those that the job taken last had waited, and those since.
 * @returns null when none waits, or none was ever taken
 */
function oldestAge(lane: LaneDepth, { due }: LaneStatistics, now: number): number | null {
  return lane.waiting === 0 || due === 0 ? null : Math.max(0, Math.round((now - due) / 1_000));
}

const noRuns: LaneStatistics = { ended: 0, due: 0, taken: 0 };

/** What the lanes are like now. */
export function makeSample(
  lanes: readonly LaneDepth[],
  statistics: ReadonlyMap<string, LaneStatistics>,
  at: number,
): Sample {
  const sampled = lanes.map((lane) => {
    const runs = statistics.get(lane.name) ?? noRuns;
    return [lane.name, { depth: lane.waiting, ended: runs.ended, age: oldestAge(lane, runs, at) }];
  });
  return { at, lanes: Object.fromEntries(sampled) };
}

/** What was seen of the lanes, and every five minutes what ended since. */
export interface Taken {
  readonly lanes: readonly LaneDepth[];
  readonly sample: Sample;
  readonly ended: RunCounts | undefined;
  /** By lane. */
  readonly statistics: ReadonlyMap<string, LaneStatistics>;
  /** Keeps the counters of runs, every five minutes: after what ended was published, so that none of it is lost. */
  readonly keepRuns: () => Promise<void>;
}

/** Examines every lane, and keeps what it sees unless this minute has a sample already. */
export async function takeSample(services: JobServices): Promise<Taken> {
  const [lanes, statistics] = await Promise.all([readLanes(services), readStatistics(services.store)]);
  const now = services.now();
  const sample = makeSample(lanes, statistics.lanes, now);
  const [{ ended, keep }] = await Promise.all([readRunsSince(services, statistics, now), keepSample(services, sample)]);
  return { lanes, sample, ended, statistics: statistics.lanes, keepRuns: keep };
}

/** True when a time's minute has its sample already. */
export const isSampled = (samples: readonly Sample[], time: number): boolean =>
  samples.some((sample) => minuteOf(sample.at) === minuteOf(time));

/** One write, which does nothing when this minute has a sample already. */
export async function keepSample({ store }: JobServices, sample: Sample): Promise<void> {
  const item = {
    [table.partitionKey]: PARTITION,
    [table.sortKey]: minuteOf(sample.at),
    ...sample,
    [table.ttl]: Math.floor(sample.at / 1_000) + KEPT_SECONDS,
  };
  await store.table.putIf(item, isNew);
}

/** Samples since a time, oldest first: one query. */
export async function readSamples({ store }: JobServices, since: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  for await (const page of store.table.pages({ partition: PARTITION, from: minuteOf(since) })) {
    samples.push(...page.map((item) => parseItem(sampleSchema, item)));
  }
  return samples;
}

/**
 * Runs a minute that ended between the first sample and now.
 * @returns null when the samples do not reach back far enough
 */
export function ratePerMinute(samples: readonly Sample[], now: Sample, lane: string): number | null {
  const [first] = samples;
  const minutes = first ? (now.at - first.at) / MINUTE_MS : 0;
  if (!first || minutes < 0.5) return null;
  const ended = (now.lanes[lane]?.ended ?? 0) - (first.lanes[lane]?.ended ?? 0);
  return Math.max(0, Math.round((ended / minutes) * 10) / 10);
}
