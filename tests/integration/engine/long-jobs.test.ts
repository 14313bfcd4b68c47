/**
 * Jobs that continue in another run with a state, put files, and log from their onFailure.
 *
 * @module
 */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { InvalidInputError } from "../../../contracts/errors.ts";
import type { JobState } from "../../../contracts/jobs/states.ts";
import { presentLog } from "../../../shared/engine/jobs/present.ts";
import { revokeJob } from "../../../shared/engine/jobs/revoke.ts";
import { filePath } from "../../../shared/engine/table/addresses.ts";
import type { TaskContext } from "../../../shared/engine/worker/context.ts";
import { EngineHarness } from "../../helpers/engine-harness.ts";
import { everyCall, lostRuns } from "../../helpers/every-call.ts";
import { modes } from "../../helpers/faults.ts";

let harness: EngineHarness;
beforeAll(async () => {
  harness = await EngineHarness.start({ files: true });
});
afterAll(() => harness.close());
beforeEach(() => harness.begin());

const stateSchema = z.object({ done: z.number(), note: z.string() }).prefault({ done: 0, note: "" });
const record = (taskId: string) => harness.engine.record(taskId);

/** Does one step in each run, of three. @returns the steps that were done, in order, with repetitions */
function threeSteps(between: (done: number, context: TaskContext) => unknown = () => undefined): number[] {
  const steps: number[] = [];
  harness.script = async (_run, context) => {
    const { done, note } = stateSchema.parse(context.state);
    await between(done, context);
    steps.push(done);
    if (done === 2) return note;
    return context.continueWith({ done: done + 1, note: "x".repeat(5_000) });
  };
  return steps;
}

describe("a job that continues in another run", () => {
  it("whose definition does not say so is sent by the sweeper alone, does each step once, and spends neither attempts nor receives", async () => {
    const steps = threeSteps();
    const taskId = await harness.accepted({ expiresIn: 100 });
    await harness.deliverAll();
    expect(await record(taskId)).toMatchObject({ status: "RETRY", needs_send: true, attempts: 0 });
    expect(await harness.isQueueEmpty()).toBe(true);

    const done = await harness.recover(taskId);
    expect(steps).toEqual([0, 1, 2]);
    expect(done).toMatchObject({ status: "SUCCESS", attempts: 1, checkpoints: 2, receive_count: 1, generation: 3 });
  });

  it("counts its attempts from zero with each step, and repeats the one that failed alone", async () => {
    const failed = new Map<number, number>();
    const steps = threeSteps((done) => {
      const times = (failed.get(done) ?? 0) + 1;
      failed.set(done, times);
      if (times < 4) throw new Error("not yet");
    });
    const taskId = await harness.accepted();

    expect(await harness.recover(taskId)).toMatchObject({ status: "SUCCESS", attempts: 4 });
    expect(steps).toEqual([0, 1, 2]);
  });

  it("continues though its code catches everything", async () => {
    harness.script = async (_run, context) => {
      try {
        if (context.state === undefined) context.continueWith(1);
      } catch {
        return "swallowed";
      }
      return "went on";
    };
    const taskId = await harness.accepted();
    await harness.recover(taskId);

    expect(await harness.engine.services.store.readResult(await record(taskId))).toEqual({ value: "went on" });
  });

  it("that never comes to its end fails after 1,000 runs, or 30 days", async () => {
    harness.script = async (_run, context) => context.continueWith(1);
    const taskId = await harness.accepted();
    const { table } = harness.engine.services.store;
    await table.update({ pk: `J#${taskId}`, sk: "head" }, { set: { checkpoints: 1_000 } });
    await harness.deliverAll();
    expect(await record(taskId)).toMatchObject({ status: "FAILURE", error: { type: "TooManyStepsError" } });

    const old = await harness.accepted();
    await table.update({ pk: `J#${old}`, sk: "head" }, { set: { created_at: harness.now - 31 * 86_400_000 } });
    await harness.deliverAll();
    expect(await record(old)).toMatchObject({ status: "FAILURE", error: { type: "TooManyStepsError" } });
  });

  it("that is revoked between two runs has run for the last time", async () => {
    const steps = threeSteps();
    const taskId = await harness.accepted();
    await harness.deliverAll();
    await revokeJob(harness.engine.services, taskId, { terminate: false });

    expect(await harness.recover(taskId)).toMatchObject({ status: "REVOKED" });
    expect(steps).toEqual([0]);
  });

  it("whose state JSON cannot hold fails, and says so", async () => {
    harness.script = async (_run, context) => context.continueWith({ big: 1n });
    const taskId = await harness.accepted();

    expect(await harness.recover(taskId)).toMatchObject({ status: "FAILURE", error: { type: "TypeError" } });
  });

  it.each(modes)("comes to its end, whatever happens to a call of its run: %s", { timeout: 120_000 }, async (mode) => {
    let steps: number[] = [];
    const end: readonly JobState[] = ["SUCCESS"];
    await everyCall(harness, mode, {
      begin: async () => {
        steps = threeSteps();
        return harness.accepted();
      },
      act: async (plan) => (await harness.deliver(await harness.receive(), plan)).calls,
      end,
      runs: 3 + lostRuns(mode),
    });
    expect(steps).toEqual([0, 1, 2]);
  });
});

