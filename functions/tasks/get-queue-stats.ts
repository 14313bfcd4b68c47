import type { TaskOutput } from "../../contracts/catalog.ts";
import { readDeadLetterDepths } from "../../shared/engine/monitoring/lanes.ts";
import { readWorkers } from "../../shared/engine/monitoring/workers.ts";
import { processServices } from "../services.ts";

/** One GetQueueAttributes per lane and dead-letter queue, and the running and delayed jobs from the work index. */
export async function run(): Promise<TaskOutput<"get_queue_stats">> {
  const services = processServices();
  const [lanes, dead] = await Promise.all([readWorkers(services), readDeadLetterDepths(services)]);
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
