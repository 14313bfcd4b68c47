import { CreateTableCommand } from "@aws-sdk/client-dynamodb";
import { CreateQueueCommand } from "@aws-sdk/client-sqs";
import { z } from "zod";
import { laneName, lanes } from "../../contracts/lanes.ts";
import { queues } from "../../contracts/queues.ts";
import { table } from "../../contracts/resources.ts";
import { maxReceiveCount } from "../../contracts/retry.ts";
import { createApi } from "../../functions/api/api.ts";
import { startDynamoDb } from "../../local/services/dynamodb.ts";
import { startEmulator } from "../../local/services/emulator.ts";
import { writePayload } from "../../shared/jobs/payloads.ts";
import type { JobRecord } from "../../shared/jobs/record.ts";
import { type JobServices, jobServices } from "../../shared/jobs/services.ts";
import { claim, fail, succeed } from "../../shared/jobs/transitions.ts";
import { KeyStore } from "../../shared/keys/key-store.ts";
import type { Mappings } from "../../shared/operations/mappings.ts";
import { projectServices } from "../../shared/projects/services.ts";
import { type HttpEventOptions, httpEvent } from "./http-event.ts";

/** The API's handler on real SQS and DynamoDB emulators, without a gateway: a test plays the worker by hand. */

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  /** Parsed when it is JSON. */
  readonly body: unknown;
}

export interface TestApiOptions {
  /** Lambda cannot be asked unless a test gives an answer. */
  readonly mappings?: Mappings;
}

const noMappings: Mappings = {
  list: () => Promise.reject(new Error("There is no Lambda here.")),
  setPaused: () => Promise.reject(new Error("There is no Lambda here.")),
};

const PREFIX = "sluice-test-";
const worker = "summarize-high@lambda";

export class TestApi {
  readonly jobs: JobServices;
  readonly keys: KeyStore;
  readonly logged: unknown[] = [];
  readonly close: () => Promise<void>;
  readonly #handle: ReturnType<typeof createApi>;

  static async start(options: TestApiOptions = {}): Promise<TestApi> {
    const [dynamodb, emulator] = [await startDynamoDb({}), await startEmulator({ region: "us-east-1" })];
    await emulator.app.listen({ host: "127.0.0.1", port: 0 });
    Object.assign(process.env, {
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
      AWS_ENDPOINT_URL_SQS: emulator.url,
      AWS_ENDPOINT_URL_S3: emulator.url,
    });
    const jobs = jobServices({
      SLUICE_STAGE: "test",
      SLUICE_TABLE: "jobs",
      SLUICE_BUCKET: "files",
      SLUICE_QUEUE_URL_PREFIX: `${emulator.url}/000000000000/${PREFIX}`,
    });
    await createResources(jobs);
    return new TestApi(jobs, options, async () => {
      await Promise.all([dynamodb.close(), emulator.close()]);
    });
  }