describe("files of a job", () => {
  it("are stored with it, replaced by name, and kept over attempts and runs", async () => {
    harness.script = async (run, context) => {
      if (context.state === undefined) {
        if (run === 1) {
          await context.files.put("one.txt", Buffer.from("first"), "text/plain");
          throw new Error("again");
        }
        await context.files.put("two.pdf", Buffer.from("%PDF"), "application/pdf");
        return context.continueWith({});
      }
      await context.files.put("one.txt", Buffer.from("second!"), "text/plain; charset=utf-8");
      return "done";
    };
    const taskId = await harness.accepted();
    const done = await harness.recover(taskId);

    expect(done?.files).toEqual([
      { n: "two.pdf", b: 4, t: "application/pdf" },
      { n: "one.txt", b: 7, t: "text/plain; charset=utf-8" },
    ]);
    const { GetObjectCommand } = await import("@aws-sdk/client-s3");
    const { s3: connect, store } = harness.engine.services;
    const file = { Bucket: store.payloads.bucket, Key: filePath(taskId, "one.txt") };
    const { Body } = await (await connect()).send(new GetObjectCommand(file));
    expect(await Body?.transformToString()).toBe("second!");
  });

  it.each([
    ["../escape.txt", "text/plain", 1],
    [".hidden", "text/plain", 1],
    ["a/b.txt", "text/plain", 1],
    ["", "text/plain", 1],
    ["a.txt", "text", 1],
    ["a.txt", "text/html\r\nx: y", 1],
    ["a.bin", "application/octet-stream", 64 * 1_024 * 1_024 + 1],
  ])("are refused by name, type or size: %s as %s", async (name, type, bytes) => {
    harness.script = async (_run, context) => context.files.put(name, new Uint8Array(bytes), type);
    const taskId = await harness.accepted();
    await harness.deliverAll();

    expect(await record(taskId)).toMatchObject({ status: "FAILURE", error: { type: "InvalidInputError" } });
  });

  it("are twenty at the most", async () => {
    harness.script = async (_run, context) => {
      for (let index = 0; index < 21; index++) await context.files.put(`${index}.txt`, Buffer.from("x"), "text/plain");
    };
    const taskId = await harness.accepted();
    await harness.deliverAll();

    expect(await record(taskId)).toMatchObject({
      status: "FAILURE",
      error: { message: expect.stringContaining("20") },
    });
  });
});

describe("what a task's onFailure logs", () => {
  it("is kept with the job, behind what the run has logged", async () => {
    harness.script = async (_run, context) => {
      context.log.info("began");
      throw new InvalidInputError("no");
    };
    harness.engine.onFailure = async (error, context) => context.log.warn("gave up", { type: error.type });
    const taskId = await harness.accepted();
    await harness.deliver(await harness.receive());

    const lines = presentLog(await record(taskId)).map(({ level, message }) => [level, message]);
    expect(lines).toEqual([
      ["info", "began"],
      ["warn", "gave up type=InvalidInputError"],
    ]);
  });

  it("is kept when it fails itself, which is told too", async () => {
    harness.script = () => Promise.reject(new InvalidInputError("no"));
    let times = 0;
    harness.engine.onFailure = async (_error, context) => {
      times += 1;
      context.log.info("cleaning up", { times });
      if (times === 1) throw new Error("the bucket is away");
    };
    const taskId = await harness.accepted();
    await harness.deliver(await harness.receive());
    await harness.deliver(await harness.receive());

    const lines = presentLog(await record(taskId)).map(({ level, message }) => [level, message]);
    expect(lines).toEqual([
      ["info", "cleaning up times=1"],
      ["error", "onFailure failed type=Error detail=the bucket is away"],
      ["info", "cleaning up times=2"],
    ]);
    expect(await record(taskId)).toMatchObject({ failure_handled: true });
  });
});
