import type { monitoringRoutes } from "../../../contracts/routes/monitoring.ts";
import { allLanes, readLanes } from "../../../shared/engine/monitoring/lanes.ts";
import { readWork, type WorkEntry } from "../../../shared/engine/monitoring/work-index.ts";
import { readWorkers, type WorkerState } from "../../../shared/engine/monitoring/workers.ts";
import { iso } from "../../../shared/lib/time.ts";
import { type Caller, countedFor, mayAccessJob, projectFor } from "../caller.ts";
import type { Handlers } from "../route-handler.ts";

/** Tasks that a list shows at the most; its total_count continues counting. */
const LISTED = 1_000;

const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, item) => total + of(item), 0);

const byWorker = <T>(workers: readonly WorkerState[], of: (worker: WorkerState) => T): Record<string, T> =>
  Object.fromEntries(workers.map((worker) => [worker.worker, of(worker)]));

const poolOf = ({ running, maxConcurrency }: WorkerState) => ({
  max_concurrency: maxConcurrency,
  processes: Math.min(running.length, maxConcurrency),
});

const ownOf = (caller: Caller, entries: readonly WorkEntry[]): WorkEntry[] =>
  entries.filter((entry) => mayAccessJob(caller, entry));

/** What queues, workers and jobs are doing, in the words of the API that Sluice replaces. */
export const monitoringHandlers: Handlers<keyof typeof monitoringRoutes> = {
  listRegisteredTasks(_, { jobs }) {
    const { taskNames } = jobs.catalog;
    return { body: { registered_tasks: [...taskNames], total_count: taskNames.length } };
  },

  activeQueues(_, { jobs }) {
    const lanes = allLanes(jobs.catalog);
    const queues = Object.fromEntries(lanes.map(({ worker, name }) => [worker, [{ name }]]));
    return { body: { active_queues: queues, total_count: lanes.length } };
  },

  async ping(_, { jobs }) {
    const reached = (await readLanes(jobs)).filter((lane) => lane.reachable);
    const workers = Object.fromEntries(reached.map(({ worker }) => [worker, { ok: "pong" as const }]));
    return { body: { workers, total_workers: reached.length } };
  },

  async queueStats({ caller }, { jobs }) {
    const workers = (await readWorkers(jobs, countedFor(caller))).filter((worker) => worker.reachable);
    const active = (worker: WorkerState) => worker.running.length;
    return {
      body: {
        active_tasks: sum(workers, active),
        reserved_tasks: sum(workers, (worker) => worker.waiting),
        workers: workers.length,
        workers_active: workers.map((worker) => worker.worker),
        queue_stats: byWorker(workers, (worker) => ({
          pool: "lambda",
          ...poolOf(worker),
          active_tasks: active(worker),
          reserved_tasks: worker.waiting,
        })),
      },
    };
  },

  async workerStats({ caller }, { jobs }) {
    const workers = (await readWorkers(jobs, countedFor(caller))).filter((worker) => worker.reachable);
    return {
      body: {
        workers: byWorker(workers, (worker) => ({
          pool: { implementation: "lambda", ...poolOf(worker) },
          active_tasks: worker.running.length,
          registered_tasks: [...worker.tasks],
        })),
        total_workers: workers.length,
      },
    };
  },

  async activeTasks({ caller }, { jobs }) {
    const running = ownOf(caller, await readWork(jobs, "RUN"));
    const tasks = running.slice(0, LISTED).map((entry) => ({
      task_id: entry.task_id,
      task_name: entry.task_name,
      worker: entry.worker ?? null,
      time_start: entry.started_at === undefined ? null : entry.started_at / 1_000,
    }));
    return { body: { active_tasks: tasks, total_count: running.length } };
  },

  async scheduledTasks({ caller }, { jobs }) {
    const [delayed, retrying] = await Promise.all([readWork(jobs, "DUE"), readWork(jobs, "RETRY")]);
    const now = jobs.now();
    const waiting = ownOf(caller, [...delayed, ...retrying])
      .filter((entry) => entry.at > now)
      .sort((one, other) => one.at - other.at);
    const tasks = waiting
      .slice(0, LISTED)
      .map(({ task_id, task_name, status, at }) => ({ task_id, task_name, status, eta: iso(at) }));
    return { body: { scheduled_tasks: tasks, total_count: waiting.length } };
  },

  async reservedTasks({ query, caller }, { jobs }) {
    const [workers, page] = await Promise.all([
      readWorkers(jobs, countedFor(caller)),
      jobs.store.list({
        tenant: projectFor(caller, query.project_id),
        hiddenTasks: caller.hiddenTasks,
        status: "PENDING",
        limit: 100,
      }),
    ]);
    const now = jobs.now();
    const due = page.jobs.filter((record) => (record.next_attempt_at ?? 0) <= now);
    const tasks = due.map(({ task_id, task_name, status, created_at }) => ({
      task_id,
      task_name,
      status,
      created_at: iso(created_at),
    }));
    return { body: { reserved_tasks: tasks, total_count: sum(workers, (worker) => worker.waiting) } };
  },

  async tasksHealth({ caller }, { jobs }) {
    const own = async () => ownOf(caller, await readWork(jobs, "RUN")).length;
    const [lanes, running] = await Promise.all([readLanes(jobs), own().catch(() => undefined)]);
    const connected = lanes.every((lane) => lane.reachable);
    return {
      body: {
        status: connected && running !== undefined ? "healthy" : "unhealthy",
        broker_connected: connected,
        workers: sum(lanes, (lane) => (lane.reachable ? 1 : 0)),
        active_tasks: running ?? 0,
        timestamp: iso(jobs.now()),
      },
    };
  },

  async tasksSummary({ caller }, { jobs }) {
    const workers = await readWorkers(jobs, countedFor(caller));
    const connected = workers.every((worker) => worker.reachable);
    const active = sum(workers, (worker) => worker.running.length);
    const reserved = sum(workers, (worker) => worker.waiting);
    return {
      body: {
        status: connected ? "healthy" : "unhealthy",
        workers: { total: workers.length, active: sum(workers, (worker) => (worker.running.length > 0 ? 1 : 0)) },
        tasks: { active, reserved, total: active + reserved },
        broker: { connected, type: "sqs" },
      },
    };
  },
};
