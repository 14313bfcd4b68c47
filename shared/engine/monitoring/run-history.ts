/**
 * The counters of all runs, kept every five minutes: the difference of two is what ended between them, which is how charts of
 * throughput, failures and durations over days are drawn.
 *
 * @module
 */

import { gunzipSync, gzipSync } from "node:zlib";
import { z } from "zod";
import { secondsBuckets } from "../../../contracts/monitoring/metrics.ts";
import { table } from "../../../contracts/resources.ts";
import { DAY, inSeconds } from "../../lib/time.ts";
import type { JobServices } from "../jobs/services.ts";
import { type Item, isNew, parseItem } from "../table/table.ts";
import { readStatistics, type Statistics } from "./statistics.ts";

const PARTITION = "RUNS";
const SLOT_MS = 5 * 60_000;
const KEPT_SECONDS = 8 * DAY;
/** Counters that were kept longer ago say nothing of the last minutes: a sweep or two may have been missed, no more. */
const COMPARED_MS = 3 * SLOT_MS;

const histogramSchema = z.array(z.number());
const taskCountsSchema = z.object({
  succeeded: z.number(),
  failed: z.number(),
  retried: z.number(),
  /** Runs by how long they took, as in `secondsBuckets`; the last one is of those beyond. */
  durations: histogramSchema,
  /** First runs by how long they had waited. */
  queued: histogramSchema,
});
const countsSchema = z.record(z.string(), taskCountsSchema);
const itemSchema = z.object({ at: z.number(), counts_gzip: z.instanceof(Uint8Array) });

type TaskCounts = z.infer<typeof taskCountsSchema>;
/** Counts since the stage was deployed, by task. */
type Counts = z.infer<typeof countsSchema>;

/** What ended between two times, in milliseconds since the epoch. Durations are seconds; null where no run ended. */
export interface RunPoint {
  readonly from: number;
  readonly to: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly retried: number;
  readonly durationP50: number | null;
  readonly durationP95: number | null;
  readonly queuedP95: number | null;
}

/** What is asked for. */
export interface RunHistoryQuery {
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** Milliseconds that a point covers; a multiple of five minutes. */
  readonly step: number;
  /** One task's runs alone. */
  readonly task: string | undefined;
}

const slotOf = (time: number): string => String(Math.floor(time / SLOT_MS)).padStart(10, "0");
const none = (): number[] => Array.from({ length: secondsBuckets.length + 1 }, () => 0);
const noRuns = (): TaskCounts => ({ succeeded: 0, failed: 0, retried: 0, durations: none(), queued: none() });
const kinds = { SUCCESS: "succeeded", FAILURE: "failed", RETRY: "retried" } as const;

function countsOf({ runs, durations, queueTimes }: Omit<Statistics, "lanes" | "tokens">): Counts {
  const counts = new Map<string, TaskCounts>();
  const of = (task: string): TaskCounts => {
    const found = counts.get(task) ?? noRuns();
    counts.set(task, found);
    return found;
  };
  for (const { taskName, status, count } of runs) {
    const kind = kinds[status as keyof typeof kinds];
    if (kind) of(taskName)[kind] += count;
  }
  for (const [task, { buckets }] of durations) of(task).durations = [...buckets];
  for (const [task, { buckets }] of queueTimes) of(task).queued = [...buckets];
  return Object.fromEntries(counts);
}

/** The slot that a process kept last: the sweeper runs every minute, and four of five find it written. */
const lastSlot = new WeakMap<object, string>();

/** Runs that ended within a time, by task. */
export type RunCounts = ReadonlyMap<string, Pick<TaskCounts, "succeeded" | "failed" | "durations">>;

/** What ended since the counters were kept last, and how they are kept. */
interface RunsSince {
  /** Undefined between two times, and where they were not kept of late: an alarm must not take all of a stage's life for five minutes. */
  readonly ended: RunCounts | undefined;
  /** One write, which does nothing when another process was first. */
  readonly keep: () => Promise<void>;
}

/** Reads, once every five minutes, what ended since the counters were kept last. */
export async function readRunsSince({ store }: JobServices, statistics: Statistics, now: number): Promise<RunsSince> {
  const slot = slotOf(now);
  const nothing = { ended: undefined, keep: () => Promise.resolve() };
  if (lastSlot.get(store) === slot) return nothing;
  const [newest] = await store.table.page({ partition: PARTITION, newestFirst: true, pageSize: 1 });
  if (newest?.[table.sortKey] === slot) {
    lastSlot.set(store, slot);
    return nothing;
  }
  const counts = countsOf(statistics);
  const before = newest && unpack(newest);
  const item = {
    [table.partitionKey]: PARTITION,
    [table.sortKey]: slot,
    at: now,
    counts_gzip: gzipSync(JSON.stringify(counts)),
    [table.ttl]: inSeconds(now) + KEPT_SECONDS,
  };
  return {
    ended: before && now - before.at <= COMPARED_MS ? endedSince(before.counts, counts) : undefined,
    async keep() {
      await store.table.putIf(item, isNew);
      lastSlot.set(store, slot);
    },
  };
}

