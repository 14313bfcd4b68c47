/**
 * What a sweep reads and writes while many jobs are open, once a minute: `shared/engine/sweeper`.
 *
 * @module
 */

import { table } from "../../contracts/resources.ts";
import { nextCheck } from "../../shared/engine/sweeper/due.ts";
import { indexReadUnits, itemBytes } from "./item-bytes.ts";
import { dynamodb, prices } from "./published.ts";

/** Items of a page of what is due: `forEachDue`. */
const DUE_PAGE = 100;
/** Entries of a shard that are read at once, and those that are asked for beyond: `readWork`. */
const WORK_LIMIT = 5_000;
const WORK_PAGE = WORK_LIMIT + 10;
/** Kinds whose entries are read up to a time: RUN, DUE, UNCLAIMED, EXPIRE, RETRY, PARKED, CALLBACK, SCHEDULE, BATCH. */
const DUE_KINDS = 9;
/** Seconds for which what is due is sent ahead: `LOOK_AHEAD_MS`. */
const LOOK_AHEAD = 75;
/** Between two sweeps. */
const SWEEP_MS = 60_000;
const SHARDS = table.workIndex.shards;
/** Measured on Node 24: 80,000 entries as `toEntry` makes them, after a collection. Strings of entries differ where they do in use. */
const HEAP_BYTES = 287;

const place = { pk: "J#5e03a1f2-8c7b-4d21-9d6a-1f0e2c3b4a59", sk: "head", work_at: 1_796_120_000_123 };
const job = { task_name: "summarize", project_id: "team-alpha", queue: "summarize", generation: 1 };
const created = { lane: "low", created_at: 1_796_119_000_123 };

/** Bytes of an entry of the work index, by kind. */
export const entryBytes = {
  waiting: itemBytes({ ...place, ...job, ...created, work_pk: "WAIT#low#12", status: "PENDING" }),
  delayed: itemBytes({ ...place, ...job, ...created, work_pk: "DUE#12", status: "PENDING" }),
  running: itemBytes({
    ...place,
    ...job,
    ...created,
    work_pk: "RUN#12",
    status: "STARTED",
    worker: "summarize-low@sluice",
    started_at: 1_796_119_500_123,
  }),
} as const;

/** Jobs that have not ended. */
export interface OpenJobs {
  readonly running: number;
  /** For a minute or longer, by lane of one kind. */
  readonly waiting: readonly number[];
  /** Due in equal parts over so many seconds. */
  readonly delayed: { readonly jobs: number; readonly overSeconds: number };
  /** With `expires_in`, which have waited for so many minutes. */
  readonly expiring: { readonly jobs: number; readonly minutes: number };
}

/** What a sweep asks for. */
export interface SweepCost {
  readonly queries: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  /** Records that are read one by one. */
  readonly records: number;
  /** Messages that are sent. */
  readonly sends: number;
  /** MB of entries that the queries answer with. */
  readonly megabytes: number;
  /** MB of entries that are held at a time. */
  readonly heldMegabytes: number;
  /** Dollars. */
  readonly price: number;
}

/** Some queries. */
export interface Reading {
  readonly queries: number;
  readonly readUnits: number;
  readonly entries: number;
  readonly bytes: number;
}

/** @param sizes entries of each page */
function reading(sizes: readonly number[], bytes: number): Reading {
  const entries = sizes.reduce((sum, size) => sum + size, 0);
  return {
    queries: sizes.length,
    readUnits: sizes.reduce((sum, size) => sum + indexReadUnits(size * bytes), 0),
    entries,
    bytes: entries * bytes,
  };
}

const times = ({ queries, readUnits, entries, bytes }: Reading, by: number): Reading => ({
  queries: queries * by,
  readUnits: readUnits * by,
  entries: entries * by,
  bytes: bytes * by,
});

