/**
 * The key that comes with the stack: project `default`, every scope.
 *
 * @module
 */

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import { apiKeyId, apiKeyItem, hashApiKey, newApiKey } from "../contracts/keys/api-keys.ts";
import { firstKeyScopes } from "../contracts/keys/scopes.ts";
import { keyTable } from "../contracts/resources.ts";
import type { Table } from "./services/tables.ts";

/** The key of an earlier run with the same data directory, or a new one. */
export async function keepApiKey(dataDir: string | undefined): Promise<string> {
  if (dataDir === undefined) return newApiKey();
  const path = join(dataDir, "api-key");
  try {
    return (await readFile(path, "utf8")).trim();
  } catch {
    const key = newApiKey();
    await writeFile(path, `${key}\n`, { mode: 0o600 });
    return key;
  }
}

/** Stores the key where the authorizer looks for it; does nothing where the template has no such table. */
export async function seedApiKey(key: string, tables: readonly Table[], client: DynamoDBClient): Promise<void> {
  const table = tables.find(
    ({ keys, indexes }) => keys.join() === keyTable.partitionKey && indexes.includes(keyTable.listIndex.name),
  );
  if (!table) return;
  const hash = await hashApiKey(key);
  const item = apiKeyItem(hash, {
    key_id: apiKeyId(hash),
    project_id: "default",
    scopes: firstKeyScopes,
    name: "local",
    created_at: Date.now(),
  });
  await DynamoDBDocumentClient.from(client).send(new PutCommand({ TableName: table.name, Item: item }));
}
