import { setTimeout as sleep } from "node:timers/promises";
import { CreateTableCommand, DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { z } from "zod";
import { defineTask } from "../../contracts/define-task.ts";
import { lanes } from "../../contracts/lanes.ts";
import { table } from "../../contracts/resources.ts";
import { maxReceiveCount, type RetryClass } from "../../contracts/retry.ts";
import { startDynamoDb } from "../../local/services/dynamodb.ts";
import { startEmulator } from "../../local/services/emulator.ts";
import { CircuitBreaker } from "../../shared/engine/circuit-breaker.ts";
import { consume } from "../../shared/engine/consume.ts";
import type { AnyTaskModule, TaskContext } from "../../shared/engine/context.ts";
import { sweep } from "../../shared/engine/sweep.ts";
import type { Verdict, Worker } from "../../shared/engine/worker.ts";
import type { JobRecord } from "../../shared/jobs/record.ts";
import { type JobServices, jobServices } from "../../shared/jobs/services.ts";
import { type SubmitRequest, submitDefinition } from "../../shared/jobs/submit.ts";
import { createLogger } from "../../shared/observability/logger.ts";
import type { RunFacts } from "../../shared/observability/statistics.ts";
import { eventually } from "./eventually.ts";

/** The engine on real SQS and DynamoDB emulators, without Lambda around it: a test moves the messages by hand. */

const PREFIX = "sluice-test-";

export interface EngineOptions {
  readonly retry?: RetryClass;
  readonly settings?: Record<string, string>;
  readonly breaker?: boolean;
}

export type TaskCode = (input: { value: unknown }, context: TaskContext) => Promise<unknown>;

export class Engine {
  readonly services: JobServices;
  readonly worker: Worker;
  readonly #close: () => Promise<void>;
  /** Added to the real clock in everything the engine does. */
  clockOffsetMs = 0;
  readonly ended: RunFacts[] = [];
  code: TaskCode = async ({ value }) => ({ value });
  onFailure: AnyTaskModule["onFailure"];

  static async start(options: EngineOptions = {}): Promise<Engine> {
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
    const services = jobServices({
      SLUICE_STAGE: "test",
      SLUICE_TABLE: "jobs",
      SLUICE_BUCKET: "files",
      SLUICE_QUEUE_URL_PREFIX: `${emulator.url}/000000000000/${PREFIX}`,
      LOG_LEVEL: "ERROR",
      ...options.settings,
    });
    const engine = new Engine(services, options, async () => {
      await Promise.all([dynamodb.close(), emulator.close()]);
    });
    await engine.#createResources(options.retry ?? "standard");
    return engine;
  }

  private constructor(services: JobServices, options: EngineOptions, close: () => Promise<void>) {
    this.#close = close;
    this.services = { ...services, now: () => Date.now() + this.clockOffsetMs };
    const { retry = "standard" } = options;
    const definition = testTask(retry);
    const module: AnyTaskModule = {
      run: (input: { value: unknown }, context: TaskContext) => this.code(input, context),
      onFailure: async (error, context, input) => this.onFailure?.(error, context, input),
    };
    this.worker = {
      services: this.services,
      queue: { name: definition.queue, retry },
      tasks: new Map([[definition.name, { definition, module }]]),
      logger: createLogger("test", { LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? "ERROR", LOG_FORMAT: "text" }),
      breaker: options.breaker ? new CircuitBreaker(this.services.store, "llm") : undefined,
    };
  }

  async #createResources(retry: RetryClass): Promise<void> {
    const { document } = this.services.store;
    const { listIndex, workIndex } = table;
    const index = (each: { name: string; partitionKey: string; sortKey: string }) => ({
      IndexName: each.name,
      Projection: { ProjectionType: "KEYS_ONLY" as const },
      KeySchema: [
        { AttributeName: each.partitionKey, KeyType: "HASH" as const },
        { AttributeName: each.sortKey, KeyType: "RANGE" as const },
      ],
    });
    await document.send(
      new CreateTableCommand({
        TableName: "jobs",
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [
          ...["pk", "sk", listIndex.partitionKey, listIndex.sortKey, workIndex.partitionKey].map((name) => ({
            AttributeName: name,
            AttributeType: "S" as const,
          })),
          { AttributeName: workIndex.sortKey, AttributeType: "N" },
        ],
        KeySchema: [
          { AttributeName: "pk", KeyType: "HASH" },
          { AttributeName: "sk", KeyType: "RANGE" },
        ],
        GlobalSecondaryIndexes: [index(listIndex), index(workIndex)],
      }),
    );
    await eventually("the table is made", async () => {
      const { Table } = await document.send(new DescribeTableCommand({ TableName: "jobs" }));
      return Table?.TableStatus === "ACTIVE";
    });
    const { CreateBucketCommand } = await import("@aws-sdk/client-s3");
    await (await this.services.s3()).send(new CreateBucketCommand({ Bucket: "files" }));
    await this.#createQueue("test-dlq", {});
    for (const lane of lanes) {
      await this.#createQueue(`test-${lane}`, {
        VisibilityTimeout: "600",
        RedrivePolicy: JSON.stringify({
          deadLetterTargetArn: `arn:aws:sqs:us-east-1:000000000000:${PREFIX}test-dlq`,
          maxReceiveCount: maxReceiveCount(retry),
        }),
      });
    }
  }

  async #createQueue(name: string, attributes: Record<string, string>): Promise<void> {
    await this.services.sqs.send(new CreateQueueCommand({ QueueName: PREFIX + name, Attributes: attributes }));
  }

  close(): Promise<void> {
    return this.#close();
  }

  async submit(request: Partial<SubmitRequest> = {}): Promise<JobRecord> {
    const submitted = await submitDefinition(this.services, testTask(this.worker.queue.retry), lanes, {
      taskName: "test",
      projectId: "default",
      input: { value: 1 },
      ...request,
    });
    return this.record(submitted.job.task_id);
  }

  async record(taskId: string): Promise<JobRecord> {
    const record = await this.services.store.get(taskId);
    if (!record) throw new Error(`There is no job ${taskId}.`);
    return record;
  }

  queueUrl(name: string): string {
    return this.services.resources.SLUICE_QUEUE_URL_PREFIX + name;
  }

  /** What a poller does first: one receive of one message. */
  async receive(queue = "test-high"): Promise<SQSRecord | undefined> {
    const { Messages } = await this.services.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: this.queueUrl(queue),
        MaxNumberOfMessages: 1,
        MessageSystemAttributeNames: ["All"],
      }),
    );
    const message = Messages?.[0];
    if (!message) return undefined;
    const { ApproximateReceiveCount = "1", SentTimestamp = "0" } = message.Attributes ?? {};
    return {
      messageId: message.MessageId ?? "",
      receiptHandle: message.ReceiptHandle ?? "",
      body: message.Body ?? "",
      attributes: {
        ApproximateReceiveCount,
        SentTimestamp,
        SenderId: "test",
        ApproximateFirstReceiveTimestamp: SentTimestamp,
      },
      messageAttributes: {},
      md5OfBody: message.MD5OfBody ?? "",
      eventSource: "aws:sqs",
      eventSourceARN: `arn:aws:sqs:us-east-1:000000000000:${PREFIX}${queue}`,
      awsRegion: "us-east-1",
    };
  }

  /** What Lambda does then: runs the consumer and deletes the message unless it is to be left. */
  async handle(message: SQSRecord, queue = "test-high", remainingMs = 60_000): Promise<Verdict> {
    const deadline = Date.now() + remainingMs;
    const lambda = { getRemainingTimeInMillis: () => deadline - Date.now() };
    const verdict = await consume({ worker: this.worker, message, lambda, ended: this.ended });
    if (verdict === "acknowledge") await this.acknowledge(message, queue);
    return verdict;
  }

  async acknowledge(message: SQSRecord, queue: string): Promise<void> {
    await this.services.sqs.send(
      new DeleteMessageCommand({ QueueUrl: this.queueUrl(queue), ReceiptHandle: message.receiptHandle }),
    );
  }

  /** Receives one message, which must be there, and handles it. */
  async step(queue = "test-high"): Promise<Verdict> {
    for (let tries = 0; tries < 40; tries++) {
      const message = await this.receive(queue);
      if (message) return this.handle(message, queue);
      await sleep(50);
    }
    throw new Error(`No message came from ${queue}.`);
  }

  sweep() {
    return sweep(this.services, this.worker.logger, () => 60_000);
  }

  async counts(queue: string): Promise<{ visible: number; inFlight: number; delayed: number }> {
    const { Attributes } = await this.services.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: this.queueUrl(queue), AttributeNames: ["All"] }),
    );
    return {
      visible: Number(Attributes?.ApproximateNumberOfMessages),
      inFlight: Number(Attributes?.ApproximateNumberOfMessagesNotVisible),
      delayed: Number(Attributes?.ApproximateNumberOfMessagesDelayed),
    };
  }
}

function testTask(retry: RetryClass) {
  return defineTask({
    name: "test",
    description: "Runs what the test says.",
    queue: "test",
    input: z.object({ value: z.json() }),
    output: z.object({ value: z.json() }),
    retry,
    timeLimit: { soft: 20, hard: 30 },
    memory: 128,
  });
}
