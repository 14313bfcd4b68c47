/**
 * The routes of the monitoring API that Sluice replaces, with exactly its fields.
 *
 * @module
 */

import {
  activeQueuesSchema,
  activeTasksSchema,
  healthSchema,
  pingSchema,
  queueStatsSchema,
  registeredTasksSchema,
  reservedTasksSchema,
  scheduledTasksSchema,
  summarySchema,
  workerStatsSchema,
} from "../monitoring/operations.ts";
import type { RouteDefinition } from "./define-route.ts";
import { projectQuery } from "./shared-fields.ts";

const perLane = "one SQS GetQueueAttributes per lane";
const running = "16 DynamoDB queries of the sparse index of running jobs";
const monitored = { method: "GET", scope: "read", tag: "Monitoring" } as const;

/** The alias routes of the replaced monitoring API, and `GET /metrics`. */
export const monitoringRoutes = {
  queueStats: {
    ...monitored,
    path: "/tasks/queue/stats",
    summary: "Count tasks in total and by worker",
    description: `Active tasks are STARTED; reserved ones wait and are due, as SQS counts them. AWS calls: ${perLane}, ${running}.`,
    response: { status: 200, schema: queueStatsSchema },
  },
  workerStats: {
    ...monitored,
    path: "/tasks/workers/stats",
    summary: "Describe the workers",
    description: `A worker is one event source mapping, named <queue>-<lane>@lambda. AWS calls: ${perLane}, ${running}.`,
    response: { status: 200, schema: workerStatsSchema },
  },
  activeTasks: {
    ...monitored,
    path: "/tasks/tasks/active",
    summary: "List running tasks",
    description: `Of the key's project; of all projects for admin keys. AWS calls: ${running}.`,
    response: { status: 200, schema: activeTasksSchema },
  },
  scheduledTasks: {
    ...monitored,
    path: "/tasks/tasks/scheduled",
    summary: "List delayed tasks and tasks in backoff, next due first",
    description:
      "Of the key's project; of all projects for admin keys. AWS calls: 32 DynamoDB queries of the sparse index of waiting jobs.",
    response: { status: 200, schema: scheduledTasksSchema },
  },
  reservedTasks: {
    ...monitored,
    path: "/tasks/tasks/reserved",
    summary: "List tasks that are due and waiting",
    description: `The newest 100 of one project; total_count is what SQS counts, over all projects. AWS calls: ${perLane}, 4 DynamoDB queries and one batch read for each 100 jobs looked at, of which there are at most 1,000.`,
    query: projectQuery,
    response: { status: 200, schema: reservedTasksSchema },
  },
  listRegisteredTasks: {
    ...monitored,
    path: "/tasks/registered",
    summary: "List the available tasks",
    description: "Makes no AWS call.",
    response: { status: 200, schema: registeredTasksSchema },
  },
  activeQueues: {
    ...monitored,
    path: "/tasks/active_queues",
    summary: "List the queues of each worker",
    description: "Makes no AWS call.",
    response: { status: 200, schema: activeQueuesSchema },
  },
  ping: {
    ...monitored,
    path: "/tasks/ping",
    summary: "Ping all workers",
    description: `A worker answers while its queue can be reached. AWS calls: ${perLane}.`,
    response: { status: 200, schema: pingSchema },
  },
  tasksHealth: {
    ...monitored,
    path: "/tasks/health",
    summary: "Is the whole service healthy?",
    description: `Healthy while the table and every queue can be reached. AWS calls: ${perLane}, ${running}, counting only.`,
    response: { status: 200, schema: healthSchema },
  },
  tasksSummary: {
    ...monitored,
    path: "/tasks/summary",
    summary: "Get an overview of workers, tasks and broker",
    description: `AWS calls: ${perLane}, ${running}.`,
    response: { status: 200, schema: summarySchema },
  },
} as const satisfies Record<string, RouteDefinition>;
