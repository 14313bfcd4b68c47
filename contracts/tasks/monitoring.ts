/**
 * What the stack reports about itself, as jobs: for schedules and for callers that come from Celery.
 *
 * @module
 */

import { z } from "zod";
import { defineTask } from "../define-task.ts";

const shared = {
  queue: "monitoring",
  retry: "idempotent",
  timeLimit: { soft: 270, hard: 300 },
  memory: 512,
  input: z.strictObject({}),
  // They count the jobs of all projects.
  scope: "admin",
} as const;

/** The task `get_queue_stats`: counts the messages of every lane and dead-letter queue. */
export const getQueueStats = defineTask({
  ...shared,
  name: "get_queue_stats",
  description: "Counts the messages of every lane and dead-letter queue.",
  output: z.strictObject({
    queues: z.record(
      z.string(),
      z.strictObject({ waiting: z.int(), in_flight: z.int(), delayed: z.int(), reachable: z.boolean() }),
    ),
    dead_letters: z.record(z.string(), z.int()),
    total_waiting: z.int(),
  }),
  uses: ["queues"],
});

/** The task `get_worker_stats`: counts the running jobs of every worker. */
export const getWorkerStats = defineTask({
  ...shared,
  name: "get_worker_stats",
  description: "Counts the running jobs of every worker.",
  output: z.strictObject({
    workers: z.record(
      z.string(),
      z.strictObject({ active_tasks: z.int(), max_concurrency: z.int(), registered_tasks: z.array(z.string()) }),
    ),
    total_workers: z.int(),
    total_active: z.int(),
  }),
  uses: ["queues"],
});

/**
 * The task `process_dead_letter_queue`: reports the failed jobs of every queue, grouped by their error, after it has
 * failed those whose message reached the dead-letter queue unread, had failures handled that nobody has handled, and removed
 * the messages that are no longer dead letters.
 */
export const processDeadLetterQueue = defineTask({
  ...shared,
  name: "process_dead_letter_queue",
  description:
    "Reports the failed jobs of every queue, grouped by their error, after it has failed those whose message reached the dead-letter queue unread.",
  output: z.strictObject({
    total: z.int(),
    adopted: z.int().describe("Jobs that no worker began with, and that have failed now."),
    removed: z.int().describe("Messages removed whose jobs had been run again, purged or archived."),
    queues: z.record(
      z.string(),
      z.strictObject({
        count: z.int(),
        groups: z.array(
          z.strictObject({ fingerprint: z.string().nullable(), count: z.int(), task_names: z.array(z.string()) }),
        ),
      }),
    ),
  }),
  uses: ["queues", "dead-letters"],
  schedule: { expression: "rate(15 minutes)", input: {} },
});
