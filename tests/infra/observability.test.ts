import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Template } from "aws-cdk-lib/assertions";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { catalog } from "../../contracts/catalog.ts";
import { defaultFamilies } from "../../contracts/families.ts";
import { type AlarmKind, alarmRule, alarms, runbookAnchor, stageAlarms } from "../../contracts/monitoring/alarms.ts";
import { metricService } from "../../contracts/monitoring/metrics.ts";
import { type Synthesized, synthesize } from "../helpers/synthesized.ts";

const { queues } = catalog;

const told = { SLUICE_ALARM_EMAIL: "ops@example.org", SLUICE_DEAD_LETTER_TOPIC: "own" };
let stage: Synthesized;
/** With an alarm for each queue. */
let detailed: Synthesized;
beforeAll(() => {
  stage = synthesize(told);
  detailed = synthesize({ ...told, SLUICE_ALARMS: "queues", SLUICE_DASHBOARD: "full" });
});

const lambdaSchema = z.object({
  Environment: z.object({ Variables: z.object({ POWERTOOLS_SERVICE_NAME: z.string() }) }),
});
const kinds = Object.keys(alarms) as AlarmKind[];
const alarmsOf = (of = stage) => of.ofType("AWS::CloudWatch::Alarm").map(({ properties }) => properties);
const bothStages = () => [stage, detailed];
const namesOf = (of: Synthesized) => alarmsOf(of).map(({ AlarmName }) => AlarmName);

