/**
 * Jobs whose definition says that they continue in other runs: each sends the message of the next one by itself, and the
 * sweeper does what it could not.
 *
 * @module
 */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { Limiter } from "../../../shared/engine/limits/limiter.ts";
import { EngineHarness } from "../../helpers/engine-harness.ts";
import { type Ended, type FaultMode, modes, type Plan } from "../../helpers/faults.ts";

let harness: EngineHarness;
beforeAll(async () => {
  harness = await EngineHarness.start({
    continuesAtOnce: true,
    // One slot, which a run has until it ends.
    limiter: ({ store, now }) =>
      new Limiter({
        table: store.table,
        backend: "llm",
        limits: { concurrent_calls: 1 },
        limitsOf: () => ({}),
        now,
        wait: async () => undefined,
      }),
  });
});
afterAll(() => harness.close());
beforeEach(() => harness.begin());

const record = (taskId: string) => harness.engine.record(taskId);
const stateSchema = z.object({ done: z.number() }).prefault({ done: 0 });

/** Does so many steps, one in each run. @returns those that were done, with the hops of their messages */
function stepsOf(number: number) {
  const steps: { step: number; hops: number | undefined }[] = [];
  harness.script = async (_run, context) => {
    const { done } = stateSchema.parse(context.state);
    const { hops } = await record(context.taskId);
    steps.push({ step: done, hops });
    return done === number - 1 ? "done" : context.continueWith({ done: done + 1 });
  };
  return steps;
}

describe("a job that continues at once", () => {
  it("does each step once without the sweeper, and spends neither attempts nor receives", async () => {
    const steps = stepsOf(5);
    const taskId = await harness.accepted({ expiresIn: 100 });
    await harness.deliverAll();

    expect(steps.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4]);
    expect(await record(taskId)).toMatchObject({
      ...{ status: "SUCCESS", attempts: 1, checkpoints: 4, receive_count: 1, generation: 5 },
    });
    expect(await harness.isQueueEmpty()).toBe(true);
  });

  it("is left to the sweeper where Lambda would stop the chain, which starts over", async () => {
    const steps = stepsOf(25);
    const taskId = await harness.accepted();
    await harness.deliverAll();
    expect(await record(taskId)).toMatchObject({ status: "RETRY", needs_send: true, hops: 0 });
    expect(steps).toHaveLength(11);

    expect(await harness.recover(taskId)).toMatchObject({ status: "SUCCESS", checkpoints: 24 });
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 25 }, (_, index) => index));
    expect(steps.map(({ hops }) => hops ?? 0)).toEqual(Array.from({ length: 25 }, (_, index) => index % 11));
  });

  it("finds the place at its backend free, also when its next run begins before the last one is over", async () => {
    let isOvertaken = false;
    for (let call = 1, calls = call; call <= calls; call++) {
      await harness.clear();
      const steps = stepsOf(2);
      const taskId = await harness.accepted();
      // What is in the queue by then is taken by another worker.
      const meanwhile = async () => {
        await harness.deliverAll();
        isOvertaken ||= steps.length === 2;
      };
      const ended = await harness.deliver(await harness.receive(), { call, mode: { pause: "after", meanwhile } });
      ({ calls } = ended);
      await harness.deliverAll();

      // One that was put off would wait for the sweeper.
      expect(await record(taskId), `call ${call}`).toMatchObject({ status: "SUCCESS", attempts: 1, checkpoints: 1 });
      expect(steps.map(({ step }) => step)).toEqual([0, 1]);
    }
    expect(isOvertaken).toBe(true);
  });
});

describe("whatever happens to a call of a run that continues, no step is skipped and only the one in flight is repeated", () => {
  const cases = async (mode: FaultMode, faulted: number) => {
    for (let call = 1; call <= 30; call++) {
      await harness.clear();
      const steps = stepsOf(4);
      const taskId = await harness.accepted();
      for (let run = 0; run < faulted; run++) await harness.deliver(await harness.receive());
      const { calls, died }: Ended<unknown> = await harness.deliver(await harness.receive(), { call, mode } as Plan);
      await harness.check(taskId, { end: ["SUCCESS"], runs: 5 });

      const what = `${mode} at call ${call}`;
      const done = steps.map(({ step }) => step);
      expect([...new Set(done)], what).toEqual([0, 1, 2, 3]);
      const repeated = done.filter((step, index) => done.indexOf(step) !== index);
      expect(repeated.length === 0 || (repeated.length === 1 && repeated[0] === faulted), `${what}: ${done}`).toBe(
        true,
      );
      if (mode === "repeated") expect(died).toBe(false);
      if (calls < call) return expect(call).toBeGreaterThan(5);
    }
    throw new Error("The invocation does not come to an end.");
  };

  it.each(modes)("the first run: %s", { timeout: 120_000 }, (mode) => cases(mode, 0));
  it.each(modes)("a later run, whose message a worker sent: %s", { timeout: 120_000 }, (mode) => cases(mode, 2));
});
