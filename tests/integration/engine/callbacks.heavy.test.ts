/**
 * The callback of a job is submitted once for each end of it, whatever dies on the way.
 *
 * @module
 */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { InvalidInputError } from "../../../contracts/errors.ts";
import { revokeJob } from "../../../shared/engine/jobs/revoke.ts";
import { adoptDeadLetters } from "../../../shared/engine/operations/adopt-dead-letters.ts";
import { purgeDeadLetters } from "../../../shared/engine/operations/discard.ts";
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
const isSwept = async (taskId: string) => (await harness.engine.record(taskId)).work_pk?.startsWith("CALLBACK");

/** Whoever submits callbacks dies before the record of the callback is written. */
const dieBeforeSubmitting = () =>
  vi.spyOn(store(), "create").mockImplementationOnce(() => Promise.reject(new Error("the process is gone")));

describe("the callback of a job", () => {
  it("that succeeded is submitted with its end, and the job is looked for no more", async () => {
    const taskId = await harness.accepted({ callbackUrl });
    await harness.deliverAll();

    expect(await callbackOf(taskId)).toMatchObject({ task_name: "deliver_webhook", status: "PENDING" });
    expect(await isSwept(taskId)).toBeUndefined();
    expect(await sent()).toBe(1);
  });

  it("whose worker dies right after the commit is submitted by the sweeper, once", async () => {
    const taskId = await harness.accepted({ callbackUrl });
    dieBeforeSubmitting();
    await harness.deliverAll();
    expect(await harness.engine.record(taskId)).toMatchObject({ status: "SUCCESS" });
    expect([await callbackOf(taskId), await isSwept(taskId)]).toEqual([undefined, true]);

    harness.pass(31);
    await harness.sweep();
    await harness.sweep();

    expect(await callbackOf(taskId)).toMatchObject({ status: "PENDING" });
    expect([await sent(), await isSwept(taskId)]).toEqual([1, undefined]);
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

  describe("whose worker dies between the failure and the callback, and whose message no other worker gets", () => {
    async function failUnseen(): Promise<string> {
      harness.script = () => Promise.reject(new InvalidInputError("no"));
      const taskId = await harness.accepted({ callbackUrl });
      const onFailure = harness.engine.onFailure;
      harness.engine.onFailure = () => Promise.reject(new Error("the process is gone"));
      dieBeforeSubmitting();
      await harness.deliver(await harness.receive());
      harness.engine.onFailure = onFailure;
      // Each receive is throttled: SQS counts it, and no worker sees the message.
      for (let receive = 0; receive < 20; receive++) {
        harness.pass(600);
        if (!(await harness.engine.receive())) break;
      }
      expect((await harness.engine.counts("test-dlq")).visible).toBe(1);
      expect([await callbackOf(taskId), harness.failuresHandled.get(taskId)]).toEqual([undefined, undefined]);
      return taskId;
    }

    it("is submitted when the dead-letter queue is looked through, and onFailure is called, once", async () => {
      const taskId = await failUnseen();

      for (let look = 0; look < 5; look++) {
        expect(await adoptDeadLetters(harness.engine.services, "test")).toEqual([]);
        harness.pass(61);
        await harness.deliverAll();
      }

      expect(await callbackOf(taskId)).toMatchObject({ status: "PENDING" });
      expect([harness.failuresHandled.get(taskId), await sent()]).toEqual([1, 1]);
      expect(await harness.engine.record(taskId)).toMatchObject({ failure_handled: true, failure_sends: 1 });
    });

    it("is submitted when the job is purged before anybody looked", async () => {
      const taskId = await failUnseen();

      await purgeDeadLetters(harness.engine.services, "test", {
        filter: { all: true, dry_run: false },
        reason: "purged",
      });
      harness.pass(61);
      await harness.deliverAll();

      expect(await callbackOf(taskId)).toMatchObject({ status: "PENDING" });
      expect(harness.failuresHandled.get(taskId)).toBe(1);
    });

    it("is given up after three messages that no worker could handle", async () => {
      const taskId = await failUnseen();
      harness.engine.onFailure = () => Promise.reject(new Error("never"));
      for (let look = 0; look < 5; look++) {
        await adoptDeadLetters(harness.engine.services, "test");
        for (let receive = 0; receive < 20; receive++) {
          harness.pass(901);
          await harness.deliverAll();
        }
      }

      expect(await harness.engine.record(taskId)).toMatchObject({ failure_sends: 3 });
      expect((await harness.engine.counts("test-dlq")).visible).toBe(4);
    });
  });

  it("that fails for good without a callback or onFailure is written once, and nothing is sent for it", async () => {
    for (const { module } of harness.engine.worker.tasks.values()) Reflect.deleteProperty(module, "onFailure");
    harness.script = () => Promise.reject(new InvalidInputError("no"));
    const taskId = await harness.accepted();
    const updates = vi.spyOn(store().table, "updateIf");
    await harness.deliverAll();
    const written = await Promise.all(updates.mock.results.map(({ value }) => value));
    expect(written.filter((item) => item !== undefined)).toHaveLength(2);

    await adoptDeadLetters(harness.engine.services, "test");

    expect(await harness.engine.record(taskId)).not.toHaveProperty("failure_sends");
    expect(await harness.isQueueEmpty()).toBe(true);
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
