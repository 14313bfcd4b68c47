/**
 * Messages that outlive their dead letter: SQS moves a failed job's message some time after the job was purged.
 *
 * @module
 */

import { afterEach, beforeEach, expect, it } from "vitest";
import { InvalidInputError } from "../../../contracts/errors.ts";
import { clearDeadLetterQueue } from "../../../shared/engine/operations/clear-dead-letter-queue.ts";
import { purgeDeadLetters } from "../../../shared/engine/operations/discard.ts";
import { EngineHarness } from "../../helpers/engine-harness.ts";

let harness: EngineHarness;
beforeEach(async () => {
  harness = await EngineHarness.start();
  harness.script = () => Promise.reject(new InvalidInputError("no"));
});
afterEach(() => harness.close());

const purge = () =>
  purgeDeadLetters(harness.engine.services, "test", { filter: { all: true, dry_run: false }, reason: "purged" });
const deadMessages = async () => {
  const { visible, inFlight } = await harness.engine.counts("test-dlq");
  return visible + inFlight;
};

it("the message of a purged job that a worker still gets never reaches the dead-letter queue", async () => {
  const taskId = await harness.accepted();
  await harness.deliver(await harness.receive());
  expect((await purge()).done).toEqual([taskId]);

  await harness.deliverAll();

  expect(await harness.isQueueEmpty()).toBe(true);
  expect(await deadMessages()).toBe(0);
  expect(harness.failuresHandled.get(taskId)).toBe(1);
  expect(await harness.find(taskId)).toMatchObject({ status: "FAILURE", attempts: 1 });
});

it("a purged job's onFailure that had not run is called before its message goes", async () => {
  const taskId = await harness.accepted();
  const fails = harness.engine.onFailure;
  harness.engine.onFailure = () => Promise.reject(new Error("not yet"));
  await harness.deliver(await harness.receive());
  await purge();

  expect((await harness.deliver(await harness.receive())).value).toBe("leave");
  harness.engine.onFailure = fails;
  harness.pass(120);
  expect((await harness.deliver(await harness.receive())).value).toBe("acknowledge");

  expect(harness.failuresHandled.get(taskId)).toBe(1);
});

it("one that is in the dead-letter queue by then is removed by the next look, and an unknown job's is kept", async () => {
  const purged = await harness.accepted();
  await harness.deliverAll();
  harness.script = () => Promise.reject(new InvalidInputError("no"));
  await purge();
  const listed = await harness.accepted();
  await harness.deliverAll();
  await harness.send(JSON.stringify({ v: 1, task_id: "no-such-job", generation: 1, trace_id: "t" }), "test-dlq");
  const before = await deadMessages();

  const cleared = await clearDeadLetterQueue(harness.engine.services, "test", { keepUnknown: true });

  expect(before).toBe(3);
  expect(cleared).toMatchObject({ removed: 1, notRemoved: 0, reason: null });
  expect([...cleared.found]).toEqual([purged]);
  expect(await harness.deadLettersOf(listed)).toBe(1);
});

it("a purged job that an operator moves back in the SQS console runs", async () => {
  const taskId = await harness.accepted();
  await harness.deliverAll();
  await purge();
  harness.pass(60);
  harness.script = async (run) => run;

  await harness.redrive();
  await harness.deliverAll();

  expect(await harness.find(taskId)).toMatchObject({ status: "SUCCESS", attempts: 1 });
});
