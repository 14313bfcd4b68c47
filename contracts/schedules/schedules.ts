/**
 * Schedules that are made by API: a task, its input, and when it runs again and again.
 *
 * @module
 */

import { z } from "zod";
import { submitSchema } from "../jobs/submit.ts";
import { projectInBodySchema } from "../keys/project-id.ts";
import { configOfCallSchema, jobConfigSchema } from "../llm/configs.ts";
import { timeWithOffsetSchema } from "../time.ts";
import { isTimeZone } from "./time-zone.ts";

/** Schedules that a project may have. */
export const MAX_SCHEDULES = 500;
/** The input as JSON, and the config: they are in the schedule's own item. */
export const MAX_INPUT_BYTES = 64 * 1_024;

/** The body of `POST /schedules`. */
export const newScheduleSchema = z
  .strictObject({
    task_name: z.string().describe("A task's name or alias, also as tasks.<name>."),
    input: z.unknown().optional().describe("The task's input, an object. May be left out where the task needs none."),
    cron: z
      .string()
      .max(100)
      .optional()
      .describe("Minute, hour, day of the month, month, day of the week: `30 3 * * MON-FRI`."),
    rate: z
      .string()
      .regex(/^[1-9]\d{0,3} (minute|hour|day)s?$/, "must be a count and minutes, hours or days, such as 5 minutes")
      .optional()
      .describe("From when it was made or resumed: `5 minutes`, `1 hour`, `2 days`."),
    at: timeWithOffsetSchema.optional().describe("Once, at this time."),
    time_zone: z
      .string()
      .max(64)
      .refine(isTimeZone, "must be a time zone of the IANA database, such as Europe/Berlin")
      .default("UTC")
      .describe("What `cron` is meant in."),
    enabled: z.boolean().default(true),
    priority: z.int().min(0).max(10).optional().describe("5 and over takes the high lane. Default 1: background work."),
    project_id: projectInBodySchema
      .optional()
      .describe("The project to act for, when it is not the key's own: a string or a number."),
    config: configOfCallSchema
      .optional()
      .describe(
        "For tasks that ask a language model: a stored config by id and version, or one inline. Its jobs run with what it holds now.",
      ),
    callback_url: submitSchema.shape.callback_url.describe(
      "Notified by a signed webhook of the end of each of its jobs (Standard Webhooks). https, a public address.",
    ),
  })
  .meta({ id: "NewSchedule" });

const time = z.iso.datetime();

/** A schedule, with its next times. */
export const scheduleSchema = z
  .strictObject({
    schedule_id: z.string(),
    source: z
      .enum(["api", "catalog"])
      .describe("`catalog`: it belongs to the task's definition, and can be run, but not paused or deleted."),
    project_id: z.string(),
    task_name: z.string(),
    input: z.json(),
    cron: z.string().nullable().describe("Five fields; of the catalog's, the six of EventBridge Scheduler."),
    rate: z.string().nullable(),
    at: time.nullable(),
    time_zone: z.string(),
    enabled: z.boolean(),
    priority: z.int(),
    config: jobConfigSchema.nullable().describe("What it held when the schedule was made, with its id and version."),
    callback_url: z.string().nullable(),
    created_at: time.nullable().describe("Null for the catalog's: it came with a deployment."),
    last_run_at: time.nullable().describe("The last time for which a job was submitted."),
    last_task_id: z.string().nullable(),
    next_runs: z
      .array(time)
      .describe(
        "The next five times; none while it is paused or over, nor for a rate of the catalog before its first run.",
      ),
    error: z.string().nullable().describe("Why it was paused by itself: its job can no longer be submitted."),
    skipped_runs: z
      .int()
      .describe(
        "Times for which no job was submitted, as a quota of its project had no room for it; those are left out.",
      ),
    last_skip: z
      .strictObject({ at: time, reason: z.string().describe("Names the quota.") })
      .nullable()
      .describe("The last one of those."),
  })
  .meta({ id: "Schedule" });
