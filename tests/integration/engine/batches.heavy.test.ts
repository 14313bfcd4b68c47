/**
 * Batches end once, after all of their jobs, and what follows is done once: with duplicates, lost ends, deaths and cancels.
 *
 * @module
 */

import type { SQSRecord } from "aws-lambda";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { InvalidInputError } from "../../../contracts/errors.ts";
import { isReady } from "../../../contracts/jobs/states.ts";
import { countBatch, readBatchJobs } from "../../../shared/engine/batches/batch-jobs.ts";
import { type BatchRecord, batchTaskId, readBatch } from "../../../shared/engine/batches/batch-record.ts";
import { cancelBatch } from "../../../shared/engine/batches/cancel.ts";
import { submitBatch } from "../../../shared/engine/batches/submit-batch.ts";
import { sweepBatches } from "../../../shared/engine/batches/sweep-batches.ts";
import { retryJob } from "../../../shared/engine/jobs/retry.ts";
import { revokeJob } from "../../../shared/engine/jobs/revoke.ts";
import { headKey, keyedTaskId } from "../../../shared/engine/table/addresses.ts";
import type { TaskContext } from "../../../shared/engine/worker/context.ts";
import { Engine } from "../../helpers/engine.ts";
import { type FaultMode, Faults, modes, type Plan } from "../../helpers/faults.ts";

let engine: Engine;
let faults: Faults;
let ran: string[];
/** What a job does beyond being run, by its value. */
let act: (value: unknown, context: TaskContext) => Promise<unknown>;

beforeAll(async () => {
  engine = await Engine.start({ batches: true, submits: true, asksModel: true });
  faults = new Faults(engine);
});
afterAll(() => engine.close());
beforeEach(() => {
  ran = [];
  act = async () => undefined;
  const inputSchema = z.object({ value: z.unknown() });
  engine.code = async (input, context) => {
    const { value } = inputSchema.parse(input);
    ran.push(String(value));
    return { value: (await act(value, context)) ?? value };
  };
});

const LANES = ["batches-low", "test-high", "test-low"];
const lambda = { getRemainingTimeInMillis: () => 60_000 };

async function receive(): Promise<{ message: SQSRecord; lane: string } | undefined> {
  for (const lane of LANES) {
    const message = await engine.receive(lane);
    if (message) return { message, lane };
  }
  return undefined;
}

async function deliver({ message, lane }: { message: SQSRecord; lane: string }): Promise<void> {
  if ((await engine.consume(message, lambda)) === "acknowledge") await engine.acknowledge(message, lane);
}

/** Everything visible now, delivered. */
async function deliverAll(): Promise<void> {
  for (let next = await receive(); next; next = await receive()) await deliver(next);
}

const quiet = { error: (message: string) => expect.unreachable(message) };
/** Lets a minute pass, and the sweeper look. */
async function sweepAfter(seconds: number, taskIds: readonly string[]): Promise<void> {
  engine.clockOffsetMs += seconds * 1_000;
  for (const id of taskIds) {
    faults.taskId = id;
    await sweepBatches(engine.services, { logger: quiet, hasTime: () => true });
    await engine.sweep();
  }
}

let batches = 0;
async function submit(count: number, options: Partial<Parameters<typeof submitBatch>[1]> = {}): Promise<string> {
  const { batchId } = await submitBatch(engine.services, {
    taskName: "test",
    tenant: "default",
    inputs: Array.from({ length: count }, (_, index) => ({ value: index })),
    requestHash: "hash",
    atOnce: 20,
    priority: 1,
    idempotencyKey: `test-${batches++}`,
    onComplete: JSON.stringify({ task_name: "test", input: { value: "followed" } }),
    ...options,
  });
  return batchId;
}

async function find(batchId: string): Promise<BatchRecord> {
  const batch = await readBatch(engine.services.store.table, batchId);
  if (!batch) throw new Error(`There is no batch ${batchId}.`);
  return batch;
}
const jobOf = async (batchId: string, place: number) => engine.record(batchTaskId(await find(batchId), place));
const counts = async (batchId: string) => countBatch(engine.services, await find(batchId));
const followers = () => ran.filter((value) => value === "followed").length;
const itself = (batchId: string) => [batchId, keyedTaskId("default", `batch ${batchId} end`)];

