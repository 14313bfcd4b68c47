/**
 * Jobs that submit others, wait for them without a run, and continue once; whatever dies on the way.
 *
 * @module
 */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { InvalidInputError } from "../../../contracts/errors.ts";
import { isReady } from "../../../contracts/jobs/states.ts";
import { presentEvents } from "../../../shared/engine/jobs/present.ts";
import { retryJob } from "../../../shared/engine/jobs/retry.ts";
import { revokeJob } from "../../../shared/engine/jobs/revoke.ts";
import type { SubmitRequest } from "../../../shared/engine/jobs/submit.ts";
import { checkWait } from "../../../shared/engine/jobs/waiting-jobs.ts";
import { headKey, keyedTaskId } from "../../../shared/engine/table/addresses.ts";
import type { TaskContext } from "../../../shared/engine/worker/context.ts";
import { EngineHarness } from "../../helpers/engine-harness.ts";
import { type FaultMode, modes, type Plan } from "../../helpers/faults.ts";

let harness: EngineHarness;
beforeAll(async () => {
  harness = await EngineHarness.start({ submits: true, asksModel: true });
});
afterAll(() => harness.close());

/** What ran, a word each, in order. */
let ran: string[];
/** What each child does beyond being run. */
let child: (name: string) => Promise<void>;
/** How the parent's jobs ended, as its last run saw it. */
let seen: unknown;
const inputSchema = z.object({ value: z.unknown() });
const stateSchema = z.object({ ids: z.array(z.string()) }).optional();

const CHILDREN = ["a", "b"];

async function parent(context: TaskContext): Promise<unknown> {
  const state = stateSchema.parse(context.state);
  ran.push(state ? "end" : "begin");
  if (!state) {
    const ids: string[] = [];
    for (const name of CHILDREN) ids.push(await context.submit("test", { value: name }, { step: `child ${name}` }));
    return context.waitFor(ids, { ids });
  }
  seen = (await context.results(state.ids)).map(({ status, result }) => [status, result]);
  return "done";
}

beforeEach(async () => {
  ran = [];
  seen = undefined;
  child = async () => undefined;
  await harness.begin();
  harness.engine.code = async (input, context) => {
    const { value } = inputSchema.parse(input);
    if (value === "parent") return { value: await parent(context) };
    ran.push(String(value));
    await child(String(value));
    return { value };
  };
});

const submitParent = (more: Partial<SubmitRequest> = {}) => harness.accepted({ input: { value: "parent" }, ...more });
const childOf = (parentId: string, name: string) => keyedTaskId("default", `step ${parentId} child ${name}`);
const childrenOf = (parentId: string) => CHILDREN.map((name) => childOf(parentId, name));
const record = (taskId: string) => harness.engine.record(taskId);

/** Sweeps the shards of these jobs. */
async function sweepAll(taskIds: readonly string[]): Promise<void> {
  for (const taskId of taskIds) {
    harness.faults.taskId = taskId;
    await harness.sweep();
  }
}

/** Lets time pass until the parent and its children have ended. */
async function settle(parentId: string): Promise<void> {
  const all = [parentId, ...childrenOf(parentId)];
  for (let round = 0; round < 40; round++) {
    const found = await Promise.all(all.map((taskId) => harness.find(taskId)));
    if (found.every((each) => each && isReady(each.status)) && (await harness.isQueueEmpty())) return;
    harness.pass(round < 15 ? 61 : 601);
    await sweepAll(all);
    await harness.deliverAll();
  }
  const parked = await harness.find(parentId);
  throw new Error(`The jobs are stuck: ${JSON.stringify({ ran, parked })}`);
}

