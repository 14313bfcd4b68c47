import { CfnOutput, Stack, type StackProps } from "aws-cdk-lib";
import { type IMetric, Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Construct } from "constructs";
import type { AlarmKind } from "../../contracts/monitoring/alarms.ts";
import type { QueueDefinition } from "../../contracts/queues.ts";
import { physicalName } from "../../contracts/resources.ts";
import type { StageConfig } from "../config.ts";
import { functionMetric, noticesFailed, QueueMetrics } from "../constructs/queue-metrics.ts";
import { periodOf, RunbookAlarm } from "../constructs/runbook-alarm.ts";
import { StageDashboard } from "../constructs/stage-dashboard.ts";
import { entryPoints } from "../functions.ts";
import type { ApiStack } from "./api-stack.ts";

/** Properties of the observability stack. */
export interface ObservabilityStackProps extends StackProps {
  readonly config: StageConfig;
  readonly queues: readonly QueueDefinition[];
  readonly api: ApiStack;
}

/**
 * Dashboard and alarms, by metric names alone: it can be left out, and put up or taken down without touching the rest.
 * With SLUICE_ALARM_EMAIL, a topic notifies of every alarm, dead letters among them.
 */
export class ObservabilityStack extends Stack {
  readonly topic: Topic | undefined;

  constructor(scope: Construct, id: string, { config, queues, api, ...props }: ObservabilityStackProps) {
    super(scope, id, props);
    this.topic = config.alarmEmail === undefined ? undefined : this.#createTopic(config, config.alarmEmail);
    const metrics = queues.map((queue) => new QueueMetrics(queue, config));
    const functions = Object.keys(entryPoints(queues));
    const alarm = (kind: AlarmKind, subject: string, metric: IMetric) =>
      new RunbookAlarm(this, `${subject}-${kind}`, { config, kind, subject, metric, topic: this.topic });

    for (const queue of metrics) {
      const { name } = queue.queue;
      alarm("backlog", name, queue.deepest(periodOf("backlog")));
      alarm("oldestMessage", name, queue.oldest(periodOf("oldestMessage")));
      alarm("idle", name, queue.idle(periodOf("idle")));
      alarm("deadLetters", name, queue.deadLetters(periodOf("deadLetters")));
      alarm("failureRate", name, queue.failureRate(periodOf("failureRate")));
      for (const { task, metric } of queue.slowness(periodOf("slow"))) alarm("slow", `${name}-${task}`, metric);
    }
    for (const name of functions) {
      const of = (metricName: string, kind: AlarmKind) =>
        functionMetric(this, config, { name, metricName, statistic: Stats.SUM, period: periodOf(kind) });
      alarm("throttled", name, of("Throttles", "throttled"));
      alarm("errors", name, of("Errors", "errors"));
    }
    const invocations = {
      name: "sweeper",
      metricName: "Invocations",
      statistic: Stats.SUM,
      period: periodOf("sweeper"),
    };
    alarm("sweeper", "sweeper", functionMetric(this, config, invocations));
    if (config.deadLetterTopic !== undefined) {
      alarm("notices", "sweeper", noticesFailed(config, periodOf("notices")));
    }
    alarm(
      "api",
      "api",
      new Metric({
        namespace: "AWS/ApiGateway",
        metricName: "5xx",
        dimensionsMap: { ApiId: api.httpApi.apiId },
        statistic: Stats.SUM,
        period: periodOf("api"),
      }),
    );
    new StageDashboard(this, "Overview", { config, queues: metrics, functions });
  }

  #createTopic(config: StageConfig, email: string): Topic {
    const topic = new Topic(this, "Alarms", { topicName: physicalName(config.stage, "alarms"), enforceSSL: true });
    topic.grantPublish(new ServicePrincipal("cloudwatch.amazonaws.com"));
    topic.addSubscription(new EmailSubscription(email));
    new CfnOutput(this, "AlarmTopic", { value: topic.topicArn });
    return topic;
  }
}