function unpack(item: Item): { readonly at: number; readonly counts: Counts } {
  const { at, counts_gzip: packed } = parseItem(itemSchema, item);
  return { at, counts: countsSchema.parse(JSON.parse(gunzipSync(packed).toString("utf8"))) };
}

function endedSince(before: Counts, after: Counts): RunCounts {
  const earlier = new Map(Object.entries(before));
  const ended = Object.entries(after).map(([task, counts]) => {
    const { succeeded, failed, durations } = earlier.get(task) ?? noRuns();
    const since = {
      succeeded: risen(succeeded, counts.succeeded),
      failed: risen(failed, counts.failed),
      durations: histogramSince(durations, counts.durations),
    };
    return [task, since] as const;
  });
  return new Map(ended);
}

/** Counters as they were at a time. */
interface Moment {
  readonly at: number;
  readonly counts: TaskCounts;
}

const sumOf = (one: readonly number[], other: readonly number[]) =>
  one.map((value, index) => value + (other[index] ?? 0));

function totalOf(counts: Counts, task: string | undefined): TaskCounts {
  // A caller's name may be one that every object has, such as `constructor`.
  const own = task !== undefined && Object.hasOwn(counts, task) ? counts[task] : undefined;
  const wanted = task === undefined ? Object.values(counts) : [own ?? noRuns()];
  return wanted.reduce(
    (sum, each) => ({
      succeeded: sum.succeeded + each.succeeded,
      failed: sum.failed + each.failed,
      retried: sum.retried + each.retried,
      durations: sumOf(sum.durations, each.durations),
      queued: sumOf(sum.queued, each.queued),
    }),
    noRuns(),
  );
}

/** Since then; a counter that was set back began at zero again. */
const risen = (before: number, after: number): number => (after < before ? after : after - before);
const histogramSince = (before: readonly number[], after: readonly number[]): number[] =>
  after.map((value, index) => risen(before[index] ?? 0, value));

/**
 * A quantile of durations that are known by bucket, as Prometheus' `histogram_quantile` has it: even within a bucket, and the
 * last bound for what is beyond it.
 * @param counts by bucket of `secondsBuckets`, the last one for what is beyond
 * @returns seconds; null when there are none
 */
export function quantileOf(counts: readonly number[], quantile: number): number | null {
  const total = counts.reduce((sum, each) => sum + each, 0);
  if (total === 0) return null;
  const rank = quantile * total;
  let below = 0;
  for (const [index, count] of counts.entries()) {
    if (count > 0 && below + count >= rank) {
      const upper = secondsBuckets[index];
      const lower = secondsBuckets[index - 1] ?? 0;
      if (upper === undefined) return lower;
      return Math.round((lower + (upper - lower) * ((rank - below) / count)) * 1_000) / 1_000;
    }
    below += count;
  }
  return secondsBuckets.at(-1) ?? null;
}

function pointBetween(before: Moment, after: Moment): RunPoint {
  const durations = histogramSince(before.counts.durations, after.counts.durations);
  return {
    from: before.at,
    to: after.at,
    succeeded: risen(before.counts.succeeded, after.counts.succeeded),
    failed: risen(before.counts.failed, after.counts.failed),
    retried: risen(before.counts.retried, after.counts.retried),
    durationP50: quantileOf(durations, 0.5),
    durationP95: quantileOf(durations, 0.95),
    queuedP95: quantileOf(histogramSince(before.counts.queued, after.counts.queued), 0.95),
  };
}

/**
 * Runs over time, oldest first. A point begins where the one before ended, so that none is lost where nothing was kept for a
 * while; the last one ends now.
 * @returns the points, and the names of all tasks that ran since the stage was deployed
 */
export async function readRunHistory(
  services: JobServices,
  { since, step, task }: RunHistoryQuery,
): Promise<{ points: RunPoint[]; tasks: string[] }> {
  const now = services.now();
  const statistics = countsOf(await readStatistics(services.store));
  const moments: Moment[] = [];
  let lastStep = Number.NaN;
  // The one before the first point is where that begins.
  for await (const page of services.store.table.pages({ partition: PARTITION, from: slotOf(since - step) })) {
    for (const item of page) {
      const { at, counts } = unpack(item);
      const thisStep = Math.floor(at / step);
      if (thisStep === lastStep) continue;
      lastStep = thisStep;
      moments.push({ at, counts: totalOf(counts, task) });
    }
  }
  moments.push({ at: now, counts: totalOf(statistics, task) });
  const points = moments.slice(1).map((after, index) => pointBetween(moments[index] ?? after, after));
  return { points: points.filter(({ to }) => to > since), tasks: Object.keys(statistics).sort() };
}