/** All that is due of a kind, in pages of a hundred: each shard's last page is one that is not full. */
export function readDue(due: number, bytes: number): Reading {
  const ofShard = Math.round(due / SHARDS);
  const full = Math.floor(ofShard / DUE_PAGE);
  return times(reading([...Array<number>(full).fill(DUE_PAGE), ofShard % DUE_PAGE], bytes), SHARDS);
}

/** The first entries of a kind: pages until they are 5,000 of a shard, each as long as one answer may be. */
export function readFirst(jobs: number, bytes: number): Reading {
  const page = Math.min(WORK_PAGE, Math.floor(dynamodb.pageBytes / bytes));
  const sizes: number[] = [];
  let left = Math.round(jobs / SHARDS);
  let taken = 0;
  do {
    const size = Math.min(page, left);
    sizes.push(size);
    taken += size;
    left -= size;
  } while (left > 0 && taken < WORK_LIMIT);
  return times(reading(sizes, bytes), SHARDS);
}

/**
 * What one sweep asks for, if it had the time for all of it. Of an index up to 1 MB it reads all by one call, and then what holds
 * something; here that is so for an empty one alone. Of a larger one, one sweep in five reads the first MB in vain, which is
 * not counted.
 */
export function sweepCost({ running, waiting, delayed, expiring }: OpenJobs): SweepCost {
  const isEmpty = running + delayed.jobs + expiring.jobs + waiting.reduce((sum, jobs) => sum + jobs, 0) === 0;
  const due = Math.min(delayed.jobs, (delayed.jobs * LOOK_AHEAD) / delayed.overSeconds);
  // What the sweep before has sent ahead is in the index until it is due.
  const released = Math.min(delayed.jobs, (delayed.jobs * 60) / delayed.overSeconds);
  const checked = (expiring.jobs * SWEEP_MS) / nextCheck(0, -expiring.minutes * SWEEP_MS);
  const lanes = [waiting[0] ?? 0, waiting[1] ?? 0].map((jobs) => readFirst(jobs, entryBytes.waiting));
  const runs = waiting.some((jobs) => jobs > 0) ? readFirst(running, entryBytes.running) : undefined;
  const idle = times(readDue(0, 0), DUE_KINDS - 2);
  const readings = isEmpty
    ? [reading([0], 0)]
    : [...lanes, ...(runs ? [runs] : []), idle, readDue(due, entryBytes.delayed), readDue(checked, entryBytes.waiting)];
  const sum = (of: (reading: Reading) => number) => readings.reduce((total, each) => total + of(each), 0);
  const held = (each: Reading) => Math.min(each.entries, WORK_LIMIT * SHARDS);
  // A record of up to 4 KB is one unit. The next check of a job that may expire changes its entry's key, which is two more
  // than the record; noting that a message was sent ahead leaves the entry as it is.
  const records = Math.round(due + checked);
  const readUnits = sum((each) => each.readUnits) + records;
  const writeUnits = Math.round(released) + 3 * Math.round(checked);
  return {
    queries: sum((each) => each.queries),
    readUnits,
    writeUnits,
    records,
    sends: Math.round(released),
    megabytes: sum((each) => each.bytes) / 1_048_576,
    heldMegabytes: ((Math.max(...lanes.map(held)) + (runs ? held(runs) : 0)) * HEAP_BYTES) / 1_048_576,
    price: (readUnits * prices.readUnit + writeUnits * prices.writeUnit) / 1e6,
  };
}

/** Jobs that are worked on side by side: ten of each of ten shards (`AT_ONCE`). */
const SIDE_BY_SIDE = 100;
/** Seconds of an invocation, less what is kept for its end. */
const SWEEP_SECONDS = 55;
/** What one call takes. An assumption, and a kind one: the function's processor is not counted. */
const CALL_SECONDS = 0.01;

/** Jobs that one sweep can work on at the most, each with so many calls one after the other. */
export const mostASweep = (calls: number): number => (SIDE_BY_SIDE * SWEEP_SECONDS) / (calls * CALL_SECONDS);
