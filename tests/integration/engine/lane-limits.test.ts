/**
 * A project's bounds in a lane, on real emulators: who is over one waits without an attempt, and neither count outlives what
 * it counts.
 *
 * @module
 */

import { afterEach, expect, it } from "vitest";
import { InvalidInputError } from "../../../contracts/errors.ts";
import { retryJob } from "../../../shared/engine/jobs/retry.ts";
import { revokeJob } from "../../../shared/engine/jobs/revoke.ts";
import { transitions } from "../../../shared/engine/jobs/store.ts";
import { laneLimiters } from "../../../shared/engine/limits/lane-limiters.ts";
import { Limiter } from "../../../shared/engine/limits/limiter.ts";
import { countOpen, countQueued } from "../../../shared/engine/limits/queued-jobs.ts";
import { otherAws } from "../../helpers/emulated-services.ts";
import { Engine } from "../../helpers/engine.ts";

/** Fair queues bring another project's job first; the SQS of moto and MiniStack are not fair. */
const fairly = it.skipIf(process.env[otherAws] !== undefined);

let engine: Engine;
afterEach(() => engine.close());

const start = (settings: Record<string, string>) => Engine.start({ settings });
const lane = { project_id: "noisy", queue: "test", lane: "high" } as const;
const queued = () => countQueued(engine.services.store.table, lane);
const noisy = () => engine.submit({ tenant: "noisy" });

/** A run that continues until the test lets it end. */
async function running() {
  const { promise: end, resolve: finish } = Promise.withResolvers<void>();
  const { promise: begun, resolve: began } = Promise.withResolvers<void>();
  engine.code = async () => {
    began();
    await end;
    return { value: 1 };
  };
  const { task_id: taskId } = await noisy();
  const ended = engine.step();
  await begun;
  engine.code = async () => ({ value: 2 });
  return {
    taskId,
    async finish() {
      finish();
      await ended;
    },
  };
}

/** Delivers what is in the lane, copies of what was delivered before among it. */
async function drain(): Promise<void> {
  for (let message = await engine.receive(); message; message = await engine.receive()) await engine.handle(message);
}

/** Lets time pass as the sweeper sees it, and delivers what it sends. */
async function pass(seconds: number): Promise<void> {
  engine.clockOffsetMs += seconds * 1_000;
  await engine.sweep();
}

it("holds back a project's job over the bound, and neither another project's nor one in the other lane", async () => {
  engine = await start({ PROJECT_RUNNING_JOBS: "1" });
  const first = await running();
  const counted = laneLimiters(engine.services, "test")?.high;
  expect(await counted?.running("noisy")).toBe(1);
  expect(await counted?.running("quiet")).toBe(0);

  const { task_id: second } = await noisy();
  expect(await engine.step()).toBe("acknowledge");
  expect(await engine.record(second)).toMatchObject({
    status: "RETRY",
    attempts: 0,
    needs_send: true,
    error: {
      type: "LaneLimitReachedError",
      message: expect.stringContaining("Project noisy has reached the limit of 1 jobs running at a time in a lane"),
    },
  });

  const quiet = await engine.submit({ tenant: "quiet" });
  await engine.step();
  expect(await engine.record(quiet.task_id)).toMatchObject({ status: "SUCCESS" });
  const low = await engine.submit({ tenant: "noisy", priority: 1 });
  await engine.step("test-low");
  expect(await engine.record(low.task_id)).toMatchObject({ status: "SUCCESS" });

  await first.finish();
  await pass(125);
  await engine.step();
  expect(await engine.record(second)).toMatchObject({ status: "SUCCESS", attempts: 1, generation: 2 });
});

fairly("lets another project's job go before a backlog over the bound, whose jobs stay where they are", async () => {
  engine = await start({ PROJECT_RUNNING_JOBS: "1" });
  const first = await running();
  const backlog: string[] = [];
  for (let job = 0; job < 20; job++) backlog.push((await noisy()).task_id);
  await engine.step();
  const quiet = [await engine.submit({ tenant: "quiet" }), await engine.submit({ tenant: "quiet" })];

  for (const _ of quiet) await engine.step();

  for (const { task_id } of quiet) expect(await engine.record(task_id)).toMatchObject({ status: "SUCCESS" });
  const states = await Promise.all(backlog.map(async (id) => (await engine.record(id)).status));
  expect(states).toEqual(["RETRY", ...Array.from({ length: 19 }, () => "PENDING")]);
  await first.finish();
});

it("is another one for a project that has a bound of its own, or none", async () => {
  engine = await start({ PROJECT_RUNNING_JOBS: "1", PROJECT_JOB_LIMITS: '{"noisy":{"running_jobs":null}}' });
  const first = await running();

  const second = await noisy();
  await engine.step();

  expect(await engine.record(second.task_id)).toMatchObject({ status: "SUCCESS" });
  await first.finish();
});

