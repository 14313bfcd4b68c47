/**
 * Counters for `GET /metrics`: collected over a batch, then added to one sharded item with one write. They are
 * estimates of rates, not accounts: a batch that crashes before its write is not counted.
 *
 * @module
 */

import { type Lane, laneName, lanes } from "../../../contracts/jobs/lanes.ts";
import type { Usage } from "../../../contracts/jobs/wire.ts";
import { secondsBuckets } from "../../../contracts/monitoring/metrics.ts";
import { DAY, inSeconds } from "../../lib/time.ts";
import type { JobStore } from "../jobs/store.ts";
import { bookConfigUsage, bookUsage, MODEL_CHARACTERS, type Used } from "../limits/usage.ts";

/** A model or config that nobody used for so long leaves the metrics: there are as many as their servers and projects name. */
const TOKENS_KEPT_DAYS = 30;

const SHARDS = 8;
const partitions = Array.from({ length: SHARDS }, (_, shard) => `STATS#${shard}`);

/** How a run ended. */
export type RunStatus = "SUCCESS" | "FAILURE" | "RETRY" | "CHECKPOINT";

/** One run, as the worker saw it end. */
export interface RunFacts {
  /** Of the error that the run ended with. */
  readonly errorType?: string | undefined;
  readonly taskName: string;
  readonly lane: Lane;
  readonly tenant: string;
  readonly status: RunStatus;
  /** Somebody noticed that the job was lost: its lane gave nothing. */
  readonly isLoss?: boolean;
  readonly durationMs: number | undefined;
  /** Only of a first run. */
  readonly queuedMs: number | undefined;
  readonly usage: Usage | undefined;
  /** The config that the job was submitted with, such as `support@3`. */
  readonly configName?: string | undefined;
}

/** Who spent tokens, on which task and by which config. */
export interface Spending {
  readonly taskName: string;
  readonly tenant: string;
  readonly configName?: string | undefined;
}

/** Index of the bucket for a number of seconds; one beyond the last bound is +Inf. */
function bucketOf(seconds: number): number {
  const index = secondsBuckets.findIndex((bound) => seconds <= bound);
  return index === -1 ? secondsBuckets.length : index;
}

/**
 * Counters of one batch. Names: `n` runs, `d` duration, `q` queue time, `t` tokens, `l` runs by lane, `due` when the job
 * that a lane gave last had been due, `taken` when it last gave a message without a run; parts are joined by `|`.
 */
export class BatchStatistics {
  readonly #used: Used;
  readonly #counts = new Map<string, number>();
  readonly #due = new Map<string, number>();
  readonly #tokens = new Map<string, Map<string, number>>();
  readonly #usages = new Map<string, readonly Usage[]>();
  readonly #byConfig: { readonly tenant: string; readonly config: string; readonly usage: Usage }[] = [];

  /** @param used what the tokens are of. Default: the language model */
  constructor(used: Used = "llm") {
    this.#used = used;
  }

  add(run: RunFacts): void {
    if (run.status !== "CHECKPOINT") this.#count(`n|${run.taskName}|${run.status}`, 1);
    if (!run.isLoss) this.#count(`l|${run.lane}`, 1);
    if (run.queuedMs !== undefined) {
      const due = Date.now() - (run.durationMs ?? 0) - run.queuedMs;
      this.#due.set(`due|${run.lane}`, Math.max(due, this.#due.get(`due|${run.lane}`) ?? 0));
    }
    this.#observe("d", run.taskName, run.durationMs);
    this.#observe("q", run.taskName, run.queuedMs);
    if (run.usage) this.addUsage(run, run.usage);
    const { tenant, configName: config, usage } = run;
    if (usage && config !== undefined) this.#byConfig.push({ tenant, config, usage });
  }

  /** Tokens that a task spent, or a call without one. */
  addUsage({ taskName, tenant, configName = "" }: Spending, usage: Usage): void {
    const model = encodeURIComponent((usage.model ?? "").slice(0, MODEL_CHARACTERS).toWellFormed());
    const place = `${taskName}|${tenant}|${model}|${configName}`;
    const tokens = this.#tokens.get(place) ?? new Map<string, number>();
    this.#tokens.set(place, tokens);
    const usages = this.#usages.get(tenant) ?? [];
    this.#usages.set(tenant, [...usages, usage]);
    for (const [kind, amount] of [
      ["prompt", usage.prompt_tokens],
      ["completion", usage.completion_tokens],
    ] as const) {
      tokens.set(kind, (tokens.get(kind) ?? 0) + amount);
    }
  }

