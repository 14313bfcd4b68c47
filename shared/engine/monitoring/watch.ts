/**
 * Looks at the whole stage once a minute, for alarms that watch all queues together: an alarm of CloudWatch costs money for
 * each metric in it, and the sweeper reads most of this anyway. docs/decisions/0390.
 *
 * @module
 */

import type { Catalog } from "../../../contracts/define-catalog.ts";
import { deadLetterName } from "../../../contracts/jobs/lanes.ts";
import { alarmRule, isFiring, type StageAlarm, stageAlarms } from "../../../contracts/monitoring/alarms.ts";
import type { Logger } from "../../lib/logger.ts";
import type { JobServices } from "../jobs/services.ts";
import { readDepth } from "./lanes.ts";
import { quantileOf, type RunCounts } from "./run-history.ts";
import { publishValues } from "./run-metrics.ts";
import { readSamples, type Sample, takeSample } from "./samples.ts";
import type { LaneStatistics } from "./statistics.ts";

const MINUTE_MS = 60_000;
/** What a look may take of the sweep that follows. */
const LOOK_MS = 10_000;
/** Samples are a minute apart, give or take a sweep's delay. */
const IDLE_LOOK_MS = (alarmRule("idle").threshold + 2) * MINUTE_MS;

/** What an alarm of the whole stage looks at. */
export interface Finding {
  readonly alarm: StageAlarm;
  /** The greatest of its parts; of dead letters their sum. Never zero: what is well is not published, and costs nothing. */
  readonly value: number;
  /** By lane, queue or task. */
  readonly parts: ReadonlyMap<string, number>;
}

/** What was seen, and the queues that could not be asked. */
export interface Watched {
  readonly findings: readonly Finding[];
  readonly unreachable: readonly string[];
  /** To be called when the findings are published: until then the next look finds the same runs again. */
  readonly keepRuns: () => Promise<void>;
}

/** How a stage is watched. */
export interface WatchOptions {
  readonly publish?: typeof publishValues;
  /** Milliseconds that a look may take. */
  readonly mostMs?: number;
}

/** Looks at a stage again and again, and publishes what its alarms ask for. */
export class Watch {
  readonly #services: JobServices;
  readonly #logger: Pick<Logger, "warn" | "error">;
  readonly #publish: typeof publishValues;
  readonly #mostMs: number;
  /** What could not be asked at the last look. */
  #missing: ReadonlySet<string> = new Set();

  constructor(
    services: JobServices,
    logger: Pick<Logger, "warn" | "error">,
    { publish = publishValues, mostMs = LOOK_MS }: WatchOptions = {},
  ) {
    this.#services = services;
    this.#logger = logger;
    this.#publish = publish;
    this.#mostMs = mostMs;
  }

  /**
   * Never throws, so that the sweep goes on.
   * @returns what its caller should throw in the end: part of the stage is not watched, and only that tells anybody
   */
  async look(): Promise<Error | undefined> {
    try {
      const { findings, unreachable, keepRuns } = await within(this.#mostMs, watchStage(this.#services));
      this.#publish(new Map(findings.map(({ alarm, value }) => [stageAlarms[alarm], value])));
      for (const { alarm, value, parts } of findings) {
        if (!isFiring(alarm, value)) continue;
        // The alarm is of all queues; which of them it is about is told here.
        this.#logger.warn(alarmRule(alarm).heading, { alarm, value, parts: Object.fromEntries(parts) });
      }
      await within(this.#mostMs, keepRuns());
      // Twice in a row: a queue that is just being deployed is not there yet.
      const still = unreachable.filter((name) => this.#missing.has(name));
      this.#missing = new Set(unreachable);
      return still.length === 0 ? undefined : new Error(`These queues cannot be asked: ${still.join(", ")}.`);
    } catch (error) {
      this.#logger.error("the stage could not be watched", { error });
      return new Error("The stage could not be watched.", { cause: error });
    }
  }
}

/** What a promise gives. @throws Error when it takes longer; what it waits for goes on, and is not looked at */
async function within<Value>(milliseconds: number, promise: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`It took more than ${milliseconds / 1_000} s.`)), milliseconds);
  });
  return await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Samples the lanes, and finds what the stage's alarms ask for. */
