/**
 * What AWS refuses is refused here, where the emulators would take it.
 *
 * @module
 */

import { DynamoDBClient, PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { queue } from "../../fixtures/local/assembly.ts";
import { type FixtureStack, startFixture } from "../../fixtures/local/fixture-stack.ts";

const table = {
  Type: "AWS::DynamoDB::Table",
  Properties: {
    TableName: "things",
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
    AttributeDefinitions: [
      { AttributeName: "pk", AttributeType: "S" },
      { AttributeName: "owner", AttributeType: "S" },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: "owners",
        KeySchema: [{ AttributeName: "owner", KeyType: "HASH" }],
        Projection: { ProjectionType: "KEYS_ONLY" },
      },
    ],
  },
};

let fixture: FixtureStack;
let dynamodb: DynamoDBClient;
beforeAll(async () => {
  fixture = await startFixture({ template: { Resources: { Work: queue({ QueueName: "work" }), Things: table } } });
  dynamodb = new DynamoDBClient(fixture.stack.endpoints.dynamodb);
});
afterAll(async () => {
  dynamodb.destroy();
  await fixture[Symbol.asyncDispose]();
});

const nameOf = (answer: Promise<unknown>) =>
  answer.then(
    () => "taken",
    (error: Error) => error.name,
  );
const HANDLE = "3f2c2c7e-1111-4222-8333-444455556666";

it.each<[string, (QueueUrl: string) => Promise<unknown>, string]>([
  [
    "a delay of 900 s",
    (QueueUrl) => fixture.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "m", DelaySeconds: 900 })),
    "taken",
  ],
  [
    "a delay of 901 s",
    (QueueUrl) => fixture.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "m", DelaySeconds: 901 })),
    "InvalidParameterValue",
  ],
  [
    "a delay of 901 s in a batch",
    (QueueUrl) =>
      fixture.sqs.send(
        new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: "1", MessageBody: "m", DelaySeconds: 901 }] }),
      ),
    "InvalidParameterValue",
  ],
  [
    "a visibility of more than 12 hours",
    (QueueUrl) =>
      fixture.sqs.send(
        new ChangeMessageVisibilityBatchCommand({
          QueueUrl,
          Entries: [{ Id: "1", ReceiptHandle: HANDLE, VisibilityTimeout: 43_201 }],
        }),
      ),
    "InvalidParameterValue",
  ],
  [
    "a receipt handle that is none",
    (QueueUrl) =>
      fixture.sqs.send(
        new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: "garbage", VisibilityTimeout: 0 }),
      ),
    "ReceiptHandleIsInvalid",
  ],
  [
    "a receipt handle of long ago",
    (QueueUrl) => fixture.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: HANDLE })),
    "taken",
  ],
])("SQS: %s", async (_what, call, expected) => {
  expect(await nameOf(call(fixture.stack.resource("Work").ref))).toBe(expected);
});

const update = (expression: string, value: string) =>
  new UpdateItemCommand({
    TableName: "things",
    Key: { pk: { S: "1" } },
    UpdateExpression: expression,
    ExpressionAttributeNames: { "#o": "owner" },
    ExpressionAttributeValues: { ":o": { S: value } },
  });
const names = (count: number) => Array.from({ length: count }, (_, index) => `a${index} = :o`).join(", ");

it.each<[string, () => Promise<unknown>, string]>([
  [
    "an item whose index key is there",
    () => dynamodb.send(new PutItemCommand({ TableName: "things", Item: { pk: { S: "1" }, owner: { S: "me" } } })),
    "taken",
  ],
  [
    "an item whose index key is empty",
    () => dynamodb.send(new PutItemCommand({ TableName: "things", Item: { pk: { S: "1" }, owner: { S: "" } } })),
    "ValidationException",
  ],
  ["an update that empties an index key", () => dynamodb.send(update("SET #o = :o", "")), "ValidationException"],
  [
    "an expression of 4 KB and more",
    () => dynamodb.send(update(`SET #o = :o, ${names(400)}`, "me")),
    "ValidationException",
  ],
])("DynamoDB: %s", async (_what, call, expected) => {
  expect(await nameOf(call())).toBe(expected);
});
