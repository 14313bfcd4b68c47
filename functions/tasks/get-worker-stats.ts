import type { TaskOutput } from "../../contracts/catalog.ts";
import { readWorkers } from "../../shared/engine/monitoring/workers.ts";
import { processServices } from "../services.ts";

/** Lanes from SQS, running jobs from the work index. */
export async function run(): Promise<TaskOutput<"get_worker_stats">> {
  const workers = await readWorkers(processServices());
  return {
    workers: Object.fromEntries(
      workers.map(({ worker, running, maxConcurrency, tasks }) => [
        worker,
        { active_tasks: running.length, max_concurrency: maxConcurrency, registered_tasks: [...tasks] },
      ]),
    ),
    total_workers: workers.length,
    total_active: workers.reduce((sum, worker) => sum + worker.running.length, 0),
  };
}