export async function watchStage(services: JobServices): Promise<Watched> {
  const { catalog } = services;
  const [taken, letters, earlier] = await Promise.all([
    takeSample(services),
    Promise.all(
      catalog.queues.map(async ({ name }) => ({ name, ...(await readDepth(services, deadLetterName(name))) })),
    ),
    readSamples(services, services.now() - IDLE_LOOK_MS),
  ]);
  const { lanes, sample, ended, statistics, keepRuns } = taken;
  const parts: Record<StageAlarm, ReadonlyMap<string, number>> = {
    backlog: new Map(lanes.map(({ name, waiting }) => [name, waiting])),
    idle: idleMinutes(earlier, sample, statistics),
    deadLetters: new Map(letters.map(({ name, waiting, inFlight }) => [name, waiting + inFlight])),
    failureRate: ended ? failureRates(ended, catalog) : new Map(),
    slow: ended ? slowness(ended) : new Map(),
  };
  const unreachable = [
    ...lanes.filter(({ reachable }) => !reachable).map(({ name }) => name),
    ...letters.filter(({ reachable }) => !reachable).map(({ name }) => deadLetterName(name)),
  ];
  const findings = Object.entries(parts).flatMap(([alarm, of]) => findingOf(alarm as StageAlarm, of));
  return { findings, unreachable, keepRuns };
}

function findingOf(alarm: StageAlarm, all: ReadonlyMap<string, number>): Finding[] {
  const parts = new Map([...all].filter(([, value]) => value > 0).sort(([, one], [, other]) => other - one));
  const values = [...parts.values()];
  if (values.length === 0) return [];
  const value = alarm === "deadLetters" ? values.reduce((sum, each) => sum + each, 0) : Math.max(...values);
  return [{ alarm, value, parts }];
}

/** Minutes that messages have waited in a lane from which none was taken. @param earlier samples, oldest first */
function idleMinutes(
  earlier: readonly Sample[],
  now: Sample,
  statistics: ReadonlyMap<string, LaneStatistics>,
): ReadonlyMap<string, number> {
  const newestFirst = earlier.filter(({ at }) => at < now.at).toReversed();
  const lanes = Object.entries(now.lanes).map(([name, { depth, ended }]) => {
    const taken = statistics.get(name)?.taken ?? 0;
    let since = now.at;
    for (const { at, lanes: then } of newestFirst) {
      const lane = then[name];
      if (depth === 0 || !lane || lane.depth === 0 || lane.ended !== ended || at <= taken) break;
      since = at;
    }
    return [name, Math.round((now.at - since) / MINUTE_MS)] as const;
  });
  return new Map(lanes);
}

/** Runs that failed for good, in percent of those of their queue that ended, by queue. */
function failureRates(ended: RunCounts, catalog: Catalog): ReadonlyMap<string, number> {
  // A task that the stage has no more is on no queue.
  const byQueue = Map.groupBy(ended, ([task]) => catalog.findTask(task)?.queue ?? task);
  return new Map(
    [...byQueue].map(([queue, tasks]) => {
      const failed = tasks.reduce((sum, [, counts]) => sum + counts.failed, 0);
      const succeeded = tasks.reduce((sum, [, counts]) => sum + counts.succeeded, 0);
      return [queue, failed === 0 ? 0 : (100 * failed) / (failed + succeeded)];
    }),
  );
}

/** The 95th percentile of each task's runs, in seconds; exact at the alarm's bound, which is one of the histogram's. */
const slowness = (ended: RunCounts): ReadonlyMap<string, number> =>
  new Map([...ended].map(([task, { durations }]) => [task, quantileOf(durations, 0.95) ?? 0]));
