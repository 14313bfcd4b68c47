/**
 * Workers: a lane of a queue together with the jobs that run from it.
 *
 * @module
 */

import { laneName } from "../../../contracts/jobs/lanes.ts";
import type { JobServices } from "../jobs/services.ts";
import { type LaneDepth, readLanes } from "./lanes.ts";
import { readWork, type WorkEntry } from "./work-index.ts";

/** A worker, the messages in its lane, and its jobs. */
export interface WorkerState extends LaneDepth {
  /** Jobs that are not due yet: SQS holds the messages of those that are due within 15 minutes, the table knows all. */
  readonly delayed: number;
  readonly running: readonly WorkEntry[];
  readonly maxConcurrency: number;
  /** Names. */
  readonly tasks: readonly string[];
}

const laneOf = ({ queue, lane }: WorkEntry): string => laneName(queue, lane);

/** Reads the depth of every worker's lane, its running jobs and its delayed ones. */
export async function readWorkers(services: JobServices): Promise<WorkerState[]> {
  const [lanes, running, delayed] = await Promise.all([
    readLanes(services),
    readWork(services, "RUN"),
    readWork(services, "DUE", { since: services.now() }),
  ]);
  const runningByLane = Map.groupBy(running, laneOf);
  const delayedByLane = Map.groupBy(delayed, laneOf);
  return lanes.map((lane) => ({
    ...lane,
    running: runningByLane.get(lane.name) ?? [],
    delayed: delayedByLane.get(lane.name)?.length ?? 0,
    maxConcurrency: services.settings.WORKER_CONCURRENCY,
    tasks: services.catalog.queueOf(lane.queue).tasks.map(({ name }) => name),
  }));
}
