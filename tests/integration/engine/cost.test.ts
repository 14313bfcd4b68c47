/**
 * What a job costs is a promise of the design: the AWS calls of a small task are counted here, one by one.
 *
 * @module
 */

import { randomBytes } from "node:crypto";
import { GetCommand } from "@aws-sdk/lib-dynamodb";
import type { SQSRecord } from "aws-lambda";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { sweepBatches } from "../../../shared/engine/batches/sweep-batches.ts";
import { submitJob } from "../../../shared/engine/jobs/submit.ts";
import { WorkPartitions } from "../../../shared/engine/monitoring/work-at-once.ts";
import { releaseSchedules } from "../../../shared/engine/schedules/release-schedules.ts";
import { sweep } from "../../../shared/engine/sweeper/sweep.ts";
import { headKey } from "../../../shared/engine/table/addresses.ts";
import { batchHandler } from "../../../shared/engine/worker/queue-handler.ts";
import { Engine } from "../../helpers/engine.ts";
import { lambdaContext } from "../../helpers/lambda-context.ts";

let engine: Engine;
let calls: string[] = [];

beforeAll(async () => {
  vi.stubEnv("LOG_FORMAT", "text");
  engine = await Engine.start();
  const { services } = engine;
  for (const client of [services.store.table.document, services.sqs, await services.s3()]) {
    const { send } = client;
    client.send = new Proxy(send, {
      apply: (target, self, args: { constructor: { name: string } }[]) => {
        calls.push(args[0]?.constructor.name ?? "");
        return Reflect.apply(target, self, args);
      },
    });
  }
});
afterEach(() => {
  calls = [];
  engine.code = async ({ value }) => ({ value });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await engine.close();
});

/** The calls of what is done, in order. */
async function callsOf(act: () => Promise<unknown>): Promise<string[]> {
  calls = [];
  await act();
  return calls;
}

async function receive(count: number): Promise<SQSRecord[]> {
  const messages: SQSRecord[] = [];
  for (let index = 0; index < count; index++) {
    const message = await engine.receive();
    if (message) messages.push(message);
  }
  expect(messages).toHaveLength(count);
  return messages;
}

const submit = () =>
  submitJob(engine.services, {
    taskName: "test",
    tenant: "default",
    input: { value: 1 },
  });

const WRITE_UNIT = 1_024;
const RECEIPT_HANDLE_BYTES = 309;

/** Bytes of a job's item, as DynamoDB reckons them. */
async function sizeOf(taskId: string): Promise<number> {
  const { document, name: table } = engine.services.store.table;
  const { Item = {} } = await document.send(new GetCommand({ TableName: table, Key: headKey(taskId) }));
  // The item itself has no overhead, nor have its attributes.
  return sizeOfValue(Item) - OVERHEAD - Object.keys(Item).length;
}

/** Of a list or a map. */
const OVERHEAD = 3;

function sizeOfValue(value: unknown): number {
  if (typeof value === "string") return Buffer.byteLength(value);
  // Two digits a byte, and one more.
  if (typeof value === "number") return Math.ceil(String(value).length / 2) + 1;
  if (value instanceof Uint8Array) return value.length;
  if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + 1 + sizeOfValue(each), OVERHEAD);
  if (typeof value !== "object" || value === null) return 1;
  return Object.entries(value).reduce((sum, [name, each]) => sum + 1 + name.length + sizeOfValue(each), OVERHEAD);
}

it("submits a small task with one write and one message", async () => {
  const made = await callsOf(submit);
  expect(made).toEqual(["PutCommand", "SendMessageCommand"]);
});

it("runs a small task with two writes, and none to SQS or S3", async () => {
  await submit();
  const [message] = await receive(1);
  if (!message) throw new Error("no message");
  const lambda = { getRemainingTimeInMillis: () => 60_000 };
  const run = await callsOf(() => engine.consume(message, lambda));
  expect(run).toEqual(["UpdateCommand", "UpdateCommand"]);
});

