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
import { everyCall, type Scenario } from "./every-call.ts";
import { faultModes, modes, type Plan } from "./faults.ts";
import { Rig } from "./rig.ts";

let rig: Rig;
/** Numbers what must be new in each case. */
let count = 0;
let cases = 0;

const SUCCESS: readonly JobState[] = ["SUCCESS"];
const REVOKED: readonly JobState[] = ["REVOKED"];
const FAILURE: readonly JobState[] = ["FAILURE"];

/** A client or S3 that repeats its request until it is taken. */
async function untilDone(plan: Plan, request: () => Promise<unknown>): Promise<number> {
  const first = await rig.faults.run(plan, request);
  if (first.error !== undefined || first.died) await request();
  return first.calls;
}

const sweep = async (plan: Plan) => (await rig.sweep(plan)).calls;

/** A job whose worker died in the middle of its run. */
async function orphan(): Promise<string> {
  const taskId = await rig.accepted();
  await rig.deliver(await rig.receive(), { call: 1, mode: "death after" });
  return taskId;
}

async function failed(): Promise<string> {
  rig.script = () => Promise.reject(new InvalidInputError("no"));
  const taskId = await rig.accepted();
  await rig.deliverAll();
  rig.script = async (run) => run;
  return taskId;
}

const find = async (taskId: string) => {
  const record = await rig.find(taskId);
  if (!record) throw new Error(`There is no job ${taskId}.`);
  return record;
};

const kinds = modes.map((mode) => [mode, faultModes[mode]] as const);

describe("a standard queue", () => {
  beforeAll(async () => {
    rig = await Rig.start();
  });
  afterAll(() => rig.close());

  describe.each(kinds)("when a call, %s, %s", (mode) => {
    const hold = async (scenario: Scenario) => {
      cases += await everyCall(rig, mode, scenario);
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
          rig.faults.taskId = taskId;
          const keyed = { ...request, idempotencyKey: idempotencyKey() };
          const first = await rig.submit(keyed, plan);
          if (first.value === undefined) await rig.accepted(keyed);
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
        await rig.clear();
        const projectId = `project-${++count}`;
        const { value, calls } = await rig.submit({ ...request, projectId }, { call, mode });
        const { jobs } = await rig.engine.services.store.list({ projectId, limit: 10 });
        expect(jobs.length).toBeLessThanOrEqual(1);
        for (const { task_id: taskId } of jobs) {
          if (value !== undefined) await rig.check(taskId, { end: SUCCESS, runs: 1 });
          else expect(["SUCCESS", "FAILURE", "PENDING"]).toContain((await rig.recover(taskId))?.status);
          expect(rig.runsOf(taskId)).toBeLessThanOrEqual(1);
        }
        if (value !== undefined) expect(jobs.map((job) => job.task_id)).toEqual([value]);
        if (calls < call) break;
        cases += 1;
      }
    });

    it("revokes a waiting job", () =>
      hold({
        begin: () => rig.accepted(),
        act: (plan, taskId) => untilDone(plan, () => revokeJob(rig.engine.services, taskId, { terminate: false })),
        end: REVOKED,
        runs: 0,
      }));

    it("revokes a job whose worker died", () =>
      hold({
        begin: orphan,
        act: (plan, taskId) => untilDone(plan, () => revokeJob(rig.engine.services, taskId, { terminate: true })),
        end: REVOKED,
        runs: 0,
      }));

    it("runs a failed job again on request", () =>
      hold({
        begin: failed,
        act: (plan, taskId) =>
          untilDone(plan, async () => retryJob(rig.engine.services, await find(taskId), "asked for")),
        end: SUCCESS,
        runs: 2,
      }));

    it("releases a held job", () =>
      hold({
        begin: () => rig.accepted({ held: true, expiresIn: 7_200 }),
        act: (plan, taskId) => untilDone(plan, async () => releaseJob(rig.engine.services, await find(taskId))),
        end: SUCCESS,
        runs: 1,
      }));

    it("sweeps a delayed job into its queue", () =>
      hold({
        begin: async () => {
          const taskId = await rig.accepted({ delaySeconds: 3_600 });
          rig.pass(3_590);
          return taskId;
        },
        act: sweep,
        end: SUCCESS,
        runs: 1,
      }));

    it("sweeps away a job that was not started in time", () =>
      hold({
        begin: async () => {
          const taskId = await rig.accepted({ expiresIn: 60 });
          rig.pass(61);
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
          rig.pass(65);
          return taskId;
        },
        act: sweep,
        end: SUCCESS,
        runs: 1,
      }));

    it("sends a message anew that is lost with its worker", () =>
      hold({
        begin: async () => {
          const taskId = await orphan();
          await rig.clear();
          rig.pass(4 * 3_600);
          return taskId;
        },
        act: sweep,
        end: SUCCESS,
        runs: 1,
      }));

    it("sends a message anew that is lost in its backoff", () =>
      hold({
        begin: async () => {
          rig.script = () => Promise.reject(new Error("once"));
          const taskId = await rig.accepted();
          await rig.deliverAll();
          await rig.clear();
          rig.pass(4 * 3_600);
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
          await rig.faults.run({ call: 2, mode: "unsent" }, () => retryJob(rig.engine.services, record, "asked for"));
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
    rig = await Rig.start({ breaker: true });
  });
  afterAll(() => rig.close());

  /** A job that arrives while the breaker is open. */
  async function arriving(): Promise<string> {
    rig.pass(60);
    const { document, name: table } = rig.engine.services.store.table;
    const open = { pk: "BREAKER#llm", sk: "state", open_until: rig.now + 30_000, ttl: 0 };
    await document.send(new PutCommand({ TableName: table, Item: open }));
    return rig.accepted();
  }

  describe.each(kinds)("when a call, %s, %s", (mode) => {
    it("puts jobs off and runs them later", async () => {
      cases += await everyCall(rig, mode, {
        begin: arriving,
        act: async (plan) => (await rig.deliver(await rig.receive(), plan)).calls,
        end: SUCCESS,
        runs: 1,
      });
    });

    it("sweeps jobs back that were put off", async () => {
      cases += await everyCall(rig, mode, {
        begin: async () => {
          const taskId = await arriving();
          await rig.deliverAll();
          rig.pass(61);
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
    rig = await Rig.start({ retry: "critical" });
  });
  afterAll(() => rig.close());

  it.each(kinds)("lets a job fail whose worker died, when a call, %s, %s", async (mode) => {
    cases += await everyCall(rig, mode, {
      begin: async () => {
        const taskId = await orphan();
        rig.pass(65);
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
