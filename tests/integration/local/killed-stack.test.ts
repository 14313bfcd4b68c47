/**
 * The tables of a stack that was killed in the middle of writes: dynalite writes indexes and items one after the other.
 *
 * @module
 */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";
import { create } from "dynalite/db/index.js";
import { afterEach, beforeEach, expect, it } from "vitest";
import { newCredentials } from "../../../local/services/credentials.ts";
import { type DynamoDb, startDynamoDb } from "../../../local/services/dynamodb.ts";

const TableName = "jobs";
const IndexName = "byState";
const credentials = newCredentials();

let directory: string;
let running: DynamoDb;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "sluice-tables-"));
});
afterEach(async () => {
  await running.close();
  await rm(directory, { recursive: true, force: true });
});

async function open(wasKilled: boolean): Promise<DynamoDBClient> {
  running = await startDynamoDb({ directory, credentials, wasKilled });
  return new DynamoDBClient({ endpoint: running.url, region: "us-east-1", credentials });
}

/** Ids in the index, in its order. */
async function listed(client: DynamoDBClient): Promise<(string | undefined)[]> {
  const { Items = [] } = await client.send(
    new QueryCommand({
      ...{ TableName, IndexName },
      KeyConditionExpression: "#state = :state",
      ExpressionAttributeNames: { "#state": "state" },
      ExpressionAttributeValues: { ":state": { S: "waiting" } },
    }),
  );
  return Items.map(({ id, at }) => `${id?.S} at ${at?.S}`);
}

const job = (id: string, at: string) => ({
  id: { S: id },
  state: { S: "waiting" },
  at: { S: at },
  more: { S: "text" },
});
const put = (client: DynamoDBClient, id: string, at: string) =>
  client.send(new PutItemCommand({ TableName, Item: job(id, at) }));

/** Takes the entries of one of two states of an index back, as a process that was killed in between would have left it. */
async function changeEntries(change: (entries: Map<string, unknown>) => void): Promise<void> {
  const { db, lifecycleManager } = create({ path: directory });
  const prefix = `index-global~${TableName}~${IndexName}~`;
  const before = new Map<string, unknown>();
  for await (const [key, value] of db.iterator<unknown>({ gte: prefix, lt: `${prefix}\u00FF` })) before.set(key, value);
  const after = new Map(before);
  change(after);
  for (const key of before.keys()) if (!after.has(key)) await db.del(key);
  for (const [key, value] of after) await db.put(key, value);
  await lifecycleManager.gracefulClose();
}

it("have the index that their items say: no entry twice, none without its item, none missing", async () => {
  const before = await open(false);
  await before.send(
    new CreateTableCommand({
      TableName,
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: ["id", "state", "at"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
      GlobalSecondaryIndexes: [
        {
          IndexName,
          KeySchema: [
            { AttributeName: "state", KeyType: "HASH" },
            { AttributeName: "at", KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "KEYS_ONLY" },
        },
      ],
      BillingMode: "PAY_PER_REQUEST",
    }),
  );
  await put(before, "gone", "1");
  await put(before, "moved", "2");
  let old = new Map<string, unknown>();
  await running.close();
  await changeEntries((entries) => {
    old = new Map(entries);
  });

  const between = await open(false);
  await between.send(new DeleteItemCommand({ TableName, Key: { id: { S: "gone" } } }));
  await put(between, "moved", "3");
  await put(between, "kept", "4");
  await put(between, "lost", "5");
  await running.close();
  await changeEntries((entries) => {
    for (const [key, value] of old) entries.set(key, value);
    for (const [key, value] of entries) if (JSON.stringify(value).includes("lost")) entries.delete(key);
  });

  const broken = await open(false);
  expect(await listed(broken)).toEqual(["gone at 1", "moved at 2", "moved at 3", "kept at 4"]);
  await running.close();

  expect(await listed(await open(true))).toEqual(["moved at 3", "kept at 4", "lost at 5"]);
});
