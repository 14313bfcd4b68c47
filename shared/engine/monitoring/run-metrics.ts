/**
 * Tells CloudWatch and `GET /metrics` of the runs of one batch.
 *
 * @module
 */

import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { cloudWatchMetrics, METRIC_NAMESPACE } from "../../../contracts/monitoring/metrics.ts";
import { logSettings, parseSettings } from "../../../contracts/settings/settings.ts";
import type { Logger } from "../../lib/logger.ts";
import type { JobStore } from "../jobs/store.ts";
import { BatchStatistics, type RunFacts } from "./statistics.ts";

const countedAs = {
  SUCCESS: cloudWatchMetrics.succeeded,
  FAILURE: cloudWatchMetrics.failed,
  RETRY: cloudWatchMetrics.retried,
} as const;

let metrics: Metrics | undefined;

/** Prints one count as an EMF line, where such lines are read. */
export function publishCount(name: string, count: number): void {
  if (parseSettings(logSettings, process.env).LOG_FORMAT === "text") return;
  metrics ??= new Metrics({ namespace: METRIC_NAMESPACE });
  metrics.addMetric(name, MetricUnit.Count, count);
  metrics.publishStoredMetrics();
}

/** Prints EMF lines, one per task and one for the queue. At a terminal nobody reads them, and they would hide the log. */
function publish(runs: readonly RunFacts[], queue: string): void {
  if (parseSettings(logSettings, process.env).LOG_FORMAT === "text") return;
  metrics ??= new Metrics({ namespace: METRIC_NAMESPACE });
  for (const [taskName, ofTask] of Map.groupBy(runs, (run) => run.taskName)) {
    metrics.addDimension("task_name", taskName);
    addCounts(metrics, ofTask);
    for (const run of ofTask) {
      if (run.durationMs !== undefined) {
        metrics.addMetric(cloudWatchMetrics.duration, MetricUnit.Milliseconds, run.durationMs);
      }
      if (run.queuedMs !== undefined)
        metrics.addMetric(cloudWatchMetrics.queued, MetricUnit.Milliseconds, run.queuedMs);
      if (run.usage) metrics.addMetric(cloudWatchMetrics.tokens, MetricUnit.Count, run.usage.total_tokens);
    }
    metrics.publishStoredMetrics();
  }
  // An alarm takes ten metrics at most, so a queue's tasks cannot be added up there.
  metrics.addDimension("queue", queue);
  addCounts(metrics, runs);
  metrics.publishStoredMetrics();
}

/** Zeros where nothing happened, so that a rate has a denominator and an alarm has data. */
function addCounts(to: Metrics, runs: readonly RunFacts[]): void {
  for (const [status, name] of Object.entries(countedAs)) {
    to.addMetric(name, MetricUnit.Count, runs.filter((run) => run.status === status).length);
  }
}

/** Never throws: a job's outcome must not hang on its being counted. */
export async function recordRuns(
  runs: readonly RunFacts[],
  queue: string,
  store: JobStore,
  logger: Pick<Logger, "warn">,
): Promise<void> {
  if (runs.length === 0) return;
  try {
    publish(runs, queue);
    const statistics = new BatchStatistics();
    for (const run of runs) statistics.add(run);
    await statistics.flush(store, queue);
  } catch (error) {
    logger.warn("runs could not be counted", { error });
  }
}
