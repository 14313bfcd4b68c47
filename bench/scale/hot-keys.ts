/**
 * Which keys of the table many jobs write, how often, and from how many jobs a second each of them is the bound. Writes are
 * counted in `shared/engine`; docs/decisions 0121, 0144, 0215 and 0360 have the reasons.
 *
 * @module
 */

import { catalog } from "../../contracts/catalog.ts";
import { secondsBuckets } from "../../contracts/monitoring/metrics.ts";
import { table } from "../../contracts/resources.ts";
import { MOST_AT_ONCE } from "../../contracts/settings/limits.ts";
import type { LimitState, Slot } from "../../shared/engine/limits/state.ts";
import { stateItem } from "../../shared/engine/limits/state.ts";
import { itemBytes, writeUnits } from "./item-bytes.ts";
import { dynamodb } from "./published.ts";

/** Shards of the counts of runs: `shared/engine/monitoring/statistics.ts`. */
export const STATISTICS_SHARDS = 8;

/** Jobs that run at a time. */
const CONSUMERS = 1_000;

/** A key, or some that share the load, which many jobs write. */
export interface HotKey {
  /** As it is in the table. */
  readonly key: string;
  /** What is counted, or listed, there. */
  readonly name: string;
  /** Jobs at a time of those that write it, where they may not be {@link CONSUMERS}. */
  readonly most?: number;
  /** Whose jobs write it. */
  readonly writers: string;
  /** Keys that the writes are spread over. */
  readonly shards: number;
  /** Write units of one job, over all shards. */
  readonly unitsPerJob: number;
  /** What the units are for. */
  readonly counted: string;
  /** What is done about it. */
  readonly advice: string;
}

/** Jobs a second from which on a key takes more than one partition gives. */
export const boundOf = ({ shards, unitsPerJob }: Pick<HotKey, "shards" | "unitsPerJob">): number =>
  (dynamodb.partition.writes * shards) / unitsPerJob;

/** Write units a second of each shard of a key, while as many jobs run as may. */
export const unitsOfShard = ({ shards, unitsPerJob, most = CONSUMERS }: HotKey, jobSeconds: number): number =>
  ((most / jobSeconds) * unitsPerJob) / shards;

/** Units of the item in which a queue's runs are counted, once each of its tasks has had runs of all durations. */
function statisticsUnits(tasks: readonly string[]): number {
  const buckets = [...secondsBuckets.keys(), secondsBuckets.length, "sum"];
  const names = [
    ...tasks.flatMap((task) => [
      ...["SUCCESS", "FAILURE", "RETRY"].map((status) => `n|${task}|${status}`),
      ...["d", "q"].flatMap((kind) => buckets.map((bucket) => `${kind}|${task}|${bucket}`)),
    ]),
    ...["l", "due"].flatMap((kind) => [`${kind}|high`, `${kind}|low`]),
  ];
  const counts = Object.fromEntries(names.map((name) => [name, 12_345_678]));
  return writeUnits(itemBytes({ pk: "STATS#0", sk: "queue|summarize", ...counts }));
}

const mostTasks = Math.max(...catalog.queues.map(({ tasks }) => tasks.length));
/** Of the queue whose counts take the most: the one of the most tasks. */
const mostCounts: number = Math.max(
  ...catalog.queues.map(({ tasks }) => statisticsUnits(tasks.map(({ name }) => name))),
);

/** Starts of the last minute that a limiter keeps one by one: `KEPT_APART` of `limits/schedule.ts`. */
const STARTS_KEPT = 150;

/** Bytes of a limiter's item while so many jobs hold a slot. @param starts that it keeps, too */
export function limiterBytes(slots: number, starts: number = STARTS_KEPT): number {
  const slot: Slot = {
    tenant: "team-alpha",
    key: undefined,
    taskId: "5e03a1f2-8c7b-4d21-9d6a-1f0e2c3b4a59",
    until: 1_796_120_000_123,
  };
  const token = (index: number) => String(index).padStart(32, "0");
  const state: LimitState = {
    version: 12_345_678,
    slots: new Map(Array.from({ length: slots }, (_, index) => [token(index), slot])),
    started: Array.from({ length: starts }, (_, index) => ({
      at: slot.until + index,
      tenant: slot.tenant,
      key: undefined,
      calls: 1,
      tokens: 1_234,
    })),
    planned: new Map(),
    tails: new Map(),
    runs: 12_345,
    runMs: 1_234_567,
    runTokens: 1_234_567,
  };
  return itemBytes({ pk: "LIMIT#llm", sk: "state", ttl: 1_796_120_000, ...stateItem(state) });
}

const STATISTICS_KEYS = `\`STATS#0\` to \`STATS#${STATISTICS_SHARDS - 1}\``;

/** A limiter replaces its item when a run is admitted, and changes it when the run has ended. */
const limiterWrites = 2;

