/**
 * Queues and workers, as an operator sees and steers them.
 *
 * @module
 */

import { z } from "zod";
import { lanes } from "../jobs/lanes.ts";
import {
  laneSamplesSchema,
  lanesPausedSchema,
  queuePurgedSchema,
  queuesSchema,
  runHistorySchema,
  workersSchema,
} from "../monitoring/operations.ts";
import type { RouteDefinition } from "./define-route.ts";
import { queueParams } from "./shared-fields.ts";

const laneSchema = z.enum(lanes).optional().describe("Both lanes when left out.");
const acting = { method: "POST", scope: "admin", tag: "Monitoring", params: queueParams } as const;

/** Routes of queues and workers. */
export const queueRoutes = {
  listQueues: {
    method: "GET",
    path: "/queues",
    scope: "read",
    tag: "Monitoring",
    summary: "Get depth, age and rate of every lane",
    description:
      "AWS calls: one SQS GetQueueAttributes for each lane and dead-letter queue, 9 DynamoDB queries of counters, one scan of the index of jobs that wait, run or have failed (beyond 1 MB, some 3,500 jobs, 16 queries for each kind of them), a write when the minute has no sample yet, and every 15 seconds one Lambda ListEventSourceMappings per queue; none for an answer that is given again.",
    query: z.strictObject({
      dead_letters: z
        .stringbool()
        .default(false)
        .describe("Count dead letters too: beyond 1 MB of the index, 16 more DynamoDB queries per queue."),
      max_age: z.coerce
        .number()
        .int()
        .min(0)
        .max(60)
        .default(0)
        .describe("Seconds for which an answer to another request of the project may be given again."),
    }),
    response: { status: 200, schema: queuesSchema },
  },
  listSamples: {
    method: "GET",
    path: "/queues/history",
    scope: "read",
    tag: "Monitoring",
    summary: "Get depth, age and completed runs of every lane by minute",
    description:
      "One sample a minute, kept for 24 hours. They are of all projects: empty unless the key is an admin key. AWS calls: one DynamoDB query.",
    query: z.strictObject({ minutes: z.coerce.number().int().min(1).max(1_440).default(60) }),
    response: { status: 200, schema: laneSamplesSchema },
  },
  listRuns: {
    method: "GET",
    path: "/runs/history",
    scope: "read",
    tag: "Monitoring",
    summary: "Get runs, failures and durations over time",
    description:
      "Counted every five minutes, kept for eight days. They are of all projects: empty unless the key is an admin key. A point covers five minutes for up to 6 hours, 20 minutes for up to a day, else two hours. AWS calls: 8 DynamoDB queries of counters, and one query of the points for each MB of them.",
    query: z.strictObject({
      hours: z.coerce.number().int().min(1).max(168).default(24),
      task_name: z.string().min(1).max(100).optional().describe("Runs of one task alone."),
    }),
    response: { status: 200, schema: runHistorySchema },
  },
  purgeQueue: {
    ...acting,
    path: "/queues/{queue}/purge",
    summary: "Revoke the jobs that wait in a queue",
    description:
      "Job by job, and their messages with them. Jobs that run, and those in a delay or a backoff, are left alone. Works for 20 seconds at most; `more` then says to ask again. AWS calls: for each ten jobs one SQS receive and delete, and a DynamoDB write for each job.",
    body: z.strictObject({ lane: laneSchema }),
    response: { status: 200, schema: queuePurgedSchema },
    problems: [404],
  },
  pauseQueue: {
    ...acting,
    path: "/queues/{queue}/pause",
    summary: "Pause a queue",
    description:
      "Disables the lanes' event source mappings. Running jobs continue; waiting jobs keep waiting, for four days at most. Takes effect within a minute. AWS calls: one Lambda ListEventSourceMappings per queue, and one UpdateEventSourceMapping for each lane that changes.",
    body: z.strictObject({ lane: laneSchema }),
    response: { status: 200, schema: lanesPausedSchema },
    problems: [404, 503],
  },
  resumeQueue: {
    ...acting,
    path: "/queues/{queue}/resume",
    summary: "Resume a queue",
    description: "AWS calls: those of pausing.",
    body: z.strictObject({ lane: laneSchema }),
    response: { status: 200, schema: lanesPausedSchema },
    problems: [404, 503],
  },
  listWorkers: {
    method: "GET",
    path: "/workers",
    scope: "read",
    tag: "Monitoring",
    summary: "List workers with their states and tasks",
    description:
      "AWS calls: one SQS GetQueueAttributes per lane, 32 DynamoDB queries of running and delayed jobs, and every 15 seconds one Lambda ListEventSourceMappings per queue.",
    response: { status: 200, schema: workersSchema },
  },
  metrics: {
    method: "GET",
    path: "/metrics",
    scope: "admin",
    tag: "Monitoring",
    summary: "Metrics in the Prometheus text format",
    description:
      "AWS calls: one SQS GetQueueAttributes for each lane and dead-letter queue, and 24 DynamoDB queries of counters and running jobs.",
    query: z.strictObject({
      prefix: z
        .string()
        .regex(/^[a-zA-Z_][a-zA-Z0-9_]{0,63}$/, "must be letters, digits and underscores")
        .optional()
        .describe("Prefix of every name; the setting METRICS_PREFIX when left out."),
    }),
    response: { status: 200, schema: z.string(), contentType: "text/plain" },
  },
} as const satisfies Record<string, RouteDefinition>;