describe("a batch", () => {
  it("ends once, when the last of its jobs has, and what follows runs once, with its id as a tag", async () => {
    let tags: unknown;
    act = async (value, context) => {
      if (value === "followed") tags = context.tags;
      if (value === 7) throw new InvalidInputError("no");
    };
    const batchId = await submit(120);
    let copies = 0;
    for (let next = await receive(); next; next = await receive()) {
      await deliver(next);
      // Every tenth message comes twice.
      if (copies++ % 10 === 0) await engine.consume(next.message, lambda);
    }

    expect(await find(batchId)).toMatchObject({
      outcome: { ok: 119, failed: 1, revoked: 0, gone: 0 },
      on_complete_id: keyedTaskId("default", `batch ${batchId} complete`),
    });
    expect(await counts(batchId)).toMatchObject({ counts: { SUCCESS: 119, FAILURE: 1, PENDING: 0 }, expired: 0 });
    expect(ran).toHaveLength(121);
    expect(followers()).toBe(1);
    expect(tags).toEqual({ batch_id: batchId });
    const { work_at: place } = await find(batchId);
    expect(place).toBeUndefined();
  });

  it("does not end before the last job has, however often another one ends", async () => {
    const batchId = await submit(2);
    const next = await receive();
    if (!next) return expect.unreachable();
    await deliver(next);
    for (let time = 0; time < 3; time++) await engine.consume(next.message, lambda);
    await sweepAfter(61, itself(batchId));
    expect((await find(batchId)).completed_at).toBeUndefined();
    await deliverAll();
    expect((await find(batchId)).completed_at).toBeDefined();
    expect(followers()).toBe(1);
  });

  it("counts a failed job as succeeded once it has been run again, and does not end again", async () => {
    let fails = true;
    act = async (value) => {
      if (fails && value === 0) throw new InvalidInputError("no");
    };
    const batchId = await submit(2);
    await deliverAll();
    const { completed_at: completedAt } = await find(batchId);
    expect(await counts(batchId)).toMatchObject({ counts: { SUCCESS: 1, FAILURE: 1 } });

    fails = false;
    await retryJob(engine.services, await jobOf(batchId, 0), { reason: "again" });
    await deliverAll();

    expect(await counts(batchId)).toMatchObject({ counts: { SUCCESS: 2, FAILURE: 0 } });
    expect((await find(batchId)).completed_at).toBe(completedAt);
    expect(followers()).toBe(1);
  });

  it("stays successful when the records of its jobs have expired", async () => {
    const batchId = await submit(3);
    await deliverAll();
    for (let place = 0; place < 3; place++) {
      await engine.services.store.table.delete(headKey(batchTaskId(await find(batchId), place)));
    }

    expect(await counts(batchId)).toMatchObject({ counts: { SUCCESS: 3 }, expired: 0 });
    const jobs = await readBatchJobs(engine.services, await find(batchId), { from: 1, limit: 10 });
    expect(jobs.map(({ place, status, job }) => [place, status, job])).toEqual([
      [1, "SUCCESS", undefined],
      [2, "SUCCESS", undefined],
    ]);
  });

  it("ends when a job's record expired before its end was noted, which is counted apart", async () => {
    const batchId = await submit(2);
    await engine.services.store.table.delete(headKey(batchTaskId(await find(batchId), 0)));
    await deliverAll();
    for (let look = 0; look < 3; look++) {
      await sweepAfter(901, itself(batchId));
      await deliverAll();
    }

    expect((await find(batchId)).outcome).toEqual({ ok: 1, failed: 0, revoked: 0, gone: 1 });
    expect(await counts(batchId)).toMatchObject({ counts: { SUCCESS: 1 }, expired: 1 });
    expect(followers()).toBe(1);
  });

  it("tells why what was to follow could not be submitted, and is looked at no more", async () => {
    const batchId = await submit(1, { onComplete: JSON.stringify({ task_name: "gone", input: {} }) });
    await deliverAll();
    const { error, work_at: place } = await find(batchId);
    expect([error, place]).toEqual([expect.stringMatching(/^What was to follow .* no task gone/), undefined]);
  });
});

