/**
 * A worker is held up at each of its AWS calls in turn, and something else happens to its job meanwhile.
 *
 * @module
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { InvalidInputError } from "../../../contracts/errors.ts";
import type { JobState } from "../../../contracts/jobs/states.ts";
import { revokeJob } from "../../../shared/engine/jobs/revoke.ts";
import { EngineHarness } from "../../helpers/engine-harness.ts";
import { everyCall } from "../../helpers/every-call.ts";

let harness: EngineHarness;
let cases = 0;
/** Numbers the jobs, for keys of their own. */
let serial = 0;
/** The job at hand, and the message that its worker has. */
let taskId: string;
let message: Awaited<ReturnType<EngineHarness["receive"]>>;
/** Lets a worker that was left in the middle of its run continue. */
let finishOther: () => Promise<void>;

const meanwhile: Record<string, { happens: () => Promise<void>; end: readonly JobState[]; lost: number }> = {
  "the same message is delivered to another worker": {
    happens: async () => void (await harness.deliver({ ...message, attributes: { ...message.attributes } })),
    end: [],
    lost: 0,
  },
  "a second message of the job is delivered": {
    happens: async () => {
      await harness.send(message.body);
      await harness.deliverAll();
    },
    end: [],
    lost: 0,
  },
  "its client repeats its request": {
    happens: async () => {
      await harness.submit({ idempotencyKey: `key ${serial}` });
      await harness.deliverAll();
    },
    end: [],
    lost: 0,
  },
  "its lease ends, the sweeper comes, and so does the message": {
    happens: async () => {
      harness.pass(70);
      await harness.sweep();
      await harness.deliverAll();
    },
    end: [],
    lost: 1,
  },
  "its time is up, and so is the message's": {
    happens: async () => {
      harness.pass(700);
      await harness.sweep();
      await harness.deliverAll();
      harness.pass(700);
    },
    end: [],
    lost: 2,
  },
  "its lease ends and its message comes before the sweeper": {
    happens: async () => {
      harness.pass(700);
      await harness.deliverAll();
    },
    end: [],
    lost: 2,
  },
  "its lease ends and another worker is in the middle of it": {
    happens: async () => {
      harness.pass(70);
      await harness.sweep();
      const again = await harness.engine.receive();
      if (!again) return;
      const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
      const { promise: ended, resolve: end } = Promise.withResolvers<void>();
      const { script } = harness;
      harness.script = async (run, context) => {
        begin();
        await ended;
        return script(run, context);
      };
      const other = harness.deliver(again);
      // It runs, unless the record gave it no reason to.
      await Promise.race([begun, other]);
      harness.script = script;
      finishOther = async () => {
        end();
        await other;
      };
    },
    end: [],
    lost: 1,
  },
  "it is revoked": {
    happens: async () => void (await revokeJob(harness.engine.services, taskId, { terminate: true })),
    end: ["REVOKED"],
    lost: 0,
  },
};

async function hold(what: string, outcome: "SUCCESS" | "FAILURE", isCritical: boolean): Promise<void> {
  const { happens, end, lost } = meanwhile[what] ?? expect.fail();
  for (const pause of ["before", "after"] as const) {
    cases += await everyCall(
      harness,
      { pause, meanwhile: happens },
      {
        begin: async () => {
          harness.script = async (run) => {
            if (outcome === "FAILURE") throw new InvalidInputError("no");
            return run;
          };
          serial += 1;
          taskId = await harness.accepted({ idempotencyKey: `key ${serial}` });
          return taskId;
        },
        act: async (plan) => {
          finishOther = async () => undefined;
          message = await harness.receive();
          const { calls } = await harness.deliver(message, plan);
          await finishOther();
          const record = await harness.find(taskId);
          if (record?.status === "SUCCESS") {
            const result = await harness.engine.services.store.readResult(record);
            expect(result, "the result of the run that held the lease").toEqual({ value: harness.runsOf(taskId) });
          }
          return calls;
        },
        // A critical job may be given up while its worker is held up beyond its time.
        end: [outcome, ...end, ...(isCritical && lost > 0 ? (["FAILURE"] as const) : [])],
        runs: isCritical ? 1 : 1 + lost,
      },
    );
  }
}

describe.each(["standard", "critical"] as const)("a worker of a %s queue that is held up", (retry) => {
  beforeAll(async () => {
    harness = await EngineHarness.start({ retry });
  });
  afterAll(() => harness.close());

  describe.each(Object.keys(meanwhile))("while %s", (what) => {
    it("commits a success once", () => hold(what, "SUCCESS", retry === "critical"));
    it("commits a failure once", () => hold(what, "FAILURE", retry === "critical"));
  });
});

it("has held every call up", () => {
  expect(cases).toBeGreaterThanOrEqual(100);
});