describe("a job that waits for others", () => {
  it("gives the limits of the key that it came with to those that it submits", async () => {
    const limitedKey = { id: "key_a", limits: { tokens_per_day: 5 } };
    const taskId = await submitParent({ limitedKey });
    await harness.deliverAll();

    expect(await record(childOf(taskId, "a"))).toMatchObject({ status: "SUCCESS", limited_key: limitedKey });
  });

  it("gives its config to those that it submits, so that they ask the same model", async () => {
    const config = { provider: "claude", model: "m", system: "long ".repeat(2_000) };
    const taskId = await submitParent({ config, configName: "writer@3" });
    await harness.deliverAll();

    for (const each of childrenOf(taskId)) {
      const job = await record(each);
      expect(job).toMatchObject({ status: "SUCCESS", config_name: "writer@3" });
      expect(await harness.engine.services.store.readConfig(job)).toEqual(config);
    }
  });

  it("continues once, at the end of the last of them, without an attempt or a receive spent", async () => {
    const taskId = await submitParent();
    await harness.deliverAll();

    expect(ran).toEqual(["begin", "a", "b", "end"]);
    expect(seen).toEqual([
      ["SUCCESS", { value: "a" }],
      ["SUCCESS", { value: "b" }],
    ]);
    const done = await record(taskId);
    expect(done).toMatchObject({ status: "SUCCESS", attempts: 1, checkpoints: 1, receive_count: 1 });
    expect(done.state).toBeUndefined();
    expect(presentEvents(done).map(({ status, attempt, message }) => [status, attempt, message])).toEqual([
      ["PENDING", 0, null],
      ["STARTED", 1, null],
      ["RETRY", 1, `waits for 2 jobs: ${childOf(taskId, "a")}, ${childOf(taskId, "b")}`],
      ["STARTED", 1, null],
      ["SUCCESS", 1, null],
    ]);
    expect(await record(childOf(taskId, "a"))).toMatchObject({ parent_id: taskId, depth: 2, hops: 1 });
    expect(await harness.isQueueEmpty()).toBe(true);
  });

  it("is not in any queue while it waits, and the sweeper does not send it", async () => {
    const taskId = await submitParent();
    await harness.deliver(await harness.receive());
    const waiting = await record(taskId);
    expect(waiting).toMatchObject({ status: "RETRY", attempts: 0, wait_id: expect.any(String) });
    for (let minute = 0; minute < 5; minute++) {
      harness.pass(61);
      await sweepAll([taskId]);
    }

    expect(await record(taskId)).toMatchObject({ status: "RETRY", generation: waiting.generation });
    expect((await harness.engine.counts("test-high")).visible).toBe(CHILDREN.length);
    await settle(taskId);
    expect(ran.filter((word) => word === "end")).toHaveLength(1);
  });

  it("continues when they have ended before it waited", async () => {
    harness.engine.code = async (input, context) => {
      const { value } = inputSchema.parse(input);
      if (value !== "parent") return { value };
      if (context.state !== undefined) return { value: ran.push("end") };
      const id = await context.submit("test", { value: "a" }, { step: "child a" });
      await harness.deliver(await harness.receive());
      expect(await record(id)).toMatchObject({ status: "SUCCESS" });
      return context.waitFor([id], {});
    };
    const taskId = await submitParent();
    await harness.deliverAll();

    expect(await record(taskId)).toMatchObject({ status: "SUCCESS" });
    expect(ran).toEqual(["end"]);
  });

  it("continues when they failed, were revoked, or are gone, and is told so", async () => {
    child = async (name) => {
      if (name === "a") throw new InvalidInputError("no");
    };
    const taskId = await submitParent();
    await harness.deliver(await harness.receive());
    await revokeJob(harness.engine.services, childOf(taskId, "b"), { terminate: true });
    await settle(taskId);
    expect(seen).toEqual([
      ["FAILURE", null],
      ["REVOKED", null],
    ]);

    ran = [];
    const other = await submitParent();
    await harness.deliver(await harness.receive());
    for (const gone of childrenOf(other)) await harness.engine.services.store.table.delete(headKey(gone));
    harness.pass(61);
    await sweepAll([other]);
    await harness.deliverAll();
    expect(seen).toEqual([
      ["EXPIRED", null],
      ["EXPIRED", null],
    ]);
    expect(await record(other)).toMatchObject({ status: "SUCCESS" });
  });

  it("that is revoked takes what it has submitted with it", async () => {
    const taskId = await submitParent();
    await harness.deliver(await harness.receive());
    await revokeJob(harness.engine.services, taskId, { terminate: false });
    await harness.deliverAll();

    expect(ran).toEqual(["begin"]);
    for (const each of childrenOf(taskId)) expect(await record(each)).toMatchObject({ status: "REVOKED" });
    expect(await record(taskId)).toMatchObject({ status: "REVOKED" });
    harness.pass(61);
    await sweepAll([taskId]);
    expect((await record(taskId)).work_pk).toBeUndefined();
  });

  it("that is revoked by somebody who dies takes it with it all the same, by the sweeper", async () => {
    for (let call = 2; call <= 8; call++) {
      await harness.begin();
      ran = [];
      const taskId = await submitParent();
      await harness.deliver(await harness.receive());
      const plan: Plan = { call, mode: "death before" };
      const { died } = await harness.faults.run(plan, () =>
        revokeJob(harness.engine.services, taskId, { terminate: true }),
      );
      harness.pass(61);
      await sweepAll([taskId]);
      await harness.deliverAll();

      const states = await Promise.all(childrenOf(taskId).map(async (each) => (await record(each)).status));
      const { status } = await record(taskId);
      // Died before it revoked the job itself: nothing has happened to either.
      if (status === "SUCCESS") expect(call).toBeLessThanOrEqual(3);
      else expect(states).toEqual(["REVOKED", "REVOKED"]);
      if (!died) return;
    }
  });

  it("that is run again by an operator continues where it was, with those that failed run again and no other", async () => {
    let fails = true;
    child = async (name) => {
      if (fails && name === "b") throw new InvalidInputError("no");
    };
    harness.engine.code = async (input, context) => {
      const { value } = inputSchema.parse(input);
      ran.push(`${value}`);
      if (value !== "parent") await child(String(value));
      if (value !== "parent") return { value };
      const a = await context.submit("test", { value: "a" }, { step: "child a" });
      const b = await context.submit("test", { value: "b" }, { step: "child b" });
      if (context.state === undefined) return context.waitFor([a, b], {});
      const results = await context.results([a, b]);
      if (results.some(({ status }) => status === "PENDING")) return context.waitFor([a, b], {});
      if (results.some(({ status }) => status !== "SUCCESS")) throw new InvalidInputError("a child has failed");
      return { value: "done" };
    };
    const taskId = await submitParent();
    await settle(taskId);
    expect(await record(taskId)).toMatchObject({ status: "FAILURE" });

    fails = false;
    ran = [];
    await retryJob(harness.engine.services, await record(taskId), { reason: "run again" });
    await settle(taskId);
    expect(await record(taskId)).toMatchObject({ status: "SUCCESS" });
    expect(ran.filter((word) => word !== "parent")).toEqual(["b"]);
  });
});

