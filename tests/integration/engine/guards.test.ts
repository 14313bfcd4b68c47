/**
 * Rules of the engine that no other test would miss: each of these was taken out once, and everything else still passed.
 *
 * @module
 */

import { ChangeMessageVisibilityCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, describe, expect, it, vi } from "vitest";
import { retryJob } from "../../../shared/engine/jobs/retry.ts";
import { transitions } from "../../../shared/engine/jobs/store.ts";
import { IdempotencyConflictError } from "../../../shared/engine/jobs/submit.ts";
import { blobKey, headKey } from "../../../shared/engine/table/addresses.ts";
import { Engine, type EngineOptions } from "../../helpers/engine.ts";
import { eventually } from "../../helpers/eventually.ts";

let engine: Engine;
afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  await engine.close();
});

const start = async (settings: EngineOptions["settings"] = {}) => {
  engine = await Engine.start({ settings });
};

const lease = { token: "mine", until: Date.now() + 60_000 };
const delivery = { messageId: "m", receiveCount: 1, receiptHandle: "r", worker: "test-high@lambda" };

/** A run that reports nothing and continues until it is aborted or let go. */
function longRun() {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const run = { isRunning: false, isAborted: false, reason: undefined as unknown, release };
  engine.code = async ({ value }, { signal }) => {
    run.isRunning = true;
    const aborted = new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => {
        run.isAborted = true;
        run.reason = signal.reason;
        resolve();
      });
    });
    await Promise.race([released, aborted]);
    signal.throwIfAborted();
    return { value };
  };
  return run;
}

/** Lets the worker's own timers pass time; the calls that it makes then are real. */
async function pass(seconds: number): Promise<void> {
  engine.clockOffsetMs += seconds * 1_000;
  await vi.advanceTimersByTimeAsync(seconds * 1_000);
}

describe("a run that reports nothing", () => {
  it("has its lease renewed after a quarter of it, not when it is over", async () => {
    await start();
    const run = longRun();
    const { task_id: taskId } = await engine.submit();
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const message = (await engine.receive()) ?? expect.fail("no message");
    const step = engine.handle(message, "test-high", 600_000);
    await eventually("the job runs", () => run.isRunning);
    const { lease_until: before = 0 } = await engine.record(taskId);

    const { document } = engine.services.store.table;
    const send = document.send.bind(document) as (command: object) => Promise<object>;
    let answers = 0;
    vi.spyOn(document, "send").mockImplementation((async (command: object) => {
      const answer = await send(command);
      answers += 1;
      return answer;
    }) as never);

    // Less than a third of the lease; each look at the record has its answer before the next one.
    for (let looks = 1; looks <= 4; looks++) {
      await pass(4);
      await eventually("the worker has looked", () => answers >= looks);
      await new Promise(setImmediate);
    }

    vi.mocked(document.send).mockRestore();
    expect((await engine.record(taskId)).lease_until).toBeGreaterThan(before + 10_000);
    expect(run.isAborted).toBe(false);
    run.release();
    expect(await step).toBe("acknowledge");
  });

  it("stops within five seconds when another worker has its job, however long its lease", async () => {
    await start({ TASK_LEASE_SECONDS: "900" });
    const run = longRun();
    const { task_id: taskId } = await engine.submit();
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const step = engine.step();
    await eventually("the job runs", () => run.isRunning);
    const { lease_until = 0, lease_token = "" } = await engine.record(taskId);
    const change = transitions({ ...engine.services, now: () => lease_until + 1 });
    expect(await change.claim({ task_id: taskId, generation: 1 }, delivery, lease)).toBeDefined();
    expect((await engine.record(taskId)).lease_token).not.toBe(lease_token);

    await pass(5);

    await eventually("the run is aborted", () => run.isAborted);
    // Not by its time limit, which comes later.
    expect(run.reason).toMatchObject({ name: "LeaseLostError" });
    await step;
    expect(await engine.record(taskId)).toMatchObject({ status: "STARTED", lease_token: "mine" });
  });

  it("stops at TASK_SOFT_TIME_LIMIT when that is before the task's own", async () => {
    await start({ TASK_SOFT_TIME_LIMIT: "1" });
    const run = longRun();
    const { task_id: taskId } = await engine.submit();

    await engine.step();

    expect(run.reason).toMatchObject({ name: "SoftTimeLimitExceeded", message: expect.stringContaining("1 s") });
    expect(await engine.record(taskId)).toMatchObject({ status: "RETRY", error: { type: "SoftTimeLimitExceeded" } });
  });
});

