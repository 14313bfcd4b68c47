/**
 * Jobs that fail where no worker has their message: docs/decisions/0090.
 *
 * @module
 */

import { DeleteMessageCommand, DeleteQueueCommand } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { engineErrors } from "../../../contracts/errors.ts";
import { LANE_RETENTION } from "../../../contracts/jobs/retention.ts";
import { maxReceiveCount } from "../../../contracts/jobs/retry.ts";
import { recordLosses } from "../../../shared/engine/monitoring/run-metrics.ts";
import { readStatistics } from "../../../shared/engine/monitoring/statistics.ts";
import { adoptDeadLetters } from "../../../shared/engine/operations/adopt-dead-letters.ts";
import { EngineHarness } from "../../helpers/engine-harness.ts";

let harness: EngineHarness;
beforeEach(async () => {
  harness = await EngineHarness.start();
});
afterEach(() => harness.close());

const adopt = async () => (await adoptDeadLetters(harness.engine.services, "test")).length;
const deadLetters = async () => {
  const { visible, inFlight } = await harness.engine.counts("test-dlq");
  return visible + inFlight;
};

/** Receives a message as throttled polls do, without a worker, until SQS has moved it. */
async function strand(): Promise<void> {
  for (let receives = 0; receives < maxReceiveCount("standard"); receives++) {
    await harness.receive();
    harness.pass(601);
  }
  expect(await harness.engine.receive()).toBeUndefined();
  expect(await deadLetters()).toBe(1);
}

/**
 * Loses a message, as a queue's retention or a purge does, and waits for longer than any visibility timeout.
 * @param afterSeconds when it comes
 */
async function lose(afterSeconds = 0): Promise<void> {
  harness.pass(afterSeconds);
  const { receiptHandle } = await harness.receive();
  const QueueUrl = harness.engine.queueUrl("test-high");
  await harness.engine.services.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: receiptHandle }));
  harness.pass(2 * 3_600);
}

/** Loses a job's message and the one sent in its place, and waits until neither can come. @returns the job's id */
async function loseForGood(): Promise<string> {
  harness.script = () => Promise.reject(new Error("not yet"));
  const taskId = await harness.accepted();
  await harness.deliver(await harness.receive());
  await lose(80);
  await harness.sweep();
  await lose();
  harness.pass(LANE_RETENTION + 60);
  return taskId;
}

/** A worker dies in the middle: it claims, and is never heard of again. @returns the job's id */
async function dieAtWork(critical: EngineHarness): Promise<string> {
  const taskId = await critical.accepted();
  const message = await critical.receive();
  critical.script = () => new Promise(() => {});
  void critical.deliver(message).catch(() => undefined);
  await expect.poll(() => critical.runsOf(taskId)).toBe(1);
  critical.pass(3_600);
  return taskId;
}