describe("submits from within a task", () => {
  const submitsOnce = (act: (context: TaskContext) => Promise<unknown>) => {
    harness.engine.code = async (input, context) => {
      const { value } = inputSchema.parse(input);
      return { value: value === "parent" ? await act(context) : value };
    };
  };

  it("make one job for a step, however often the run is repeated and whatever its input is then", async () => {
    const ids: string[] = [];
    submitsOnce(async (context) => {
      ids.push(await context.submit("test", { value: `run ${context.attempt}` }, { step: "one" }));
      if (context.attempt < 3) throw new Error("again");
      return "done";
    });
    const taskId = await submitParent();
    await harness.recover(taskId);

    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(1);
    const [id = ""] = ids;
    expect(await harness.engine.services.store.readInput(await record(id))).toEqual({ value: "run 1" });
  });

  it("are refused when two have one name, when the definition does not name the task, and when the input does not fit", async () => {
    const refused: string[] = [];
    const note = (promise: Promise<unknown>) =>
      promise.then(
        () => refused.push("accepted"),
        (error: Error) => refused.push(`${error.name}: ${error.message}`),
      );
    submitsOnce(async (context) => {
      await note(context.submit("test", { value: 1 }, { step: "one" }));
      await note(context.submit("test", { value: 2 }, { step: "one" }));
      await note(context.submit("other", {}, { step: "two" }));
      await note(context.submit("test", { valeu: 2 }, { step: "three" }));
      await note(context.submit("test", { value: 2 }, { step: "" }));
      return "done";
    });
    const taskId = await submitParent();
    await harness.deliver(await harness.receive());

    expect(await record(taskId)).toMatchObject({ status: "SUCCESS" });
    expect(refused).toEqual([
      "accepted",
      expect.stringMatching(/^InvalidInputError: .*"one".*step/),
      expect.stringMatching(/^UnknownTaskError/),
      expect.stringMatching(/^InvalidInputError: The input of test does not fit: \/value/),
      expect.stringMatching(/^InvalidInputError: A step has a name/),
    ]);
  });

  it("are refused in the twelfth job of a chain, and sent by the sweeper where Lambda would stop the chain", async () => {
    const depths: number[] = [];
    harness.engine.code = async (input, context) => {
      const { value } = inputSchema.parse(input);
      // A job that an earlier test left may lie in the shard that is swept here.
      if (value !== "link") return { value };
      const { depth = 1 } = await record(context.taskId);
      depths.push(depth);
      const id = await context.submit("test", { value: "link" }, { step: "next" });
      harness.faults.taskId = id;
      return { value: id };
    };
    const taskId = await harness.accepted({ input: { value: "link" } });
    for (let round = 0; round < 5; round++) {
      await harness.deliverAll();
      harness.pass(61);
      await harness.sweep();
    }
    expect(depths).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
    let last = await record(taskId);
    const hops: (number | undefined)[] = [last.hops];
    while (last.status === "SUCCESS") {
      const { value } = z.object({ value: z.string() }).parse(await harness.engine.services.store.readResult(last));
      last = await record(value);
      hops.push(last.hops);
    }
    expect(hops).toEqual([undefined, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0]);
    expect(last).toMatchObject({ status: "FAILURE", error: { type: "TooManyStepsError" } });
  });
});

