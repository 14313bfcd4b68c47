/**
 * What shows only after hours: copies of long runs, backlogs of days, second lives.
 *
 * @module
 */

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { engineErrors, InvalidInputError } from "../../../contracts/errors.ts";
import type { JobRecord } from "../../../shared/engine/jobs/record.ts";
import { retryJob } from "../../../shared/engine/jobs/retry.ts";
import { revokeJob } from "../../../shared/engine/jobs/revoke.ts";
import { transitions } from "../../../shared/engine/jobs/transitions/transitions.ts";
import { purgeLanes } from "../../../shared/engine/operations/purge-queue.ts";
import { sweep } from "../../../shared/engine/sweeper/sweep.ts";
import { Rig } from "./rig.ts";

let rig: Rig;
afterEach(() => rig.close());

const find = async (taskId: string): Promise<JobRecord> => (await rig.find(taskId)) ?? expect.fail("There is no job.");

describe("in a standard queue", () => {
  beforeEach(async () => {
    rig = await Rig.start();
  });

  it("a copy of a message whose job runs for a quarter of an hour does not use its receives up", async () => {
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    rig.script = async (run) => ended.then(() => run);
    const taskId = await rig.accepted();
    const message = await rig.receive();
    const running = rig.deliver(message);
    await expect.poll(async () => (await find(taskId)).status).toBe("STARTED");

    // The same message at a second worker, which sets when it comes again.
    await rig.deliver({ ...message, attributes: { ...message.attributes } });
    let receives = 1;
    for (const until = rig.now + 15 * 60_000; rig.now < until; rig.pass(10)) {
      // Its worker lives.
      await renewed(taskId);
      const again = await rig.engine.receive();
      if (!again) continue;
      receives += 1;
      expect((await rig.deliver(again)).value).toBe("leave");
    }
    end();
    await running;

    expect(receives).toBeLessThan(7);
    expect(await rig.deadLettersOf(taskId)).toBe(0);
  });

  it("a revoked job outlives its message in a backlog of days, so that it is no dead letter", async () => {
    const [revoked, expired] = [await rig.accepted(), await rig.accepted({ expiresIn: 60 })];
    await revokeJob(rig.engine.services, revoked, { terminate: false });
    rig.pass(61);
    rig.faults.taskId = expired;
    await rig.sweep();
    expect(await find(expired)).toMatchObject({ status: "REVOKED" });

    rig.pass(3 * 86_400);
    for (let message = 0; message < 2; message++) {
      expect((await rig.deliver(await rig.receive())).value).toBe("acknowledge");
    }
  });

  it.each(["by request", "in the SQS console"])("a job that is run again %s begins a life of its own", async (how) => {
    rig.script = async (_, context) => {
      context.log.info("the first life");
      context.progress(1, 2, "half");
      context.usage({ prompt_tokens: 1, completion_tokens: 1, total_tokens: 2, model: null });
      throw new InvalidInputError("no");
    };
    const taskId = await rig.accepted();
    await rig.deliverAll();
    rig.pass(2 * 86_400);
    rig.script = async (run) => run;

    if (how === "by request") await retryJob(rig.engine.services, await find(taskId), "asked for");
    else await rig.redrive();
    rig.pass(5);
    await rig.deliverAll();

    const record = await find(taskId);
    expect(record).toMatchObject({ status: "SUCCESS", attempts: 1 });
    for (const left of ["log", "progress", "usage", "error", "fingerprint"]) expect(record).not.toHaveProperty(left);
    expect(rig.engine.ended.at(-1)?.queuedMs, "the time spent waiting in this life").toBe(5_000);
  });

  it("a job's tokens are those of all its attempts, and a run's its own", async () => {
    rig.script = async (run, context) => {
      context.usage({ prompt_tokens: 10, completion_tokens: run, total_tokens: 10 + run, model: "m" });
      if (run === 1) throw new Error("once");
      return run;
    };
    const taskId = await rig.accepted();
    await rig.deliverAll();
    rig.pass(80);
    await rig.deliverAll();

    expect((await find(taskId)).usage).toEqual({
      prompt_tokens: 20,
      completion_tokens: 3,
      total_tokens: 23,
      model: "m",
    });
    expect(rig.engine.ended.map(({ usage }) => usage?.total_tokens)).toEqual([11, 12]);
  });

  it("a sweep whose time is up leaves the rest to the next one", async () => {
    const taskId = await rig.accepted({ delaySeconds: 3_600 });
    rig.pass(3_600);

    const counts = await sweep(rig.engine.services, { logger: rig.engine.worker.logger, remainingMs: () => 0 });

    expect(counts.released).toBe(0);
    expect(await find(taskId)).toMatchObject({ status: "PENDING", needs_send: true });
  });

  it("a purge leaves a job alone of which a message is there for its onFailure only", async () => {
    rig.script = () => Promise.reject(new Error("once"));
    const taskId = await rig.accepted();
    await rig.deliverAll();
    const { generation, trace_id } = await find(taskId);
    await rig.send(JSON.stringify({ v: 1, task_id: taskId, generation, trace_id, after: "failure" }));

    const { purged } = await purgeLanes(rig.engine.services, [{ name: "test-high" }]);

    expect(purged).toBe(0);
    expect(await find(taskId)).toMatchObject({ status: "RETRY" });
  });
});

it("a copy that finds a critical job's worker dead calls its onFailure at once", async () => {
  rig = await Rig.start({ retry: "critical" });
  const taskId = await rig.accepted();
  const message = await rig.receive();
  await rig.send(message.body);
  await rig.deliver(message, { call: 1, mode: "death after" });
  rig.pass(65);

  await rig.deliver(await rig.receive());

  expect(await find(taskId)).toMatchObject({ status: "FAILURE", error: { type: engineErrors.workerLost } });
  expect(rig.failuresHandled.get(taskId)).toBe(1);
});

/** Does what a heartbeat does: time does not pass for timers here. */
async function renewed(taskId: string): Promise<void> {
  const { lease_token: token = "", lease_until: until = 0 } = await find(taskId);
  const renewal = { until: rig.now + 60_000, progress: undefined };
  await transitions(rig.engine.services).renew(taskId, { token, until }, renewal);
}
