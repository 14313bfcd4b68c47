import { expect, test } from "vitest";
import { catalog } from "../../contracts/catalog.ts";
import type { QueueDefinition } from "../../contracts/queues.ts";
import { entryPoints } from "../../infra/functions.ts";
import { synthesize } from "../helpers/synthesized.ts";

const { queueOf, queues } = catalog;

/** A queue that the catalog does not hold, as a new task would make it. */
const added = (over: Record<string, unknown> = {}): QueueDefinition =>
  Object.assign({}, queueOf("default"), { name: "export-report", ...over });

test("a queue that the catalog gains brings its lanes, dead-letter queue, function, mappings, permissions and alarms", () => {
  const before = synthesize({}, queues).resources.map((resource) => resource.id);
  const after = synthesize({}, [...queues, added()]);
  const gained = after.resources.filter((resource) => !before.includes(resource.id));
  // CDK splits a policy that outgrows the limit of inline policies.
  const types = gained
    .map((resource) => resource.type)
    .filter((type) => type !== "AWS::IAM::ManagedPolicy")
    .toSorted();
  expect(types).toEqual(
    [
      ...Array.from({ length: 3 }, () => ["AWS::SQS::Queue", "AWS::SQS::QueuePolicy"]).flat(),
      ...Array.from({ length: 2 }, () => "AWS::Lambda::EventSourceMapping"),
      ...["AWS::IAM::Role", "AWS::IAM::Policy", "AWS::Lambda::Function", "AWS::Logs::LogGroup"],
      // Its lanes' ages, and the function's errors.
      ...Array.from({ length: 3 }, () => "AWS::CloudWatch::Alarm"),
    ].toSorted(),
  );
  const policies = JSON.stringify(
    [...after.ofType("AWS::IAM::Policy"), ...after.ofType("AWS::IAM::ManagedPolicy")].map(
      (policy) => policy.properties,
    ),
  );
  expect(policies).toContain("sluice-dev-export-report-high");
});

test("a queue's function is bundled from a file of the queue's name", () => {
  expect(entryPoints([...queues, added()])).toMatchObject({
    "export-report": "functions/queues/export-report.ts",
    summarize: "functions/queues/summarize.ts",
  });
});

test("a queue cannot take the name of one of the stack's own functions", () => {
  expect(() => entryPoints([added({ name: "sweeper" })])).toThrow(/cannot be called sweeper/);
});

test("a queue of one lane has one lane and one mapping", () => {
  const { resources } = synthesize({}, [queueOf("summarize"), added({ lanes: ["low"] })]);
  const names = resources.map((resource) => resource.properties.QueueName).filter((name) => name !== undefined);
  expect(names).toContain("sluice-dev-export-report-low");
  expect(names).not.toContain("sluice-dev-export-report-high");
});
