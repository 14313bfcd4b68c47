/**
 * Counts the runs of a batch for CloudWatch and `GET /metrics`.
 *
 * @module
 */

import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { FileUnreadableError } from "../../../contracts/errors.ts";
import type { Lane } from "../../../contracts/jobs/lanes.ts";
import type { Usage } from "../../../contracts/jobs/wire.ts";
import { cloudWatchMetrics, METRIC_NAMESPACE, routineTasks } from "../../../contracts/monitoring/metrics.ts";
import { logSettings } from "../../../contracts/settings/logs.ts";
import { parseSettings } from "../../../contracts/settings/parse-settings.ts";
import type { Logger } from "../../lib/logger.ts";
import type { JobRecord } from "../jobs/record.ts";
import type { JobStore } from "../jobs/store.ts";
import type { Used } from "../limits/usage.ts";
import { BatchStatistics, noteTaken, type RunFacts } from "./statistics.ts";

const countedAs = {
  SUCCESS: cloudWatchMetrics.succeeded,
  FAILURE: cloudWatchMetrics.failed,
  RETRY: cloudWatchMetrics.retried,
} as const;

let metrics: Metrics | undefined;

/** At a terminal nobody reads EMF lines, and they would hide the log. On Lambda alarms rest on them, whatever its log looks like. */
const areRead = (): boolean =>
  process.env.AWS_LAMBDA_FUNCTION_NAME !== undefined || parseSettings(logSettings, process.env).LOG_FORMAT !== "text";

/** Prints one count as an EMF line, where such lines are read. */
export const publishCount = (name: string, count: number): void => publishValues(new Map([[name, count]]));

/** Prints values by name as one EMF line, where such lines are read. */
export function publishValues(values: ReadonlyMap<string, number>): void {
  if (values.size === 0 || !areRead()) return;
  metrics ??= new Metrics({ namespace: METRIC_NAMESPACE });
  for (const [name, value] of values) metrics.addMetric(name, units[name] ?? MetricUnit.Count, value);
  metrics.publishStoredMetrics();
}

const units: Readonly<Record<string, Unit>> = {
  [cloudWatchMetrics.failureRate]: MetricUnit.Percent,
  [cloudWatchMetrics.slowest]: MetricUnit.Seconds,
};

/** Prints EMF lines, one per task and one for the queue. */
function publish(all: readonly RunFacts[], queue: string): void {
  const runs = all.filter((run) => run.status === "FAILURE" || !routineTasks.has(run.taskName));
  if (runs.length === 0 || !areRead()) return;
  metrics ??= new Metrics({ namespace: METRIC_NAMESPACE });
  for (const [taskName, ofTask] of Map.groupBy(runs, (run) => run.taskName)) {
    const values = valuesOf(ofTask);
    // A run that left its state to another one has ended nothing.
    if (values.length === 0) continue;
    metrics.addDimension("task_name", taskName);
    for (const [name, unit, value] of values) metrics.addMetric(name, unit, value);
    addSpending(metrics, ofTask);
    metrics.publishStoredMetrics();
  }
  // An alarm takes ten metrics at most, so a queue's tasks cannot be added up there.
  metrics.addDimension("queue", queue);
  for (const [name, count] of countsOf(runs)) {
    // A zero is a metric to pay for; those of a rate are its denominator.
    if (count > 0 || name !== cloudWatchMetrics.retried) metrics.addMetric(name, MetricUnit.Count, count);
  }
  metrics.publishStoredMetrics();
}

type Unit = (typeof MetricUnit)[keyof typeof MetricUnit];

/** What happened, and no zeros: each is a metric to pay for. */
function valuesOf(runs: readonly RunFacts[]): (readonly [string, Unit, number])[] {
  const unreadable = runs.filter((run) => run.errorType === FileUnreadableError.name).length;
  const counts = [...countsOf(runs), [cloudWatchMetrics.unreadable, unreadable] as const];
  const ofEach = runs.flatMap(({ durationMs, queuedMs, usage }) => [
    [cloudWatchMetrics.duration, MetricUnit.Milliseconds, durationMs] as const,
    [cloudWatchMetrics.queued, MetricUnit.Milliseconds, queuedMs] as const,
    [cloudWatchMetrics.tokens, MetricUnit.Count, usage?.total_tokens] as const,
  ]);
  return [
    ...counts.filter(([, count]) => count > 0).map(([name, count]) => [name, MetricUnit.Count, count] as const),
    ...ofEach.flatMap(([name, unit, value]) => (value === undefined ? [] : [[name, unit, value] as const])),
  ];
}

