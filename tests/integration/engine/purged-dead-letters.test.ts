/**
 * Messages that outlive their dead letter: SQS moves a failed job's message some time after the job was purged.
 *
 * @module
 */

import { afterEach, beforeEach, expect, it } from "vitest";
import { InvalidInputError } from "../../../contracts/errors.ts";
import { clearDeadLetterQueue } from "../../../shared/engine/operations/clear-dead-letter-queue.ts";
import { purgeDeadLetters } from "../../../shared/engine/operations/discard.ts";
import { Rig } from "./rig.ts";

let rig: Rig;
beforeEach(async () => {
  rig = await Rig.start();
  rig.script = () => Promise.reject(new InvalidInputError("no"));
});
afterEach(() => rig.close());

const purge = () => purgeDeadLetters(rig.engine.services, "test", { all: true, dry_run: false }, "purged");
const deadMessages = async () => {
  const { visible, inFlight } = await rig.engine.counts("test-dlq");
  return visible + inFlight;
};

it("the message of a purged job that a worker still gets never reaches the dead-letter queue", async () => {
  const taskId = await rig.accepted();
  await rig.deliver(await rig.receive());
  expect((await purge()).done).toEqual([taskId]);

  await rig.deliverAll();

  expect(await rig.isQueueEmpty()).toBe(true);
  expect(await deadMessages()).toBe(0);
  expect(rig.failuresHandled.get(taskId)).toBe(1);
  expect(await rig.find(taskId)).toMatchObject({ status: "FAILURE", attempts: 1 });
});

it("a purged job's onFailure that had not run is called before its message goes", async () => {
  const taskId = await rig.accepted();
  const fails = rig.engine.onFailure;
  rig.engine.onFailure = () => Promise.reject(new Error("not yet"));
  await rig.deliver(await rig.receive());
  await purge();

  expect((await rig.deliver(await rig.receive())).value).toBe("leave");
  rig.engine.onFailure = fails;
  rig.pass(120);
  expect((await rig.deliver(await rig.receive())).value).toBe("acknowledge");

  expect(rig.failuresHandled.get(taskId)).toBe(1);
});

it("one that is in the dead-letter queue by then is removed by the next look, and an unknown job's is kept", async () => {
  const purged = await rig.accepted();
  await rig.deliverAll();
  rig.script = () => Promise.reject(new InvalidInputError("no"));
  await purge();
  const listed = await rig.accepted();
  await rig.deliverAll();
  await rig.send(JSON.stringify({ v: 1, task_id: "no-such-job", generation: 1, trace_id: "t" }), "test-dlq");
  const before = await deadMessages();

  const cleared = await clearDeadLetterQueue(rig.engine.services, "test", { keepUnknown: true });

  expect(before).toBe(3);
  expect(cleared).toMatchObject({ removed: 1, notRemoved: 0, reason: null });
  expect([...cleared.found]).toEqual([purged]);
  expect(await rig.deadLettersOf(listed)).toBe(1);
});

it("a purged job that an operator moves back in the SQS console runs", async () => {
  const taskId = await rig.accepted();
  await rig.deliverAll();
  await purge();
  rig.pass(60);
  rig.script = async (run) => run;

  await rig.redrive();
  await rig.deliverAll();

  expect(await rig.find(taskId)).toMatchObject({ status: "SUCCESS", attempts: 1 });
});
