import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Template } from "aws-cdk-lib/assertions";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { catalog } from "../../contracts/catalog.ts";
import { type AlarmKind, alarms, runbookAnchor } from "../../contracts/monitoring/alarms.ts";
import { metricService } from "../../contracts/monitoring/metrics.ts";
import { type Synthesized, synthesize } from "../helpers/synthesized.ts";

const { queues } = catalog;

let stage: Synthesized;
beforeAll(() => {
  stage = synthesize({ SLUICE_ALARM_EMAIL: "ops@example.org", SLUICE_DEAD_LETTER_TOPIC: "own" });
});

const lambdaSchema = z.object({
  Environment: z.object({ Variables: z.object({ POWERTOOLS_SERVICE_NAME: z.string() }) }),
});
const kinds = Object.keys(alarms) as AlarmKind[];
const alarmsOf = () => stage.ofType("AWS::CloudWatch::Alarm").map(({ properties }) => properties);

describe("alarms", () => {
  it("link to a heading that the runbook has", () => {
    const runbook = readFileSync(join(import.meta.dirname, "../../docs/runbook.md"), "utf8");
    const headings = [...runbook.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    for (const kind of kinds) expect(headings).toContain(alarms[kind].heading);
    const anchors = kinds.map((kind) => `docs/runbook.md#${runbookAnchor(kind)}`);
    for (const { AlarmDescription } of alarmsOf()) {
      expect(anchors.some((anchor) => String(AlarmDescription).endsWith(anchor))).toBe(true);
    }
  });

  it("fire at what an operator was promised, and stay quiet without data", () => {
    const rule = (suffix: string) => {
      const found = alarmsOf().find(({ AlarmName }) => String(AlarmName).endsWith(suffix));
      return [found?.ComparisonOperator, found?.Threshold, found?.EvaluationPeriods, found?.TreatMissingData];
    };
    const over = "GreaterThanThreshold";
    expect(rule("summarize-too-many-jobs-wait")).toEqual([over, 100, 1, "notBreaching"]);
    expect(rule("summarize-runs-take-too-long")).toEqual([over, 300, 1, "notBreaching"]);
    expect(rule("summarize-too-many-runs-fail")).toEqual([over, 1, 1, "notBreaching"]);
    expect(rule("summarize-the-dead-letter-queue-is-not-empty")).toEqual([over, 0, 1, "notBreaching"]);
    expect(rule("summarize-the-oldest-message-is-too-old")).toEqual([over, 900, 1, "notBreaching"]);
    const notBelow = "GreaterThanOrEqualToThreshold";
    expect(rule("summarize-messages-wait-and-nothing-consumes-them")).toEqual([notBelow, 1, 10, "notBreaching"]);
    expect(rule("the-sweeper-does-not-run")).toEqual(["LessThanThreshold", 1, 1, "breaching"]);
  });

  it("and the dashboard ask for the metrics that the functions publish, of their own stage alone", () => {
    const services = new Set(
      stage
        .ofType("AWS::Lambda::Function")
        .map(({ properties }) => lambdaSchema.parse(properties).Environment.Variables.POWERTOOLS_SERVICE_NAME),
    );
    expect([...services]).toEqual([metricService("dev")]);
    const asked = [...stage.ofType("AWS::CloudWatch::Alarm"), ...stage.ofType("AWS::CloudWatch::Dashboard")]
      .map(({ properties }) => JSON.stringify(properties))
      .join("\n");
    const values = [...asked.matchAll(/"Name":"service","Value":"([^"]+)"|\\"service\\",\\"([^"\\]+)\\"/g)];
    expect(new Set(values.map(([, ofAlarm, ofDashboard]) => ofAlarm ?? ofDashboard))).toEqual(services);
    expect(values.some(([, , ofDashboard]) => ofDashboard !== undefined)).toBe(true);
  });

  it("watch every queue for its backlog, its age, idleness, dead letters and failures, and every task for slowness", () => {
    const names = alarmsOf().map(({ AlarmName }) => AlarmName);
    for (const { name, tasks } of queues) {
      for (const kind of ["backlog", "oldestMessage", "idle", "deadLetters", "failureRate"] as const) {
        expect(names).toContain(`sluice-dev-${name}-${runbookAnchor(kind)}`);
      }
      for (const { name: task } of tasks)
        expect(names).toContain(`sluice-dev-${name}-${task}-${runbookAnchor("slow")}`);
    }
  });

  it("stay within what CloudWatch takes, however many tasks a queue has", () => {
    const [queue] = queues;
    if (!queue) throw new Error("The catalog has no queue.");
    const all = queues.flatMap(({ tasks }) => tasks);
    const tasks = all.slice(0, 15);
    expect(tasks).toHaveLength(15);

    const crowded = synthesize({}, [{ ...queue, tasks }]);

    const alarmsOfCrowded = crowded.ofType("AWS::CloudWatch::Alarm").map(({ properties }) => properties);
    const names = alarmsOfCrowded.map(({ AlarmName }) => AlarmName);
    expect(new Set(names).size).toBe(names.length);
    for (const { name: task } of tasks)
      expect(names).toContain(`sluice-dev-${queue.name}-${task}-${runbookAnchor("slow")}`);
    for (const { Metrics } of alarmsOfCrowded) {
      const queries = z.array(z.looseObject({ ReturnData: z.boolean().optional() })).parse(Metrics ?? []);
      // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
      expect(queries.length).toBeLessThanOrEqual(10);
      if (queries.length > 0) expect(queries.filter(({ ReturnData }) => ReturnData !== false)).toHaveLength(1);
    }
  });

  it("watch every function that is deployed for errors and throttles", () => {
    const names = alarmsOf().map(({ AlarmName }) => AlarmName);
    for (const { properties } of stage.ofType("AWS::Lambda::Function")) {
      expect(names).toContain(`${String(properties.FunctionName)}-${runbookAnchor("errors")}`);
      expect(names).toContain(`${String(properties.FunctionName)}-${runbookAnchor("throttled")}`);
    }
  });

  it("tell the topic, when there is someone to tell", () => {
    for (const { AlarmActions } of alarmsOf()) expect(AlarmActions).toHaveLength(1);
    const silent = synthesize();
    for (const { properties } of silent.ofType("AWS::CloudWatch::Alarm"))
      expect(properties.AlarmActions).toBeUndefined();
    expect(silent.ofType("AWS::SNS::Topic")).toEqual([]);
  });
});

it("notices of dead letters that their topic does not take raise an alarm, where there is a topic", () => {
  const named = (synthesized: Synthesized) =>
    synthesized
      .ofType("AWS::CloudWatch::Alarm")
      .filter(({ properties }) => String(properties.AlarmName).endsWith(runbookAnchor("notices")));
  expect(named(stage).map(({ properties }) => properties.MetricName)).toEqual(["DeadLetterNoticesFailed"]);
  expect(named(synthesize())).toEqual([]);
});

it("the stage's own topic of dead letters is encrypted, and takes what comes by TLS alone", () => {
  const [topic] = stage.ofType("AWS::SNS::Topic").filter(({ id }) => id.startsWith("DeadLetterTopic"));
  expect(topic?.properties.TopicName).toBe("sluice-dev-dead-letters");
  expect(JSON.stringify(topic?.properties.KmsMasterKeyId)).toContain("alias/aws/sns");
  expect(JSON.stringify(stage.ofType("AWS::SNS::TopicPolicy"))).toContain("aws:SecureTransport");
});

it("the dashboard shows what every queue and function does", () => {
  const stack = stage.stacks.find(({ stackName }) => stackName.endsWith("observability"));
  if (!stack) throw new Error("no observability stack");
  const dashboards = Template.fromStack(stack).findResources("AWS::CloudWatch::Dashboard");
  const text = JSON.stringify(dashboards);
  for (const { name, lanes } of queues) {
    for (const lane of lanes) expect(text).toContain(`sluice-dev-${name}-${lane}`);
    expect(text).toContain(`sluice-dev-${name}-dlq`);
  }
});
