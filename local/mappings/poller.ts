/**
 * Long-polls one queue for one function, as an event source mapping does.
 *
 * @module
 */

import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { FunctionPool } from "../lambda/pool.ts";
import type { StackLog } from "../log.ts";
import { succeeded } from "./outcome.ts";
import { toRecord } from "./records.ts";

/** An event source mapping as the template defines it. */
export interface MappingConfig {
  readonly uuid: string;
  readonly functionArn: string;
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly region: string;
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly maxConcurrency: number;
  readonly reportsItems: boolean;
}

/** The most that SQS gives or takes in one call. */
const SQS_BATCH = 10;
const LONG_POLL_SECONDS = 20;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Receives messages of one queue and invokes its function, within MaximumConcurrency. */
export class Poller {
  readonly config: MappingConfig;
  readonly #pool: FunctionPool;
  readonly #client: SQSClient;
  readonly #log: StackLog;
  readonly #batches = new Set<Promise<void>>();
  #stopping = false;
  #enabled = true;
  #loop: Promise<void> = Promise.resolve();

  constructor(
    config: MappingConfig,
    pool: FunctionPool,
    { client, log }: { readonly client: SQSClient; readonly log: StackLog },
  ) {
    this.config = config;
    this.#pool = pool;
    this.#client = client;
    this.#log = log;
  }

  start(): void {
    this.#loop = this.#run();
  }

  /** A disabled mapping receives nothing; messages of its last poll are released. */
  setEnabled(enabled: boolean): void {
    this.#enabled = enabled;
  }

  /** No new batch starts after this. A poll that waits must be woken by the queue. */
  stopReceiving(): void {
    this.#stopping = true;
  }

  /** Resolves when the last poll and the last batch have ended. */
  async drained(): Promise<void> {
    await this.#loop;
    await Promise.all(this.#batches);
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      try {
        await this.#step();
      } catch (error) {
        if (this.#stopping) return;
        this.#log.warn(`Receiving from ${this.config.queueUrl} failed: ${String(error)}`);
        await pause(1_000);
      }
    }
  }

  /** Receives only when a slot is free, so that no receive is spent on a message that then waits. */
  async #step(): Promise<void> {
    if (!this.#enabled) {
      await pause(100);
      return;
    }
    if (this.#batches.size >= this.config.maxConcurrency) {
      await Promise.race(this.#batches);
      return;
    }
    if (this.#pool.blockedMs > 0) {
      await pause(Math.min(this.#pool.blockedMs, 200));
      return;
    }
    const messages = await this.#receiveBatch();
    if (messages.length === 0) return;
    if (this.#stopping || !this.#enabled) await this.#giveBack(messages);
    else this.#dispatch(messages);
  }

  #dispatch(messages: Message[]): void {
    const batch = this.#process(messages).catch((error: unknown) => {
      this.#log.warn(`A batch of ${this.config.queueUrl} failed: ${String(error)}`);
    });
    this.#batches.add(batch);
    void batch.finally(() => this.#batches.delete(batch));
  }

  async #process(messages: Message[]): Promise<void> {
    const { queueArn, region, reportsItems } = this.config;
    const ids = messages.map((message) => message.MessageId ?? "");
    const event = JSON.stringify({ Records: messages.map((message) => toRecord(message, queueArn, region)) });
    const outcome = await this.#pool.invoke(event, ids);
    const done = new Set(succeeded(outcome, ids, reportsItems));
    await this.#delete(messages.filter((message) => done.has(message.MessageId ?? "")));
  }

  /** Collects until the batch is full or the window has passed since its first message. */
  async #receiveBatch(): Promise<Message[]> {
    const { batchSize, windowSeconds } = this.config;
    const messages = await this.#receive(batchSize, LONG_POLL_SECONDS);
    if (messages.length === 0) return messages;
    const until = Date.now() + windowSeconds * 1_000;
    while (messages.length < batchSize && Date.now() < until && !this.#stopping) {
      const more = await this.#receive(batchSize - messages.length, 0);
      messages.push(...more);
      if (more.length === 0) await pause(Math.min(50, Math.max(0, until - Date.now())));
    }
    return messages;
  }

  async #receive(most: number, waitSeconds: number): Promise<Message[]> {
    const { Messages = [] } = await this.#client.send(
      new ReceiveMessageCommand({
        QueueUrl: this.config.queueUrl,
        MaxNumberOfMessages: Math.min(most, SQS_BATCH),
        WaitTimeSeconds: waitSeconds,
        MessageSystemAttributeNames: ["All"],
        MessageAttributeNames: ["All"],
      }),
    );
    return Messages;
  }

  async #delete(messages: Message[]): Promise<void> {
    for (const Entries of entries(messages)) {
      await this.#client.send(new DeleteMessageBatchCommand({ QueueUrl: this.config.queueUrl, Entries }));
    }
  }

  /** Messages that arrived while the stack was stopping, or the mapping disabled, are released at once. */
  async #giveBack(messages: Message[]): Promise<void> {
    for (const batch of entries(messages)) {
      const Entries = batch.map((entry) => ({ ...entry, VisibilityTimeout: 0 }));
      await this.#client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: this.config.queueUrl, Entries }));
    }
  }
}

function entries(messages: Message[]): { Id: string; ReceiptHandle: string }[][] {
  const all = messages.map((message, index) => ({ Id: String(index), ReceiptHandle: message.ReceiptHandle ?? "" }));
  return Array.from({ length: Math.ceil(all.length / SQS_BATCH) }, (_, index) =>
    all.slice(index * SQS_BATCH, (index + 1) * SQS_BATCH),
  );
}
