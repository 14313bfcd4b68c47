import { healthSchema, pingSchema, registeredTasksSchema } from "../operations.ts";
import type { RouteDefinition } from "./define-route.ts";

/** The routes of the monitoring API that Sluice replaces, with exactly its fields. */

export const monitoringRoutes = {
  listRegisteredTasks: {
    method: "GET",
    path: "/tasks/registered",
    scope: "read",
    tag: "Monitoring",
    summary: "List the tasks there are",
    description: "Makes no AWS call.",
    response: { status: 200, schema: registeredTasksSchema },
  },
  ping: {
    method: "GET",
    path: "/tasks/ping",
    scope: "read",
    tag: "Monitoring",
    summary: "Ask every worker for a sign of life",
    description: "A worker answers while its queue can be reached. AWS calls: one SQS GetQueueAttributes per lane.",
    response: { status: 200, schema: pingSchema },
  },
  tasksHealth: {
    method: "GET",
    path: "/tasks/health",
    scope: "read",
    tag: "Monitoring",
    summary: "Is the whole service healthy?",
    description:
      "Healthy while the table and every queue can be reached. AWS calls: one SQS GetQueueAttributes per lane and 16 DynamoDB counts of running jobs.",
    response: { status: 200, schema: healthSchema },
  },
} as const satisfies Record<string, RouteDefinition>;
