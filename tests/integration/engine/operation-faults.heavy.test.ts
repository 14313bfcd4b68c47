/**
 * Faults at every AWS call of what is done to jobs beside running them: submit, revoke, retry, release and sweep.
 *
 * @module
 */

import { randomBytes } from "node:crypto";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { InvalidInputError } from "../../../contracts/errors.ts";
import type { JobState } from "../../../contracts/jobs/states.ts";
import { releaseJob } from "../../../shared/engine/jobs/release.ts";
import { retryJob } from "../../../shared/engine/jobs/retry.ts";
import { revokeJob } from "../../../shared/engine/jobs/revoke.ts";
import type { SubmitRequest } from "../../../shared/engine/jobs/submit.ts";
import { keyedTaskId } from "../../../shared/engine/table/addresses.ts";
import { EngineHarness } from "../../helpers/engine-harness.ts";
import { everyCall, type FaultCase } from "../../helpers/every-call.ts";
import { faultModes, modes, type Plan } from "../../helpers/faults.ts";

let harness: EngineHarness;
/** Numbers what must be new in each case. */
let count = 0;
let cases = 0;

const SUCCESS: readonly JobState[] = ["SUCCESS"];
const REVOKED: readonly JobState[] = ["REVOKED"];
const FAILURE: readonly JobState[] = ["FAILURE"];

/** A client or S3 that repeats its request until it is taken. */
async function untilDone(plan: Plan, request: () => Promise<unknown>): Promise<number> {
  const first = await harness.faults.run(plan, request);
  if (first.error !== undefined || first.died) await request();
  return first.calls;
}

const sweep = async (plan: Plan) => (await harness.sweep(plan)).calls;

/** A job whose worker died in the middle of its run. */
async function orphan(): Promise<string> {
  const taskId = await harness.accepted();
  await harness.deliver(await harness.receive(), { call: 1, mode: "death after" });
  return taskId;
}

async function failed(): Promise<string> {
  harness.script = () => Promise.reject(new InvalidInputError("no"));
  const taskId = await harness.accepted();
  await harness.deliverAll();
  harness.script = async (run) => run;
  return taskId;
}

const find = async (taskId: string) => {
  const record = await harness.find(taskId);
  if (!record) throw new Error(`There is no job ${taskId}.`);
  return record;
};

const kinds = modes.map((mode) => [mode, faultModes[mode]] as const);

