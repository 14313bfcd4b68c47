/**
 * Workers: a lane of a queue together with the jobs that run from it.
 *
 * @module
 */

import type { TaskName } from "../../../contracts/catalog.ts";
import { queueOf } from "../../../contracts/queues.ts";
import type { JobServices } from "../jobs/services.ts";
import { type LaneDepth, readLanes } from "./lanes.ts";
import { readWork, type WorkEntry } from "./work-index.ts";

export interface WorkerState extends LaneDepth {
  readonly running: readonly WorkEntry[];
  readonly maxConcurrency: number;
  readonly tasks: readonly TaskName[];
}

export async function readWorkers(services: JobServices): Promise<WorkerState[]> {
  const [lanes, running] = await Promise.all([readLanes(services), readWork(services, "RUN")]);
  return lanes.map((lane) => ({
    ...lane,
    running: running.filter((job) => job.queue === lane.queue && job.lane === lane.lane),
    maxConcurrency: services.settings.WORKER_CONCURRENCY,
    tasks: queueOf(lane.queue).tasks,
  }));
}