  private constructor(jobs: JobServices, options: TestApiOptions, close: () => Promise<void>) {
    this.jobs = jobs;
    this.close = close;
    this.keys = new KeyStore(jobs.store.document, jobs.store.table);
    const log = (message: string, fields: Record<string, unknown>) => this.logged.push({ message, ...fields });
    this.#handle = createApi({
      jobs,
      keys: this.keys,
      mappings: options.mappings ?? noMappings,
      projects: projectServices(jobs),
      metricsPrefix: "sluice_",
      logger: { info: log, error: log },
    });
  }

  /** @param target path below /api/v1, and query */
  async call(method: string, target: string, options: HttpEventOptions = {}): Promise<Answer> {
    const { statusCode = 0, headers = {}, body = "" } = await this.raw(method, target, options);
    return { status: statusCode, headers, body: body === "" ? undefined : JSON.parse(body) };
  }

  /** An answer as API Gateway gets it. */
  raw(method: string, target: string, options: HttpEventOptions = {}) {
    return this.#handle(httpEvent(method, `/api/v1${target}`, options));
  }

  /** An answer that is not JSON. @throws Error when it is not 200 */
  async text(target: string, options: HttpEventOptions = {}): Promise<string> {
    const { statusCode, body = "" } = await this.raw("GET", target, options);
    if (statusCode !== 200) throw new Error(`${statusCode}: ${body}`);
    return body;
  }

  /** Submits a job that nothing runs. @returns its id */
  async submit(options: HttpEventOptions & { readonly task?: string } = {}): Promise<string> {
    const { task = "summarize", body = { input: { text: "Water flows downhill." } }, ...rest } = options;
    const answer = await this.call("POST", `/tasks/${task}`, { body, ...rest });
    return z.object({ task_id: z.string() }).parse(answer.body).task_id;
  }

  /** Takes a waiting job as a worker does. @returns a way to finish it */
  async start(taskId: string) {
    const { store, settings } = this.jobs;
    const lease = { token: taskId, until: Date.now() + 60_000 };
    const delivery = { messageId: taskId, receiveCount: 1, receiptHandle: "receipt", worker };
    const waiting = await this.record(taskId);
    const record = await claim(store, taskId, waiting.generation, delivery, lease, Date.now());
    if (!record) throw new Error(`Job ${taskId} cannot be started.`);
    const outcome = { usage: undefined, progress: undefined };
    return {
      succeed: async (value: unknown) => {
        const result = await writePayload(store.payloads, taskId, value, record.ttl);
        await succeed(store, record, lease, result, outcome, Date.now(), settings);
      },
      fail: async (type = "LLMServerError", message = "The model server answered 500.", fingerprint = type) => {
        const error = { type, message, retryable: false };
        await fail(store, record, lease, { error, fingerprint }, outcome, Date.now(), settings);
      },
    };
  }

  async record(taskId: string): Promise<JobRecord> {
    const record = await this.jobs.store.get(taskId);
    if (!record) throw new Error(`There is no job ${taskId}.`);
    return record;
  }
}

async function createResources({ store, sqs, s3 }: JobServices): Promise<void> {
  const { listIndex, workIndex } = table;
  const keySchema = (partition: string, sort: string) => [
    { AttributeName: partition, KeyType: "HASH" as const },
    { AttributeName: sort, KeyType: "RANGE" as const },
  ];
  await store.document.send(
    new CreateTableCommand({
      TableName: store.table,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [
        ...[table.partitionKey, table.sortKey, listIndex.partitionKey, listIndex.sortKey, workIndex.partitionKey].map(
          (name) => ({ AttributeName: name, AttributeType: "S" as const }),
        ),
        { AttributeName: workIndex.sortKey, AttributeType: "N" },
      ],
      KeySchema: keySchema(table.partitionKey, table.sortKey),
      GlobalSecondaryIndexes: [listIndex, workIndex].map((index) => ({
        IndexName: index.name,
        Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: [...index.projection] },
        KeySchema: keySchema(index.partitionKey, index.sortKey),
      })),
    }),
  );
  const { CreateBucketCommand } = await import("@aws-sdk/client-s3");
  await (await s3()).send(new CreateBucketCommand({ Bucket: store.payloads.bucket }));
  for (const queue of queues) {
    await sqs.send(new CreateQueueCommand({ QueueName: `${PREFIX}${queue.name}-dlq` }));
    const RedrivePolicy = JSON.stringify({
      deadLetterTargetArn: `arn:aws:sqs:us-east-1:000000000000:${PREFIX}${queue.name}-dlq`,
      maxReceiveCount: maxReceiveCount(queue.retry),
    });
    for (const lane of lanes.filter((each) => queue.lanes.includes(each))) {
      const QueueName = PREFIX + laneName(queue.name, lane);
      await sqs.send(new CreateQueueCommand({ QueueName, Attributes: { VisibilityTimeout: "600", RedrivePolicy } }));
    }
  }
}
