/**
 * Metrics in the Prometheus text format 0.0.4.
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 *
 * @module
 */

import { prometheusMetrics, secondsBuckets } from "../../../contracts/monitoring/metrics.ts";
import type { LaneDepth } from "./lanes.ts";
import type { Histogram, Statistics } from "./statistics.ts";

/** What the metrics are made of. */
export interface MetricsSource {
  readonly statistics: Statistics;
  readonly lanes: readonly LaneDepth[];
  /** Running jobs by worker's name. */
  readonly active: ReadonlyMap<string, number>;
  /** Messages by queue. */
  readonly deadLetters: ReadonlyMap<string, number>;
}

/** The content type of Prometheus's text format. */
export const PROMETHEUS_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

type Labels = Readonly<Record<string, string>>;

/** The prefix under which labels are Celery's too: `tasks.summarize`, `success`. */
const CELERY_PREFIX = "celery_";

/** @param prefix of every name, such as `sluice_` */
export function renderMetrics(given: MetricsSource, prefix: string): string {
  const { statistics, lanes, active, deadLetters } = prefix === CELERY_PREFIX ? inCelerysWords(given) : given;
  const lines: string[] = [];
  const family = ({ name, type, help }: { name: string; type: string; help: string }) => {
    lines.push(`# HELP ${prefix}${name} ${help}`, `# TYPE ${prefix}${name} ${type}`);
    return (labels: Labels, value: number, suffix = "") =>
      lines.push(`${prefix}${name}${suffix}${renderLabels(labels)} ${value}`);
  };

  const tasks = family(prometheusMetrics.tasks);
  for (const { taskName, status, count } of statistics.runs) tasks({ task_name: taskName, status }, count);
  const duration = family(prometheusMetrics.duration);
  for (const [taskName, histogram] of statistics.durations) renderHistogram(duration, taskName, histogram);
  const queued = family(prometheusMetrics.queued);
  for (const [taskName, histogram] of statistics.queueTimes) renderHistogram(queued, taskName, histogram);
  const running = family(prometheusMetrics.active);
  for (const { worker } of lanes) running({ worker }, active.get(worker) ?? 0);
  const depth = family(prometheusMetrics.depth);
  for (const { queue, lane, waiting } of lanes) depth({ queue, lane }, waiting);
  const dead = family(prometheusMetrics.dead);
  for (const [queue, messages] of deadLetters) dead({ queue }, messages);
  const tokens = family(prometheusMetrics.tokens);
  for (const { taskName, tenant, model, config, kind, count } of statistics.tokens) {
    const named = { ...(model !== "" && { model }), ...(config !== "" && { config }) };
    tokens({ task_name: taskName, project: tenant, ...named, kind }, count);
  }
  return `${lines.join("\n")}\n`;
}

const celeryName = (task: string): string => `tasks.${task}`;

const celeryNames = <Value>(byTask: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> =>
  new Map([...byTask].map(([task, value]) => [celeryName(task), value]));

function inCelerysWords({ statistics, ...rest }: MetricsSource): MetricsSource {
  const { runs, durations, queueTimes, tokens } = statistics;
  return {
    ...rest,
    statistics: {
      ...statistics,
      runs: runs.map((run) => ({ ...run, taskName: celeryName(run.taskName), status: run.status.toLowerCase() })),
      durations: celeryNames(durations),
      queueTimes: celeryNames(queueTimes),
      tokens: tokens.map((each) => ({ ...each, taskName: celeryName(each.taskName) })),
    },
  };
}

/** Buckets are cumulative on the wire. */
function renderHistogram(
  write: (labels: Labels, value: number, suffix: string) => void,
  taskName: string,
  { buckets, sum }: Histogram,
): void {
  let total = 0;
  for (const [index, count] of buckets.entries()) {
    total += count;
    write({ task_name: taskName, le: String(secondsBuckets[index] ?? "+Inf") }, total, "_bucket");
  }
  write({ task_name: taskName }, sum, "_sum");
  write({ task_name: taskName }, total, "_count");
}

function renderLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return `{${pairs.join(",")}}`;
}

const escapeLabel = (value: string): string =>
  value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
