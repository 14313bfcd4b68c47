/**
 * The services of the jobs' runtime on real SQS, S3 and DynamoDB emulators, without Lambda around them.
 *
 * @module
 */

import { CreateTableCommand, DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import { CreateQueueCommand } from "@aws-sdk/client-sqs";
import type { Catalog } from "../../contracts/define-catalog.ts";
import { laneName } from "../../contracts/jobs/lanes.ts";
import { maxReceiveCount } from "../../contracts/jobs/retry.ts";
import type { QueueDefinition } from "../../contracts/queues.ts";
import { keyTable, table } from "../../contracts/resources.ts";
import { startDynamoDb } from "../../local/services/dynamodb.ts";
import { startEmulator } from "../../local/services/emulator.ts";
import { startKms } from "../../local/services/kms.ts";
import { type JobServices, jobServices } from "../../shared/engine/jobs/services.ts";
import { eventually } from "./eventually.ts";

/** Name of the table of API keys. */
export const KEY_TABLE = "keys";

/** What requests to the emulators are signed with. */
export const credentials = { accessKeyId: "test", secretAccessKey: "test" };

/**
 * Environment variable with the URL of a DynamoDB that outlives a test: the mutation run starts thousands of engines, and
 * the emulator is most of a start. Each has a table of its own there. Not shared are the queues, whose clock a test may move.
 */
export const sharedDynamoDb = "SLUICE_TEST_DYNAMODB_URL";

/**
 * Environment variable with the endpoint of an AWS that is not ours, such as moto, for the tests of the engine that need no
 * clock of their own. Its account is to be 000000000000.
 */
export const otherAws = "SLUICE_TEST_AWS_URL";

/** Where the services of a test are. */
interface Places {
  readonly dynamodb: string;
  readonly sqs: string;
  readonly s3: string;
  close(): Promise<unknown>;
}

async function startPlaces(): Promise<Places> {
  const other = process.env[otherAws];
  if (other) return { dynamodb: other, sqs: other, s3: other, close: async () => {} };
  const shared = process.env[sharedDynamoDb];
  const [dynamodb, emulator] = await Promise.all([
    shared ? { url: shared, close: async () => {} } : startDynamoDb({ credentials }),
    startEmulator({ region: "us-east-1" }),
  ]);
  await emulator.app.listen({ host: "127.0.0.1", port: 0 });
  const { url } = emulator;
  return { dynamodb: dynamodb.url, sqs: url, s3: url, close: () => Promise.all([dynamodb.close(), emulator.close()]) };
}

export interface EmulatedServices {
  readonly services: JobServices;
  /** Of the physical names of its queues. */
  readonly queuePrefix: string;
  close(): Promise<void>;
}

/**
 * Starts the emulators and makes the table, the bucket and the queues of a catalog.
 * @param settings beside the defaults
 */
export async function startEmulatedServices(
  catalog: Catalog,
  settings: Readonly<Record<string, string>> = {},
): Promise<EmulatedServices> {
  const [places, kms] = await Promise.all([startPlaces(), startKms({ guard: { credentials } })]);
  // What other tests use too has to be told apart.
  const isOther = Boolean(process.env[otherAws]);
  const isShared = isOther || Boolean(process.env[sharedDynamoDb]);
  const own = crypto.randomUUID().slice(0, 8);
  const queuePrefix = isOther ? `sluice-${own}-` : "sluice-test-";
  Object.assign(process.env, {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: places.dynamodb,
    AWS_ENDPOINT_URL_SQS: places.sqs,
    AWS_ENDPOINT_URL_S3: places.s3,
    AWS_ENDPOINT_URL_KMS: kms.url,
  });
  const services = jobServices(catalog, {
    SLUICE_STAGE: "test",
    SLUICE_TABLE: isShared ? `jobs-${own}` : "jobs",
    SLUICE_BUCKET: isOther ? `files-${own}` : "files",
    SLUICE_SIGNING_KEY: "arn:aws:kms:us-east-1:000000000000:key/signing",
    SLUICE_QUEUE_URL_PREFIX: `${places.sqs}/000000000000/${queuePrefix}`,
    ...settings,
  });
  await Promise.all([createTable(services), ...(isShared ? [] : [createKeyTable(services)])]);
  const { CreateBucketCommand } = await import("@aws-sdk/client-s3");
  await (await services.s3()).send(new CreateBucketCommand({ Bucket: services.store.payloads.bucket }));
  for (const queue of catalog.queues) await createQueue(services, queue, queuePrefix);
  return {
    services,
    queuePrefix,
    async close() {
      await Promise.all([places.close(), kms.close()]);
    },
  };
}

/** As the storage stack makes it. */
async function createTable({ store }: JobServices): Promise<void> {
  const { listIndex, workIndex, queuedIndex, openIndex } = table;
  const keySchema = (partition: string, sort: string) => [
    { AttributeName: partition, KeyType: "HASH" as const },
    { AttributeName: sort, KeyType: "RANGE" as const },
  ];
  await store.table.document.send(
    new CreateTableCommand({
      TableName: store.table.name,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [
        ...[
          table.partitionKey,
          table.sortKey,
          listIndex.partitionKey,
          listIndex.sortKey,
          workIndex.partitionKey,
          queuedIndex.partitionKey,
          openIndex.partitionKey,
        ].map((name) => ({ AttributeName: name, AttributeType: "S" as const })),
        { AttributeName: workIndex.sortKey, AttributeType: "N" },
      ],
      KeySchema: keySchema(table.partitionKey, table.sortKey),
      GlobalSecondaryIndexes: [listIndex, workIndex, queuedIndex, openIndex].map((index) => ({
        IndexName: index.name,
        Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: [...index.projection] },
        KeySchema: keySchema(index.partitionKey, index.sortKey),
      })),
    }),
  );
  await untilActive(store, store.table.name);
}

