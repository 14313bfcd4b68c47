/**
 * A worker that is held up between its claim and the run: for longer than its lease, in which another one ends the job.
 *
 * @module
 */

import { afterAll, beforeAll, expect, it } from "vitest";
import { EngineHarness } from "../../helpers/engine-harness.ts";

let harness: EngineHarness;
beforeAll(async () => {
  harness = await EngineHarness.start();
});
afterAll(() => harness.close());

it("does not run a job that another worker has run to its end meanwhile", async () => {
  const taskId = await harness.accepted();
  const message = await harness.receive();
  const meanwhile = async () => {
    // A lease lasts a minute.
    harness.pass(65);
    await harness.recover(taskId);
    expect(await harness.find(taskId)).toMatchObject({ status: "SUCCESS", attempts: 2 });
  };

  const late = await harness.deliver(message, { call: 1, mode: { pause: "after", meanwhile } });

  expect(late.value).toBe("leave");
  await harness.check(taskId, { end: ["SUCCESS"], runs: 1 });
});
