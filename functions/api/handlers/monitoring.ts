import { taskNames } from "../../../contracts/catalog.ts";
import type { monitoringRoutes } from "../../../contracts/routes/monitoring.ts";
import { readLanes } from "../../../shared/monitoring/lanes.ts";
import { countRunning } from "../../../shared/monitoring/work-index.ts";
import type { Handlers } from "../handler.ts";

/** What queues, workers and jobs are doing, in the words of the API that Sluice replaces. */
export const monitoringHandlers: Handlers<keyof typeof monitoringRoutes> = {
  listRegisteredTasks: () => ({ body: { registered_tasks: [...taskNames], total_count: taskNames.length } }),

  async ping(_, { jobs }) {
    const lanes = (await readLanes(jobs)).filter((lane) => lane.reachable);
    return {
      body: {
        workers: Object.fromEntries(lanes.map(({ worker }) => [worker, { ok: "pong" as const }])),
        total_workers: lanes.length,
      },
    };
  },

  async tasksHealth(_, { jobs }) {
    const [lanes, running] = await Promise.all([readLanes(jobs), countRunning(jobs).catch(() => undefined)]);
    const connected = lanes.every((lane) => lane.reachable);
    return {
      body: {
        status: connected && running !== undefined ? "healthy" : "unhealthy",
        broker_connected: connected,
        workers: lanes.filter((lane) => lane.reachable).length,
        active_tasks: running ?? 0,
        timestamp: new Date().toISOString(),
      },
    };
  },
};
