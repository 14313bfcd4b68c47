/**
 * Every AWS call of a worker goes wrong in turn, in every way; then the world continues as it does in production. Whatever
 * happens, no accepted job is lost, none is committed twice, none runs too often, and none after its end.
 *
 * @module
 */

import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { InvalidInputError } from "../../../contracts/errors.ts";
import type { JobState } from "../../../contracts/jobs/states.ts";
import { EngineHarness } from "../../helpers/engine-harness.ts";
import { everyCall, type FaultCase, lostRuns } from "../../helpers/every-call.ts";
import { faultModes, modes, type Plan } from "../../helpers/faults.ts";

let harness: EngineHarness;
let cases = 0;

const consume = async (plan: Plan) => (await harness.deliver(await harness.receive(), plan)).calls;
const hold = async (mode: Plan["mode"], faultCase: Omit<FaultCase, "act">) => {
  cases += await everyCall(harness, mode, { ...faultCase, act: consume });
};

const submitted = () => harness.accepted();
const fails = (error: () => Error) => () => {
  harness.script = () => Promise.reject(error());
  return harness.accepted();
};
const failsOnce = () => {
  harness.script = async (run) => {
    if (run === 1) throw new Error("once");
    return run;
  };
  return harness.accepted();
};
/** Its result is in an item of its own. */
const hasLargeResult = () => {
  harness.script = async () => randomBytes(2_000).toString("hex");
  return harness.accepted();
};
const reportsProgress = () => {
  harness.script = async (run, context) => {
    context.progress(run, 2, "half");
    await sleep(130);
    return run;
  };
  return harness.accepted();
};
/** At its last attempt. */
const failsAlways = async () => {
  const taskId = await fails(() => new Error("always"))();
  for (let run = 1; run < 4; run++) {
    await harness.deliverAll();
    harness.pass(800);
  }
  return taskId;
};
/** Failed, dead-lettered and moved back by an operator. */
const redriven = async () => {
  const taskId = await fails(() => new InvalidInputError("no"))();
  await harness.deliverAll();
  harness.pass(61);
  await harness.redrive();
  harness.script = async (run) => run;
  return taskId;
};

const SUCCESS: readonly JobState[] = ["SUCCESS"];
const FAILURE: readonly JobState[] = ["FAILURE"];

describe("a worker of a standard queue", () => {
  beforeAll(async () => {
    harness = await EngineHarness.start();
    // A heartbeat every 50 ms.
    Object.assign(harness.engine.services.settings, { TASK_LEASE_SECONDS: 0.2 });
  });
  afterAll(() => harness.close());

  describe.each(modes.map((mode) => [mode, faultModes[mode]] as const))("whose call, %s, %s", (mode) => {
    const lost = lostRuns(mode);
    it("keeps a job that succeeds", () => hold(mode, { begin: submitted, end: SUCCESS, runs: 1 + lost }));
    it("keeps a job with a large result", () => hold(mode, { begin: hasLargeResult, end: SUCCESS, runs: 1 + lost }));
    it("keeps a job between heartbeats", () => hold(mode, { begin: reportsProgress, end: SUCCESS, runs: 1 + lost }));
    it("tries a job again that fails", () => hold(mode, { begin: failsOnce, end: SUCCESS, runs: 2 + lost }));
    it("lets a job fail for good", () =>
      hold(mode, { begin: fails(() => new InvalidInputError("no")), end: FAILURE, runs: 1 + lost }));
    it("lets a job fail after its last attempt", () => hold(mode, { begin: failsAlways, end: FAILURE, runs: 4 }));
    it("runs a redriven job", () => hold(mode, { begin: redriven, end: SUCCESS, runs: 2 + lost }));
  });
});

describe("a worker of a critical queue", () => {
  beforeAll(async () => {
    harness = await EngineHarness.start({ retry: "critical" });
  });
  afterAll(() => harness.close());

  describe.each(modes.map((mode) => [mode, faultModes[mode]] as const))("whose call, %s, %s", (mode) => {
    const end = mode === "repeated" ? SUCCESS : [...SUCCESS, ...FAILURE];
    it("never runs a job twice", () => hold(mode, { begin: submitted, end, runs: 1 }));
    it("never runs a job twice that fails", () =>
      hold(mode, { begin: fails(() => new Error("no")), end: FAILURE, runs: 1 }));
    it("runs a redriven job once more, and once only", () => hold(mode, { begin: redriven, end, runs: 2 }));
  });
});

it("has seen every call of every kind of run", () => {
  expect(cases).toBeGreaterThanOrEqual(200);
});