describe("a job that is tried again", () => {
  it("waits no longer than TASK_RETRY_BACKOFF_MAX, and so does its message", async () => {
    await start({ TASK_RETRY_BACKOFF: "500", TASK_RETRY_BACKOFF_MAX: "7" });
    engine.code = () => Promise.reject(new Error("once"));
    const { task_id: taskId } = await engine.submit();
    const send = vi.spyOn(engine.services.sqs, "send");
    const before = Date.now();

    await engine.step();

    const { next_attempt_at: at = 0 } = await engine.record(taskId);
    expect(at - before).toBeLessThan(30_000);
    expect(at - before).toBeGreaterThanOrEqual(7_000);
    const changed = send.mock.calls
      .map(([command]) => command)
      .find((each) => each instanceof ChangeMessageVisibilityCommand);
    expect(changed?.input).toMatchObject({ VisibilityTimeout: 7 });
  });
});

describe("a transition that is not to be made", () => {
  it("is a claim for a message of an older generation", async () => {
    await start();
    const { task_id: taskId } = await engine.submit();
    const change = transitions(engine.services);
    await change.revoke(await engine.record(taskId), { from: ["PENDING"], reason: "test" });
    await retryJob(engine.services, await engine.record(taskId), { reason: "asked for" });

    expect(await change.claim({ task_id: taskId, generation: 1 }, delivery, lease)).toBeUndefined();
    expect(await change.claim({ task_id: taskId, generation: 2 }, delivery, lease)).toMatchObject({ attempts: 1 });
  });

  it("is to expire a job that has run", async () => {
    await start();
    engine.code = () => Promise.reject(new Error("once"));
    const { task_id: taskId } = await engine.submit({ expiresIn: 30 });
    await engine.step();
    engine.clockOffsetMs = 31_000;

    expect(await transitions(engine.services).expire(await engine.record(taskId))).toBeUndefined();
    expect(await engine.record(taskId)).toMatchObject({ status: "RETRY", attempts: 1 });
  });

  it("is to take a job from a worker whose lease has not ended, or only just", async () => {
    await start();
    const run = longRun();
    const { task_id: taskId } = await engine.submit();
    const step = engine.step();
    await eventually("the job runs", () => run.isRunning);
    const { lease_until: end = 0 } = await engine.record(taskId);

    for (const offset of [-29_000, 500]) {
      engine.clockOffsetMs = end + offset - Date.now();
      expect(Object.values(await engine.sweep()).every((count) => count === 0)).toBe(true);
      expect(await engine.record(taskId)).toMatchObject({ status: "STARTED" });
    }
    run.release();
    await step;
  });
});

it("a redriven job counts its lost messages from zero", async () => {
  await start();
  const { task_id: taskId } = await engine.submit();
  const change = transitions(engine.services);
  const resent = await change.resend(await engine.record(taskId));
  expect(resent).toMatchObject({ resends: 1, generation: 2 });
  await change.revoke(await engine.record(taskId), { from: ["PENDING"], reason: "test" });

  await retryJob(engine.services, await engine.record(taskId), { reason: "asked for" });

  expect(await engine.record(taskId)).not.toHaveProperty("resends");
});

it.each([{ priority: 9 }, { delaySeconds: 60 }, { expiresIn: 60 }, { eta: new Date(Date.now() + 60_000) }])(
  "an Idempotency-Key belongs to the whole request: %j is another one",
  async (other) => {
    await start();
    const idempotencyKey = "key";
    await engine.submit({ idempotencyKey });

    await expect(engine.submit({ idempotencyKey, ...other })).rejects.toBeInstanceOf(IdempotencyConflictError);
    await expect(engine.submit({ idempotencyKey })).resolves.toMatchObject({ status: "PENDING" });
  },
);

it("a job's message belongs to its project's group, so that no project's flood delays the others", async () => {
  await start();
  const send = vi.spyOn(engine.services.sqs, "send");

  await engine.submit({ tenant: "acme" });

  const sent = send.mock.calls.map(([command]) => command).find((each) => each instanceof SendMessageCommand);
  expect(sent?.input).toMatchObject({ MessageGroupId: "acme" });
});

it("a large input outlives every head that may refer to it", async () => {
  await start();
  // Random, so that it does not compress to what fits into the head.
  const value = Array.from({ length: 200 }, () => Math.random());
  const { task_id: taskId, input, ttl } = await engine.submit({ input: { value } });
  if (input.in !== "item") throw new Error(`The input is in ${input.in}.`);
  const { document, name } = engine.services.store.table;
  const read = (Key: { pk: string; sk: string }) => document.send(new GetCommand({ TableName: name, Key }));

  const { Item: blob } = await read(blobKey(taskId, input.hash));
  const { Item: head } = await read(headKey(taskId));

  expect(head?.ttl).toBe(ttl);
  // Failed, and again when it is run again at the end of that time.
  expect(Number(blob?.ttl) - ttl).toBeGreaterThanOrEqual(2 * 28 * 86_400);
});

it("expired records are left out of lists, even while DynamoDB has yet to remove them", async () => {
  await start();
  const { task_id: taskId, ttl } = await engine.submit();

  expect(await engine.services.store.getMany([taskId], (ttl - 1) * 1_000)).toHaveLength(1);
  expect(await engine.services.store.getMany([taskId], (ttl + 1) * 1_000)).toEqual([]);
});
