import { afterEach, expect, it, vi } from "vitest";
import { revokeJob } from "../../../shared/engine/jobs/revoke.ts";
import { Engine } from "../../helpers/engine.ts";
import { eventually } from "../../helpers/eventually.ts";

let engine: Engine;
afterEach(async () => {
  vi.useRealTimers();
  await engine.close();
});

it.each(["60", "900"])(
  "a running job sees within five seconds that it was revoked, with a lease of %s s",
  async (lease) => {
    engine = await Engine.start({ settings: { TASK_LEASE_SECONDS: lease } });
    let isRunning = false;
    let isAborted = false;
    engine.code = async ({ value }, { signal }) => {
      signal.addEventListener("abort", () => {
        isAborted = true;
      });
      isRunning = true;
      await eventually("the job is aborted", () => isAborted);
      return { value };
    };
    const job = await engine.submit();
    // Only what the worker does from time to time waits for the test; the calls it makes then are real.
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const running = engine.step();
    await eventually("the job runs", () => isRunning);
    expect(await revokeJob(engine.services, job.task_id, { terminate: true })).toMatchObject({ outcome: "revoked" });
    expect(isAborted).toBe(false);

    vi.advanceTimersByTime(5_000);

    expect(await running).toBe("acknowledge");
    expect(isAborted).toBe(true);
    expect(await engine.record(job.task_id)).toMatchObject({ status: "REVOKED" });
  },
);

it("a job that was revoked while its worker prepared to run it does not run", async () => {
  engine = await Engine.start();
  let runs = 0;
  engine.code = async ({ value }) => {
    runs += 1;
    return { value };
  };
  const job = await engine.submit();
  const { store } = engine.services;
  const readInput = store.readInput.bind(store);
  vi.spyOn(store, "readInput").mockImplementation(async (record) => {
    const input = await readInput(record);
    await revokeJob(engine.services, job.task_id, { terminate: true });
    engine.clockOffsetMs += 1_000;
    return input;
  });

  expect(await engine.step()).toBe("acknowledge");

  expect(runs).toBe(0);
  expect(await engine.record(job.task_id)).toMatchObject({ status: "REVOKED" });
});

it("a task that asks before it spends money is told at once that its job was revoked", async () => {
  engine = await Engine.start();
  let calls = 0;
  engine.code = async ({ value }, { taskId, assertActive }) => {
    await assertActive();
    await revokeJob(engine.services, taskId, { terminate: true });
    engine.clockOffsetMs += 1_000;
    await assertActive();
    calls += 1;
    return { value };
  };
  const job = await engine.submit();

  expect(await engine.step()).toBe("acknowledge");

  expect(calls).toBe(0);
  expect(await engine.record(job.task_id)).toMatchObject({ status: "REVOKED" });
});

it("an outage of the table before the run does not fail a job whose lease holds", async () => {
  engine = await Engine.start();
  const job = await engine.submit();
  const { store } = engine.services;
  const readInput = store.readInput.bind(store);
  vi.spyOn(store, "readInput").mockImplementation((record) => {
    engine.clockOffsetMs += 1_000;
    return readInput(record);
  });
  vi.spyOn(store, "get").mockRejectedValueOnce(new Error("the table is away"));

  expect(await engine.step()).toBe("acknowledge");
  vi.restoreAllMocks();
  expect(await engine.record(job.task_id)).toMatchObject({ status: "SUCCESS", attempts: 1 });
});
