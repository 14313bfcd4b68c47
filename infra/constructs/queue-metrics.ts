import { type Duration, Stack } from "aws-cdk-lib";
import { type IMetric, MathExpression, Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { IConstruct } from "constructs";
import type { Lane } from "../../contracts/jobs/lanes.ts";
import { deadLetterName, laneName } from "../../contracts/jobs/lanes.ts";
import { cloudWatchMetrics, METRIC_NAMESPACE, metricService } from "../../contracts/monitoring/metrics.ts";
import type { QueueDefinition } from "../../contracts/queues.ts";
import { physicalName } from "../../contracts/resources.ts";
import type { StageConfig } from "../config.ts";

/** How the values of a metric become one for each period. */
export interface Aggregation {
  readonly statistic: string;
  readonly period: Duration;
}

/** The metrics of one queue of the catalog, by name: a reference would tie the stacks together. */
export class QueueMetrics {
  readonly queue: QueueDefinition;
  readonly #config: StageConfig;

  constructor(queue: QueueDefinition, config: StageConfig) {
    this.queue = queue;
    this.#config = config;
  }

  #sqs(name: string, metricName: string, { statistic, period }: Aggregation): Metric {
    return new Metric({
      namespace: "AWS/SQS",
      metricName,
      dimensionsMap: { QueueName: physicalName(this.#config.stage, name) },
      statistic,
      period,
    });
  }

  #lane(lane: Lane, metricName: string, aggregation: Aggregation): Metric {
    const name = laneName(this.queue.name, lane);
    return this.#sqs(name, metricName, aggregation).with({ label: name });
  }

  #task(task: string, metricName: string, { statistic, period }: Aggregation): Metric {
    return new Metric({
      namespace: METRIC_NAMESPACE,
      metricName,
      dimensionsMap: { service: metricService(this.#config.stage), task_name: task },
      statistic,
      period,
      label: task,
    });
  }

  /** Of all its tasks together. */
  #queue(metricName: string, period: Duration): Metric {
    return new Metric({
      namespace: METRIC_NAMESPACE,
      metricName,
      dimensionsMap: { service: metricService(this.#config.stage), queue: this.queue.name },
      statistic: Stats.SUM,
      period,
    });
  }

  depth(period: Duration): Metric[] {
    return this.queue.lanes.map((lane) =>
      this.#lane(lane, "ApproximateNumberOfMessagesVisible", { statistic: Stats.MAXIMUM, period }),
    );
  }

  age(period: Duration): Metric[] {
    return this.queue.lanes.map((lane) =>
      this.#lane(lane, "ApproximateAgeOfOldestMessage", { statistic: Stats.MAXIMUM, period }),
    );
  }

  consumed(period: Duration): Metric[] {
    return this.queue.lanes.map((lane) =>
      this.#lane(lane, "NumberOfMessagesDeleted", { statistic: Stats.SUM, period }),
    );
  }

  deadLetters(period: Duration): Metric {
    // Visible messages: what SQS itself moves there is in no count of messages sent.
    return this.#sqs(deadLetterName(this.queue.name), "ApproximateNumberOfMessagesVisible", {
      statistic: Stats.MAXIMUM,
      period,
    }).with({ label: deadLetterName(this.queue.name) });
  }

  count(kind: "succeeded" | "failed" | "retried", period: Duration): Metric[] {
    return this.queue.tasks.map(({ name: task }) =>
      this.#task(task, cloudWatchMetrics[kind], { statistic: Stats.SUM, period }),
    );
  }

  duration(percentile: number, period: Duration): Metric[] {
    return this.queue.tasks.map(({ name: task }) =>
      this.#task(task, cloudWatchMetrics.duration, { statistic: Stats.percentile(percentile), period }),
    );
  }

  tokens(period: Duration): Metric[] {
    return this.queue.tasks.map(({ name: task }) =>
      this.#task(task, cloudWatchMetrics.tokens, { statistic: Stats.SUM, period }),
    );
  }

  /** Runs that failed for good, in percent of those that ended. */
  failureRate(period: Duration): IMetric {
    // Several queues share a graph, where an id stands for one metric.
    const id = this.queue.name.replaceAll("-", "_");
    const counts = {
      [`${id}_failed`]: this.#queue(cloudWatchMetrics.failed, period),
      [`${id}_succeeded`]: this.#queue(cloudWatchMetrics.succeeded, period),
    };
    return new MathExpression({
      label: `${this.queue.name} failed, %`,
      expression: `100 * FILL(${id}_failed, 0) / (FILL(${id}_failed, 0) + FILL(${id}_succeeded, 0))`,
      usingMetrics: counts,
      period,
    });
  }

  /**
   * Each task's 95th percentile in seconds, for an alarm each: one alarm takes ten metrics at most, and a percentile of
   * all the queue's runs would hide a slow task behind many quick ones.
   */
  slowness(period: Duration): { readonly task: string; readonly metric: IMetric }[] {
    return this.queue.tasks.map(({ name: task }) => {
      const usingMetrics = {
        p95: this.#task(task, cloudWatchMetrics.duration, { statistic: Stats.percentile(95), period }),
      };
      return { task, metric: new MathExpression({ label: "p95, s", expression: "p95 / 1000", usingMetrics, period }) };
    });
  }

  deepest(period: Duration): IMetric {
    return this.#largest(this.depth(period), period, "waiting");
  }

  /**
   * How old each lane's oldest message is, for an alarm each: it costs what one of both would, says which lane it is, and is no
   * expression, which emulators do not know.
   */
  oldest(period: Duration): { readonly lane: string; readonly metric: IMetric }[] {
    return this.queue.lanes.map((each) => {
      const lane = laneName(this.queue.name, each);
      return { lane, metric: this.#sqs(lane, "ApproximateAgeOfOldestMessage", { statistic: Stats.MAXIMUM, period }) };
    });
  }

  /** Runs that ended in a way, of all its tasks. */
  ended(kind: "succeeded" | "failed", period: Duration): IMetric {
    return this.#queue(cloudWatchMetrics[kind], period).with({ label: this.queue.name });
  }

  /** 1 while messages wait in a lane from which none is taken. */
  idle(period: Duration): IMetric {
    const depth = named("d", this.depth(period));
    const consumed = named("c", this.consumed(period));
    const lanes = Object.keys(depth).map((id, index) => `IF(${id} > 0 AND FILL(c${index}, 0) == 0, 1, 0)`);
    return new MathExpression({
      label: "idle",
      expression: `MAX([${lanes.join(", ")}])`,
      usingMetrics: { ...depth, ...consumed },
      period,
    });
  }

  #largest(metrics: readonly Metric[], period: Duration, label: string): IMetric {
    const usingMetrics = named("m", metrics);
    const expression = `MAX([${Object.keys(usingMetrics).join(", ")}])`;
    return new MathExpression({ label, expression, usingMetrics, period });
  }
}

const named = (prefix: string, metrics: readonly Metric[]): Record<string, Metric> =>
  Object.fromEntries(metrics.map((metric, index) => [`${prefix}${index}`, metric]));

/** A metric that the sweeper publishes of the whole stage. */
export const stageMetric = (config: StageConfig, metricName: string, { statistic, period }: Aggregation): Metric =>
  new Metric({
    namespace: METRIC_NAMESPACE,
    metricName,
    dimensionsMap: { service: metricService(config.stage) },
    statistic,
    period,
  });

/**
 * A metric of all functions of the account in the region, those beside Sluice too: what throttles one of them is that the
 * account's concurrency, which all share, is used up.
 */
export const accountMetric = (metricName: string, { statistic, period }: Aggregation): Metric =>
  new Metric({ namespace: "AWS/Lambda", metricName, statistic, period });

/** A metric of the stage's HTTP API. */
export const apiMetric = (apiId: string, metricName: string, { statistic, period }: Aggregation): Metric =>
  new Metric({ namespace: "AWS/ApiGateway", metricName, dimensionsMap: { ApiId: apiId }, statistic, period });

interface FunctionMetricProps {
  /** The function's name without the stage. */
  readonly name: string;
  readonly metricName: string;
  readonly statistic: string;
  readonly period: Duration;
}

/** A metric of one of the stage's functions. It has no label: that would make an expression of it in an alarm. */
export const functionMetric = (
  scope: IConstruct,
  config: StageConfig,
  { name, metricName, statistic, period }: FunctionMetricProps,
): Metric =>
  new Metric({
    namespace: "AWS/Lambda",
    metricName,
    dimensionsMap: { FunctionName: physicalName(config.stage, name) },
    statistic,
    period,
    region: Stack.of(scope).region,
  });