  #observe(kind: "d" | "q", taskName: string, milliseconds: number | undefined): void {
    if (milliseconds === undefined) return;
    const seconds = milliseconds / 1_000;
    this.#count(`${kind}|${taskName}|${bucketOf(seconds)}`, 1);
    this.#count(`${kind}|${taskName}|sum`, seconds);
  }

  #count(name: string, amount: number): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + amount);
  }

  /** Writes the batch: one update, one more per task, project, model and config that used tokens, one per project for its usage, and one per config. */
  async flush(store: JobStore, queue: string): Promise<void> {
    const latest = new Map([["ttl", inSeconds(Date.now()) + TOKENS_KEPT_DAYS * DAY]]);
    const writes = [...this.#tokens].map(([place, tokens]) =>
      addTo(store, `tokens|${place}`, { counts: tokens, latest }),
    );
    if (this.#counts.size > 0) writes.push(addTo(store, `queue|${queue}`, { counts: this.#counts, latest: this.#due }));
    for (const [tenant, usages] of this.#usages)
      writes.push(bookUsage(store.table, { tenant, now: Date.now(), used: this.#used }, usages));
    const byConfig = Map.groupBy(this.#byConfig.splice(0), ({ tenant, config }) => `${tenant} ${config}`);
    for (const [first, ...others] of byConfig.values()) {
      if (!first) continue;
      const usages = [first, ...others].map(({ usage }) => usage);
      writes.push(bookConfigUsage(store.table, { ...first, now: Date.now() }, usages));
    }
    this.#usages.clear();
    this.#counts.clear();
    this.#due.clear();
    this.#tokens.clear();
    await Promise.all(writes);
  }
}

/** Adds counters to an item of a random shard, and sets what is not a counter. */
async function addTo(
  store: JobStore,
  sk: string,
  {
    counts = new Map(),
    latest = new Map(),
  }: { counts?: ReadonlyMap<string, number>; latest?: ReadonlyMap<string, number> },
): Promise<void> {
  const pk = partitions[Math.floor(Math.random() * SHARDS)] ?? "";
  await store.table.update({ pk, sk }, { add: Object.fromEntries(counts), set: Object.fromEntries(latest) });
}

/** Notes that a message was taken from a lane for good, without a run. @param at milliseconds since the epoch */
export const noteTaken = (
  store: JobStore,
  { queue, lane }: { readonly queue: string; readonly lane: Lane },
  at: number,
): Promise<void> => addTo(store, `queue|${queue}`, { latest: new Map([[`taken|${lane}`, at]]) });

/** Counts of durations by bucket. */
export interface Histogram {
  /** Observations per bucket, the last one for +Inf; not cumulative. */
  readonly buckets: readonly number[];
  readonly sum: number;
}

/** Counts of a lane's runs. */
export interface LaneStatistics {
  /** Runs that have ended. */
  readonly ended: number;
  /** When the job that the lane gave last had been due, in milliseconds since the epoch; 0: it gave none yet. */
  readonly due: number;
  /** When a message was last taken for good without a run, such as one whose job was put off; 0: never. */
  readonly taken: number;
}

/** Counts of runs, by task and lane. */
export interface Statistics {
  readonly runs: readonly { readonly taskName: string; readonly status: string; readonly count: number }[];
  readonly durations: ReadonlyMap<string, Histogram>;
  readonly queueTimes: ReadonlyMap<string, Histogram>;
  /** By lane's name, such as `summarize-high`. */
  readonly lanes: ReadonlyMap<string, LaneStatistics>;
  readonly tokens: readonly {
    readonly taskName: string;
    readonly tenant: string;
    /** Empty: its server named none. */
    readonly model: string;
    /** Such as `support@3`; empty: none. */
    readonly config: string;
    readonly kind: string;
    readonly count: number;
  }[];
}

/** Reads all counters: one query per shard. */
export async function readStatistics(store: JobStore): Promise<Statistics> {
  const counts = new Map<string, number>();
  const tokens = new Map<string, number>();
  const byLane = new Map<string, LaneStatistics>();
  await Promise.all(
    partitions.map(async (partition) => {
      for await (const page of store.table.pages({ partition })) {
        for (const { pk: _, ttl: __, sk, ...item } of page) {
          const [kind, ...place] = String(sk).split("|");
          if (kind === "queue") addLanes(byLane, place.join("|"), item);
          for (const [name, value] of Object.entries(item)) {
            // What was counted before models and configs were told apart has neither.
            const [task, project, model = "", config = ""] = place;
            const [into, key] =
              kind === "tokens" ? [tokens, [name, task, project, model, config].join("|")] : [counts, name];
            into.set(key, (into.get(key) ?? 0) + Number(value));
          }
        }
      }
    }),
  );
  return { ...assemble(counts, tokens), lanes: byLane };
}

function addLanes(into: Map<string, LaneStatistics>, queue: string, item: Record<string, unknown>): void {
  for (const lane of lanes) {
    const name = laneName(queue, lane);
    const before = into.get(name) ?? { ended: 0, due: 0, taken: 0 };
    const countOf = (kind: string) => Number(item[`${kind}|${lane}`] ?? 0);
    const ended = before.ended + countOf("l");
    const [due, taken] = [Math.max(before.due, countOf("due")), Math.max(before.taken, countOf("taken"))];
    if (ended + taken > 0) into.set(name, { ended, due, taken });
  }
}

function assemble(counts: ReadonlyMap<string, number>, tokens: ReadonlyMap<string, number>): Omit<Statistics, "lanes"> {
  const histograms = { d: new Map<string, { buckets: number[]; sum: number }>(), q: new Map() };
  const runs: { taskName: string; status: string; count: number }[] = [];
  for (const [name, value] of counts) {
    const [kind = "", taskName = "", detail = ""] = name.split("|");
    if (kind === "n") runs.push({ taskName, status: detail, count: value });
    else if (kind === "d" || kind === "q") {
      const empty = { buckets: Array.from({ length: secondsBuckets.length + 1 }, () => 0), sum: 0 };
      const histogram = histograms[kind].get(taskName) ?? empty;
      histograms[kind].set(taskName, histogram);
      if (detail === "sum") histogram.sum += value;
      else histogram.buckets[Number(detail)] = (histogram.buckets[Number(detail)] ?? 0) + value;
    }
  }
  return {
    runs,
    durations: histograms.d,
    queueTimes: histograms.q,
    tokens: [...tokens].map(([name, count]) => {
      const [kind = "", taskName = "", tenant = "", model = "", config = ""] = name.split("|");
      return { taskName, tenant, model: decodeURIComponent(model), config, kind, count };
    }),
  };
}