/**
 * Who spent a run's tokens, as properties of its line and not as dimensions: each value of one would be a metric to pay for.
 * Tasks that ask a model run alone; where several did, their lines of the call tell them apart.
 */
function addSpending(to: Metrics, runs: readonly RunFacts[]): void {
  const [run, ...others] = runs;
  if (!run?.usage || others.length > 0) return;
  to.addMetadata("project", run.tenant);
  if (run.usage.model !== null) to.addMetadata("model", run.usage.model);
  if (run.configName !== undefined) to.addMetadata("config", run.configName);
}

const countsOf = (runs: readonly RunFacts[]): [string, number][] =>
  Object.entries(countedAs).map(([status, name]) => [name, runs.filter((run) => run.status === status).length]);

/** Where runs are counted. */
export interface RecordOptions {
  readonly queue: string;
  readonly store: JobStore;
  readonly logger: Pick<Logger, "warn">;
  /** What the runs' tokens are of. @default the language model */
  readonly used?: Used | undefined;
}

/** Never throws: a job's outcome must not depend on its being counted. */
export async function recordRuns(
  runs: readonly RunFacts[],
  { queue, store, logger, used }: RecordOptions,
): Promise<void> {
  if (runs.length === 0) return;
  try {
    publish(runs, queue);
    const statistics = new BatchStatistics(used);
    for (const run of runs) statistics.add(run);
    await statistics.flush(store, queue);
  } catch (error) {
    const isRefused = error instanceof Error && error.name === "AccessDeniedException";
    const advice = isRefused && runs.some(({ usage }) => usage !== undefined) ? { advice: tokensAdvice } : {};
    logger.warn("runs could not be counted", { error, ...advice });
  }
}

const tokensAdvice =
  'A task that opens documents and reports tokens has to name "llm" or "embeddings" under uses as well.';

/** Notes of a lane that messages were taken from it for good, though nothing was run. Never throws. */
export async function recordTaken(
  lane: Lane,
  { queue, store, logger, now }: Omit<RecordOptions, "used"> & { now: number },
): Promise<void> {
  try {
    await noteTaken(store, { queue, lane }, now);
  } catch (error) {
    logger.warn("a message that was taken could not be noted", { error });
  }
}

/** What the metrics need of a run that ended. @returns undefined while the job's state is not one in which a run ends */
export function factsOfRun(record: JobRecord, usage: Usage | undefined): RunFacts | undefined {
  const { status, started_at: startedAt } = record;
  if (status !== "SUCCESS" && status !== "FAILURE" && status !== "RETRY") return undefined;
  const isFirst = record.attempts === 1 && startedAt !== undefined;
  return {
    ...whatOf(record),
    status,
    durationMs: record.duration_ms,
    queuedMs: isFirst ? Math.max(0, startedAt - (record.due_at ?? record.created_at)) : undefined,
    usage,
  };
}

/** A run that left its state to another one: its tokens count, and it has not ended anything. */
export const factsOfCheckpoint = (record: JobRecord, usage: Usage | undefined): RunFacts => ({
  ...whatOf(record),
  status: "CHECKPOINT",
  durationMs: undefined,
  queuedMs: undefined,
  usage,
});

/**
 * A job that failed while no worker held it. How long its last run took is not known: the record has only when somebody
 * noticed.
 */
export const factsOfLoss = (record: JobRecord): RunFacts => ({
  ...whatOf(record),
  status: "FAILURE",
  isLoss: true,
  durationMs: undefined,
  queuedMs: undefined,
  usage: undefined,
});

const whatOf = (record: JobRecord) => ({
  errorType: record.error?.type,
  taskName: record.task_name,
  lane: record.lane,
  tenant: record.project_id,
  configName: record.config_name,
});

/** Counts jobs of any queues that failed while no worker held them. Never throws. */
export async function recordLosses(failed: readonly JobRecord[], options: Omit<RecordOptions, "queue">): Promise<void> {
  for (const [queue, records] of Map.groupBy(failed, (record) => record.queue)) {
    await recordRuns(records.map(factsOfLoss), { ...options, queue });
  }
}
