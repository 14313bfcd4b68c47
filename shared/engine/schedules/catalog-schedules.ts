/**
 * Schedules that tasks have by their definition. EventBridge Scheduler runs them; here they are looked at, and their last
 * runs kept.
 *
 * @module
 */

import { Cron } from "croner";
import { z } from "zod";
import type { Catalog } from "../../../contracts/define-catalog.ts";
import type { TaskDefinition, TaskSchedule } from "../../../contracts/define-task.ts";
import { parseItem, type Table } from "../table/table.ts";
import { nextRuns, type Timing } from "./next-run.ts";

/** The project of their jobs: they belong to the stack itself, not to a tenant. */
export const CATALOG_PROJECT = "default";

const PREFIX = "catalog-";

/** A task with a schedule of its own. */
export type ScheduledTask = TaskDefinition & { readonly schedule: TaskSchedule };

const isScheduled = (task: TaskDefinition): task is ScheduledTask => task.schedule !== undefined;

/** The tasks of a catalog that have a schedule. */
export const scheduledTasks = ({ tasks }: Catalog): ScheduledTask[] => Object.values(tasks).filter(isScheduled);

/** The id under which a task's own schedule is shown. */
export const catalogScheduleId = ({ name }: Pick<TaskDefinition, "name">): string => PREFIX + name;

/** @returns undefined when the id is not that of a catalog's schedule */
export const scheduledTaskOf = (catalog: Catalog, id: string): ScheduledTask | undefined =>
  scheduledTasks(catalog).find((task) => catalogScheduleId(task) === id);

/** The kind of an expression of EventBridge Scheduler, and what stands in its brackets. */
export function expressionOf({ expression }: TaskSchedule): { readonly kind: string; readonly value: string } {
  const [, kind = "", value = ""] = /^(cron|rate|at)\((.+)\)$/.exec(expression.trim()) ?? [];
  return { kind, value };
}

/** The last run of a schedule. Times in milliseconds since the epoch. */
export interface LastRun {
  readonly at: number;
  readonly taskId: string;
}

/**
 * The next times of a task's own schedule, as EventBridge Scheduler will run it.
 * @param last a rate counts from it; without one it is not known when its times are
 */
export function nextCatalogRuns(
  schedule: TaskSchedule,
  { after, last, count }: { readonly after: number; readonly last: LastRun | undefined; readonly count: number },
): number[] {
  const { kind, value } = expressionOf(schedule);
  const timezone = schedule.timeZone ?? "UTC";
  if (kind === "cron") {
    // The fields of EventBridge lack the seconds and count weekdays from 1 = Sunday, as Quartz does.
    const options = { timezone, mode: "7-part", alternativeWeekdays: true, sloppyRanges: true, paused: true } as const;
    return new Cron(`0 ${value}`, options).nextRuns(count, new Date(after)).map((time) => time.getTime());
  }
  if (kind === "at") {
    const time = new Cron(value, { timezone, paused: true }).nextRun(new Date(after));
    return time ? [time.getTime()] : [];
  }
  if (!last) return [];
  const timing: Timing = { rate: value, time_zone: timezone, counts_from: last.at };
  return nextRuns(timing, after, count);
}

const noteSchema = z.object({ last_run_at: z.number(), last_task_id: z.string() });
const noteKey = (task: Pick<TaskDefinition, "name">) => ({ pk: `SCHEDULE#${catalogScheduleId(task)}`, sk: "head" });

/** Notes the job of a schedule's time. */
export async function noteCatalogRun(table: Table, taskName: string, { at, taskId }: LastRun): Promise<void> {
  await table.put({ ...noteKey({ name: taskName }), last_run_at: at, last_task_id: taskId });
}

/** The last runs of tasks, by their names. One read. */
export async function lastCatalogRuns(
  table: Table,
  tasks: readonly ScheduledTask[],
): Promise<ReadonlyMap<string, LastRun>> {
  const items = await table.getMany(tasks.map(noteKey));
  const byKey = new Map(items.map((item) => [item.pk, parseItem(noteSchema, item)]));
  return new Map(
    tasks.flatMap((task) => {
      const note = byKey.get(noteKey(task).pk);
      return note ? [[task.name, { at: note.last_run_at, taskId: note.last_task_id }] as const] : [];
    }),
  );
}
