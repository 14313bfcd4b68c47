/**
 * Workers: a lane of a queue together with the jobs that run from it.
 *
 * @module
 */

import { laneName } from "../../../contracts/jobs/lanes.ts";
import { ownConcurrency } from "../../../contracts/settings/tasks.ts";
import type { JobServices } from "../jobs/services.ts";
import type { WorkKind } from "../table/addresses.ts";
import { type LaneDepth, readLanes } from "./lanes.ts";
import { readWork, type WorkEntry, type WorkRange } from "./work-index.ts";

/** A worker, the messages in its lane, and its jobs. */
export interface WorkerState extends LaneDepth {
  /** Jobs that are not due yet: SQS holds the messages of those that are due within 15 minutes, the table knows all. */
  readonly delayed: number;
  readonly running: readonly WorkEntry[];
  readonly maxConcurrency: number;
  /** Names. */
  readonly tasks: readonly string[];
}

/** Reads work of a kind, as {@link readWork} does. */
type ReadWork = (kind: WorkKind, range?: WorkRange) => Promise<WorkEntry[]>;

/** Jobs that wait for a worker, and those that wait for their next attempt, as SQS would count their messages. */
async function readWaiting(read: ReadWork, isWanted: (entry: WorkEntry) => boolean) {
  const kinds = ["WAIT#high", "WAIT#low", "EXPIRE"] as const;
  const [waiting, retrying] = await Promise.all([
    byLane(
      Promise.all(kinds.map((kind) => read(kind))).then((found) => found.flat()),
      isWanted,
    ),
    byLane(read("RETRY"), isWanted),
  ]);
  return (name: string, running: number) => ({
    waiting: waiting(name).length,
    inFlight: running + retrying(name).length,
    heldBack: 0,
  });
}

const laneOf = ({ queue, lane }: WorkEntry): string => laneName(queue, lane);

/** The entries of an index by lane. */
async function byLane(entries: Promise<WorkEntry[]>, isWanted: (entry: WorkEntry) => boolean) {
  const lanes = Map.groupBy((await entries).filter(isWanted), laneOf);
  return (name: string): readonly WorkEntry[] => lanes.get(name) ?? [];
}

/**
 * Reads the depth of every worker's lane, its running jobs and its delayed ones.
 * @param isWanted counts these jobs alone, by the work index; without it, waiting jobs are counted by SQS
 * @param read reads the work index otherwise than shard by shard
 */
export async function readWorkers(
  services: JobServices,
  isWanted?: (entry: WorkEntry) => boolean,
  read: ReadWork = (kind, range) => readWork(services, kind, range),
): Promise<WorkerState[]> {
  const [lanes, own] = await Promise.all([readLanes(services), isWanted && readWaiting(read, isWanted)]);
  const [running, delayed] = await Promise.all([
    byLane(read("RUN"), isWanted ?? (() => true)),
    byLane(read("DUE", { since: services.now() }), isWanted ?? (() => true)),
  ]);
  const { settings } = services;
  return lanes.map((lane) => ({
    ...lane,
    ...own?.(lane.name, running(lane.name).length),
    running: running(lane.name),
    delayed: delayed(lane.name).length,
    maxConcurrency: ownConcurrency(settings).get(lane.queue) ?? settings.WORKER_CONCURRENCY,
    tasks: services.catalog.queueOf(lane.queue).tasks.map(({ name }) => name),
  }));
}
