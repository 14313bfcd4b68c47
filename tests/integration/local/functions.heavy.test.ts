import { describe, expect, it } from "vitest";
import { lambdaFunction, mapping, queue } from "../../fixtures/local/assembly.ts";
import { recordHandler, startFixture } from "../../fixtures/local/fixture-stack.ts";
import { eventually } from "../../helpers/eventually.ts";

const one = (handler: string, properties: Record<string, unknown> = {}) => ({
  template: { Resources: { Worker: lambdaFunction("worker", properties) } },
  handlers: { worker: handler },
});

describe("a function", () => {
  it("sees its template's environment, Lambda's own and the local endpoints, and nothing of ours", async () => {
    process.env.LLM_SERVER_URL = "http://from.outside";
    process.env.HTTPS_PROXY = "http://from.outside";
    const source = one("export const handler = async () => process.env;", {
      Environment: { Variables: { GREETING: { "Fn::Join": ["-", ["hello", { Ref: "AWS::Region" }]] } } },
    });
    await using fixture = await startFixture(source);

    const outcome = await fixture.stack.functions("Worker").invoke({});

    delete process.env.LLM_SERVER_URL;
    delete process.env.HTTPS_PROXY;
    const env = JSON.parse(outcome.ok ? outcome.payload : "{}");
    expect(env).toMatchObject({
      GREETING: "hello-us-east-1",
      AWS_REGION: "us-east-1",
      AWS_LAMBDA_FUNCTION_NAME: "fixture-Worker",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "128",
      AWS_ENDPOINT_URL_SQS: fixture.stack.endpoints.sqs.endpoint,
      AWS_ENDPOINT_URL_DYNAMODB: fixture.stack.endpoints.dynamodb.endpoint,
    });
    expect(Object.keys(env)).not.toContain("LLM_SERVER_URL");
    expect(Object.keys(env)).not.toContain("HTTPS_PROXY");
    expect(Object.keys(env)).not.toContain("HOME");
  });

  it("gets Lambda's context", async () => {
    const handler = `export const handler = async (event, context) =>
      ({ ...context, remaining: context.getRemainingTimeInMillis() });`;
    await using fixture = await startFixture(one(handler, { Timeout: 7 }));

    const outcome = await fixture.stack.functions("Worker").invoke({});

    const context = JSON.parse(outcome.ok ? outcome.payload : "{}");
    expect(context).toMatchObject({
      functionName: "fixture-Worker",
      memoryLimitInMB: "128",
      invokedFunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:fixture-Worker",
      awsRequestId: expect.stringMatching(/^[\da-f-]{36}$/),
    });
    expect(context.remaining).toBeGreaterThan(5_000);
    expect(context.remaining).toBeLessThanOrEqual(7_000);
  });

  it("keeps its process for the next event", async () => {
    await using fixture = await startFixture(one("let calls = 0; export const handler = async () => (calls += 1);"));
    const worker = fixture.stack.functions("Worker");

    const outcomes = [await worker.invoke({}), await worker.invoke({}), await worker.invoke({})];

    expect(outcomes.map((outcome) => outcome.ok && outcome.payload)).toEqual(["1", "2", "3"]);
  });

  it("is killed at its timeout, even in a loop that never yields, and starts from the beginning", async () => {
    const handler = `export const handler = async ({ hang }) => { while (hang); return process.pid; };`;
    await using fixture = await startFixture(one(handler, { Timeout: 1 }));
    const worker = fixture.stack.functions("Worker");
    const before = await worker.invoke({});

    const outcome = await worker.invoke({ hang: true });
    const after = await worker.invoke({});

    expect(outcome).toMatchObject({
      ok: false,
      error: {
        errorType: "Sandbox.Timedout",
        errorMessage: expect.stringContaining("Task timed out after 1.00 seconds"),
      },
    });
    expect(after.ok && after.payload).toMatch(/^\d+$/);
    expect(after).not.toEqual(before);
  });

  it("dies when it needs more memory than the template gives it", async () => {
    const handler = `export const handler = async ({ mb }) => {
      const kept = [];
      for (let i = 0; i < mb; i += 1) kept.push(Array.from({ length: 131072 }, (_, n) => n + i));
      return kept.length;
    };`;
    await using fixture = await startFixture({
      template: {
        Resources: {
          Small: lambdaFunction("worker", { MemorySize: 128, Timeout: 60 }),
          Large: lambdaFunction("worker", { MemorySize: 1_024, Timeout: 60 }),
        },
      },
      handlers: { worker: handler },
    });

    const small = await fixture.stack.functions("Small").invoke({ mb: 300 });
    const large = await fixture.stack.functions("Large").invoke({ mb: 300 });

    expect(small).toMatchObject({ ok: false, error: { errorType: "Runtime.ExitError" } });
    expect(large).toEqual({ ok: true, payload: "300" });
  });

  it("reports a process that was killed from outside, and the message is delivered again", async () => {
    const template = {
      Resources: {
        Work: queue({ VisibilityTimeout: 2 }),
        Worker: lambdaFunction("worker"),
        Mapping: mapping("Work", "Worker"),
      },
    };
    const handler = recordHandler(
      "if (record.attributes.ApproximateReceiveCount === '1') await new Promise((resolve) => setTimeout(resolve, 9000));",
    );
    await using fixture = await startFixture({ template, handlers: { worker: handler } });
    await fixture.send("Work", "job");
    const running = await eventually("it runs", () => fixture.stack.functions("Worker").running()[0]);

    process.kill(running.pid, "SIGKILL");

    expect(running.messageIds).toHaveLength(1);
    await eventually("it runs again", () => fixture.output.includes("record job receive 2"));
    await eventually("its message is deleted", async () => {
      return (await fixture.count("Work", "ApproximateNumberOfMessagesNotVisible")) === 0;
    });
  });

  it("is started ever more rarely while its start fails, says so, and its queue is left alone meanwhile", async () => {
    const template = {
      Resources: {
        Work: queue({ VisibilityTimeout: 1 }),
        Worker: lambdaFunction("worker"),
        Mapping: mapping("Work", "Worker"),
      },
    };
    await using fixture = await startFixture({ template, handlers: { worker: "throw new Error('no such luck');" } });

    await fixture.send("Work", "job");

    await eventually("three starts have failed", () => fixture.warnings.length >= 3);
    const pauses = fixture.warnings.map((line) => /Next try in ([\d.]+) s/.exec(line)?.[1]);
    expect(pauses.slice(0, 3)).toEqual(["0.5", "1.0", "2.0"]);
    expect(fixture.warnings[0]).toContain("fixture-Worker did not start: no such luck");
  });

  it("recovers from an error between two events", async () => {
    const handler = `export const handler = async ({ crash }) => {
      if (crash) setTimeout(() => { throw new Error("late"); }, 10);
      return process.pid;
    };`;
    await using fixture = await startFixture(one(handler));
    const worker = fixture.stack.functions("Worker");
    const first = await worker.invoke({ crash: true });
    await eventually("the process has died", () => fixture.output.some((line) => line.includes("late")));

    const next = await eventually("it answers again", async () => {
      const outcome = await worker.invoke({});
      return outcome.ok && outcome;
    });

    expect(next).not.toEqual(first);
  });
});