describe("whatever happens to a call of AWS while the last job of a batch ends", () => {
  const everyCallOf = async (mode: FaultMode, step: (plan: Plan) => Promise<number | undefined>) => {
    for (let call = 1; call <= 40; call++) {
      ran = [];
      const batchId = await submit(2);
      const calls = await step({ call, mode });
      for (let look = 0; look < 40; look++) {
        const { work_at: place } = await find(batchId);
        if (place === undefined && followers() > 0) break;
        await sweepAfter(look < 5 ? 301 : 901, [...itself(batchId), ...ran, batchTaskId(await find(batchId), 1)]);
        await deliverAll();
      }
      const what = `${mode} at call ${call}: ${ran.join(" ")}`;
      expect(await find(batchId), what).toMatchObject({ outcome: { ok: 2 }, on_complete_id: expect.any(String) });
      expect(followers(), what).toBe(1);
      if (calls !== undefined && calls < call) return expect(call).toBeGreaterThan(3);
    }
    throw new Error("The step does not come to an end.");
  };
  const consume = async (plan: Plan) => {
    const next = await receive();
    if (!next) return expect.unreachable();
    const { value, calls } = await faults.run(plan, () => engine.consume(next.message, lambda));
    if (value === "acknowledge") await engine.acknowledge(next.message, next.lane);
    return calls;
  };

  it.each(modes)("it ends once: %s", { timeout: 240_000 }, (mode) =>
    everyCallOf(mode, async (plan) => {
      const first = await receive();
      if (first) await deliver(first);
      return consume(plan);
    }),
  );

  it.each(modes)("what follows is done once: %s", { timeout: 240_000 }, (mode) =>
    everyCallOf(mode, async (plan) => {
      for (let job = 0; job < 2; job++) {
        const next = await receive();
        if (next) await deliver(next);
      }
      return consume(plan);
    }),
  );
});

describe("a batch that is cancelled", () => {
  it("ends with what had ended, the rest revoked; cancelling twice changes nothing", async () => {
    const batchId = await submit(130);
    for (let job = 0; job < 5; job++) {
      const next = await receive();
      if (next) await deliver(next);
    }
    await cancelBatch(engine.services, batchId);
    const { cancelled_at: cancelledAt } = await find(batchId);
    await cancelBatch(engine.services, batchId);
    await deliverAll();
    await cancelBatch(engine.services, batchId);
    await deliverAll();

    expect(await find(batchId)).toMatchObject({
      cancelled_at: cancelledAt,
      outcome: { ok: 5, failed: 0, revoked: 125, gone: 0 },
    });
    expect(await jobOf(batchId, 129)).toMatchObject({ status: "REVOKED" });
    expect(followers()).toBe(1);
  });

  it("by somebody who dies is cancelled by the sweeper", async () => {
    const batchId = await submit(2);
    await faults.run({ call: 2, mode: "death before" }, () => cancelBatch(engine.services, batchId));
    expect((await find(batchId)).cancelled_at).toBeDefined();
    for (let place = 0; place < 2; place++) expect(await jobOf(batchId, place)).toMatchObject({ status: "PENDING" });
    await sweepAfter(61, itself(batchId));
    await deliverAll();
    expect((await find(batchId)).outcome).toMatchObject({ ok: 0, revoked: 2 });
  });

  it("after it has ended stays as it was", async () => {
    const batchId = await submit(1);
    await deliverAll();
    await cancelBatch(engine.services, batchId);
    expect(await find(batchId)).not.toHaveProperty("cancelled_at");
  });
});