/** As the storage stack makes it. */
async function createKeyTable({ store }: JobServices): Promise<void> {
  const { partitionKey, listIndex } = keyTable;
  await store.table.document.send(
    new CreateTableCommand({
      TableName: KEY_TABLE,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [partitionKey, listIndex.partitionKey, listIndex.sortKey].map((name) => ({
        AttributeName: name,
        AttributeType: "S" as const,
      })),
      KeySchema: [{ AttributeName: partitionKey, KeyType: "HASH" }],
      GlobalSecondaryIndexes: [
        {
          IndexName: listIndex.name,
          Projection: { ProjectionType: "ALL" },
          KeySchema: [
            { AttributeName: listIndex.partitionKey, KeyType: "HASH" },
            { AttributeName: listIndex.sortKey, KeyType: "RANGE" },
          ],
        },
      ],
    }),
  );
  await untilActive(store, KEY_TABLE);
}

const untilActive = ({ table: { document } }: JobServices["store"], TableName: string): Promise<unknown> =>
  eventually(`table ${TableName} is made`, async () => {
    const { Table } = await document.send(new DescribeTableCommand({ TableName }));
    return Table?.TableStatus === "ACTIVE";
  });

async function createQueue({ sqs }: JobServices, queue: QueueDefinition, prefix: string): Promise<void> {
  const { name, retry, lanes } = queue;
  await sqs.send(new CreateQueueCommand({ QueueName: `${prefix}${name}-dlq` }));
  const RedrivePolicy = JSON.stringify({
    deadLetterTargetArn: `arn:aws:sqs:us-east-1:000000000000:${prefix}${name}-dlq`,
    maxReceiveCount: maxReceiveCount(retry),
  });
  for (const lane of lanes) {
    const QueueName = prefix + laneName(name, lane);
    await sqs.send(new CreateQueueCommand({ QueueName, Attributes: { VisibilityTimeout: "600", RedrivePolicy } }));
  }
}