it("keeps the record of a small task within one write unit, while it runs and when it is done", async () => {
  let running = 0;
  engine.code = async ({ value }, context) => {
    running = await sizeOf(context.taskId);
    expect((await engine.record(context.taskId)).receipt_handle).toBe(receiptHandle);
    return { value };
  };
  const { job } = await submit();
  const [message] = await receive(1);
  if (!message) throw new Error("no message");
  // As long as those of SQS, which are longer than the emulator's.
  const receiptHandle = randomBytes(RECEIPT_HANDLE_BYTES).toString("base64");
  message.receiptHandle = receiptHandle;
  const lambda = { getRemainingTimeInMillis: () => 60_000 };
  await engine.consume(message, lambda);

  expect(running).toBeGreaterThan(RECEIPT_HANDLE_BYTES);
  expect(running).toBeLessThanOrEqual(WRITE_UNIT);
  expect(await sizeOf(job.task_id)).toBeLessThanOrEqual(WRITE_UNIT);
});

it("counts the runs of a whole batch with one write more", async () => {
  for (let job = 0; job < 10; job++) await submit();
  const Records = await receive(10);
  const handler = batchHandler(engine.worker);
  let response: unknown;
  const batch = await callsOf(async () => {
    response = await handler({ Records }, lambdaContext);
  });
  expect(response).toEqual({ batchItemFailures: [] });
  expect(batch).toEqual(Array.from({ length: 21 }, () => "UpdateCommand"));
});

it("tries a task again with two writes and one change of visibility", async () => {
  engine.code = () => Promise.reject(new Error("no"));
  await submit();
  const [message] = await receive(1);
  const retry = await callsOf(() => (message ? engine.handle(message) : Promise.reject(new Error("no message"))));
  expect(retry).toEqual(["UpdateCommand", "UpdateCommand", "ChangeMessageVisibilityCommand"]);
});

const sweepAll = async () => {
  const options = { logger: engine.worker.logger, remainingMs: () => 60_000, hasTime: () => true };
  const partitions = await WorkPartitions.read(engine.services, engine.worker.logger);
  await sweep(engine.services, { ...options, partitions });
  await releaseSchedules(engine.services, { ...options, partitions });
  await sweepBatches(engine.services, { ...options, partitions });
};

it("a sweep asks one thing of an index with nothing in it", async () => {
  await engine.emptyTable();
  expect(await callsOf(sweepAll)).toEqual(["ScanCommand"]);
});

it("a sweep looks into the partitions that hold something, and acts on what is due there", async () => {
  await engine.emptyTable();
  await submitJob(engine.services, {
    taskName: "test",
    tenant: "default",
    input: { value: 1 },
    eta: new Date(Date.now() + 3_600_000),
  });
  expect(await callsOf(sweepAll)).toEqual(["ScanCommand", "QueryCommand"]);
  engine.clockOffsetMs = 3_600_000;
  const [scan, query, ...acts] = await callsOf(sweepAll);
  engine.clockOffsetMs = 0;
  expect([scan, query]).toEqual(["ScanCommand", "QueryCommand"]);
  expect(acts.slice(0, 3)).toEqual(["GetCommand", "SendMessageCommand", "UpdateCommand"]);
  // What was moved may be where nothing was before: the rest is read as a whole.
  expect(acts.slice(3).filter((call) => call === "QueryCommand").length).toBeGreaterThan(100);
});

it("a sweep reads shard by shard where the index is too large for one call, or cannot be read by one", async () => {
  await engine.emptyTable();
  const { table } = engine.services.store;
  for (const answer of [async () => Promise.reject(new Error("throttled")), async () => undefined]) {
    const whole = vi.spyOn(table, "whole").mockImplementation(answer);
    const logger = { error: vi.fn() };
    const partitions = await WorkPartitions.read(engine.services, logger);
    whole.mockRestore();
    expect(partitions.of("DUE")).toHaveLength(16);
  }
});
