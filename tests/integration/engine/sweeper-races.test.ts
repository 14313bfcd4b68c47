/**
 * A sweeper is held up at each of its AWS calls in turn, and the job that it looks at goes its way meanwhile.
 *
 * @module
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { InvalidInputError } from "../../../contracts/errors.ts";
import type { JobState } from "../../../contracts/jobs/states.ts";
import { retryJob } from "../../../shared/engine/jobs/retry.ts";
import { revokeJob } from "../../../shared/engine/jobs/revoke.ts";
import { everyCall } from "./every-call.ts";
import { Rig } from "./rig.ts";

let rig: Rig;
let cases = 0;
let taskId: string;
/** Runs before the case began. */
let lived = 0;

const work: Record<string, () => Promise<string>> = {
  "a delayed job that is due": async () => {
    const delayed = await rig.accepted({ delaySeconds: 3_600 });
    rig.pass(3_600);
    return delayed;
  },
  "a job whose worker died": async () => {
    const orphan = await rig.accepted();
    await rig.deliver(await rig.receive(), { call: 1, mode: "death after" });
    rig.pass(65);
    return orphan;
  },
  "a job whose worker and message are gone": async () => {
    const orphan = await rig.accepted();
    await rig.deliver(await rig.receive(), { call: 1, mode: "death after" });
    await rig.clear();
    rig.pass(4 * 3_600);
    return orphan;
  },
  "a job that is to run again but was not sent": async () => {
    const { script } = rig;
    rig.script = () => Promise.reject(new InvalidInputError("before"));
    const failed = await rig.accepted();
    await rig.deliverAll();
    rig.pass(70);
    await rig.clear();
    rig.script = script;
    const record = (await rig.find(failed)) ?? expect.fail();
    await rig.faults.run({ call: 2, mode: "unsent" }, () => retryJob(rig.engine.services, record, "asked for"));
    return failed;
  },
};

const meanwhile: Record<string, { happens: () => Promise<void>; end: readonly JobState[] }> = {
  "another sweeper comes, and the job runs": {
    happens: async () => {
      await rig.sweep();
      await rig.deliverAll();
    },
    end: [],
  },
  "another sweeper comes, the job runs, and time passes": {
    happens: async () => {
      await rig.sweep();
      await rig.deliverAll();
      rig.pass(50);
    },
    end: [],
  },
  "the job is revoked": {
    happens: async () => void (await revokeJob(rig.engine.services, taskId, { terminate: true })),
    end: ["REVOKED"],
  },
};

async function hold(what: string, begin: () => Promise<string>, fails: boolean, isCritical: boolean): Promise<void> {
  const { happens, end } = meanwhile[what] ?? expect.fail();
  for (const pause of ["before", "after"] as const) {
    cases += await everyCall(
      rig,
      { pause, meanwhile: happens },
      {
        begin: async () => {
          const script: Rig["script"] = async (run) => {
            if (fails) throw new InvalidInputError("no");
            return run;
          };
          rig.script = script;
          taskId = await begin();
          rig.script = script;
          lived = rig.runsOf(taskId);
          return taskId;
        },
        act: async (plan) => (await rig.sweep(plan)).calls,
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
    rig = await Rig.start({ retry });
  });
  afterAll(() => rig.close());

  // A critical job whose message is gone fails without one.
  const here = Object.entries(work).filter(([what]) => retry === "standard" || !what.includes("gone"));
  describe.each(here)("over %s", (_, begin) => {
    it.each(Object.keys(meanwhile))("while %s, and succeeds", (what) => hold(what, begin, false, retry === "critical"));
    // A late copy of its message may run another job that has failed once more: docs/decisions/0010.
    const failing = `another sweeper comes, ${retry === "critical" ? "the job runs, and time passes" : "and the job runs"}`;
    it(`while ${failing}, and fails`, () => hold(failing, begin, true, retry === "critical"));
  });
});

it("has held every call up", () => {
  expect(cases).toBeGreaterThanOrEqual(200);
});
