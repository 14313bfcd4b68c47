/**
 * What the monitoring API answers: the field names of the API that Sluice replaces, kept exactly.
 *
 * @module
 */

import { z } from "zod";
import { lanes } from "../jobs/lanes.ts";
import { jobStates } from "../jobs/states.ts";

const count = z.int().min(0);
/** Seconds since the epoch, as Celery gives them. */
const epochSeconds = z.number();
const time = z.iso.datetime();

/** The answer of `GET /tasks/registered`. */
export const registeredTasksSchema = z.strictObject({ registered_tasks: z.array(z.string()), total_count: count });

/** The answer of `GET /tasks/ping`: each worker with its reply. */
export const pingSchema = z.strictObject({
  workers: z.record(z.string(), z.strictObject({ ok: z.literal("pong") })).describe("By worker name."),
  total_workers: count,
});

/** The answer of `GET /tasks/health`. */
export const healthSchema = z.strictObject({
  status: z.enum(["healthy", "unhealthy"]),
  broker_connected: z.boolean(),
  workers: count,
  active_tasks: count,
  timestamp: time,
});

/** The answer of `GET /tasks/summary`. */
export const summarySchema = z.strictObject({
  status: z.enum(["healthy", "unhealthy"]),
  workers: z.strictObject({ total: count, active: count.describe("Workers with a running job.") }),
  tasks: z.strictObject({ active: count, reserved: count, total: count.describe("active and reserved.") }),
  broker: z.strictObject({ connected: z.boolean(), type: z.literal("sqs") }),
});

const poolFields = {
  max_concurrency: count.describe("Maximum number of concurrent invocations."),
  processes: count.describe("Upper bound of busy invocations: one for each running job."),
};

/** The answer of `GET /tasks/queue/stats`. */
export const queueStatsSchema = z.strictObject({
  active_tasks: count,
  reserved_tasks: count,
  workers: count,
  workers_active: z.array(z.string()).describe("Workers whose queue can be reached."),
  queue_stats: z
    .record(
      z.string(),
      z.strictObject({ pool: z.literal("lambda"), ...poolFields, active_tasks: count, reserved_tasks: count }),
    )
    .describe("By worker name."),
});

/** The answer of `GET /tasks/workers/stats`. */
export const workerStatsSchema = z.strictObject({
  workers: z
    .record(
      z.string(),
      z.strictObject({
        pool: z.strictObject({ implementation: z.literal("lambda"), ...poolFields }),
        active_tasks: count,
        registered_tasks: z.array(z.string()),
      }),
    )
    .describe("By worker name."),
  total_workers: count,
});

/** The answer of `GET /tasks/tasks/active`; `time_start` is in seconds since the epoch. */
export const activeTasksSchema = z.strictObject({
  active_tasks: z.array(
    z.strictObject({
      task_id: z.string(),
      task_name: z.string(),
      worker: z.string().nullable(),
      time_start: epochSeconds.nullable(),
    }),
  ),
  total_count: count,
});

/** The answer of `GET /tasks/tasks/scheduled`: jobs with a delay or in backoff. */
export const scheduledTasksSchema = z.strictObject({
  scheduled_tasks: z.array(
    z.strictObject({
      task_id: z.string(),
      task_name: z.string(),
      status: z.enum(jobStates).describe("PENDING: delayed by its caller. RETRY: in backoff."),
      eta: time,
    }),
  ),
  total_count: count,
});

/** The answer of `GET /tasks/tasks/reserved`: jobs that wait and are due. */
export const reservedTasksSchema = z.strictObject({
  reserved_tasks: z.array(
    z.strictObject({ task_id: z.string(), task_name: z.string(), status: z.enum(jobStates), created_at: time }),
  ),
  total_count: count,
});

/** The answer of `GET /tasks/active_queues`. */
export const activeQueuesSchema = z.strictObject({
  active_queues: z
    .record(z.string(), z.array(z.strictObject({ name: z.string() })))
    .describe("The queues of each worker, by worker name."),
  total_count: count,
});

/** The depth, age and rate of one lane. Ages are in seconds. */
export const laneStateSchema = z.strictObject({
  queue: z.string(),
  lane: z.enum(lanes),
  name: z.string().describe("<queue>-<lane>"),
  worker: z.string(),
  reachable: z.boolean(),
  paused: z.boolean().nullable().describe("null when Lambda cannot be asked."),
  depth: count.describe("Messages that are due and waiting."),
  in_flight: count.describe("Messages in flight: their jobs are running or in backoff."),
  delayed: count.describe("Jobs that are not due yet."),
  oldest_age_seconds: z
    .number()
    .nullable()
    .describe(
      "Upper bound of the age of the oldest waiting message. Null when no message is waiting or none has been received yet.",
    ),
  rate_per_minute: z
    .number()
    .nullable()
    .describe("Jobs that ended in the last minutes. Null when there are no samples."),
  active_tasks: count,
  max_concurrency: count,
});

/** The answer of `GET /queues`. */
export const queuesSchema = z.strictObject({
  queues: z.array(
    z.strictObject({
      name: z.string(),
      tasks: z.array(z.string()),
      dlq_depth: count.describe("Messages in the dead-letter queue."),
      dead_letters: count.nullable().describe("Jobs that failed for good, by their records; null unless asked for."),
      lanes: z.array(laneStateSchema),
    }),
  ),
});

/** The answer of `GET /workers`. A worker is one event source mapping. */
export const workersSchema = z.strictObject({
  workers: z.array(
    z.strictObject({
      name: z.string(),
      queue: z.string(),
      lane: z.enum(lanes),
      status: z.enum(["active", "idle", "paused", "unreachable"]),
      active_tasks: count,
      max_concurrency: count,
      registered_tasks: z.array(z.string()),
    }),
  ),
  total_count: count,
});

/** The samples of the lanes over the last day, one a minute. */
export const laneSamplesSchema = z.strictObject({
  samples: z.array(
    z.strictObject({
      at: time,
      lanes: z.array(
        z.strictObject({
          name: z.string(),
          depth: count,
          oldest_age_seconds: z.number().nullable(),
          ended_total: count.describe("Number of runs that have ended since the stage was deployed."),
        }),
      ),
    }),
  ),
});

const seconds = z.number().min(0).nullable();

/** Runs over time. */
export const runHistorySchema = z.strictObject({
  tasks: z.array(z.string()).describe("Tasks that ran since the stage was deployed."),
  points: z
    .array(
      z.strictObject({
        from: time,
        to: time,
        succeeded: count.describe("Runs that succeeded."),
        failed: count.describe("Runs after which the job failed for good."),
        retried: count.describe("Runs that failed and are tried again."),
        duration_p50_seconds: seconds.describe(
          "Half of the runs took no longer; null when none ended. From a histogram: exact to its bucket.",
        ),
        duration_p95_seconds: seconds.describe("95 of 100 runs took no longer."),
        queue_p95_seconds: seconds.describe("95 of 100 jobs waited no longer for their first run."),
      }),
    )
    .describe("Oldest first; each begins where the one before ended, and the last one ends now."),
});

/** The answer of a queue purge. */
export const queuePurgedSchema = z.strictObject({
  queue: z.string(),
  purged: count.describe("Jobs revoked."),
  more: z.boolean(),
});

/** The answer of pausing or resuming a queue. */
export const lanesPausedSchema = z.strictObject({
  queue: z.string(),
  lanes: z.array(z.strictObject({ lane: z.enum(lanes), worker: z.string(), paused: z.boolean() })),
});

/** The depth, age and rate of one lane. */
export type LaneState = z.infer<typeof laneStateSchema>;
