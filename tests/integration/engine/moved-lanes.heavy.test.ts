/**
 * Jobs whose lane was taken away by a deployment, with its messages: the stage has another size, or their task another
 * queue. They run where their task runs now.
 *
 * @module
 */

import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { releaseJob } from "../../../shared/engine/jobs/release.ts";
import { retryJob } from "../../../shared/engine/jobs/retry.ts";
import type { SubmitRequest } from "../../../shared/engine/jobs/submit.ts";
import { selectDeadLetters } from "../../../shared/engine/operations/dead-letters.ts";
import { moveDeadLetters } from "../../../shared/engine/operations/move-dead-letters.ts";
import { headKey } from "../../../shared/engine/table/addresses.ts";
import { Engine } from "../../helpers/engine.ts";

const MINUTE = 60_000;

let engine: Engine;
let runs: string[];
beforeAll(async () => {
  engine = await Engine.start({ callbacks: true });
});
beforeEach(() => {
  runs = [];
  engine.code = async ({ value }, { taskId }) => {
    runs.push(taskId);
    return { value };
  };
});
afterEach(async () => {
  engine.clockOffsetMs = 0;
  await engine.emptyTable();
});
afterAll(() => engine.close());

/** A job as an earlier deployment left it: in a lane that is no longer there, with a message that went with it. */
async function left(request: Partial<SubmitRequest> = {}, attributes: Readonly<Record<string, unknown>> = {}) {
  const { task_id: taskId, held, due_at: dueAt } = await engine.submit(request);
  if (!held && dueAt === undefined) await engine.step(request.priority === 1 ? "test-low" : "test-high");
  await engine.services.store.table.update(headKey(taskId), { set: { queue: "earlier", ...attributes } });
  runs = [];
  return taskId;
}

/** Before the job that is left behind, workers have done nothing with it. */
const unclaimed = { status: "PENDING", attempts: 0 } as const;

/** A sweep a minute, and workers that take what there is. */
async function work(minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    await engine.sweep();
    for (const lane of ["test-high", "test-low"]) {
      for (let message = await engine.receive(lane); message; message = await engine.receive(lane)) {
        await engine.handle(message, lane);
      }
    }
    engine.clockOffsetMs += MINUTE;
  }
}

it("one that waits runs within five minutes, once, in the lane of its priority", async () => {
  for (const [priority, lane] of [
    [9, "high"],
    [1, "low"],
  ] as const) {
    engine.code = async () => {
      throw new Error("not yet");
    };
    const taskId = await left({ priority });
    const sent = { work_pk: `WAIT#${lane}#${(await engine.record(taskId)).work_pk?.split("#").at(-1)}` };
    await engine.services.store.table.update(headKey(taskId), {
      set: { ...unclaimed, ...sent, work_at: Date.now() },
      remove: ["next_attempt_at", "receipt_handle", "lease_token", "lease_until"],
    });
    engine.code = async ({ value }, context) => {
      runs.push(context.taskId);
      return { value };
    };

    await work(5);

    expect(await engine.record(taskId)).toMatchObject({ status: "SUCCESS", queue: "test", lane, generation: 2 });
    expect(runs).toEqual([taskId]);
    engine.clockOffsetMs = 0;
  }
});

it("one that waits for its retry runs again, although its message cannot be given back", async () => {
  engine.code = async () => {
    throw new Error("not yet");
  };
  const taskId = await left();
  expect(await engine.record(taskId)).toMatchObject({
    status: "RETRY",
    attempts: 1,
    receipt_handle: expect.anything(),
  });
  engine.code = async ({ value }) => ({ value });

  await work(7);

  expect(await engine.record(taskId)).toMatchObject({ status: "SUCCESS", queue: "test", attempts: 2 });
});

