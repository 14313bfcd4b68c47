import { describe, expect, it } from "vitest";
import { lambdaFunction, queue } from "../../fixtures/local/assembly.ts";
import { startFixture } from "../../fixtures/local/fixture-stack.ts";
import { eventually } from "../../helpers/eventually.ts";

const schedule = (expression: string, target: string, properties: Record<string, unknown> = {}) => ({
  Type: "AWS::Scheduler::Schedule",
  Properties: {
    ScheduleExpression: expression,
    FlexibleTimeWindow: { Mode: "OFF" },
    Target: { Arn: { "Fn::GetAtt": [target, "Arn"] }, RoleArn: "none", Input: '{"from":"schedule"}' },
    ...properties,
  },
});

const print = "export const handler = async (event) => console.log(JSON.stringify(event));";

describe("a schedule", () => {
  it("calls its function with its input, again and again, at the scaled rate", async () => {
    await using fixture = await startFixture(
      {
        template: { Resources: { Job: lambdaFunction("job"), Every: schedule("rate(1 minute)", "Job") } },
        handlers: { job: print },
      },
      { timeScale: 60 },
    );

    await eventually("it has run twice", () => fixture.output.length >= 2);
    expect(fixture.output[0]).toBe('{"from":"schedule"}');
  });

  it("sends its input to a queue", async () => {
    await using fixture = await startFixture(
      { template: { Resources: { Jobs: queue(), Every: schedule("rate(1 minute)", "Jobs") } } },
      { timeScale: 60 },
    );

    await eventually(
      "a message is there",
      async () => (await fixture.count("Jobs", "ApproximateNumberOfMessages")) > 0,
    );
    expect(await fixture.receive("Jobs")).toContain('{"from":"schedule"}');
  });

  it("continues after a run that failed or has not ended yet", async () => {
    const handlers = {
      fails: "export const handler = async () => { console.log('fails'); throw new Error('no'); };",
      hangs:
        "export const handler = () => { console.log('hangs'); return new Promise(() => setTimeout(() => {}, 60000)); };",
    };
    const Resources = {
      Fails: lambdaFunction("fails"),
      Hangs: lambdaFunction("hangs"),
      FailsEvery: schedule("rate(1 minute)", "Fails"),
      HangsEvery: schedule("rate(1 minute)", "Hangs"),
    };
    await using fixture = await startFixture({ template: { Resources }, handlers }, { timeScale: 60 });

    const times = (line: string) => fixture.output.filter((each) => each === line).length;
    await eventually("both have run twice", () => times("fails") >= 2 && times("hangs") >= 2);
    expect(fixture.warnings).toContain("Schedule FailsEvery: fixture-Fails failed: no");
  });

  it("does not run while it is disabled", async () => {
    const Resources = {
      Job: lambdaFunction("job"),
      Off: schedule("rate(1 minute)", "Job", { State: "DISABLED" }),
    };
    await using fixture = await startFixture({ template: { Resources }, handlers: { job: print } }, { timeScale: 60 });

    await new Promise((resolve) => setTimeout(resolve, 2_500));

    expect(fixture.output).toEqual([]);
  });

  it("may be a rule, whose function then gets a scheduled event", async () => {
    const Resources = {
      Job: lambdaFunction("job"),
      Rule: {
        Type: "AWS::Events::Rule",
        Properties: {
          ScheduleExpression: "rate(1 hour)",
          State: "ENABLED",
          Targets: [{ Id: "Job", Arn: { "Fn::GetAtt": ["Job", "Arn"] } }],
        },
      },
    };
    await using fixture = await startFixture(
      { template: { Resources }, handlers: { job: print } },
      { timeScale: 3_600 },
    );

    const line = await eventually("it has run", () => fixture.output[0]);
    expect(JSON.parse(line)).toMatchObject({ source: "aws.events", "detail-type": "Scheduled Event", detail: {} });
  });
});
