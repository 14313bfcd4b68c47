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
import { transitions } from "../../../shared/engine/jobs/store.ts";
import { purgeLanes } from "../../../shared/engine/operations/purge-queue.ts";
import { sweep } from "../../../shared/engine/sweeper/sweep.ts";
import { EngineHarness } from "../../helpers/engine-harness.ts";

let harness: EngineHarness;
afterEach(() => harness.close());

const find = async (taskId: string): Promise<JobRecord> =>
  (await harness.find(taskId)) ?? expect.fail("There is no job.");

describe("in a standard queue", () => {
  beforeEach(async () => {
    harness = await EngineHarness.start();
  });

  it("a copy of a message whose job runs for a quarter of an hour does not use its receives up", async () => {
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    harness.script = async (run) => ended.then(() => run);
    const taskId = await harness.accepted();
    const message = await harness.receive();
    const running = harness.deliver(message);
    await expect.poll(async () => (await find(taskId)).status).toBe("STARTED");

    // The same message at a second worker, which sets when it can be received again.
    await harness.deliver({ ...message, attributes: { ...message.attributes } });
    let receives = 1;
    for (const until = harness.now + 15 * 60_000; harness.now < until; harness.pass(10)) {
      // Its worker lives.
      await renewed(taskId);
      const again = await harness.engine.receive();
      if (!again) continue;
      receives += 1;
      expect((await harness.deliver(again)).value).toBe("leave");
    }
    end();
    await running;

    expect(receives).toBeLessThan(7);
    expect(await harness.deadLettersOf(taskId)).toBe(0);
  });

  it("a revoked job outlives its message in a backlog of days, so that it is not a dead letter", async () => {
    const [revoked, expired] = [await harness.accepted(), await harness.accepted({ expiresIn: 60 })];
    await revokeJob(harness.engine.services, revoked, { terminate: false });
    harness.pass(61);
    harness.faults.taskId = expired;
    await harness.sweep();
    expect(await find(expired)).toMatchObject({ status: "REVOKED" });

    harness.pass(3 * 86_400);
    for (let message = 0; message < 2; message++) {
      expect((await harness.deliver(await harness.receive())).value).toBe("acknowledge");
    }
  });

  it.each(["by request", "in the SQS console"])("a job that is run again %s starts as a new one", async (how) => {
    harness.script = async (_, context) => {
      context.log.info("the first life");
      context.progress(1, 2, "half");
      context.usage({ prompt_tokens: 1, completion_tokens: 1, total_tokens: 2, model: null });
      throw new InvalidInputError("no");
    };
    const taskId = await harness.accepted();
    await harness.deliverAll();
    harness.pass(2 * 86_400);
    harness.script = async (run) => run;

    if (how === "by request") await retryJob(harness.engine.services, await find(taskId), { reason: "asked for" });
    else await harness.redrive();
    harness.pass(5);
    await harness.deliverAll();

    const record = await find(taskId);
    expect(record).toMatchObject({ status: "SUCCESS", attempts: 1 });
    for (const left of ["log", "progress", "usage", "error", "fingerprint"]) expect(record).not.toHaveProperty(left);
    expect(harness.engine.ended.at(-1)?.queuedMs, "the time spent waiting since").toBe(5_000);
  });

  it("a job's tokens are those of all its attempts, and a run's its own", async () => {
    harness.script = async (run, context) => {
      context.usage({ prompt_tokens: 10, completion_tokens: run, total_tokens: 10 + run, model: "m" });
      if (run === 1) throw new Error("once");
      return run;
    };
    const taskId = await harness.accepted();
    await harness.deliverAll();
    harness.pass(80);
    await harness.deliverAll();

    expect((await find(taskId)).usage).toEqual({
      prompt_tokens: 20,
      completion_tokens: 3,
      total_tokens: 23,
      model: "m",
    });
    expect(harness.engine.ended.map(({ usage }) => usage?.total_tokens)).toEqual([11, 12]);
  });

  it("a sweep whose time is up leaves the rest to the next one", async () => {
    const taskId = await harness.accepted({ delaySeconds: 3_600 });
    harness.pass(3_600);

    const counts = await sweep(harness.engine.services, { logger: harness.engine.worker.logger, remainingMs: () => 0 });

    expect(counts.released).toBe(0);
    expect(await find(taskId)).toMatchObject({ status: "PENDING", needs_send: true });
  });

  it("a purge leaves a job alone of which a message is there for its onFailure only", async () => {
    harness.script = () => Promise.reject(new Error("once"));
    const taskId = await harness.accepted();
    await harness.deliverAll();
    const { generation, trace_id } = await find(taskId);
    await harness.send(JSON.stringify({ v: 1, task_id: taskId, generation, trace_id, after: "failure" }));

    const { purged } = await purgeLanes(harness.engine.services, [{ name: "test-high" }], "purged");

    expect(purged).toBe(0);
    expect(await find(taskId)).toMatchObject({ status: "RETRY" });
  });
});

it("a copy that finds a critical job's worker dead calls its onFailure at once", async () => {
  harness = await EngineHarness.start({ retry: "critical" });
  const taskId = await harness.accepted();
  const message = await harness.receive();
  await harness.send(message.body);
  await harness.deliver(message, { call: 1, mode: "death after" });
  harness.pass(65);

  await harness.deliver(await harness.receive());

  expect(await find(taskId)).toMatchObject({ status: "FAILURE", error: { type: engineErrors.workerLost } });
  expect(harness.failuresHandled.get(taskId)).toBe(1);
});

/** Does what a heartbeat does: time does not pass for timers here. */
async function renewed(taskId: string): Promise<void> {
  const { lease_token: token = "", lease_until: until = 0 } = await find(taskId);
  const renewal = { until: harness.now + 60_000, progress: undefined };
  await transitions(harness.engine.services).renew(taskId, { token, until }, renewal);
}
