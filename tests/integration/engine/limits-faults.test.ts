/**
 * Every AWS call around a limit goes wrong in turn, in every way: no job is lost or run too often, and after the length of a
 * lease the one slot is free again.
 *
 * @module
 */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { InvalidInputError } from "../../../contracts/errors.ts";
import { Limiter } from "../../../shared/engine/limits/limiter.ts";
import { EngineHarness } from "../../helpers/engine-harness.ts";
import { everyCall, type FaultCase, lostRuns } from "../../helpers/every-call.ts";
import { faultModes, modes } from "../../helpers/faults.ts";

const LEASE_SECONDS = 60;

let harness: EngineHarness;
let limiter: Limiter;

beforeAll(async () => {
  harness = await EngineHarness.start({
    limiter: ({ store }) => {
      limiter = new Limiter({
        table: store.table,
        backend: "llm",
        limits: { concurrent_calls: 1, requests_per_minute: 1_000 },
        limitsOf: () => ({}),
        now: () => harness.now,
        // As few looks as there can be: each is a call that goes wrong in turn.
        wait: async (ms) => harness.pass(Math.max(ms, 2_500) / 1_000),
      });
      return limiter;
    },
  });
});
afterAll(() => harness.close());

let cases = 0;
beforeEach(() => {
  cases = 0;
});

/** Someone else's call, which takes the one slot. */
const takeSlot = (seconds: number) =>
  limiter.ask({ tenant: "other", lease: { token: `other-${harness.now}`, ms: seconds * 1_000 }, comesBack: false });

async function expectFreeSlot(): Promise<void> {
  harness.pass(LEASE_SECONDS + 1);
  expect(await takeSlot(0), "the slot is free once a lease is over").toHaveProperty("token");
}

const deliver: FaultCase["act"] = async (plan) => (await harness.deliver(await harness.receive(), plan)).calls;

describe.each(modes.map((mode) => [mode, faultModes[mode]] as const))("when a call, %s, %s", (mode) => {
  it("a job that is admitted runs, and gives its slot back", async () => {
    cases = await everyCall(harness, mode, {
      begin: async () => {
        await expectFreeSlot();
        return harness.accepted();
      },
      act: deliver,
      end: ["SUCCESS"],
      runs: 1 + lostRuns(mode),
    });
    await expectFreeSlot();
    expect(cases).toBeGreaterThanOrEqual(6);
  });

  it("a job that finds the slot taken is put off, and runs later", async () => {
    cases = await everyCall(harness, mode, {
      begin: async () => {
        await expectFreeSlot();
        expect(await takeSlot(20)).toHaveProperty("token");
        return harness.accepted();
      },
      act: deliver,
      end: ["SUCCESS"],
      runs: 1,
    });
    await expectFreeSlot();
    expect(cases).toBeGreaterThanOrEqual(4);
  });

  it("a job that was moved back from the dead letters waits for the slot as well", async () => {
    cases = await everyCall(harness, mode, {
      begin: async () => {
        await expectFreeSlot();
        harness.script = () => Promise.reject(new InvalidInputError("no"));
        const taskId = await harness.accepted();
        await harness.deliverAll();
        harness.pass(61);
        await harness.redrive();
        harness.script = async (run) => run;
        expect(await takeSlot(20)).toHaveProperty("token");
        return taskId;
      },
      act: deliver,
      end: ["SUCCESS"],
      runs: 2,
    });
    await expectFreeSlot();
  });
});
