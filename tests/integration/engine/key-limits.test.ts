/**
 * Jobs of a key that has limits of its own, from their message to their end, where the stage limits nothing.
 *
 * @module
 */

import { afterEach, beforeEach, expect, it } from "vitest";
import type { JobRecord } from "../../../shared/engine/jobs/record.ts";
import { llmLimiter } from "../../../shared/engine/limits/llm-limiter.ts";
import { Engine } from "../../helpers/engine.ts";

let engine: Engine;
beforeEach(async () => {
  engine = await Engine.start({ limiter: (services) => llmLimiter(services, {}) });
});
afterEach(() => engine.close());

const limitedKey = { id: "key_00000000000000aa", limits: { requests_per_minute: 1 } };

async function workAll(): Promise<void> {
  for (let message = await engine.receive(); message; message = await engine.receive()) await engine.handle(message);
}

const waiting = (job: JobRecord) => [job.status, job.attempts, job.error?.type];

it("wait when it has reached one, say whose limit it is and until when, and run later; others go by", async () => {
  const first = await engine.submit({ limitedKey });
  await workAll();
  const second = await engine.submit({ limitedKey });
  const other = await engine.submit();
  await workAll();

  expect(await engine.record(first.task_id)).toMatchObject({ status: "SUCCESS" });
  expect(await engine.record(other.task_id)).toMatchObject({ status: "SUCCESS" });
  const put = await engine.record(second.task_id);
  expect(waiting(put)).toEqual(["RETRY", 0, "LimitReachedError"]);
  expect(put.error?.message).toContain(
    "Key key_00000000000000aa of project default has reached the limit of 1 requests a minute",
  );
  expect(put.error?.message).toContain(` until ${new Date(put.next_attempt_at ?? 0).toISOString().slice(0, 16)}`);

  engine.clockOffsetMs += (put.next_attempt_at ?? 0) - engine.services.now() + 1_000;
  await engine.sweep();
  await workAll();
  expect(await engine.record(second.task_id)).toMatchObject({
    status: "SUCCESS",
    attempts: 1,
    limited_key: limitedKey,
  });
});
