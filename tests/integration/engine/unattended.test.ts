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
import { readStatistics } from "../../../shared/engine/monitoring/statistics.ts";
import { adoptDeadLetters } from "../../../shared/engine/operations/adopt-dead-letters.ts";
import { recordLosses } from "../../../shared/engine/worker/run-facts.ts";
import { Rig } from "./rig.ts";

let rig: Rig;
beforeEach(async () => {
  rig = await Rig.start();
});
afterEach(() => rig.close());

const adopt = async () => (await adoptDeadLetters(rig.engine.services, "test")).length;
const deadLetters = async () => {
  const { visible, inFlight } = await rig.engine.counts("test-dlq");
  return visible + inFlight;
};

/** Receives a message as throttled polls do, without a worker, until SQS has moved it. */
async function strand(): Promise<void> {
  for (let receives = 0; receives < maxReceiveCount("standard"); receives++) {
    await rig.receive();
    rig.pass(601);
  }
  expect(await rig.engine.receive()).toBeUndefined();
  expect(await deadLetters()).toBe(1);
}

/**
 * Loses a message, as a queue's retention or a purge does, and waits for longer than any visibility timeout.
 * @param afterSeconds when it comes
 */
async function lose(afterSeconds = 0): Promise<void> {
  rig.pass(afterSeconds);
  const { receiptHandle } = await rig.receive();
  const QueueUrl = rig.engine.queueUrl("test-high");
  await rig.engine.services.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: receiptHandle }));
  rig.pass(2 * 3_600);
}

/** Loses a job's message and the one sent in its place, and waits until neither can come. @returns the job's id */
async function loseForGood(): Promise<string> {
  rig.script = () => Promise.reject(new Error("not yet"));
  const taskId = await rig.accepted();
  await rig.deliver(await rig.receive());
  await lose(80);
  await rig.sweep();
  await lose();
  rig.pass(LANE_RETENTION + 60);
  return taskId;
}

/** A worker dies in the middle: it claims, and is never heard of again. @returns the job's id */
async function dieAtWork(critical: Rig): Promise<string> {
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
    const taskId = await rig.accepted();
    await strand();
    expect(await rig.find(taskId)).toMatchObject({ status: "PENDING", attempts: 0 });

    expect(await adopt()).toBe(1);

    const record = await rig.find(taskId);
    expect(record).toMatchObject({ status: "FAILURE", error: { type: engineErrors.notDelivered } });
    expect(record?.work_pk).toMatch(/^DEAD#test#/);
    rig.pass(61);
    expect(await deadLetters()).toBe(1);
    expect(await adopt()).toBe(0);
    expect(await deadLetters()).toBe(1);
  });

  it("has its onFailure called, once, though its message never came by a worker", async () => {
    const taskId = await rig.accepted();
    await strand();
    await adopt();

    rig.pass(61);
    await rig.deliverAll();

    expect(rig.failuresHandled.get(taskId)).toBe(1);
    expect(rig.runsOf(taskId)).toBe(0);
    expect(await rig.engine.receive()).toBeUndefined();
  });

  it("runs when its message is moved back in the SQS console", async () => {
    const taskId = await rig.accepted();
    await strand();
    await adopt();
    rig.pass(61);
    await rig.deliverAll();

    await rig.redrive();
    await rig.deliverAll();

    expect(await rig.find(taskId)).toMatchObject({ status: "SUCCESS", attempts: 1 });
  });

  it("is left alone when it was moved back in time, whoever looks at the same moment", async () => {
    const taskId = await rig.accepted();
    await strand();
    await rig.redrive();
    const message = await rig.receive();
    await Promise.all([adopt(), rig.deliver(message)]);
    rig.pass(61);
    await rig.deliverAll();

    expect(await rig.find(taskId)).toMatchObject({ status: "SUCCESS", attempts: 1 });
    expect(rig.failuresHandled.get(taskId)).toBeUndefined();
  });

  it("ends once when two look at the same time", async () => {
    const taskId = await rig.accepted();
    await strand();

    const adopted = await Promise.all([adopt(), adopt(), adopt()]);

    expect(adopted.reduce((sum, each) => sum + each)).toBe(1);
    expect((await rig.find(taskId))?.events.filter(({ s }) => s === "FAILURE")).toHaveLength(1);
  });
});

it("a dead letter whose job waits for something else, has ended, or is none is left as it is", async () => {
  const [delayed, done] = [await rig.accepted({ delaySeconds: 100_000 }), await rig.accepted()];
  await rig.deliverAll();
  const reference = (taskId: string, generation = 1) =>
    JSON.stringify({ v: 1, task_id: taskId, generation, trace_id: "t" });
  for (const body of [reference(delayed), reference(done), reference("no-such-job"), "no reference"]) {
    await rig.send(body, "test-dlq");
  }

  expect(await adopt()).toBe(0);

  expect(await deadLetters()).toBe(4);
  expect(await rig.find(delayed)).toMatchObject({ status: "PENDING" });
  expect(await rig.find(done)).toMatchObject({ status: "SUCCESS" });
});

describe("a job that the sweeper fails", () => {
  it("because its messages are lost has its onFailure called", async () => {
    const taskId = await loseForGood();

    await rig.sweep();
    expect(await rig.find(taskId)).toMatchObject({ status: "FAILURE", error: { type: engineErrors.messageLost } });
    rig.pass(61);
    await rig.deliverAll();

    expect(rig.failuresHandled.get(taskId)).toBe(1);
    expect(rig.runsOf(taskId)).toBe(1);
  });

  it("comes to its end even if its queue is no more", async () => {
    const taskId = await loseForGood();
    await rig.engine.services.sqs.send(new DeleteQueueCommand({ QueueUrl: rig.engine.queueUrl("test-high") }));

    await rig.sweep();

    expect(await rig.find(taskId)).toMatchObject({ status: "FAILURE", error: { type: engineErrors.messageLost } });
  });

  it("is counted among the failures, without a duration that nobody measured", async () => {
    await loseForGood();
    await rig.sweep();
    const { services, worker } = rig.engine;

    await recordLosses(rig.lost, services.store, worker.logger);

    const { runs, durations, lanes } = await readStatistics(services.store);
    expect(runs).toEqual([{ taskName: "test", status: "FAILURE", count: 1 }]);
    expect(durations.size).toBe(0);
    expect(lanes.get("test-high")?.ended).toBe(1);
  });

  it("is counted by the worker that finds it, when the sweeper has not", async () => {
    await using critical = await Rig.start({ retry: "critical" });
    const taskId = await dieAtWork(critical);

    await critical.deliverAll();

    expect(await critical.find(taskId)).toMatchObject({ status: "FAILURE", error: { type: engineErrors.workerLost } });
    expect(critical.engine.ended).toMatchObject([{ taskName: "test", status: "FAILURE", durationMs: undefined }]);
  });

  it("is not handled twice when its own message comes by a worker too", async () => {
    await using critical = await Rig.start({ retry: "critical" });
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
  const taskId = await rig.accepted();
  const own = await rig.receive();
  await rig.send(JSON.stringify({ v: 1, task_id: taskId, generation: 1, trace_id: "t", after: "failure" }));

  await rig.deliverAll();
  expect(await rig.find(taskId)).toMatchObject({ status: "PENDING" });

  await rig.deliver(own);
  expect(await rig.find(taskId)).toMatchObject({ status: "SUCCESS", attempts: 1 });
});