describe("a standard queue", () => {
  beforeAll(async () => {
    harness = await EngineHarness.start();
  });
  afterAll(() => harness.close());

  describe.each(kinds)("when a call, %s, %s", (mode) => {
    const hold = async (faultCase: FaultCase) => {
      cases += await everyCall(harness, mode, faultCase);
    };

    it.each<[string, Partial<SubmitRequest>]>([
      ["at once", {}],
      ["soon", { delaySeconds: 60 }],
      ["later than SQS can wait", { delaySeconds: 3_600 }],
      ["with a large input", { input: { value: randomBytes(2_000).toString("hex") } }],
    ])("takes a job with an Idempotency-Key, to be run %s", (_, request) => {
      const idempotencyKey = () => `key ${count}`;
      return hold({
        begin: async () => {
          count += 1;
          return keyedTaskId("default", idempotencyKey());
        },
        act: async (plan, taskId) => {
          harness.faults.taskId = taskId;
          const keyed = { ...request, idempotencyKey: idempotencyKey() };
          const first = await harness.submit(keyed, plan);
          if (first.value === undefined) await harness.accepted(keyed);
          return first.calls;
        },
        end: SUCCESS,
        runs: 1,
      });
    });

    it.each<[string, Partial<SubmitRequest>]>([
      ["at once", {}],
      ["soon", { delaySeconds: 60 }],
      ["later than SQS can wait", { delaySeconds: 3_600 }],
    ])("runs what it accepted, or leaves nothing that waits, %s", async (_, request) => {
      for (let call = 1; ; call++) {
        await harness.clear();
        const tenant = `project-${++count}`;
        const { value, calls } = await harness.submit({ ...request, tenant }, { call, mode });
        const { jobs } = await harness.engine.services.store.list({ tenant, limit: 10 });
        expect(jobs.length).toBeLessThanOrEqual(1);
        for (const { task_id: taskId } of jobs) {
          if (value !== undefined) await harness.check(taskId, { end: SUCCESS, runs: 1 });
          else expect(["SUCCESS", "FAILURE", "PENDING"]).toContain((await harness.recover(taskId))?.status);
          expect(harness.runsOf(taskId)).toBeLessThanOrEqual(1);
        }
        if (value !== undefined) expect(jobs.map((job) => job.task_id)).toEqual([value]);
        if (calls < call) break;
        cases += 1;
      }
    });

    it("revokes a waiting job", () =>
      hold({
        begin: () => harness.accepted(),
        act: (plan, taskId) => untilDone(plan, () => revokeJob(harness.engine.services, taskId, { terminate: false })),
        end: REVOKED,
        runs: 0,
      }));

    it("revokes a job whose worker died", () =>
      hold({
        begin: orphan,
        act: (plan, taskId) => untilDone(plan, () => revokeJob(harness.engine.services, taskId, { terminate: true })),
        end: REVOKED,
        runs: 0,
      }));

    it("runs a failed job again on request", () =>
      hold({
        begin: failed,
        act: (plan, taskId) =>
          untilDone(plan, async () => retryJob(harness.engine.services, await find(taskId), { reason: "asked for" })),
        end: SUCCESS,
        runs: 2,
      }));

    it("releases a held job", () =>
      hold({
        begin: () => harness.accepted({ held: true, expiresIn: 7_200 }),
        act: (plan, taskId) => untilDone(plan, async () => releaseJob(harness.engine.services, await find(taskId))),
        end: SUCCESS,
        runs: 1,
      }));

    it("sweeps a delayed job into its queue", () =>
      hold({
        begin: async () => {
          const taskId = await harness.accepted({ delaySeconds: 3_600 });
          harness.pass(3_590);
          return taskId;
        },
        act: sweep,
        end: SUCCESS,
        runs: 1,
      }));

    it("sweeps away a job that was not started in time", () =>
      hold({
        begin: async () => {
          const taskId = await harness.accepted({ expiresIn: 60 });
          harness.pass(61);
          return taskId;
        },
        act: sweep,
        end: REVOKED,
        runs: 0,
      }));

    it("gives the message of a dead worker back", () =>
      hold({
        begin: async () => {
          const taskId = await orphan();
          harness.pass(65);
          return taskId;
        },
        act: sweep,
        end: SUCCESS,
        runs: 1,
      }));

    it("sends a message again that is lost with its worker", () =>
      hold({
        begin: async () => {
          const taskId = await orphan();
          await harness.clear();
          harness.pass(4 * 3_600);
          return taskId;
        },
        act: sweep,
        end: SUCCESS,
        runs: 1,
      }));

    it("sends a message again that is lost in its backoff", () =>
      hold({
        begin: async () => {
          harness.script = () => Promise.reject(new Error("once"));
          const taskId = await harness.accepted();
          await harness.deliverAll();
          await harness.clear();
          harness.pass(4 * 3_600);
          return taskId;
        },
        act: sweep,
        end: SUCCESS,
        runs: 2,
      }));

    it("sweeps a job into its queue whose retry could not be sent", () =>
      hold({
        begin: async () => {
          const taskId = await failed();
          const record = await find(taskId);
          await harness.faults.run({ call: 2, mode: "unsent" }, () =>
            retryJob(harness.engine.services, record, { reason: "asked for" }),
          );
          return taskId;
        },
        act: sweep,
        end: SUCCESS,
        runs: 2,
      }));
  });
});

describe("a queue whose backend is down", () => {
  beforeAll(async () => {
    harness = await EngineHarness.start({ breaker: true });
  });
  afterAll(() => harness.close());

  /** A job that arrives while the breaker is open. */
  async function arriving(): Promise<string> {
    harness.pass(60);
    const { document, name: table } = harness.engine.services.store.table;
    const open = { pk: "BREAKER#llm", sk: "state", open_until: harness.now + 30_000, ttl: 0 };
    await document.send(new PutCommand({ TableName: table, Item: open }));
    return harness.accepted();
  }

  describe.each(kinds)("when a call, %s, %s", (mode) => {
    it("puts jobs off and runs them later", async () => {
      cases += await everyCall(harness, mode, {
        begin: arriving,
        act: async (plan) => (await harness.deliver(await harness.receive(), plan)).calls,
        end: SUCCESS,
        runs: 1,
      });
    });

    it("sweeps jobs back that were put off", async () => {
      cases += await everyCall(harness, mode, {
        begin: async () => {
          const taskId = await arriving();
          await harness.deliverAll();
          harness.pass(61);
          return taskId;
        },
        act: sweep,
        end: SUCCESS,
        runs: 1,
      });
    });
  });
});

describe("a critical queue", () => {
  beforeAll(async () => {
    harness = await EngineHarness.start({ retry: "critical" });
  });
  afterAll(() => harness.close());

  it.each(kinds)("lets a job fail whose worker died, when a call, %s, %s", async (mode) => {
    cases += await everyCall(harness, mode, {
      begin: async () => {
        const taskId = await orphan();
        harness.pass(65);
        return taskId;
      },
      act: sweep,
      end: FAILURE,
      runs: 0,
    });
  });
});

it("has seen every call of every operation", () => {
  expect(cases).toBeGreaterThanOrEqual(300);
});
