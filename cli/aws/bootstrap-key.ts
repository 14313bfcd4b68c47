/**
 * The first key of a deployment: no API can make it, so it is written into the table with AWS credentials.
 *
 * @module
 */

import { apiKeyId, apiKeyItem, hashApiKey, newApiKey } from "../../contracts/keys/api-keys.ts";
import { PROJECT_PATTERN, type Scope } from "../../contracts/keys/scopes.ts";
import type { Cli } from "../cli.ts";
import { usage } from "../exit-codes.ts";
import { fromAws, regionOf, type StageOptions, stackOutput, stageTarget } from "./stage.ts";

/** Options of writing the first admin key with AWS credentials. */
export interface BootstrapOptions extends StageOptions {
  readonly project: string;
  readonly scopes: readonly Scope[];
  readonly name?: string | undefined;
}

/**
 * Makes a key and stores its hash.
 * @throws CliError when the stage's table cannot be found or written
 */
export async function bootstrapKey(cli: Cli, options: BootstrapOptions) {
  const { project: project_id, scopes, name = "bootstrap" } = options;
  if (!PROJECT_PATTERN.test(project_id)) throw usage(`--project ${project_id}: must be letters, digits, dots, _ or -.`);
  const target = stageTarget(cli, options);
  const table = await stackOutput(target, "storage", "TableName");
  const key = newApiKey();
  const hash = await hashApiKey(key);
  const stored = { key_id: apiKeyId(hash), project_id, scopes, name, created_at: Date.now() };
  const { DynamoDBClient } = await import("@aws-sdk/client-dynamodb");
  const { DynamoDBDocumentClient, PutCommand } = await import("@aws-sdk/lib-dynamodb");
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(regionOf(target)));
  await fromAws(
    () => client.send(new PutCommand({ TableName: table, Item: apiKeyItem(hash, stored) })),
    `table ${table}`,
  );
  return { ...stored, scopes: [...scopes], created_at: new Date(stored.created_at).toISOString(), key };
}