describe("alarms", () => {
  it("link to a heading that the runbook has", () => {
    const runbook = readFileSync(join(import.meta.dirname, "../../docs/runbook.md"), "utf8");
    const headings = [...runbook.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    for (const kind of kinds) expect(headings).toContain(alarms[kind].heading);
    const anchors = kinds.map((kind) => `docs/runbook.md#${runbookAnchor(kind)}`);
    for (const { AlarmDescription } of bothStages().flatMap(alarmsOf)) {
      expect(anchors.some((anchor) => String(AlarmDescription).endsWith(anchor))).toBe(true);
    }
  });

  it("fire at what an operator was promised, and stay quiet without data", () => {
    const rule = (of: Synthesized, suffix: string) => {
      const found = alarmsOf(of).find(({ AlarmName }) => String(AlarmName).endsWith(suffix));
      return [found?.ComparisonOperator, found?.Threshold, found?.EvaluationPeriods, found?.TreatMissingData];
    };
    const over = "GreaterThanThreshold";
    const notBelow = "GreaterThanOrEqualToThreshold";
    for (const [of, queue] of [
      [stage, "all"],
      [detailed, "summarize"],
    ] as const) {
      expect(rule(of, `${queue}-too-many-jobs-wait`)).toEqual([over, 100, 1, "notBreaching"]);
      expect(rule(of, `${queue}-runs-take-too-long`)).toEqual([over, 300, 1, "notBreaching"]);
      expect(rule(of, `${queue}-too-many-runs-fail`)).toEqual([over, 1, 1, "notBreaching"]);
      expect(rule(of, `${queue}-the-dead-letter-queue-is-not-empty`)).toEqual([over, 0, 1, "notBreaching"]);
      expect(rule(of, "summarize-high-the-oldest-message-is-too-old")).toEqual([over, 900, 1, "notBreaching"]);
      expect(rule(of, "the-sweeper-does-not-run")).toEqual(["LessThanThreshold", 1, 1, "breaching"]);
    }
    // Ten minutes in a row, which the sweeper counts, or CloudWatch.
    const idle = "messages-wait-and-nothing-consumes-them";
    expect(rule(stage, `all-${idle}`)).toEqual([notBelow, 10, 1, "notBreaching"]);
    expect(rule(detailed, `summarize-${idle}`)).toEqual([notBelow, 1, 10, "notBreaching"]);
  });

  it("of all queues ask for the greatest value of what the sweeper publishes, by the stage alone", () => {
    for (const [kind, name] of Object.entries(stageAlarms)) {
      const found = alarmsOf().find(
        ({ AlarmName }) => AlarmName === `sluice-dev-all-${runbookAnchor(kind as AlarmKind)}`,
      );
      expect(found, kind).toMatchObject({
        Namespace: "Sluice",
        MetricName: name,
        Statistic: "Maximum",
        Period: alarmRule(kind as AlarmKind).minutes * 60,
        Dimensions: [{ Name: "service", Value: metricService("dev") }],
      });
    }
  });

  it("have one of each kind, whichever way they watch", () => {
    for (const of of bothStages()) {
      const names = namesOf(of).map(String);
      for (const kind of kinds)
        expect(
          names.some((name) => name.endsWith(runbookAnchor(kind))),
          kind,
        ).toBe(true);
    }
  });

  it("and the dashboard ask for the metrics that the functions publish, of their own stage alone", () => {
    const services = new Set(
      stage
        .ofType("AWS::Lambda::Function")
        .map(({ properties }) => lambdaSchema.parse(properties).Environment.Variables.POWERTOOLS_SERVICE_NAME),
    );
    expect([...services]).toEqual([metricService("dev")]);
    const asked = bothStages()
      .flatMap((of) => [...of.ofType("AWS::CloudWatch::Alarm"), ...of.ofType("AWS::CloudWatch::Dashboard")])
      .map(({ properties }) => JSON.stringify(properties))
      .join("\n");
    const values = [...asked.matchAll(/"Name":"service","Value":"([^"]+)"|\\"service\\",\\"([^"\\]+)\\"/g)];
    expect(new Set(values.map(([, ofAlarm, ofDashboard]) => ofAlarm ?? ofDashboard))).toEqual(services);
    expect(values.some(([, , ofDashboard]) => ofDashboard !== undefined)).toBe(true);
  });

  it("watch every lane's age by itself, as SQS tells it to nobody else", () => {
    for (const of of bothStages()) {
      for (const { name, lanes } of queues) {
        for (const lane of lanes)
          expect(namesOf(of)).toContain(`sluice-dev-${name}-${lane}-${runbookAnchor("oldestMessage")}`);
      }
    }
  });

  it("are on plain metrics, which every emulator knows", () => {
    for (const { AlarmName, MetricName, Metrics } of alarmsOf()) {
      expect(MetricName, String(AlarmName)).toBeTypeOf("string");
      expect(Metrics).toBeUndefined();
    }
  });

  it("watch, where that is wanted, every queue for its backlog, idleness, dead letters and failures, and every task for slowness", () => {
    const names = namesOf(detailed);
    for (const { name, tasks } of queues) {
      for (const kind of ["backlog", "idle", "deadLetters", "failureRate"] as const) {
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

    const crowded = synthesize({ SLUICE_ALARMS: "queues" }, [{ ...queue, tasks }]);

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

  it("watch every function that is deployed for errors, and all of the account's together for throttles, or each", () => {
    for (const { properties } of stage.ofType("AWS::Lambda::Function")) {
      expect(namesOf(stage)).toContain(`${String(properties.FunctionName)}-${runbookAnchor("errors")}`);
      expect(namesOf(detailed)).toContain(`${String(properties.FunctionName)}-${runbookAnchor("errors")}`);
      expect(namesOf(detailed)).toContain(`${String(properties.FunctionName)}-${runbookAnchor("throttled")}`);
      // All draw from the account's concurrency: none is throttled by a limit of its own, which would be no one else's.
      expect(properties.ReservedConcurrentExecutions).toBeUndefined();
    }
    const [throttled] = alarmsOf().filter(({ AlarmName }) => String(AlarmName).endsWith(runbookAnchor("throttled")));
    expect(throttled).toMatchObject({ Namespace: "AWS/Lambda", MetricName: "Throttles", Statistic: "Sum" });
    expect(throttled?.Dimensions).toBeUndefined();
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

const dashboardOf = ({ stacks }: Synthesized): string => {
  const stack = stacks.find(({ stackName }) => stackName.endsWith("observability"));
  if (!stack) throw new Error("no observability stack");
  return JSON.stringify(Template.fromStack(stack).findResources("AWS::CloudWatch::Dashboard"));
};

it("the full dashboard shows what every queue and function does", () => {
  const text = dashboardOf(detailed);
  for (const { name, lanes } of queues) {
    for (const lane of lanes) expect(text).toContain(`sluice-dev-${name}-${lane}`);
    expect(text).toContain(`sluice-dev-${name}-dlq`);
  }
});

it.each([
  ["the default families", { SLUICE_FAMILIES: defaultFamilies.join(",") }, true],
  ["all families", { SLUICE_FAMILIES: "all" }, false],
  ["a small stage", { SLUICE_SIZE: "small", SLUICE_FAMILIES: "" }, true],
])("the small dashboard has at most the 50 metrics that cost nothing: %s", (_, env, hasAges) => {
  const text = dashboardOf(synthesize(env));
  // A metric is a list that begins with its namespace.
  const metrics = text.match(/\[\\+"(AWS\/|Sluice\\)/g) ?? [];
  expect(metrics.length).toBeGreaterThan(8);
  expect(metrics.length).toBeLessThanOrEqual(50);
  for (const name of Object.values(stageAlarms)) expect(text).toContain(name);
  expect(text.includes("ApproximateAgeOfOldestMessage")).toBe(hasAges);
});

it("there is no dashboard where none is wanted", () => {
  expect(synthesize({ SLUICE_DASHBOARD: "none" }).ofType("AWS::CloudWatch::Dashboard")).toEqual([]);
});
