/**
 * What belongs to an invocation as a whole: its batch, and the time it has.
 *
 * @module
 */

import type { SQSRecord } from "aws-lambda";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { InvalidInputError } from "../../../contracts/errors.ts";
import { batchHandler } from "../../../shared/engine/worker/queue-handler.ts";
import { Engine, type EngineOptions } from "../../helpers/engine.ts";
import { eventually } from "../../helpers/eventually.ts";
import { lambdaContext } from "../../helpers/lambda-context.ts";

let engine: Engine;
const start = async (options?: EngineOptions) => {
  engine = await Engine.start(options);
};
beforeEach(() => void vi.stubEnv("LOG_FORMAT", "text"));
afterEach(async () => {
  vi.unstubAllEnvs();
  await engine.close();
});

async function receiveAll(): Promise<SQSRecord[]> {
  const messages: SQSRecord[] = [];
  for (;;) {
    const message = await engine.receive();
    if (!message) return messages;
    messages.push(message);
  }
}

it("commits the jobs of a batch as they end, whatever the slowest does, and reports only what is left", async () => {
  await start();
  const { promise, resolve } = Promise.withResolvers<void>();
  engine.code = async ({ value }) => {
    if (value === 0) await promise;
    if (value === 1) throw new InvalidInputError("no");
    if (value === 2) throw new Error("later");
    return { value };
  };
  const jobs = await Promise.all([0, 1, 2, 3, 4].map((value) => engine.submit({ input: { value } })));
  const Records = await receiveAll();
  const response = batchHandler(engine.worker)({ Records }, lambdaContext);
  const states = async () => {
    const records = await Promise.all(jobs.map((job) => engine.record(job.task_id)));
    return records.map((record) => record.status);
  };
  await expect.poll(states).toEqual(["STARTED", "FAILURE", "RETRY", "SUCCESS", "SUCCESS"]);
  resolve();
  const { batchItemFailures } = await response;
  const left = Records.filter((message) => [1, 2].some((index) => message.body.includes(jobs[index]?.task_id ?? "-")));
  expect(new Set(batchItemFailures.map((failure) => failure.itemIdentifier))).toEqual(
    new Set(left.map((message) => message.messageId)),
  );
  expect(await states()).toEqual(["SUCCESS", "FAILURE", "RETRY", "SUCCESS", "SUCCESS"]);
});

it.each(["standard", "critical"] as const)(
  "no heartbeat of a %s job extends its lease beyond the invocation",
  async (retry) => {
    // The lease is as long as the invocation allows, and each heartbeat, from the first after 4 s, would make it longer.
    await start({ retry, settings: { TASK_LEASE_SECONDS: "600" } });
    const { promise: isSeen, resolve: see } = Promise.withResolvers<void>();
    engine.code = async ({ value }, context) => {
      context.progress(1, 2);
      await isSeen;
      return { value };
    };
    const { task_id: taskId } = await engine.submit();
    const message = await engine.receive();
    if (!message) throw new Error("no message");
    const deadline = Date.now() + 120_000;
    const running = engine.consume(message, { getRemainingTimeInMillis: () => deadline - Date.now() });
    await eventually("a heartbeat", async () => (await engine.record(taskId)).progress);
    // A second is left for a worker whose clock is late; two more for a process that was held up between two lines.
    expect((await engine.record(taskId)).lease_until).toBeLessThanOrEqual(deadline + 3_000);
    see();
    expect(await running).toBe("acknowledge");
  },
);