describe("a batch of a task", () => {
  const COUNT = 250;
  const stateSchema = z.object({ batchId: z.string() });
  let seen: unknown;
  const parent = async (value: unknown, context: TaskContext): Promise<unknown> => {
    if (value !== "parent") return undefined;
    if (context.state === undefined) {
      const inputs = Array.from({ length: COUNT }, (_, index) => ({ value: index }));
      const batch = await context.submitBatch("test", inputs, { step: "all" });
      return context.waitFor(batch, batch);
    }
    const results = await context.batchResults(stateSchema.parse(context.state), COUNT - 2);
    seen = results.map(({ index, status, result }) => [index, status, result]);
    return "done";
  };
  const config = { provider: "claude", model: "m" };
  const submitParent = async () =>
    (await engine.submit({ input: { value: "parent" }, config, configName: "writer@3" })).task_id;
  const batchOf = (parentId: string) => keyedTaskId("default", `batch step ${parentId} all`);
  const isOver = async (taskId: string) => isReady((await engine.record(taskId)).status);

  it("is made by a job, each of its jobs once, and the task continues once when all have ended", async () => {
    act = parent;
    const parentId = await submitParent();
    await deliverAll();

    expect(await engine.record(parentId)).toMatchObject({ status: "SUCCESS", checkpoints: 1, attempts: 1 });
    expect(ran.filter((value) => value === "parent")).toHaveLength(2);
    expect(ran.filter((value) => value !== "parent").toSorted()).toEqual(
      Array.from({ length: COUNT }, (_, index) => String(index)).toSorted(),
    );
    expect(seen).toEqual([COUNT - 2, COUNT - 1].map((index) => [index, "SUCCESS", { value: index }]));
    const first = await jobOf(batchOf(parentId), 0);
    expect(first).toMatchObject({ lane: "low", depth: 2, hops: 2, config_name: "writer@3" });
    expect(await engine.services.store.readConfig(first)).toEqual(config);
  });

  it("has each job once when the one that makes them dies halfway", { timeout: 240_000 }, async () => {
    act = parent;
    for (const call of [30, 200, 420]) {
      ran = [];
      const parentId = await submitParent();
      const first = await receive();
      if (first) await deliver(first);
      const maker = await receive();
      if (maker?.lane !== "batches-low") return expect.unreachable();
      const { died } = await faults.run({ call, mode: "death after" }, () => engine.consume(maker.message, lambda));
      expect(died, `call ${call}`).toBe(true);
      const makerId = keyedTaskId("default", `batch ${batchOf(parentId)} make`);
      for (let look = 0; look < 20 && !(await isOver(parentId)); look++) {
        await sweepAfter(301, [...itself(batchOf(parentId)), makerId, parentId]);
        await deliverAll();
      }
      expect(await engine.record(parentId), `call ${call}`).toMatchObject({ status: "SUCCESS" });
      expect(ran.filter((value) => value !== "parent").length, `call ${call}`).toBe(COUNT);
      expect((await find(batchOf(parentId))).outcome).toMatchObject({ ok: COUNT });
    }
  });

  it("is cancelled with the task", async () => {
    act = parent;
    const parentId = await submitParent();
    for (let message = 0; message < 3; message++) {
      const next = await receive();
      if (next) await deliver(next);
    }
    await revokeJob(engine.services, parentId, { terminate: true });
    await deliverAll();

    const { outcome } = await find(batchOf(parentId));
    expect(outcome?.revoked).toBeGreaterThan(COUNT - 10);
    expect((outcome?.ok ?? 0) + (outcome?.revoked ?? 0)).toBe(COUNT);
    expect(ran.length).toBeLessThan(10);
  });

  it("of which nothing is made yet is cancelled without a job of it being made", async () => {
    act = parent;
    const parentId = await submitParent();
    const first = await receive();
    if (first) await deliver(first);
    await revokeJob(engine.services, parentId, { terminate: true });
    await deliverAll();
    expect((await find(batchOf(parentId))).outcome).toEqual({ ok: 0, failed: 0, revoked: COUNT, gone: 0 });
    expect(ran).toEqual(["parent"]);
  });

  it("is refused when an input does not fit, or there is none", async () => {
    const refused: string[] = [];
    act = async (_value, context) => {
      for (const inputs of [[{ value: 1 }, {}], []]) {
        await context.submitBatch("test", inputs, { step: `${inputs.length}` }).catch((error: Error) => {
          refused.push(`${error.name}: ${error.message}`);
        });
      }
      return "done";
    };
    await submitParent();
    await deliverAll();
    expect(refused).toEqual([
      expect.stringMatching(/^InvalidInputError: Input 1 of test does not fit: \/value/),
      expect.stringMatching(/^InvalidInputError: A batch has 1 to 10000 inputs, not 0/),
    ]);
  });
});
