/**
 * In a thread: the processor time of one call of DynamoDB by the SDK alone, as functions make it, in microseconds.
 *
 * @module
 */

import { parentPort, workerData } from "node:worker_threads";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";

const { config, get, count } = workerData as {
  readonly config: ConstructorParameters<typeof DynamoDBClient>[0];
  readonly get: ConstructorParameters<typeof GetCommand>[0];
  readonly count: number;
};
const client = DynamoDBDocumentClient.from(new DynamoDBClient(config ?? {}));
const samples: number[] = [];
for (let call = 0; call < count; call++) {
  const before = process.threadCpuUsage();
  await client.send(new GetCommand(get));
  const { user, system } = process.threadCpuUsage(before);
  samples.push(user + system);
}
client.destroy();
parentPort?.postMessage(samples);
