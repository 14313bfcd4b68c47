/**
 * The callback of a job is submitted once for each end of it, whatever dies on the way.
 *
 * @module
 */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { InvalidInputError } from "../../../contracts/errors.ts";
import { revokeJob } from "../../../shared/engine/jobs/revoke.ts";
import { keyedTaskId } from "../../../shared/engine/table/addresses.ts";
import { EngineHarness } from "../../helpers/engine-harness.ts";

let harness: EngineHarness;
beforeEach(async () => {
  harness = await EngineHarness.start({ callbacks: true });
});
afterEach(() => harness.close());

const callbackUrl = "https://hooks.example.com/";
const store = () => harness.engine.services.store;

/** The job that delivers the callback of a job's last end. */
async function callbackOf(taskId: string) {
  const { finished_at: finishedAt } = await harness.engine.record(taskId);
  return store().get(keyedTaskId("default", `callback:${taskId}:${finishedAt}`), harness.now);
}
const sent = async () => (await harness.engine.counts("callbacks-low")).visible;
const isLookedFor = async (taskId: string) => (await harness.engine.record(taskId)).work_pk?.startsWith("CALLBACK");

/** Whoever submits callbacks dies before the record of the callback is written. */
const dieBeforeSubmitting = () =>
  vi.spyOn(store(), "create").mockImplementationOnce(() => Promise.reject(new Error("the process is gone")));

describe("the callback of a job", () => {
  it("that succeeded is submitted with its end, and the job is looked for no more", async () => {
    const taskId = await harness.accepted({ callbackUrl });
    await harness.deliverAll();

    expect(await callbackOf(taskId)).toMatchObject({ task_name: "deliver_webhook", status: "PENDING" });
    expect(await isLookedFor(taskId)).toBeUndefined();
    expect(await sent()).toBe(1);
  });

  it("whose worker dies right after the commit is submitted by the sweeper, once", async () => {
    const taskId = await harness.accepted({ callbackUrl });
    dieBeforeSubmitting();
    await harness.deliverAll();
    expect(await harness.engine.record(taskId)).toMatchObject({ status: "SUCCESS" });
    expect([await callbackOf(taskId), await isLookedFor(taskId)]).toEqual([undefined, true]);

    harness.pass(31);
    await harness.sweep();
    await harness.sweep();

    expect(await callbackOf(taskId)).toMatchObject({ status: "PENDING" });
    expect([await sent(), await isLookedFor(taskId)]).toEqual([1, undefined]);
  });

  it("that failed for good is submitted; if that fails, with the next receive of its message", async () => {
    harness.script = () => Promise.reject(new InvalidInputError("no"));
    const taskId = await harness.accepted({ callbackUrl });
    dieBeforeSubmitting();
    await harness.deliver(await harness.receive());
    expect(await harness.engine.record(taskId)).toMatchObject({ status: "FAILURE" });
    expect(await callbackOf(taskId)).toBeUndefined();

    await harness.deliver(await harness.receive());

    expect(await callbackOf(taskId)).toMatchObject({ status: "PENDING" });
    expect(await harness.engine.record(taskId)).toMatchObject({ failure_handled: true });
    expect(await sent()).toBe(1);
  });

  it("that was revoked is submitted; whoever revoked it may die before", async () => {
    const taskId = await harness.accepted({ callbackUrl });
    dieBeforeSubmitting();
    await revokeJob(harness.engine.services, taskId, { terminate: true }).catch(() => undefined);
    expect(await harness.engine.record(taskId)).toMatchObject({ status: "REVOKED" });

    harness.pass(31);
    await harness.sweep();

    expect(await callbackOf(taskId)).toMatchObject({ status: "PENDING" });
  });

  it("that expired is submitted", async () => {
    const taskId = await harness.accepted({ callbackUrl, expiresIn: 60 });
    harness.pass(61);
    await harness.sweep();

    expect(await harness.engine.record(taskId)).toMatchObject({ status: "REVOKED" });
    expect(await callbackOf(taskId)).toMatchObject({ status: "PENDING" });
  });

  it("without a callback URL there is none, and nothing more is written", async () => {
    const taskId = await harness.accepted();
    const created = vi.spyOn(store(), "create");
    await harness.deliverAll();

    expect(await harness.engine.record(taskId)).toMatchObject({ status: "SUCCESS" });
    expect(created).not.toHaveBeenCalled();
  });
});
