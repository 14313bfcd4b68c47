/**
 * One DynamoDB for all engines of a mutation run, as vitest's global setup.
 *
 * @module
 */

import { startDynamoDb } from "../../local/services/dynamodb.ts";
import { credentials, sharedDynamoDb } from "../helpers/emulated-services.ts";

export default async function setup(): Promise<() => Promise<void>> {
  const dynamodb = await startDynamoDb({ credentials });
  process.env[sharedDynamoDb] = dynamodb.url;
  return () => dynamodb.close();
}
