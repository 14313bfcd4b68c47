import { Duration } from "aws-cdk-lib";
import { Dashboard, GraphWidget, type IMetric, type IWidget, Row, Stats, TextWidget } from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import { cloudWatchMetrics } from "../../contracts/monitoring/metrics.ts";
import { physicalName } from "../../contracts/resources.ts";
import type { StageConfig } from "../config.ts";
import { accountMetric, apiMetric, functionMetric, type QueueMetrics, stageMetric } from "./queue-metrics.ts";

const PERIOD = Duration.minutes(1);
const WIDTH = 8;
const ROW = 3;
/** Of a dashboard without charge: an account has three of them. */
const FREE_METRICS = 50;

/** Properties of the dashboard. */
export interface StageDashboardProps {
  readonly config: StageConfig;
  readonly queues: readonly QueueMetrics[];
  /** Names of all functions, without the stage. */
  readonly functions: readonly string[];
  readonly apiId: string;
}

type Graph = readonly [title: string, metrics: readonly IMetric[]];

/** One page: the stage as a whole; in full, what every queue, task and function does. */
export class StageDashboard extends Construct {
  constructor(scope: Construct, id: string, props: StageDashboardProps) {
    super(scope, id);
    const { config } = props;
    const graphs = config.dashboard === "full" ? this.#full(props) : fitting(this.#small(props));
    const dashboard = new Dashboard(this, "Dashboard", {
      dashboardName: physicalName(config.stage, "overview"),
      defaultInterval: Duration.hours(3),
    });
    const heading = `# Sluice ${config.stage}\n[Runbook](${config.runbookUrl})`;
    dashboard.addWidgets(new Row(new TextWidget({ markdown: heading, width: 24, height: 2 })));
    for (let start = 0; start < graphs.length; start += ROW) {
      const row = graphs.slice(start, start + ROW);
      dashboard.addWidgets(new Row(...row.map(([title, left]) => graph(title, left))));
    }
  }

  /** What is asked first, the most telling first. */
  #small({ config, queues, apiId }: StageDashboardProps): Graph[] {
    const greatest = (name: string) => [
      stageMetric(config, name, { statistic: Stats.MAXIMUM, period: Duration.minutes(5) }),
    ];
    const sum = { statistic: Stats.SUM, period: PERIOD };
    const most = { statistic: Stats.MAXIMUM, period: PERIOD };
    return [
      ["Messages waiting in the fullest lane", greatest(cloudWatchMetrics.mostWaiting)],
      ["Minutes without progress", greatest(cloudWatchMetrics.idleMinutes)],
      ["Dead letters", greatest(cloudWatchMetrics.deadLetters)],
      ["Failures of the queue with most, %", greatest(cloudWatchMetrics.failureRate)],
      ["Slowest task's p95, s", greatest(cloudWatchMetrics.slowest)],
      ["Requests and errors", [apiMetric(apiId, "Count", sum), apiMetric(apiId, "5xx", sum)]],
      ["The account's concurrency", [accountMetric("ConcurrentExecutions", most), accountMetric("Throttles", sum)]],
      ["Succeeded per minute", queues.map((queue) => queue.ended("succeeded", PERIOD))],
      ["Failed per minute", queues.map((queue) => queue.ended("failed", PERIOD))],
      ["Age of the oldest message, s", queues.flatMap((queue) => queue.age(PERIOD))],
    ];
  }

  #full({ config, queues, functions }: StageDashboardProps): Graph[] {
    const all = (of: (queue: QueueMetrics) => readonly IMetric[]) => queues.flatMap((queue) => [...of(queue)]);
    const ofFunctions = (metricName: string, statistic: string) =>
      functions.map((name) =>
        functionMetric(this, config, { name, metricName, statistic, period: PERIOD }).with({ label: name }),
      );
    return [
      ["Succeeded per minute", all((queue) => queue.count("succeeded", PERIOD))],
      ["Failed per minute", all((queue) => queue.count("failed", PERIOD))],
      ["Failure rate, %", queues.map((queue) => queue.failureRate(Duration.minutes(5)))],
      ["Duration p50, ms", all((queue) => queue.duration(50, PERIOD))],
      ["Duration p95, ms", all((queue) => queue.duration(95, PERIOD))],
      ["Duration p99, ms", all((queue) => queue.duration(99, PERIOD))],
      ["Messages waiting", all((queue) => queue.depth(PERIOD))],
      ["Age of the oldest message, s", all((queue) => queue.age(PERIOD))],
      ["Dead letters", queues.map((queue) => queue.deadLetters(PERIOD))],
      ["Concurrent executions", ofFunctions("ConcurrentExecutions", Stats.MAXIMUM)],
      ["Throttles", ofFunctions("Throttles", Stats.SUM)],
      ["Function errors", ofFunctions("Errors", Stats.SUM)],
      ["Cost: invocations", ofFunctions("Invocations", Stats.SUM)],
      ["Cost: function time, ms", ofFunctions("Duration", Stats.SUM)],
      ["Cost: model tokens", all((queue) => queue.tokens(PERIOD))],
    ];
  }
}

/** The graphs that fit into a dashboard without charge, in their order; one that is too large leaves room for the next. */
function fitting(graphs: readonly Graph[]): Graph[] {
  let left = FREE_METRICS;
  return graphs.filter(([, metrics]) => {
    if (metrics.length > left) return false;
    left -= metrics.length;
    return true;
  });
}

const graph = (title: string, left: readonly IMetric[]): IWidget =>
  new GraphWidget({ title, left: [...left], width: WIDTH, height: 6 });
