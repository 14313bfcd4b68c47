/**
 * Metrics: their names and buckets, for CloudWatch, Prometheus, dashboards and alarms alike.
 *
 * @module
 */

import { z } from "zod";
import { blankIsUnset } from "../settings/blank-is-unset.ts";

/** The CloudWatch namespace of all metrics of Sluice. */
export const METRIC_NAMESPACE = "Sluice";

/** The dimension `service` of every metric: stages of one account must not add up. */
export const metricService = (stage: string): string => `sluice-${stage}`;

/** What the functions publish to CloudWatch (EMF), with the dimensions `service` and `task_name`; counts of runs also by `queue`. What did not happen is not published. */
export const cloudWatchMetrics = {
  succeeded: "TasksSucceeded",
  failed: "TasksFailed",
  retried: "TasksRetried",
  /** Milliseconds of a run. */
  duration: "TaskDuration",
  /** Milliseconds between submission (or due time) and the start of the first run. */
  queued: "TaskQueueTime",
  tokens: "LLMTokens",
  /** Runs that ended because a stored file was gone or not readable; only when there are any, by `task_name`. */
  unreadable: "FilesUnreadable",
  /** Notices of dead letters that the topic did not take; no dimension but the service. */
  noticesFailed: "DeadLetterNoticesFailed",
  // What the sweeper sees of the whole stage, once a minute, and only when it is above zero; no dimension but the service.
  /** Messages that wait in the fullest lane. */
  mostWaiting: "MostWaiting",
  /** Minutes for which messages waited in a lane and none was taken from it. */
  idleMinutes: "IdleMinutes",
  /** Messages in all dead-letter queues. */
  deadLetters: "DeadLetters",
  /** Percent of the runs of the queue with the most failures, over five minutes. */
  failureRate: "FailureRate",
  /** Seconds: the 95th percentile of the slowest task's runs, over five minutes. */
  slowest: "SlowestTask",
} as const;

/**
 * Tasks of Sluice's own that run so often by their schedule that their metrics would be most of what an idle stage pays for
 * metrics. Of these, CloudWatch has the runs that fail; `GET /metrics` has all.
 */
export const routineTasks: ReadonlySet<string> = new Set(["process_dead_letter_queue"]);

/** What `GET /metrics` answers, without the prefix. */
export const prometheusMetrics = {
  tasks: { name: "task_total", type: "counter", help: "Runs by task and how they ended." },
  duration: { name: "task_duration_seconds", type: "histogram", help: "Seconds that runs took." },
  queued: { name: "task_queue_seconds", type: "histogram", help: "Seconds that jobs waited for their first run." },
  active: { name: "active_tasks", type: "gauge", help: "Jobs that run now, by worker." },
  depth: { name: "queue_depth", type: "gauge", help: "Messages that wait and are due, by queue and lane." },
  dead: { name: "dlq_depth", type: "gauge", help: "Messages in the dead-letter queue." },
  tokens: { name: "llm_tokens_total", type: "counter", help: "Tokens of language models." },
} as const;

/** Upper bounds of the histograms' buckets, in seconds; `+Inf` comes on top. */
export const secondsBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 900] as const;

/** Settings of the Prometheus endpoint. */
export const metricSettings = z.object({
  METRICS_PREFIX: blankIsUnset(
    z
      .string()
      .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, "must be letters, digits and underscores")
      .default("sluice_"),
  ).describe("Prefix of the metric names in `GET /metrics`. Use `celery_` for dashboards that were made for Celery."),
});
