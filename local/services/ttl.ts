/**
 * Deletes items whose time is over, as DynamoDB does by itself and dynalite does not.
 *
 * @module
 */

import { type AttributeValue, DeleteItemCommand, type DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import type { StackLog } from "../log.ts";
import type { Table } from "./tables.ts";

const PAGE_ITEMS = 200;

/** Deletes every expired item of a table. @returns how many */
export async function deleteExpired(table: Table, client: DynamoDBClient, now = Date.now()): Promise<number> {
  if (table.ttlAttribute === undefined) return 0;
  let deleted = 0;
  let start: Record<string, AttributeValue> | undefined;
  const names = Object.fromEntries(table.keys.map((key, index) => [`#k${index}`, key]));
  do {
    const page = await client.send(
      new ScanCommand({
        TableName: table.name,
        Limit: PAGE_ITEMS,
        FilterExpression: "#ttl < :now",
        ProjectionExpression: Object.keys(names).join(", "),
        ExpressionAttributeNames: { ...names, "#ttl": table.ttlAttribute },
        ExpressionAttributeValues: { ":now": { N: String(Math.floor(now / 1_000)) } },
        ExclusiveStartKey: start,
      }),
    );
    for (const Key of page.Items ?? []) {
      // The item may have been given more time since.
      const deletion = new DeleteItemCommand({
        TableName: table.name,
        Key,
        ConditionExpression: "#ttl < :now",
        ExpressionAttributeNames: { "#ttl": table.ttlAttribute },
        ExpressionAttributeValues: { ":now": { N: String(Math.floor(now / 1_000)) } },
      });
      await client.send(deletion).then(
        () => {
          deleted += 1;
        },
        (error: unknown) => {
          if (!(error instanceof Error && error.name === "ConditionalCheckFailedException")) throw error;
        },
      );
    }
    start = page.LastEvaluatedKey;
  } while (start);
  return deleted;
}

const INTERVAL_MS = 30_000;

/** Runs {@link deleteExpired} on each table now and then. @returns stops it, and resolves when the last round has ended */
export function startTtl(tables: readonly Table[], client: DynamoDBClient, log: StackLog): () => Promise<void> {
  let round = Promise.resolve();
  let open = false;
  const timer = setInterval(() => {
    if (open) return;
    open = true;
    round = Promise.all(tables.map((table) => deleteExpired(table, client)))
      .then((counts) => {
        const sum = counts.reduce((total, count) => total + count, 0);
        if (sum > 0) log.debug(`TTL deleted ${sum} items`);
      })
      .catch((error: unknown) => log.warn(`Deleting expired items failed: ${String(error)}`))
      .finally(() => {
        open = false;
      });
  }, INTERVAL_MS);
  return async () => {
    clearInterval(timer);
    await round;
  };
}
