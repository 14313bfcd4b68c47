/**
 * Schedules that are made by API, in the table of jobs: each is one item, which the sweeper finds by its next time.
 *
 * @module
 */

import { randomUUID } from "node:crypto";
import { z } from "zod";
import { limitedKeySchema } from "../../../contracts/keys/key-limits.ts";
import { table as names } from "../../../contracts/resources.ts";
import type { JobRecord } from "../jobs/record.ts";
import { listSort, workPartition } from "../table/addresses.ts";
import { type ListPage, listPage } from "../table/list-page.ts";
import { type Item, parseItem, type Table } from "../table/table.ts";
import { nextRun } from "./next-run.ts";

const recordSchema = z.object({
  pk: z.string(),
  project_id: z.string(),
  task_name: z.string(),
  /** As JSON. */
  input: z.string(),
  cron: z.string().optional(),
  rate: z.string().optional(),
  at: z.number().optional(),
  time_zone: z.string(),
  counts_from: z.number(),
  enabled: z.boolean(),
  priority: z.number(),
  created_at: z.number(),
  /** The next time; there while it is enabled and not over. */
  next_at: z.number().optional(),
  last_run_at: z.number().optional(),
  last_task_id: z.string().optional(),
  error: z.string().optional(),
  /** Runs that a quota of the project refused, with the time and the reason of the last. */
  skipped_runs: z.number().optional(),
  last_skipped_at: z.number().optional(),
  last_skip_reason: z.string().optional(),
  /** The config of its jobs, as JSON, and what its use is counted under. */
  config: z.string().optional(),
  config_name: z.string().optional(),
  /** Notified of the end of each of its jobs. */
  callback_url: z.string().optional(),
  /** The key that it was made with, where that has limits of its own. */
  limited_key: limitedKeySchema.optional(),
});

/** A schedule's item. */
export type ScheduleRecord = z.infer<typeof recordSchema> & { readonly schedule_id: string };

/** What a new schedule is made of. */
export type NewSchedule = Omit<ScheduleRecord, "pk" | "schedule_id" | "counts_from" | "created_at" | "next_at">;

/** The key of a schedule's item. */
const scheduleKey = (id: string) => ({ pk: `SCHEDULE#${id}`, sk: "head" });
/** The schedule of an item, or of its entry in an index. */
export const scheduleIdOf = (item: Readonly<Record<string, unknown>>): string =>
  String(item.pk).slice("SCHEDULE#".length);
const listPartition = (tenant: string) => `SCHEDULES#${tenant}`;

/** What a schedule's jobs are submitted with, whenever that is. */
export const scheduledJob = (schedule: ScheduleRecord) => ({
  taskName: schedule.task_name,
  tenant: schedule.project_id,
  input: JSON.parse(schedule.input) as unknown,
  priority: schedule.priority,
  limitedKey: schedule.limited_key,
  callbackUrl: schedule.callback_url,
  ...(schedule.config !== undefined && {
    config: JSON.parse(schedule.config) as unknown,
    configName: schedule.config_name,
  }),
});

const placeAt = (id: string, at: number) => ({ next_at: at, work_pk: workPartition("SCHEDULE", id), work_at: at });
const PLACE: readonly string[] = ["next_at", "work_pk", "work_at"];

/** Makes, finds and changes schedules. */
export class ScheduleStore {
  readonly #table: Table;
  readonly #now: () => number;

  constructor(table: Table, now: () => number) {
    this.#table = table;
    this.#now = now;
  }

  /** Writes a new schedule. */
  async create(schedule: NewSchedule): Promise<ScheduleRecord> {
    const now = this.#now();
    const id = randomUUID();
    const record = { ...schedule, created_at: now, counts_from: now };
    const next = schedule.enabled ? nextRun(record, now) : undefined;
    const item = {
      ...scheduleKey(id),
      ...record,
      list_pk: listPartition(schedule.project_id),
      list_sk: listSort(now, id),
      ...(next !== undefined && placeAt(id, next)),
    };
    await this.#table.put(item);
    return parse(item);
  }

