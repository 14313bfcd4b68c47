import { Duration } from "aws-cdk-lib";
import { Dashboard, GraphWidget, type IMetric, Row, Stats, TextWidget } from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import { physicalName } from "../../contracts/resources.ts";
import type { StageConfig } from "../config.ts";
import { functionMetric, type QueueMetrics } from "./queue-metrics.ts";

const PERIOD = Duration.minutes(1);
const WIDTH = 8;

/** Properties of the dashboard. */
export interface StageDashboardProps {
  readonly config: StageConfig;
  readonly queues: readonly QueueMetrics[];
  /** Names of all functions, without the stage. */
  readonly functions: readonly string[];
}

/** One page: throughput, durations, failures, queues, concurrency, throttles, and what costs money. */
export class StageDashboard extends Construct {
  constructor(scope: Construct, id: string, { config, queues, functions }: StageDashboardProps) {
    super(scope, id);
    const all = (of: (queue: QueueMetrics) => readonly IMetric[]) => queues.flatMap((queue) => [...of(queue)]);
    const ofFunctions = (metricName: string, statistic: string) =>
      functions.map((name) => functionMetric(this, config, { name, metricName, statistic, period: PERIOD }));
    const graph = (title: string, left: readonly IMetric[]) =>
      new GraphWidget({ title, left: [...left], width: WIDTH, height: 6 });

    const dashboard = new Dashboard(this, "Dashboard", {
      dashboardName: physicalName(config.stage, "overview"),
      defaultInterval: Duration.hours(3),
    });
    dashboard.addWidgets(
      new Row(
        new TextWidget({ markdown: `# Sluice ${config.stage}\n[Runbook](${config.runbookUrl})`, width: 24, height: 2 }),
      ),
      new Row(
        graph(
          "Succeeded per minute",
          all((queue) => queue.count("succeeded", PERIOD)),
        ),
        graph(
          "Failed per minute",
          all((queue) => queue.count("failed", PERIOD)),
        ),
        graph(
          "Failure rate, %",
          all((queue) => [queue.failureRate(Duration.minutes(5))]),
        ),
      ),
      new Row(
        graph(
          "Duration p50, ms",
          all((queue) => queue.duration(50, PERIOD)),
        ),
        graph(
          "Duration p95, ms",
          all((queue) => queue.duration(95, PERIOD)),
        ),
        graph(
          "Duration p99, ms",
          all((queue) => queue.duration(99, PERIOD)),
        ),
      ),
      new Row(
        graph(
          "Messages waiting",
          all((queue) => queue.depth(PERIOD)),
        ),
        graph(
          "Age of the oldest message, s",
          all((queue) => queue.age(PERIOD)),
        ),
        graph(
          "Dead letters",
          all((queue) => [queue.deadLetters(PERIOD)]),
        ),
      ),
      new Row(
        graph("Concurrent executions", ofFunctions("ConcurrentExecutions", Stats.MAXIMUM)),
        graph("Throttles", ofFunctions("Throttles", Stats.SUM)),
        graph("Function errors", ofFunctions("Errors", Stats.SUM)),
      ),
      new Row(
        graph("Cost: invocations", ofFunctions("Invocations", Stats.SUM)),
        graph("Cost: function time, ms", ofFunctions("Duration", Stats.SUM)),
        graph(
          "Cost: model tokens",
          all((queue) => queue.tokens(PERIOD)),
        ),
      ),
    );
  }
}
