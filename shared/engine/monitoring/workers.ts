/**
 * Workers: a lane of a queue together with the jobs that run from it.
 *
 * @module
 */

import type { JobServices } from "../jobs/services.ts";
import { type LaneDepth, readLanes } from "./lanes.ts";
import { readWork, type WorkEntry } from "./work-index.ts";

/** A worker and the messages it has. */
export interface WorkerState extends LaneDepth {
  readonly running: readonly WorkEntry[];
  readonly maxConcurrency: number;
  /** Names. */
  readonly tasks: readonly string[];
}

/** Reads the depth of every worker's lane. */
export async function readWorkers(services: JobServices): Promise<WorkerState[]> {
  const [lanes, running] = await Promise.all([readLanes(services), readWork(services, "RUN")]);
  return lanes.map((lane) => ({
    ...lane,
    running: running.filter((job) => job.queue === lane.queue && job.lane === lane.lane),
    maxConcurrency: services.settings.WORKER_CONCURRENCY,
    tasks: services.catalog.queueOf(lane.queue).tasks.map(({ name }) => name),
  }));
}
