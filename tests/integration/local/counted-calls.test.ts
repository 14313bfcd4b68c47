/**
 * What the emulators tell of calls: units as DynamoDB bills them, indexes included, and each call at the wire.
 *
 * @module
 */

import {
  type AttributeValue,
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { silentLog } from "../../../local/log.ts";
import { functionCredentials } from "../../../local/services/credentials.ts";
import type { AwsCall } from "../../../local/services/observed-calls.ts";
import { type Services, startServices } from "../../../local/services/services.ts";

const TableName = "jobs";
const calls: AwsCall[] = [];
let services: Services;
let dynamodb: DynamoDBClient;
let queueUrl: string;

beforeAll(async () => {
  services = await startServices({
    region: "us-east-1",
    secrets: new Map(),
    origins: [],
    log: silentLog,
    failed: () => {},
    observe: (call) => calls.push(call),
  });
  ({ dynamodb } = services);
  const key = (name: string, type: "HASH" | "RANGE") => ({ AttributeName: name, KeyType: type });
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: ["pk", "list", "work"].map((name) => ({ AttributeName: name, AttributeType: "S" })),
      KeySchema: [key("pk", "HASH")],
      GlobalSecondaryIndexes: [
        { IndexName: "list", KeySchema: [key("list", "HASH")], Projection: { ProjectionType: "KEYS_ONLY" } },
        {
          IndexName: "work",
          KeySchema: [key("work", "HASH")],
          Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["status"] },
        },
      ],
    }),
  );
  queueUrl = services.emulator.queues.createQueue(
    "jobs",
    `${services.endpoints.sqs}/000000000000/jobs`,
    "arn:aws:sqs:us-east-1:000000000000:jobs",
  ).url;
});
afterAll(() => services?.close());

type Item = Record<string, AttributeValue>;
const S = (value: string) => ({ S: value });
const put = async (item: Item) => {
  const answer = await dynamodb.send(new PutItemCommand({ TableName, Item: item, ReturnConsumedCapacity: "INDEXES" }));
  return answer.ConsumedCapacity;
};

/** Calls of these operations, once there was one of each. */
async function told(...operations: string[]): Promise<readonly AwsCall[]> {
  const own = () => calls.filter(({ operation }) => operations.includes(operation));
  await expect.poll(() => new Set(own().map(({ operation }) => operation)).size).toBe(operations.length);
  return own();
}

describe("a call that is watched", () => {
  it("is told of with its units, which its caller does not have to ask for", async () => {
    await dynamodb.send(new PutItemCommand({ TableName, Item: { pk: S("one"), list: S("L"), work: S("W") } }));
    await dynamodb.send(
      new QueryCommand({
        TableName,
        IndexName: "list",
        KeyConditionExpression: "#list = :list",
        ExpressionAttributeNames: { "#list": "list" },
        ExpressionAttributeValues: { ":list": S("L") },
      }),
    );
    const [write, read] = await told("PutItem", "Query");
    expect(write).toMatchObject({ caller: undefined, service: "dynamodb", operation: "PutItem", status: 200 });
    expect(write).toMatchObject({ writeUnits: 3, readUnits: 0, received: "{}".length });
    expect(read).toMatchObject({ operation: "Query", writeUnits: 0, readUnits: 0.5 });
  });

  it("has its bytes, and is not told of where it is refused", async () => {
    const client = new DynamoDBClient({
      ...services.clientConfig("dynamodb"),
      credentials: functionCredentials(services.credentials, "sluice-local-api"),
    });
    const body = "m".repeat(500);
    await services.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
    await expect(client.send(new PutItemCommand({ TableName, Item: { pk: S("two") } }))).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
    const [sending, ...others] = await told("SendMessage");
    expect(others).toEqual([]);
    expect(sending).toMatchObject({ caller: undefined, service: "sqs", writeUnits: 0 });
    expect(sending?.sent).toBeGreaterThan(body.length);
    expect(sending?.received).toBeGreaterThan(0);
    client.destroy();
  });
});

describe("a write costs", () => {
  const job: Item = { pk: S("job"), list: S("L"), work: S("WAIT"), status: S("PENDING"), note: S("a") };
  const large = S("x".repeat(1_100));

  it.each<[what: string, before: Item | undefined, after: Item, table: number, indexes: Record<string, number>]>([
    ["a unit for each new entry", undefined, job, 1, { list: 1, work: 1 }],
    ["nothing in an index of which nothing changes", job, { ...job, note: S("b") }, 1, {}],
    ["one where a projected attribute changes", job, { ...job, status: S("STARTED") }, 1, { work: 1 }],
    ["two where the key changes", job, { ...job, work: S("RUN") }, 1, { work: 2 }],
    ["one where an entry goes", job, { pk: S("job"), list: S("L") }, 1, { work: 1 }],
    ["nothing in an index that the item is not in", undefined, { pk: S("job") }, 1, {}],
    ["as many as the entry has KB", undefined, { ...job, status: large }, 2, { list: 1, work: 2 }],
    [
      "no more in an index that does not have what is large",
      undefined,
      { ...job, note: large },
      2,
      { list: 1, work: 1 },
    ],
  ])("%s", async (_, before, after, table, indexes) => {
    await dynamodb.send(new DeleteItemCommand({ TableName, Key: { pk: S("job") } }));
    if (before) await put(before);
    const capacity = await put(after);
    const own = Object.fromEntries(
      Object.entries(capacity?.GlobalSecondaryIndexes ?? {}).map(([name, { CapacityUnits }]) => [name, CapacityUnits]),
    );
    expect(own).toEqual(indexes);
    expect(capacity?.Table?.CapacityUnits).toBe(table);
    expect(capacity?.CapacityUnits).toBe(table + Object.values(indexes).reduce((sum, units) => sum + units, 0));
  });

  it("as much when it is asked for a sum, or removed", async () => {
    await put(job);
    const update = await dynamodb.send(
      new UpdateItemCommand({
        TableName,
        Key: { pk: S("job") },
        UpdateExpression: "SET #work = :run",
        ExpressionAttributeNames: { "#work": "work" },
        ExpressionAttributeValues: { ":run": S("RUN") },
        ReturnConsumedCapacity: "TOTAL",
      }),
    );
    expect(update.ConsumedCapacity).toEqual({ TableName, CapacityUnits: 3 });
    const gone = await dynamodb.send(
      new DeleteItemCommand({ TableName, Key: { pk: S("job") }, ReturnConsumedCapacity: "TOTAL" }),
    );
    expect(gone.ConsumedCapacity?.CapacityUnits).toBe(3);
  });
});
