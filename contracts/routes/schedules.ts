import { z } from "zod";
import { newScheduleSchema, scheduleSchema } from "../schedules/schedules.ts";
import type { RouteDefinition } from "./define-route.ts";
import { pageQuery, projectQuery } from "./shared-fields.ts";

const params = z.object({
  schedule_id: z.union([z.uuid(), z.string().regex(/^catalog-[a-z0-9_]{1,64}$/)], "There is no such schedule."),
});

/** Routes of schedules. */
export const scheduleRoutes = {
  createSchedule: {
    method: "POST",
    path: "/schedules",
    scope: "submit",
    tag: "Schedules",
    summary: "Make a schedule",
    description:
      "Give one of cron, rate and at. One job is submitted for each time, within a minute of it; of times that passed while nothing could be submitted, the last one is made up for. AWS calls: one DynamoDB query and one write.",
    query: projectQuery,
    body: newScheduleSchema,
    response: { status: 201, schema: scheduleSchema },
    problems: [404, 409],
  },
  listSchedules: {
    method: "GET",
    path: "/schedules",
    scope: "read",
    tag: "Schedules",
    summary: "List schedules, newest first",
    description:
      "Those of the project. Who sees the jobs of the catalog's schedules (admin keys) has these on the first page too, behind the project's and beyond its limit. AWS calls: one DynamoDB query, and one read or two.",
    query: pageQuery.extend(projectQuery.shape),
    response: {
      status: 200,
      schema: z.strictObject({ schedules: z.array(scheduleSchema), next_cursor: z.string().nullable() }),
    },
  },
  getSchedule: {
    method: "GET",
    path: "/schedules/{schedule_id}",
    params,
    scope: "read",
    tag: "Schedules",
    summary: "Get a schedule with its next times",
    description: "The times are in UTC, whatever the time zone of the schedule.",
    response: { status: 200, schema: scheduleSchema },
    problems: [404],
  },
  pauseSchedule: {
    method: "POST",
    path: "/schedules/{schedule_id}/pause",
    params,
    scope: "submit",
    tag: "Schedules",
    summary: "Pause a schedule",
    description: "A job that was submitted for the next minute already runs. Pausing twice is success.",
    response: { status: 200, schema: scheduleSchema },
    problems: [404, 409],
  },
  resumeSchedule: {
    method: "POST",
    path: "/schedules/{schedule_id}/resume",
    params,
    scope: "submit",
    tag: "Schedules",
    summary: "Resume a schedule",
    description: "Continues with its next time; those that passed are left out. 409 when there is none any more.",
    response: { status: 200, schema: scheduleSchema },
    problems: [404, 409],
  },
  runSchedule: {
    method: "POST",
    path: "/schedules/{schedule_id}/run",
    params,
    scope: "submit",
    tag: "Schedules",
    summary: "Run a schedule's task now",
    description: "One job more; its times stay as they are, and it may be paused.",
    response: { status: 202, schema: z.strictObject({ schedule_id: z.string(), task_id: z.string() }) },
    problems: [404, 503],
  },
  deleteSchedule: {
    method: "DELETE",
    path: "/schedules/{schedule_id}",
    params,
    scope: "submit",
    tag: "Schedules",
    summary: "Delete a schedule",
    description: "Its jobs stay.",
    response: {
      status: 200,
      schema: z.strictObject({ schedule_id: z.string(), status: z.literal("deleted") }),
    },
    problems: [404, 409],
  },
} as const satisfies Record<string, RouteDefinition>;
