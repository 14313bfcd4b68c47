import { CfnOutput, Stack, type StackProps } from "aws-cdk-lib";
import { Stats } from "aws-cdk-lib/aws-cloudwatch";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Construct } from "constructs";
import { type AlarmKind, type StageAlarm, stageAlarms } from "../../contracts/monitoring/alarms.ts";
import { cloudWatchMetrics } from "../../contracts/monitoring/metrics.ts";
import type { QueueDefinition } from "../../contracts/queues.ts";
import { physicalName } from "../../contracts/resources.ts";
import type { StageConfig } from "../config.ts";
import { accountMetric, apiMetric, functionMetric, QueueMetrics, stageMetric } from "../constructs/queue-metrics.ts";
import { periodOf, RunbookAlarm, type RunbookAlarmProps } from "../constructs/runbook-alarm.ts";
import { StageDashboard } from "../constructs/stage-dashboard.ts";
import { entryPoints } from "../functions.ts";
import type { ApiStack } from "./api-stack.ts";

/** Properties of the observability stack. */
export interface ObservabilityStackProps extends StackProps {
  readonly config: StageConfig;
  readonly queues: readonly QueueDefinition[];
  readonly api: ApiStack;
}

/** Makes an alarm. @param subject what it watches, part of its name */
type AddAlarm = (
  kind: AlarmKind,
  subject: string,
  watched: Pick<RunbookAlarmProps, "metric" | "about" | "rule">,
) => void;

const ALL_QUEUES = {
  subject: "all",
  about: "one of all queues; the warnings of the sweeper's log name it, and so does sluice doctor",
};
const ALL_FUNCTIONS = {
  subject: "account",
  about: "one of all functions of the account in this region, perhaps none of Sluice's",
};
/** Ten looks of a minute in a row, where the metric says of each whether messages waited and none was taken. */
const IDLE_LOOKS = { threshold: 1, looks: 10 };

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
    const add: AddAlarm = (kind, subject, watched) =>
      new RunbookAlarm(this, `${subject}-${kind}`, { config, kind, subject, topic: this.topic, ...watched });
    const sumOf = (kind: AlarmKind) => ({ statistic: Stats.SUM, period: periodOf(kind) });
    const ofFunction = (name: string, metricName: string, kind: AlarmKind) =>
      functionMetric(this, config, { name, metricName, ...sumOf(kind) });

    // What the sweeper cannot tell: SQS tells CloudWatch alone how old its messages are, and whether the sweeper throws.
    for (const queue of metrics) {
      for (const { lane, metric } of queue.oldest(periodOf("oldestMessage"))) add("oldestMessage", lane, { metric });
    }
    for (const name of functions) add("errors", name, { metric: ofFunction(name, "Errors", "errors") });
    if (config.alarms === "queues") {
      for (const queue of metrics) this.#watchQueue(queue, add);
      for (const name of functions) add("throttled", name, { metric: ofFunction(name, "Throttles", "throttled") });
    } else {
      for (const [kind, name] of Object.entries(stageAlarms) as [StageAlarm, string][]) {
        const metric = stageMetric(config, name, { statistic: Stats.MAXIMUM, period: periodOf(kind) });
        add(kind, ALL_QUEUES.subject, { metric, about: ALL_QUEUES.about });
      }
      const metric = accountMetric("Throttles", sumOf("throttled"));
      add("throttled", ALL_FUNCTIONS.subject, { metric, about: ALL_FUNCTIONS.about });
    }
    add("sweeper", "sweeper", { metric: ofFunction("sweeper", "Invocations", "sweeper") });
    if (config.deadLetterTopic !== undefined) {
      add("notices", "sweeper", { metric: stageMetric(config, cloudWatchMetrics.noticesFailed, sumOf("notices")) });
    }
    add("api", "api", { metric: apiMetric(api.httpApi.apiId, "5xx", sumOf("api")) });
    if (config.dashboard !== "none") {
      new StageDashboard(this, "Overview", { config, queues: metrics, functions, apiId: api.httpApi.apiId });
    }
  }

  /** An alarm of each kind for one queue, and one for each of its tasks. */
  #watchQueue(queue: QueueMetrics, add: AddAlarm): void {
    const { name } = queue.queue;
    add("backlog", name, { metric: queue.deepest(periodOf("backlog")) });
    add("idle", name, { metric: queue.idle(periodOf("idle")), rule: IDLE_LOOKS });
    add("deadLetters", name, { metric: queue.deadLetters(periodOf("deadLetters")) });
    add("failureRate", name, { metric: queue.failureRate(periodOf("failureRate")) });
    for (const { task, metric } of queue.slowness(periodOf("slow"))) add("slow", `${name}-${task}`, { metric });
  }

  #createTopic(config: StageConfig, email: string): Topic {
    const topic = new Topic(this, "Alarms", { topicName: physicalName(config.stage, "alarms"), enforceSSL: true });
    topic.grantPublish(new ServicePrincipal("cloudwatch.amazonaws.com"));
    topic.addSubscription(new EmailSubscription(email));
    new CfnOutput(this, "AlarmTopic", { value: topic.topicArn });
    return topic;
  }
}
