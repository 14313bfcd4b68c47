/**
 * The engine on real SQS and DynamoDB emulators, without Lambda around it: a test moves the messages by hand.
 *
 * @module
 */

import { setTimeout as sleep } from "node:timers/promises";
import { DeleteMessageCommand, GetQueueAttributesCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { DeleteCommand, paginateScan } from "@aws-sdk/lib-dynamodb";
import type { SQSRecord } from "aws-lambda";
import { z } from "zod";
import { defineCatalog } from "../../contracts/define-catalog.ts";
import { defineTask, type TaskDefinition } from "../../contracts/define-task.ts";
import type { RetryClass } from "../../contracts/jobs/retry.ts";
import type { Scope } from "../../contracts/keys/scopes.ts";
import { settleBatch, submitBatch } from "../../contracts/tasks/batches.ts";
import { deliverWebhook } from "../../contracts/tasks/deliver-webhook.ts";
import { callbackTask } from "../../contracts/webhooks/webhooks.ts";
import { failSubmitBatch, runSettleBatch, runSubmitBatch } from "../../shared/engine/batches/batch-run.ts";
import type { JobRecord } from "../../shared/engine/jobs/record.ts";
import type { JobServices } from "../../shared/engine/jobs/services.ts";
import { type SubmitRequest, submitJob } from "../../shared/engine/jobs/submit.ts";
import { laneLimiters } from "../../shared/engine/limits/lane-limiters.ts";
import type { Limiter } from "../../shared/engine/limits/limiter.ts";
import type { RunFacts } from "../../shared/engine/monitoring/statistics.ts";
import { sweep } from "../../shared/engine/sweeper/sweep.ts";
import { CircuitBreaker } from "../../shared/engine/worker/circuit-breaker.ts";
import { consume } from "../../shared/engine/worker/consume.ts";
import type { AnyTaskModule, TaskContext } from "../../shared/engine/worker/context.ts";
import { toDelivery, type Verdict, type Worker } from "../../shared/engine/worker/worker.ts";
import { createLogger } from "../../shared/lib/logger.ts";
import { type EmulatedServices, otherAws, startEmulatedServices } from "./emulated-services.ts";

export interface EngineOptions {
  readonly retry?: RetryClass;
  /** What a key needs to submit the task. */
  readonly scope?: Scope;
  readonly settings?: Record<string, string>;
  readonly breaker?: boolean;
  readonly limiter?: (services: JobServices) => Limiter | undefined;
  /** The one that a run asks by `context.admit()`. */
  readonly lateLimiter?: (services: JobServices) => Limiter | undefined;
  /** The task submits itself. */
  readonly submits?: boolean;
  /** The task's definition says that it continues in other runs. */
  readonly continuesAtOnce?: boolean;
  /** The task asks a language model, and takes a config. */
  readonly asksModel?: boolean;
  /** The task puts files. */
  readonly files?: boolean;
  /** The catalog has the task that delivers callbacks; nothing runs it. */
  readonly callbacks?: boolean;
  /** The catalog has the tasks that work on batches; {@link Engine.worker} runs them, too. */
  readonly batches?: boolean;
}

export type TaskCode = (input: { value: unknown }, context: TaskContext) => Promise<unknown>;

export class Engine {
  readonly services: JobServices;
  readonly worker: Worker;
  readonly #close: () => Promise<void>;
  readonly #queuePrefix: string;
  /** Added to the real clock in everything the engine does. */
  clockOffsetMs = 0;
  readonly ended: RunFacts[] = [];
  code: TaskCode = async ({ value }) => ({ value });
  onFailure: AnyTaskModule["onFailure"];

  static async start(options: EngineOptions = {}): Promise<Engine> {
    const { settings } = options;
    const emulated = await startEmulatedServices(
      defineCatalog({
        test: testTask(options),
        ...(options.callbacks && { [callbackTask]: deliverWebhook }),
        ...(options.batches && { submit_batch: submitBatch, settle_batch: settleBatch }),
      }),
      {
        LOG_LEVEL: "ERROR",
        ...settings,
      },
    );
    return new Engine(emulated, options);
  }

  private constructor({ services, queuePrefix, close }: EmulatedServices, options: EngineOptions) {
    this.#close = close;
    this.#queuePrefix = queuePrefix;
    this.services = { ...services, now: () => Date.now() + this.clockOffsetMs };
    const { retry = "standard" } = options;
    const definition = testTask(options);
    const module: AnyTaskModule = {
      run: (input: { value: unknown }, context: TaskContext) => this.code(input, context),
      onFailure: async (error, context, input) => this.onFailure?.(error, context, input),
    };
    this.worker = {
      services: this.services,
      queue: { name: definition.queue, retry },
      tasks: new Map<string, { definition: TaskDefinition; module: AnyTaskModule }>([
        [definition.name, { definition, module }],
        ...(options.batches ? batchTasks(this.services) : []),
      ]),
      logger: createLogger("test", { LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? "ERROR", LOG_FORMAT: "text" }),
      breaker: options.breaker ? new CircuitBreaker(this.services.store.table, "llm") : undefined,
      limiter: options.limiter?.(this.services),
      lanes: laneLimiters(this.services, definition.queue),
      lateLimiter: options.lateLimiter?.(this.services),
    };
  }

  close(): Promise<void> {
    return this.#close();
  }

  async submit(request: Partial<SubmitRequest> = {}): Promise<JobRecord> {
    const submitted = await submitJob(this.services, {
      taskName: "test",
      tenant: "default",
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

  /** Deletes every item. */
  async emptyTable(): Promise<void> {
    const { name, document } = this.services.store.table;
    for await (const { Items = [] } of paginateScan({ client: document }, { TableName: name })) {
      for (const { pk, sk } of Items) await document.send(new DeleteCommand({ TableName: name, Key: { pk, sk } }));
    }
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
      eventSourceARN: `arn:aws:sqs:us-east-1:000000000000:${this.#queuePrefix}${queue}`,
      awsRegion: "us-east-1",
    };
  }

  /** What Lambda does then: runs the consumer and deletes the message unless it is to be left. */
  async handle(message: SQSRecord, queue = "test-high", remainingMs = 60_000): Promise<Verdict> {
    const deadline = Date.now() + remainingMs;
    const lambda = { getRemainingTimeInMillis: () => deadline - Date.now() };
    const verdict = await this.consume(message, lambda);
    if (verdict === "acknowledge") await this.acknowledge(message, queue);
    return verdict;
  }

  /** What the queue's handler does with one message of a batch. */
  consume(message: SQSRecord, lambda: { readonly getRemainingTimeInMillis: () => number }): Promise<Verdict> {
    const { worker, ended } = this;
    const delivery = toDelivery(message, worker.queue.name, worker.services.now());
    return consume({ worker, lambda, ended }, delivery);
  }

  /** As Lambda's pollers do. AWS takes the handle of an earlier receive; MiniStack knows the last one alone, and refuses. */
  async acknowledge(message: SQSRecord, queue: string): Promise<void> {
    const deletion = new DeleteMessageCommand({ QueueUrl: this.queueUrl(queue), ReceiptHandle: message.receiptHandle });
    await this.services.sqs.send(deletion).catch((error: unknown) => {
      if (!process.env[otherAws] || !(error instanceof Error) || error.name !== "ReceiptHandleIsInvalid") throw error;
    });
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
    return sweep(this.services, { logger: this.worker.logger, remainingMs: () => 60_000 });
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

function batchTasks(services: JobServices) {
  const submit: AnyTaskModule = {
    run: (input: { batch_id: string }, context: TaskContext) => runSubmitBatch(services, input, context),
    onFailure: (_error, context, input: { batch_id: string }) => failSubmitBatch(services, input, context),
  };
  const settle: AnyTaskModule = {
    run: (input: { batch_id: string }, context: TaskContext) => runSettleBatch(services, input, context),
  };
  return [
    [submitBatch.name, { definition: submitBatch, module: submit }],
    [settleBatch.name, { definition: settleBatch, module: settle }],
  ] as const;
}

function testTask(options: EngineOptions) {
  const { retry = "standard", scope = "submit", submits = false, continuesAtOnce = false } = options;
  const { asksModel = false, files = false } = options;
  const uses = [...(asksModel ? (["llm"] as const) : []), ...(files ? (["job-files"] as const) : [])];
  return defineTask({
    name: "test",
    description: "Runs what the test says.",
    queue: "test",
    input: z.object({ value: z.json() }),
    output: z.object({ value: z.json() }),
    retry,
    scope,
    timeLimit: { soft: 20, hard: 30 },
    memory: 128,
    ...(submits && { submits: ["test"] }),
    continuesAtOnce,
    uses,
  });
}
