import { Annotations, Match } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { catalog } from "../../contracts/catalog.ts";
import { NEW_ACCOUNT_MEMORY } from "../../contracts/define-task.ts";
import { processDocument } from "../../contracts/tasks/process-document.ts";
import { entryPoints } from "../../infra/functions.ts";
import { type Resource, synthesize } from "../helpers/synthesized.ts";

const stacks = synthesize();
const functions = stacks.ofType("AWS::Lambda::Function");
const mappings = stacks.ofType("AWS::Lambda::EventSourceMapping");
const nameOf = (resource: Resource) => z.string().parse(resource.properties.FunctionName).replace("sluice-dev-", "");

test("there is a function for every entry point, and no other", () => {
  expect(functions.map(nameOf).toSorted()).toEqual(Object.keys(entryPoints(catalog.queues)).toSorted());
});

describe.each(functions.map((resource) => ({ name: nameOf(resource), resource })))(
  "function $name",
  ({ name, resource }) => {
    test("runs on Node 24 on arm64", () => {
      expect(resource.properties).toMatchObject({ Runtime: "nodejs24.x", Architectures: ["arm64"] });
    });

    test("writes to a log group of its own that forgets", () => {
      const config = z.object({ LogGroup: z.unknown() }).parse(resource.properties.LoggingConfig);
      const logs = stacks.target(resource, config.LogGroup);
      expect(logs.properties).toMatchObject({ LogGroupName: `/aws/lambda/sluice-dev-${name}`, RetentionInDays: 30 });
    });

    test("has a role that no other function has", () => {
      const role = stacks.target(resource, resource.properties.Role);
      expect(
        functions.filter(
          (other) => other.stack === resource.stack && stacks.target(other, other.properties.Role) === role,
        ),
      ).toEqual([resource]);
    });

    test("has somewhere for failures to go", () => {
      // A caller who waits gets the failure itself.
      if (name === "api" || name === "authorizer") return;
      const sources = mappings.filter(
        (mapping) => stacks.target(mapping, mapping.properties.FunctionName) === resource,
      );
      if (sources.length > 0) {
        for (const mapping of sources) {
          expect(stacks.target(mapping, mapping.properties.EventSourceArn).properties).toHaveProperty("RedrivePolicy");
        }
      } else {
        expect(resource.properties).toHaveProperty("DeadLetterConfig");
      }
    });
  },
);

test("the sweeper runs every minute, and a minute that it misses is recorded", () => {
  const schedule = stacks
    .ofType("AWS::Scheduler::Schedule")
    .find((candidate) => candidate.properties.Name === "sluice-dev-sweeper");
  expect(schedule?.properties).toMatchObject({
    ScheduleExpression: "rate(1 minute)",
    State: "ENABLED",
    Target: {
      DeadLetterConfig: { Arn: expect.anything() },
      Arn: { "Fn::GetAtt": [expect.stringMatching(/^Sweeper/), "Arn"] },
    },
  });
});

describe("memory", () => {
  const warnings = (memory: number) => {
    const synthesized = synthesize({}, [{ ...catalog.queueOf("default"), memory }]);
    return synthesized.stacks.flatMap((stack) =>
      Annotations.fromStack(stack).findWarning("*", Match.stringLikeRegexp("new ones do")),
    );
  };

  test("the largest function that Sluice ships fits into a new account, whose limit is 3,008 MB", () => {
    expect(processDocument.memory).toBeLessThanOrEqual(3_008);
    const own = functions.filter((each) => !catalog.queues.some(({ name }) => name === nameOf(each)));
    for (const { id, properties } of own) expect(properties.MemorySize, id).toBeLessThanOrEqual(NEW_ACCOUNT_MEMORY);
  });

  test("a task that asks for more is named at synthesis, before the stack is rolled back", () => {
    expect(warnings(NEW_ACCOUNT_MEMORY)).toEqual([]);
    const [warning, ...others] = warnings(NEW_ACCOUNT_MEMORY + 64);
    expect(others).toEqual([]);
    expect(warning?.entry.data).toContain("Queue default asks for 3072 MB");
  });
});
