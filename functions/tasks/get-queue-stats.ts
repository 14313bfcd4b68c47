import type { TaskOutput } from "../../contracts/catalog.ts";
import { readDeadLetterDepths, readLanes } from "../../shared/engine/monitoring/lanes.ts";
import { processServices } from "../services.ts";

/** One GetQueueAttributes per lane and dead-letter queue. */
export async function run(): Promise<TaskOutput<"get_queue_stats">> {
  const services = processServices();
  const [lanes, dead] = await Promise.all([readLanes(services), readDeadLetterDepths(services)]);
  return {
    queues: Object.fromEntries(
      lanes.map(({ name, waiting, inFlight, delayed, reachable }) => [
        name,
        { waiting, in_flight: inFlight, delayed, reachable },
      ]),
    ),
    dead_letters: Object.fromEntries(dead),
    total_waiting: lanes.reduce((sum, lane) => sum + lane.waiting, 0),
  };
}
