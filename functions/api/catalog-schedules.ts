/**
 * The catalog's own schedules as the API shows them: beside those that projects make, to whoever sees their jobs.
 *
 * @module
 */

import type { z } from "zod";
import { BACKGROUND_PRIORITY } from "../../contracts/jobs/lanes.ts";
import type { scheduleSchema } from "../../contracts/schedules/schedules.ts";
import {
  CATALOG_PROJECT,
  catalogScheduleId,
  expressionOf,
  type LastRun,
  lastCatalogRuns,
  nextCatalogRuns,
  type ScheduledTask,
  scheduledTaskOf,
  scheduledTasks,
} from "../../shared/engine/schedules/catalog-schedules.ts";
import { iso, isoOrNull } from "../../shared/lib/time.ts";
import { type Caller, mayAccess } from "./caller.ts";
import type { ApiServices } from "./route-handler.ts";

type Schedule = z.output<typeof scheduleSchema>;

const SHOWN_RUNS = 5;

const maySee = (caller: Caller, task: ScheduledTask): boolean =>
  mayAccess(caller, CATALOG_PROJECT) && !caller.hiddenTasks.has(task.name);

function present(task: ScheduledTask, last: LastRun | undefined, now: number): Schedule {
  const { schedule } = task;
  const { kind, value } = expressionOf(schedule);
  const runs = nextCatalogRuns(schedule, { after: now, last, count: SHOWN_RUNS });
  return {
    schedule_id: catalogScheduleId(task),
    source: "catalog",
    project_id: CATALOG_PROJECT,
    task_name: task.name,
    input: schedule.input as Schedule["input"],
    cron: kind === "cron" ? value : null,
    rate: kind === "rate" ? value : null,
    at: kind === "at" ? isoOrNull(runs[0] ?? last?.at) : null,
    time_zone: schedule.timeZone ?? "UTC",
    enabled: true,
    priority: BACKGROUND_PRIORITY,
    config: null,
    callback_url: null,
    created_at: null,
    last_run_at: isoOrNull(last?.at),
    last_task_id: last?.taskId ?? null,
    next_runs: runs.map(iso),
    error: null,
    skipped_runs: 0,
    last_skip: null,
  };
}

async function presentAll(tasks: readonly ScheduledTask[], { jobs }: ApiServices): Promise<Schedule[]> {
  if (tasks.length === 0) return [];
  const last = await lastCatalogRuns(jobs.store.table, tasks);
  return tasks.map((task) => present(task, last.get(task.name), jobs.now()));
}

/** The catalog's schedules that a caller sees. Of a project that is asked for, they are those of the stack's own. */
export function listCatalogSchedules(
  caller: Caller,
  asked: string | undefined,
  services: ApiServices,
): Promise<Schedule[]> {
  const isAskedFor = asked === undefined || asked === CATALOG_PROJECT;
  const seen = isAskedFor ? scheduledTasks(services.jobs.catalog).filter((task) => maySee(caller, task)) : [];
  return presentAll(seen, services);
}

/** The task of a catalog's schedule, for those who see it. @returns undefined for any other id */
export function catalogTaskFor(caller: Caller, id: string, { jobs }: ApiServices): ScheduledTask | undefined {
  const task = scheduledTaskOf(jobs.catalog, id);
  return task && maySee(caller, task) ? task : undefined;
}

/** One of the catalog's schedules. @returns undefined for any other id */
export async function getCatalogSchedule(
  caller: Caller,
  id: string,
  services: ApiServices,
): Promise<Schedule | undefined> {
  const task = catalogTaskFor(caller, id, services);
  return task && (await presentAll([task], services))[0];
}
