import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { lambdaFunction, mapping, queue } from "../../fixtures/local/assembly.ts";
import { recordHandler, startFixture } from "../../fixtures/local/fixture-stack.ts";
import { eventually } from "../../helpers/eventually.ts";

const templateOf = (options: { queue?: object; function?: object; mapping?: object } = {}) => ({
  Resources: {
    Work: queue({ VisibilityTimeout: 1, ...options.queue }),
    Worker: lambdaFunction("worker", { ...options.function }),
    Mapping: mapping("Work", "Worker", { ...options.mapping }),
  },
});

describe("an event source mapping", () => {
  it("follows a queue and a function that exist in the template alone", async () => {
    const template = templateOf();
    template.Resources = {
      ...template.Resources,
      Extra: queue({ QueueName: "added-by-hand" }),
      ExtraWorker: lambdaFunction("extra"),
      ExtraMapping: mapping("Extra", "ExtraWorker"),
    } as never;
    const handlers = { worker: recordHandler(""), extra: recordHandler("console.log('extra ran ' + record.body);") };
    await using fixture = await startFixture({ template, handlers });

    await fixture.send("Extra", "hello");

    await eventually("the added function runs", () => fixture.output.includes("extra ran hello"));
    await eventually("its message is deleted", async () => {
      const visible = await fixture.count("Extra", "ApproximateNumberOfMessages");
      const inFlight = await fixture.count("Extra", "ApproximateNumberOfMessagesNotVisible");
      return visible + inFlight === 0;
    });
    expect(fixture.stack.resource("Extra").ref).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/000000000000\/added-by-hand$/);
  });

  it("deletes the records of a batch that succeeded and lets the others come again", async () => {
    await using fixture = await startFixture({
      template: templateOf(),
      handlers: { worker: recordHandler("if (record.body === 'bad') throw new Error();") },
    });

    await fixture.send("Work", "good", "bad");

    await eventually("the bad record is received again", () => fixture.output.includes("record bad receive 2"));
    expect(fixture.output.filter((line) => line.startsWith("record good"))).toEqual(["record good receive 1"]);
  });

  it.each([
    ["a function error", "throw new Error('no');"],
    ["a malformed response", "return 'done';"],
    ["an empty identifier", "return { batchItemFailures: [{ itemIdentifier: '' }] };"],
    ["an unknown identifier", "return { batchItemFailures: [{ itemIdentifier: 'x' }] };"],
  ])("fails the whole batch on %s", async (_name, body) => {
    const handler = `export const handler = async (event) => {
      for (const record of event.Records) console.log(record.body, record.attributes.ApproximateReceiveCount);
      ${body}
    };`;
    await using fixture = await startFixture({ template: templateOf(), handlers: { worker: handler } });

    await fixture.send("Work", "a", "b");

    await eventually("both come again", () => fixture.output.includes("a 2") && fixture.output.includes("b 2"));
  });

  it("leaves the visibility timeout alone after a failure", async () => {
    await using fixture = await startFixture({
      template: templateOf({ queue: { VisibilityTimeout: 600 } }),
      handlers: { worker: recordHandler("throw new Error();") },
    });

    await fixture.send("Work", "bad");
    await eventually("the record has failed", () => fixture.output.length > 0 && fixture.stack.running().length === 0);

    expect(await fixture.count("Work", "ApproximateNumberOfMessagesNotVisible")).toBe(1);
  });

  it("leaves it to SQS to move a message to the dead-letter queue after maxReceiveCount", async () => {
    const { Resources } = templateOf({
      queue: { RedrivePolicy: { deadLetterTargetArn: { "Fn::GetAtt": ["Dead", "Arn"] }, maxReceiveCount: 2 } },
    });
    await using fixture = await startFixture({
      template: { Resources: { ...Resources, Dead: queue() } },
      handlers: { worker: recordHandler("throw new Error();") },
    });

    await fixture.send("Work", "poison");

    await eventually(
      "it is dead-lettered",
      async () => (await fixture.count("Dead", "ApproximateNumberOfMessages")) > 0,
    );
    expect(await fixture.receive("Dead")).toEqual(["poison"]);
    expect(fixture.output).toEqual(["record poison receive 1", "record poison receive 2"]);
  });

  it("never runs more at once than MaximumConcurrency, and receives nothing that would have to wait", async () => {
    const held = `await new Promise((resolve) => setTimeout(resolve, 400));`;
    await using fixture = await startFixture({
      template: templateOf({ queue: { VisibilityTimeout: 60 }, mapping: { BatchSize: 1 } }),
      handlers: { worker: recordHandler(held) },
    });

    await fixture.send("Work", "1", "2", "3", "4", "5", "6");

    let most = 0;
    let mostInFlight = 0;
    await eventually("all have run", async () => {
      most = Math.max(most, fixture.stack.running().length);
      mostInFlight = Math.max(mostInFlight, await fixture.count("Work", "ApproximateNumberOfMessagesNotVisible"));
      return fixture.output.length === 6;
    });
    expect(most).toBe(2);
    expect(mostInFlight).toBe(2);
    expect(fixture.output.every((line) => line.endsWith("receive 1"))).toBe(true);
  });

  it("collects a batch until it is full or the window is over", async () => {
    const handler = `export const handler = async (event) => { console.log("batch of " + event.Records.length); return {}; };`;
    await using fixture = await startFixture({
      template: templateOf({
        queue: { VisibilityTimeout: 60 },
        mapping: { BatchSize: 15, MaximumBatchingWindowInSeconds: 3 },
      }),
      handlers: { worker: handler },
    });

    await fixture.send("Work", ...Array.from({ length: 10 }, (_, index) => `first ${index}`));
    await fixture.send("Work", ...Array.from({ length: 5 }, (_, index) => `second ${index}`));

    await eventually("the batch has run", () => fixture.output.length > 0);
    expect(fixture.output).toEqual(["batch of 15"]);
  });

  it("ignores a mapping that is not enabled", async () => {
    await using fixture = await startFixture({
      template: templateOf({ mapping: { Enabled: false } }),
      handlers: { worker: recordHandler("") },
    });

    await fixture.send("Work", "a");
    await new Promise((resolve) => setTimeout(resolve, 500));

    expect(await fixture.count("Work", "ApproximateNumberOfMessages")).toBe(1);
  });

  it("hands over a message's group and attributes", async () => {
    const handler = `export const handler = async ({ Records: [r] }) => {
      console.log(JSON.stringify([r.attributes.MessageGroupId, r.messageAttributes]));
      return {};
    };`;
    await using fixture = await startFixture({ template: templateOf(), handlers: { worker: handler } });

    await fixture.sqs.send(
      new SendMessageCommand({
        QueueUrl: fixture.stack.resource("Work").ref,
        MessageBody: "hello",
        MessageGroupId: "project-1",
        MessageAttributes: { colour: { DataType: "String", StringValue: "red" } },
      }),
    );

    const line = await eventually("the event is printed", () => fixture.output[0]);
    const attribute = { dataType: "String", stringValue: "red", stringListValues: [], binaryListValues: [] };
    expect(JSON.parse(line)).toEqual(["project-1", { colour: attribute }]);
  });

  it("hands over each record as Lambda does", async () => {
    const handler = `export const handler = async (event) => { console.log(JSON.stringify(event)); return {}; };`;
    await using fixture = await startFixture({ template: templateOf(), handlers: { worker: handler } });

    await fixture.send("Work", "hello");

    const line = await eventually("the event is printed", () => fixture.output[0]);
    expect(JSON.parse(line)).toEqual({
      Records: [
        {
          messageId: expect.stringMatching(/^[\da-f-]{36}$/),
          receiptHandle: expect.any(String),
          body: "hello",
          attributes: {
            ApproximateReceiveCount: "1",
            SentTimestamp: expect.stringMatching(/^\d{13}$/),
            SenderId: expect.any(String),
            ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
          },
          messageAttributes: {},
          md5OfBody: "5d41402abc4b2a76b9719d911017c592",
          eventSource: "aws:sqs",
          eventSourceARN: "arn:aws:sqs:us-east-1:000000000000:fixture-Work",
          awsRegion: "us-east-1",
        },
      ],
    });
  });
});
