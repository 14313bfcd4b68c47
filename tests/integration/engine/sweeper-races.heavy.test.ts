/**
 * A sweeper is held up at each of its AWS calls in turn, and the job that it examines goes its way meanwhile.
 *
 * @module
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { InvalidInputError } from "../../../contracts/errors.ts";
import type { JobState } from "../../../contracts/jobs/states.ts";
import { retryJob } from "../../../shared/engine/jobs/retry.ts";
import { revokeJob } from "../../../shared/engine/jobs/revoke.ts";
import { EngineHarness } from "../../helpers/engine-harness.ts";
import { everyCall } from "../../helpers/every-call.ts";

let harness: EngineHarness;
let cases = 0;
let taskId: string;
/** Runs before the case began. */
let lived = 0;

const work: Record<string, () => Promise<string>> = {
  "a delayed job that is due": async () => {
    const delayed = await harness.accepted({ delaySeconds: 3_600 });
    harness.pass(3_600);
    return delayed;
  },
  "a job whose worker died": async () => {
    const orphan = await harness.accepted();
    await harness.deliver(await harness.receive(), { call: 1, mode: "death after" });
    harness.pass(65);
    return orphan;
  },
  "a job whose worker and message are gone": async () => {
    const orphan = await harness.accepted();
    await harness.deliver(await harness.receive(), { call: 1, mode: "death after" });
    await harness.clear();
    harness.pass(4 * 3_600);
    return orphan;
  },
  "a job that is to run again but was not sent": async () => {
    const { script } = harness;
    harness.script = () => Promise.reject(new InvalidInputError("before"));
    const failed = await harness.accepted();
    await harness.deliverAll();
    harness.pass(70);
    await harness.clear();
    harness.script = script;
    const record = (await harness.find(failed)) ?? expect.fail();
    await harness.faults.run({ call: 2, mode: "unsent" }, () =>
      retryJob(harness.engine.services, record, { reason: "asked for" }),
    );
    return failed;
  },
};

const meanwhile: Record<string, { happens: () => Promise<void>; end: readonly JobState[] }> = {
  "another sweeper comes, and the job runs": {
    happens: async () => {
      await harness.sweep();
      await harness.deliverAll();
    },
    end: [],
  },
  "another sweeper comes, the job runs, and time passes": {
    happens: async () => {
      await harness.sweep();
      await harness.deliverAll();
      harness.pass(50);
    },
    end: [],
  },
  "the job is revoked": {
    happens: async () => void (await revokeJob(harness.engine.services, taskId, { terminate: true })),
    end: ["REVOKED"],
  },
};

async function hold(what: string, begin: () => Promise<string>, fails: boolean, isCritical: boolean): Promise<void> {
  const { happens, end } = meanwhile[what] ?? expect.fail();
  for (const pause of ["before", "after"] as const) {
    cases += await everyCall(
      harness,
      { pause, meanwhile: happens },
      {
        begin: async () => {
          const script: EngineHarness["script"] = async (run) => {
            if (fails) throw new InvalidInputError("no");
            return run;
          };
          harness.script = script;
          taskId = await begin();
          harness.script = script;
          lived = harness.runsOf(taskId);
          return taskId;
        },
        act: async (plan) => (await harness.sweep(plan)).calls,
        end: [fails ? "FAILURE" : "SUCCESS", ...end, ...(isCritical ? (["FAILURE"] as const) : [])],
        get runs() {
          return lived + 1;
        },
      },
    );
  }
}
describe.each(["standard", "critical"] as const)("a sweeper of a %s queue that is held up", (retry) => {
  beforeAll(async () => {
    harness = await EngineHarness.start({ retry });
  });
  afterAll(() => harness.close());

  // A critical job whose message is gone fails without one.
  const here = Object.entries(work).filter(([what]) => retry === "standard" || !what.includes("gone"));
  describe.each(here)("over %s", (_, begin) => {
    it.each(Object.keys(meanwhile))("while %s, and succeeds", (what) => hold(what, begin, false, retry === "critical"));
    // A late copy of its message may run another job that has failed again: docs/decisions/0010.
    const failing = `another sweeper comes, ${retry === "critical" ? "the job runs, and time passes" : "and the job runs"}`;
    it(`while ${failing}, and fails`, () => hold(failing, begin, true, retry === "critical"));
  });
});

it("has held every call up", () => {
  expect(cases).toBeGreaterThanOrEqual(200);
});