it("frees the place of a worker that died when its lease has ended, and that of a revoked job at once", async () => {
  engine = await start({ PROJECT_RUNNING_JOBS: "1", TASK_LEASE_SECONDS: "10" });
  const limiter = engine.worker.lanes?.high;
  if (!limiter) throw new TypeError("There is no limiter.");
  // A worker that was admitted, claimed the job and died.
  const dead = await noisy();
  const message = await engine.receive();
  const lease = { token: "dead", until: engine.services.now() + 10_000 };
  const ask = { tenant: "noisy", taskId: dead.task_id, lease: { token: "dead", ms: 10_000 } };
  expect(await limiter.ask(ask)).toHaveProperty("token");
  const delivery = { messageId: "m", receiveCount: 1, receiptHandle: message?.receiptHandle ?? "", worker: "w" };
  expect(await transitions(engine.services).claim(dead, delivery, lease)).toBeDefined();
  const other = { tenant: "noisy", lease: { token: "other", ms: 1_000 }, comesBack: false };
  expect(await limiter.ask(other)).toMatchObject({ reason: { kind: "running_jobs", most: 1 } });

  engine.clockOffsetMs += 11_000;
  const freed = await limiter.ask(other);
  if (!("token" in freed)) throw new Error("The place is still taken.");
  await limiter.ended(freed, undefined);

  const revoked = await running();
  await revokeJob(engine.services, revoked.taskId, { terminate: true });
  await revoked.finish();
  expect(await engine.record(revoked.taskId)).toMatchObject({ status: "REVOKED" });
  expect(await limiter.ask({ ...other, lease: { token: "last", ms: 1_000 } })).toHaveProperty("token");
});

it("holds back what is redriven, too, without losing it", async () => {
  engine = await start({ PROJECT_RUNNING_JOBS: "1", PROJECT_QUEUED_JOBS: "10" });
  engine.code = async () => {
    throw new InvalidInputError("no");
  };
  const failed = await noisy();
  await engine.step();
  expect(await engine.record(failed.task_id)).toMatchObject({ status: "FAILURE" });
  expect(await queued()).toBe(0);
  const limiter = engine.worker.lanes?.high;
  const ticket = await limiter?.ask({ tenant: "noisy", lease: { token: "other", ms: 600_000 }, comesBack: false });
  if (!ticket || !("token" in ticket)) throw new Error("The place is taken.");
  await retryJob(engine.services, await engine.record(failed.task_id), { reason: "run again" });
  engine.code = async () => ({ value: 1 });

  await drain();
  expect(await engine.record(failed.task_id)).toMatchObject({ status: "RETRY", attempts: 0 });
  await limiter?.ended(ticket, { tokens: 0 });
  await pass(125);
  await drain();
  expect(await engine.record(failed.task_id)).toMatchObject({ status: "SUCCESS" });
  expect(await queued()).toBe(0);
});

it("counts what waits for its first run or to be run again, and nothing that has begun, ended or expired", async () => {
  engine = await start({ PROJECT_QUEUED_JOBS: "10" });
  const ids: string[] = [];
  for (let job = 0; job < 4; job++) ids.push((await noisy()).task_id);
  await engine.submit({ tenant: "noisy", expiresIn: 1 });
  await engine.submit({ tenant: "noisy", priority: 1 });
  await engine.submit({ tenant: "quiet" });
  expect(await queued()).toBe(5);

  // A worker that dies right after its claim.
  const dying = await engine.record(ids[0] ?? "");
  const delivery = { messageId: "m", receiveCount: 1, receiptHandle: "r", worker: "w" };
  await transitions(engine.services).claim(dying, delivery, { token: "t", until: engine.services.now() + 1_000 });
  expect(await queued()).toBe(4);

  await revokeJob(engine.services, ids[1] ?? "", { terminate: false });
  expect(await queued()).toBe(3);
  await pass(200);
  expect(await queued(), "the one with expires_in is revoked").toBe(2);

  // Its message went to the dead letters unread.
  const lost = await engine.record(ids[2] ?? "");
  const error = { type: "WorkerLostError", message: "lost", retryable: false };
  const failed = await transitions(engine.services).failOrphaned(lost, { error, fingerprint: "f" });
  expect(await queued()).toBe(1);
  if (!failed) throw new Error("The job did not fail.");
  await retryJob(engine.services, failed, { reason: "run again" });
  expect(await queued(), "waits once more").toBe(2);
});

it("counts as open what has no outcome yet, over all lanes: waiting, running, put off, run again and redriven", async () => {
  engine = await start({ PROJECT_OPEN_JOBS: "10" });
  const open = () => countOpen(engine.services.store.table, "noisy");
  const run = await running();
  await engine.submit({ tenant: "noisy", priority: 1 });
  await engine.submit({ tenant: "quiet" });
  expect(await open()).toBe(2);
  await run.finish();
  expect(await open(), "a success").toBe(1);

  engine.code = async () => {
    throw new InvalidInputError("no");
  };
  const { task_id: failing } = await noisy();
  expect(await open()).toBe(2);
  await drain();
  const failed = await engine.record(failing);
  expect(failed).toMatchObject({ status: "FAILURE" });
  expect(await open(), "a failure").toBeLessThan(2);

  const before = await open();
  const delivery = { messageId: "m", receiveCount: 1, receiptHandle: "r", worker: "w", sentAt: engine.services.now() };
  const lease = { token: "t", until: engine.services.now() + 1_000 };
  await transitions(engine.services).claimRedriven(failed, delivery, lease);
  expect(await open(), "moved back from the dead-letter queue, and running").toBe((before ?? 0) + 1);
  await revokeJob(engine.services, failing, { terminate: true });
  expect(await open(), "revoked").toBe(before);
});

it("counts nothing without a bound, and asks nobody", async () => {
  engine = await start({ PROJECT_QUEUED_JOBS: "10", PROJECT_JOB_LIMITS: '{"quiet":{"queued_jobs":null}}' });
  const quiet = await engine.submit({ tenant: "quiet" });
  expect(quiet).not.toHaveProperty("queued_pk");
  expect(quiet).not.toHaveProperty("open_pk");
  expect(await noisy()).toHaveProperty("queued_pk");
  expect(engine.worker.lanes).toBeUndefined();
  expect(engine.worker.limiter).not.toBeInstanceOf(Limiter);
});
