/**
 * Topics of the template, and notices of jobs that fail for good to its subscribers.
 *
 * @module
 */

import { PublishCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { type DeadLetterNotice, deadLetterNoticeSchema } from "../../../contracts/dead-letters/notice.ts";
import { queue } from "../../fixtures/local/assembly.ts";
import { startFixture } from "../../fixtures/local/fixture-stack.ts";
import { eventually } from "../../helpers/eventually.ts";
import { startTestStack, type TestStack } from "../../helpers/stack.ts";

const envelopeSchema = z.object({
  Subject: z.string(),
  Message: z.string(),
  MessageAttributes: z.record(z.string(), z.object({ Value: z.string() })),
});

let stack: TestStack;
let sns: SNSClient;
let sqs: SQSClient;
beforeAll(async () => {
  stack = await startTestStack({
    env: { SLUICE_DEAD_LETTER_TOPIC: "own", SLUICE_PUBLIC_URL: "https://sluice.test/", LOG_LEVEL: "ERROR" },
  });
  sns = new SNSClient(stack.stack.endpoints.sns);
  sqs = new SQSClient(stack.stack.endpoints.sqs);
});
afterAll(async () => {
  sns?.destroy();
  sqs?.destroy();
  await stack?.[Symbol.asyncDispose]();
});

/** A queue that is subscribed to the topic. @returns a way to receive from it */
async function subscriber(name: string, attributes: Record<string, string> = {}) {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  const Endpoint = `arn:aws:sqs:us-east-1:000000000000:${name}`;
  const TopicArn = stack.stack.resources("AWS::SNS::Topic")[0]?.ref;
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint, Attributes: attributes }));
  return async () => {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    return Messages.map(({ Body = "" }) => envelopeSchema.parse(JSON.parse(Body)));
  };
}

/** As EventBridge calls it every minute. */
const sweep = () => stack.stack.functions("sweeper").invoke({});

it("a job that fails for good is told of to a queue that subscribed to the stage's topic, and to a filter that fits", async () => {
  const everyone = await subscriber("everyone");
  const refusals = await subscriber("refusals", { FilterPolicy: '{"error_type":["SchemaValidationError"]}' });
  const others = await subscriber("others", { FilterPolicy: '{"queue":["keywords"]}' });
  const taskId = await stack.submit("normalize", {
    request: "A table.",
    // Nothing in the request can be that number.
    schema: { type: "object", properties: { order: { type: "integer", minimum: 7 } }, required: ["order"] },
  });
  const job = await stack.waitFor(taskId);
  expect(job).toMatchObject({ status: "FAILURE", error: { type: "SchemaValidationError" } });

  const [told] = await eventually("the subscriber hears of it", async () => {
    await sweep();
    const heard = await everyone();
    return heard.length > 0 ? heard : undefined;
  });

  const notice: DeadLetterNotice = deadLetterNoticeSchema.parse(JSON.parse(told?.Message ?? ""));
  expect(notice).toMatchObject({ queue: "normalize", task_id: taskId, count: 1, attempts: 1, error: job.error });
  expect(notice.links.console).toBe(`https://sluice.test/console/jobs/${taskId}`);
  expect(told?.Subject).toBe(`Sluice local: 1 x normalize failed, ${job.error?.type}`);
  expect(
    Object.fromEntries(Object.entries(told?.MessageAttributes ?? {}).map(([name, { Value }]) => [name, Value])),
  ).toEqual({
    queue: "normalize",
    task_name: "normalize",
    project_id: job.project_id,
    error_type: job.error?.type,
  });
  expect(await refusals()).toHaveLength(1);
  expect(await others()).toEqual([]);
  await sweep();
  expect(await everyone()).toEqual([]);
});

it("a topic's subscriptions in the template are made, with their filters", async () => {
  const resources = {
    News: { Type: "AWS::SNS::Topic", Properties: { TopicName: "news" } },
    Inbox: queue({ QueueName: "inbox" }),
    Mail: {
      Type: "AWS::SNS::Subscription",
      Properties: { TopicArn: { Ref: "News" }, Protocol: "email", Endpoint: "ops@example.org" },
    },
    ToInbox: {
      Type: "AWS::SNS::Subscription",
      Properties: {
        TopicArn: { Ref: "News" },
        Protocol: "sqs",
        Endpoint: { "Fn::GetAtt": ["Inbox", "Arn"] },
        RawMessageDelivery: true,
        FilterPolicy: { kind: ["good"] },
      },
    },
  };
  await using fixture = await startFixture({ template: { Resources: resources } });
  const client = new SNSClient(fixture.stack.endpoints.sns);
  const publish = (Message: string, kind: string) =>
    client.send(
      new PublishCommand({
        TopicArn: fixture.stack.resource("News").ref,
        Message,
        MessageAttributes: { kind: { DataType: "String", StringValue: kind } },
      }),
    );

  await publish("no", "bad");
  await publish("yes", "good");

  expect(await fixture.receive("Inbox")).toEqual(["yes"]);
  client.destroy();
});