it("one whose worker was lost runs again; one without attempts left is a dead letter of its task's queue now", async () => {
  engine.code = async () => {
    throw new Error("not yet");
  };
  const ids = [await left(), await left()];
  for (const [index, taskId] of ids.entries()) {
    const shard = (await engine.record(taskId)).work_pk?.split("#").at(-1);
    await engine.services.store.table.update(headKey(taskId), {
      set: {
        status: "STARTED",
        attempts: index === 0 ? 1 : 4,
        lease_token: "lost",
        lease_until: Date.now() - 10_000,
        work_pk: `RUN#${shard}`,
        work_at: Date.now() - 10_000,
      },
    });
  }
  engine.code = async ({ value }) => ({ value });

  await work(7);

  const [again, failed] = await Promise.all(ids.map((taskId) => engine.record(taskId)));
  expect(again).toMatchObject({ status: "SUCCESS", queue: "test" });
  expect(failed).toMatchObject({ status: "FAILURE", queue: "test", error: { type: "WorkerLostError" } });
  const { jobs } = await selectDeadLetters(engine.services, "test", { dry_run: false });
  expect(jobs.map(({ task_id }) => task_id)).toEqual([ids[1]]);
});

it("one that is due later is sent then, and one that was held is sent when it is released", async () => {
  const later = await left({ delaySeconds: 3_600 });
  const held = await left({ held: true, expiresIn: 3_600 });

  await releaseJob(engine.services, await engine.record(held));
  await work(2);
  expect(await engine.record(held)).toMatchObject({ status: "SUCCESS", queue: "test" });
  expect(await engine.record(later)).toMatchObject({ status: "PENDING", queue: "earlier" });

  engine.clockOffsetMs = 61 * MINUTE;
  await work(2);
  expect(await engine.record(later)).toMatchObject({ status: "SUCCESS", queue: "test" });
});

it("one that failed runs again when it is asked to", async () => {
  const taskId = await left({}, {});
  const record = await engine.record(taskId);
  expect(record.status).toBe("SUCCESS");
  await engine.services.store.table.update(headKey(taskId), { set: { status: "FAILURE" } });

  await retryJob(engine.services, { ...record, status: "FAILURE" }, { reason: "again" });
  await work(1);

  expect(await engine.record(taskId)).toMatchObject({ status: "SUCCESS", queue: "test", lane: "high", generation: 2 });
});

it("dead letters of a queue that is gone are listed under that of their task, and what their failure calls for is done", async () => {
  const catalog = { ...engine.services.catalog, formerQueues: ["earlier"] };
  const services = { ...engine.services, catalog };
  const dead = async (more: Readonly<Record<string, unknown>>) => {
    const taskId = await left();
    const shard = Number.parseInt(taskId.slice(0, 8), 16) % 16;
    const finished = { finished_at: Date.now() - 10 * MINUTE };
    await services.store.table.update(headKey(taskId), {
      set: { status: "FAILURE", ...finished, work_pk: `DEAD#earlier#${shard}`, work_at: 1, ...more },
    });
    return taskId;
  };
  const handled = await dead({ failure_handled: true });
  const unhandled = await dead({});
  const handledNow = await dead({ finished_at: Date.now() });
  const leftOut = await dead({ task_name: "left_out" });

  const { delayed: before } = await engine.counts("test-high");

  expect(await moveDeadLetters(services)).toBe(2);

  const { jobs } = await selectDeadLetters(services, "test", { dry_run: false });
  expect(jobs.map(({ task_id }) => task_id).toSorted()).toEqual([handled, unhandled].toSorted());
  for (const taskId of [handledNow, leftOut]) expect(await engine.record(taskId)).toMatchObject({ queue: "earlier" });
  expect(await moveDeadLetters(services)).toBe(0);
  // SQS holds it back for a minute.
  expect((await engine.counts("test-high")).delayed).toBe(before + 1);
  expect(await engine.record(unhandled)).toMatchObject({ queue: "test", failure_sends: 1 });
  expect((await engine.record(handled)).failure_sends).toBeUndefined();
});

it("one whose task the stage does without stays as it is", async () => {
  const taskId = await left({}, { ...unclaimed, task_name: "left_out", work_pk: "WAIT#high#1", work_at: Date.now() });

  await work(10);

  expect(await engine.record(taskId)).toMatchObject({ status: "PENDING", queue: "earlier", generation: 1 });
});
