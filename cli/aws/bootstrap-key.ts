/**
 * The first key of a deployment: no API can make it, so it is written into the table with AWS credentials.
 *
 * @module
 */

import { type ApiKeyItem, apiKeyId, apiKeyItem, hashApiKey, newApiKey } from "../../contracts/keys/api-keys.ts";
import { earlierKeyItem } from "../../contracts/keys/earlier-api-keys.ts";
import { PROJECT_PATTERN, type Scope } from "../../contracts/keys/scopes.ts";
import type { Cli } from "../cli.ts";
import { CliError, usage } from "../exit-codes.ts";
import { stackOutputs } from "./stacks.ts";
import { fromAws, regionOf, type StageOptions, type StageTarget, stackName, stageTarget } from "./stage.ts";

/** Options of writing the first admin key with AWS credentials. */
export interface BootstrapOptions extends StageOptions {
  readonly project: string;
  readonly scopes: readonly Scope[];
  readonly name?: string | undefined;
  /** Seconds; the key does not expire when left out. */
  readonly expiresIn?: number | undefined;
}

/**
 * Makes a key and stores its hash.
 * @throws CliError when the stage's table cannot be found or written
 */
export async function bootstrapKey(cli: Cli, options: BootstrapOptions) {
  const { project: project_id, scopes, name = "bootstrap", expiresIn } = options;
  if (!PROJECT_PATTERN.test(project_id)) throw usage(`--project ${project_id}: must be letters, digits, dots, _ or -.`);
  const target = stageTarget(cli, options);
  const key = newApiKey();
  const hash = await hashApiKey(key);
  const now = Date.now();
  const expires_at = expiresIn === undefined ? undefined : now + expiresIn * 1_000;
  const stored = {
    ...{ key_id: apiKeyId(hash), project_id, scopes, name, created_at: now },
    ...(expires_at !== undefined && { expires_at }),
  };
  const { table, item } = await placeOf(target, hash, stored);
  const { DynamoDBClient } = await import("@aws-sdk/client-dynamodb");
  const { DynamoDBDocumentClient, PutCommand } = await import("@aws-sdk/lib-dynamodb");
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(regionOf(target)));
  await fromAws(() => client.send(new PutCommand({ TableName: table, Item: item })), `table ${table}`);
  return {
    ...stored,
    scopes: [...scopes],
    created_at: new Date(now).toISOString(),
    expires_at: expires_at === undefined ? null : new Date(expires_at).toISOString(),
    key,
  };
}

/**
 * The table of keys; in a stage that an earlier version deployed, that of jobs, where its authorizer looks.
 * @throws CliError when the stack names neither
 */
async function placeOf(target: StageTarget, hash: string, key: ApiKeyItem) {
  const outputs = await stackOutputs(target, "storage");
  const [keys, jobs] = [outputs.get("KeyTableName"), outputs.get("TableName")];
  if (keys !== undefined) return { table: keys, item: apiKeyItem(hash, key) };
  if (jobs !== undefined) return { table: jobs, item: earlierKeyItem(hash, key) };
  throw new CliError("missing", `Stack ${stackName(target, "storage")} names no table of keys. Deploy it again.`);
}