/** The limiter of the language model, of all projects together. */
export const ofModel = (slots: number): HotKey => ({
  key: "`LIMIT#llm`",
  name: `${slots} concurrent model calls`,
  most: slots,
  writers: `runs with \`LLM_CONCURRENT_CALLS=${slots}\``,
  shards: 1,
  unitsPerJob: limiterWrites * writeUnits(limiterBytes(slots)),
  counted: `${writeUnits(limiterBytes(slots))} at the admission, ${writeUnits(limiterBytes(slots))} at the end; all slots and starts are in one item`,
  advice: "only limits per tenant (one item each); for short calls `WORKER_CONCURRENCY_BY_QUEUE`, which costs nothing",
});

const ofLane = (slots: number): HotKey => ({
  key: "`LIMIT#lane#<lane>#<project>`",
  name: `${slots} running jobs of a tenant`,
  most: slots,
  writers: `jobs of one tenant in one lane with \`PROJECT_RUNNING_JOBS=${slots}\``,
  shards: 1,
  unitsPerJob: limiterWrites * writeUnits(limiterBytes(slots, 0)),
  counted: `${writeUnits(limiterBytes(slots, 0))} at the admission, ${writeUnits(limiterBytes(slots, 0))} at the end`,
  advice: "no such quota for jobs that take less than ten seconds: the lanes are fair queues",
});

/** All of them, those with the lowest bound first. */
export const hotKeys: readonly HotKey[] = [
  ofModel(MOST_AT_ONCE),
  ofLane(MOST_AT_ONCE),
  ofModel(20),
  {
    key: "`USAGE#<project>`",
    name: "tokens of a tenant",
    writers: "runs of one tenant that used tokens",
    shards: 1,
    unitsPerJob: 1,
    counted: "one addition per run, while the tenant uses few models",
    advice: "more tenants; more work per run",
  },
  {
    key: "`REQUESTS#<project>`",
    name: "requests of a tenant",
    writers: "requests of one tenant with a quota of requests",
    shards: 1,
    unitsPerJob: 1,
    counted:
      "at most one write per submission; an instance of the API with a continuous stream of requests makes four a second",
    advice: "batches; no `PROJECT_REQUESTS_PER_SECOND` for this tenant",
  },
  {
    key: "`USAGE#*`",
    name: "tokens of all tenants",
    writers: "runs of all tenants that used tokens, with a daily limit for all tenants together",
    shards: 1,
    unitsPerJob: 1,
    counted: "one addition per run",
    advice: "daily limits per tenant instead of `LLM_TOKENS_PER_DAY`",
  },
  {
    key: STATISTICS_KEYS,
    name: `runs of a queue with ${mostTasks} tasks`,
    writers: "runs of the queue with the most tasks, one message per invocation",
    shards: STATISTICS_SHARDS,
    unitsPerJob: mostCounts,
    counted: `one addition per invocation; the item has the counters of all tasks of the queue`,
    advice: "no setting: rejected counts are lost, jobs are not",
  },
  {
    key: "`Q#<project>#<lane>#<shard>`",
    name: "waiting jobs of a tenant (quota)",
    writers: "jobs of one tenant in one lane, with a quota of waiting jobs",
    shards: table.queuedIndex.shards,
    unitsPerJob: 2,
    counted: "added by the submission, removed by the claim",
    advice: "no `PROJECT_QUEUED_JOBS` for this tenant, or more tenants",
  },
  {
    key: "`O#<project>#<shard>`",
    name: "open jobs of a tenant (quota)",
    writers: "jobs of one tenant in all lanes, with a quota of open jobs",
    shards: table.openIndex.shards,
    unitsPerJob: 2,
    counted: "added by the submission, removed when the job ends",
    advice: "no `PROJECT_OPEN_JOBS` for this tenant, or more tenants",
  },
  {
    key: "`P#<project>#<shard>`",
    name: "list of a tenant",
    writers: "jobs of one tenant",
    shards: table.listIndex.shards,
    unitsPerJob: 1,
    counted: "added by the submission",
    advice: "more tenants",
  },
  {
    key: STATISTICS_KEYS,
    name: "runs with tokens, of one task",
    writers: "runs that used tokens, of a queue with one task",
    shards: STATISTICS_SHARDS,
    unitsPerJob: 2,
    counted: "one addition for the run and one for its tokens",
    advice: "no setting, as above",
  },
  {
    key: "`WAIT#<high or low>#<shard>`",
    name: "waiting jobs, by kind of lane",
    writers: "jobs of all tenants and queues in lanes of one kind",
    shards: table.workIndex.shards,
    unitsPerJob: 2,
    counted: "added by the submission, removed by the claim",
    advice: "both lanes, or another stage",
  },
  {
    key: "`RUN#<shard>`",
    name: "running jobs",
    writers: "all jobs",
    shards: table.workIndex.shards,
    unitsPerJob: 2,
    counted: "added by the claim, removed by the commit; a job of more than 15 s takes two more every 15 s",
    advice: "another stage",
  },
];

/** Write units that one small job takes of the table and of its indexes. */
export const unitsOfSmallJob = { table: 4, list: 1, work: 4 } as const;

/** Jobs a second that a table, or an index, of so many units takes when its keys are spread well. */
export const jobsWithin = (units: number): number =>
  units / Math.max(...Object.values(unitsOfSmallJob).map((each) => each));