describe("a job whose message became a dead letter before a worker began with it", () => {
  it("fails by name, stands among the dead letters, and keeps its message", async () => {
    const taskId = await harness.accepted();
    await strand();
    expect(await harness.find(taskId)).toMatchObject({ status: "PENDING", attempts: 0 });

    expect(await adopt()).toBe(1);

    const record = await harness.find(taskId);
    expect(record).toMatchObject({ status: "FAILURE", error: { type: engineErrors.notDelivered } });
    expect(record?.work_pk).toMatch(/^DEAD#test#/);
    harness.pass(61);
    expect(await deadLetters()).toBe(1);
    expect(await adopt()).toBe(0);
    expect(await deadLetters()).toBe(1);
  });

  it("has its onFailure called, once, though its message never came by a worker", async () => {
    const taskId = await harness.accepted();
    await strand();
    await adopt();

    harness.pass(61);
    await harness.deliverAll();

    expect(harness.failuresHandled.get(taskId)).toBe(1);
    expect(harness.runsOf(taskId)).toBe(0);
    expect(await harness.engine.receive()).toBeUndefined();
  });

  it("runs when its message is moved back in the SQS console", async () => {
    const taskId = await harness.accepted();
    await strand();
    await adopt();
    harness.pass(61);
    await harness.deliverAll();

    await harness.redrive();
    await harness.deliverAll();

    expect(await harness.find(taskId)).toMatchObject({ status: "SUCCESS", attempts: 1 });
  });

  it("is left alone when it was moved back in time, whoever looks at the same moment", async () => {
    const taskId = await harness.accepted();
    await strand();
    await harness.redrive();
    const message = await harness.receive();
    await Promise.all([adopt(), harness.deliver(message)]);
    harness.pass(61);
    await harness.deliverAll();

    expect(await harness.find(taskId)).toMatchObject({ status: "SUCCESS", attempts: 1 });
    expect(harness.failuresHandled.get(taskId)).toBeUndefined();
  });

  it("ends once when two look at the same time", async () => {
    const taskId = await harness.accepted();
    await strand();

    const adopted = await Promise.all([adopt(), adopt(), adopt()]);

    expect(adopted.reduce((sum, each) => sum + each)).toBe(1);
    expect((await harness.find(taskId))?.events.filter(({ s }) => s === "FAILURE")).toHaveLength(1);
  });
});

it("a dead letter whose job waits for something else, has ended, or is none is left as it is", async () => {
  const [delayed, done] = [await harness.accepted({ delaySeconds: 100_000 }), await harness.accepted()];
  await harness.deliverAll();
  const reference = (taskId: string, generation = 1) =>
    JSON.stringify({ v: 1, task_id: taskId, generation, trace_id: "t" });
  for (const body of [reference(delayed), reference(done), reference("no-such-job"), "no reference"]) {
    await harness.send(body, "test-dlq");
  }

  expect(await adopt()).toBe(0);

  expect(await deadLetters()).toBe(4);
  expect(await harness.find(delayed)).toMatchObject({ status: "PENDING" });
  expect(await harness.find(done)).toMatchObject({ status: "SUCCESS" });
});

describe("a job that the sweeper fails", () => {
  it("because its messages are lost has its onFailure called", async () => {
    const taskId = await loseForGood();

    await harness.sweep();
    expect(await harness.find(taskId)).toMatchObject({ status: "FAILURE", error: { type: engineErrors.messageLost } });
    harness.pass(61);
    await harness.deliverAll();

    expect(harness.failuresHandled.get(taskId)).toBe(1);
    expect(harness.runsOf(taskId)).toBe(1);
  });

  it("comes to its end even if its queue is gone", async () => {
    const taskId = await loseForGood();
    await harness.engine.services.sqs.send(new DeleteQueueCommand({ QueueUrl: harness.engine.queueUrl("test-high") }));

    await harness.sweep();

    expect(await harness.find(taskId)).toMatchObject({ status: "FAILURE", error: { type: engineErrors.messageLost } });
  });

  it("is counted among the failures, without a duration, and not as a job that its lane gave", async () => {
    await loseForGood();
    await harness.sweep();
    const { services, worker } = harness.engine;

    await recordLosses(harness.lost, { store: services.store, logger: worker.logger });

    const { runs, durations, lanes } = await readStatistics(services.store);
    expect(runs).toEqual([{ taskName: "test", status: "FAILURE", count: 1 }]);
    expect(durations.size).toBe(0);
    // A lane that stands still would look alive for as long as its jobs are found lost.
    expect(lanes.get("test-high")).toBeUndefined();
  });

  it("is counted by the worker that finds it, when the sweeper has not", async () => {
    await using critical = await EngineHarness.start({ retry: "critical" });
    const taskId = await dieAtWork(critical);

    await critical.deliverAll();

    expect(await critical.find(taskId)).toMatchObject({ status: "FAILURE", error: { type: engineErrors.workerLost } });
    expect(critical.engine.ended).toMatchObject([{ taskName: "test", status: "FAILURE", durationMs: undefined }]);
  });

  it("is not handled twice when its own message comes by a worker too", async () => {
    await using critical = await EngineHarness.start({ retry: "critical" });
    const taskId = await dieAtWork(critical);

    await critical.sweep();
    expect(await critical.find(taskId)).toMatchObject({ status: "FAILURE", error: { type: engineErrors.workerLost } });
    await critical.deliverAll();
    critical.pass(61);
    await critical.deliverAll();

    expect(critical.failuresHandled.get(taskId)).toBe(1);
  });
});

it("a message for the time after a failure never runs a job that has not failed", async () => {
  const taskId = await harness.accepted();
  const own = await harness.receive();
  await harness.send(JSON.stringify({ v: 1, task_id: taskId, generation: 1, trace_id: "t", after: "failure" }));

  await harness.deliverAll();
  expect(await harness.find(taskId)).toMatchObject({ status: "PENDING" });

  await harness.deliver(own);
  expect(await harness.find(taskId)).toMatchObject({ status: "SUCCESS", attempts: 1 });
});