describe("whatever happens to a call of AWS, each job ends and the parent continues once", () => {
  const check = async (taskId: string, mode: FaultMode, call: number) => {
    await settle(taskId);
    const what = `${mode} at call ${call}: ${ran.join(" ")}`;
    expect(await record(taskId), what).toMatchObject({ status: "SUCCESS" });
    expect(ran.filter((word) => word === "end").length, what).toBe(1);
    expect(seen, what).toEqual([
      ["SUCCESS", { value: "a" }],
      ["SUCCESS", { value: "b" }],
    ]);
    const [{ jobs }] = [await harness.engine.services.store.list({ tenant: "default", limit: 100 })];
    expect(jobs.filter((job) => job.parent_id === taskId).length, what).toBe(CHILDREN.length);
  };
  const everyCallOf = async (mode: FaultMode, act: (taskId: string, plan: Plan) => Promise<number>) => {
    for (let call = 1; call <= 30; call++) {
      await harness.begin();
      ran = [];
      const taskId = await submitParent();
      const calls = await act(taskId, { call, mode });
      await check(taskId, mode, call);
      if (calls < call) return expect(call).toBeGreaterThan(2);
    }
    throw new Error("The invocation does not come to an end.");
  };

  it.each(modes)("of the run that submits and waits: %s", { timeout: 120_000 }, (mode) =>
    everyCallOf(mode, async (_taskId, plan) => (await harness.deliver(await harness.receive(), plan)).calls),
  );

  it.each(modes)("of the last job that it waits for: %s", { timeout: 120_000 }, (mode) =>
    everyCallOf(mode, async (_taskId, plan) => {
      await harness.deliver(await harness.receive());
      await harness.deliver(await harness.receive());
      return (await harness.deliver(await harness.receive(), plan)).calls;
    }),
  );

  it.each(modes)("of the look at both, which have ended unnoticed: %s", { timeout: 120_000 }, (mode) =>
    everyCallOf(mode, async (taskId, plan) => {
      await harness.deliver(await harness.receive());
      // Each dies right after its commit, which is its second call.
      for (const _ of CHILDREN) await harness.deliver(await harness.receive(), { call: 2, mode: "death after" });
      const waiting = await record(taskId);
      expect(waiting.wait_id).toBeDefined();
      const { calls } = await harness.faults.run(plan, () => checkWait(harness.engine.services, waiting, { hops: 0 }));
      return calls;
    }),
  );
});