  /** One read. @returns undefined when there is none */
  async get(id: string): Promise<ScheduleRecord | undefined> {
    const item = await this.#table.get(scheduleKey(id));
    return item && parse(item);
  }

  /** A project's schedules, newest first. @throws InvalidCursorError */
  async list(tenant: string, page: ListPage) {
    const keyOf = (entry: Item) => scheduleKey(scheduleIdOf(entry));
    const { items, nextCursor } = await listPage(this.#table, listPartition(tenant), { ...page, keyOf });
    return { schedules: items.map(parse), nextCursor };
  }

  /** How many a project has. */
  count(tenant: string): Promise<number> {
    return this.#table.count({ index: names.listIndex, partition: listPartition(tenant) });
  }

  /** @param error why it is paused, when that was not asked for */
  pause(schedule: ScheduleRecord, error?: string): Promise<ScheduleRecord | undefined> {
    return this.#change(schedule, { set: { enabled: false, error }, remove: PLACE });
  }

  /** Continues with the next time from now. @returns undefined when there is none any more */
  async resume(schedule: ScheduleRecord): Promise<ScheduleRecord | undefined> {
    const now = this.#now();
    // The job of a time that is still to come may have been submitted ahead.
    const next = nextRun({ ...schedule, counts_from: now }, Math.max(now, schedule.last_run_at ?? 0));
    if (next === undefined) return undefined;
    const set = { enabled: true, counts_from: now, ...placeAt(schedule.schedule_id, next) };
    return this.#change(schedule, { set, remove: ["error"] });
  }

  /**
   * Notes that the job of a time was submitted, and when the next one is due. Holds once for each time.
   * @param job stands for the times until it was made: for those since then, when a sweep died before it noted that, another
   * one makes up
   */
  advance(
    schedule: ScheduleRecord,
    job: Pick<JobRecord, "task_id" | "created_at">,
  ): Promise<ScheduleRecord | undefined> {
    const set = { last_run_at: schedule.next_at ?? 0, last_task_id: job.task_id };
    return this.#toNext(schedule, job.created_at, { set });
  }

  /**
   * Notes that no job was submitted for a time, and when the next one is due. Holds once for each time.
   * @param reason names the quota that refused it
   */
  skip(schedule: ScheduleRecord, reason: string): Promise<ScheduleRecord | undefined> {
    const set = { last_skipped_at: schedule.next_at ?? 0, last_skip_reason: reason };
    return this.#toNext(schedule, this.#now(), { set, add: { skipped_runs: 1 } });
  }

  /** @param settled the times until then are dealt with */
  async #toNext(
    schedule: ScheduleRecord,
    settled: number,
    { set, ...rest }: Pick<Parameters<Table["updateIf"]>[1], "set" | "add">,
  ): Promise<ScheduleRecord | undefined> {
    const due = schedule.next_at ?? 0;
    const next = nextRun(schedule, Math.max(due, settled));
    const change =
      next === undefined
        ? { ...rest, set: { ...set, enabled: false }, remove: PLACE }
        : { ...rest, set: { ...set, ...placeAt(schedule.schedule_id, next) } };
    const item = await this.#table.updateIf(scheduleKey(schedule.schedule_id), change, {
      condition: "#next_at = :due",
      values: { ":due": due },
    });
    return item && parse(item);
  }

  /** @returns false when there was none */
  async delete(id: string): Promise<boolean> {
    return (await this.#table.delete(scheduleKey(id))) !== undefined;
  }

  async #change(
    { schedule_id: id }: ScheduleRecord,
    change: Parameters<Table["updateIf"]>[1],
  ): Promise<ScheduleRecord | undefined> {
    const item = await this.#table.updateIf(scheduleKey(id), change, { condition: "attribute_exists(#pk)" });
    return item && parse(item);
  }
}

function parse(item: Readonly<Record<string, unknown>>): ScheduleRecord {
  return { ...parseItem(recordSchema, item), schedule_id: scheduleIdOf(item) };
}
