/**
 * Runs that ask for what is limited once they turn out to need it.
 *
 * @module
 */

import { afterEach, beforeEach, expect, it } from "vitest";
import { bookRecognition, ocrLimiter } from "../../../shared/engine/limits/ocr-limiter.ts";
import { Engine } from "../../helpers/engine.ts";
import { eventually } from "../../helpers/eventually.ts";

/** Time that workers spent waiting for a place, without it passing. */
let waited = 0;
const wait = async (milliseconds: number) => {
  waited += milliseconds;
  engine.clockOffsetMs += milliseconds;
};

const settings = { OCR_PROJECT_CONCURRENT_DOCUMENTS: "1", OCR_PROJECT_PAGES_PER_DAY: "5" };

let engine: Engine;
beforeEach(async () => {
  waited = 0;
  engine = await Engine.start({ lateLimiter: (services) => ocrLimiter(services, settings, { wait }) });
});
afterEach(() => engine.close());

/** @param remainingMs what the invocation has; no lease lasts longer */
async function deliver(remainingMs = 60_000): Promise<void> {
  const message = await engine.receive();
  if (!message) throw new Error("no message");
  await engine.consume(message, { getRemainingTimeInMillis: () => remainingMs });
}

const refusal = (words: string) => ({
  status: "RETRY",
  attempts: 0,
  needs_send: true,
  error: { type: "LimitReachedError", message: expect.stringContaining(words) },
});

it("a run that does not ask is not held up by those that do", async () => {
  await engine.worker.lateLimiter?.ask({ tenant: "default", lease: { token: "held", ms: 600_000 } });
  const { task_id } = await engine.submit();

  await deliver();

  expect(await engine.record(task_id)).toMatchObject({ status: "SUCCESS" });
});

it("a run that finds the limit reached is put off without an attempt, and ends once there is room", async () => {
  const held = await engine.worker.lateLimiter?.ask({ tenant: "default", lease: { token: "held", ms: 600_000 } });
  if (!held || "until" in held) throw new Error("no ticket");
  let ends = 0;
  engine.code = async (_input, context) => {
    await context.admit();
    // Once for each run, however often it asks.
    await context.admit();
    ends += 1;
    return { value: context.attempt };
  };
  const { task_id } = await engine.submit();
  await deliver();

  const waiting = await engine.record(task_id);
  expect(waiting).toMatchObject(refusal("Project default has reached the limit of 1 calls at a time"));
  expect(ends).toBe(0);
  expect(await engine.receive(), "no message of it is left").toBeUndefined();

  await engine.worker.lateLimiter?.ended(held, undefined);
  engine.clockOffsetMs += (waiting.next_attempt_at ?? 0) - Date.now() + 1_000;
  await engine.sweep();
  await deliver();

  expect(await engine.record(task_id)).toMatchObject({ status: "SUCCESS", attempts: 1 });
  expect(ends).toBe(1);
  const next = await engine.worker.lateLimiter?.ask({ tenant: "default", lease: { token: "next", ms: 1 } });
  expect(next, "the slot is given back").toHaveProperty("token");
});

it("a project that has had its pages of the day waits for the next one, and others do not", async () => {
  engine.code = async (_input, context) => {
    await context.admit();
    return { value: 1 };
  };
  await bookRecognition(
    engine.services.store.table,
    { tenant: "default", now: engine.services.now() },
    { pages: 3, seconds: 1 },
  );
  await bookRecognition(
    engine.services.store.table,
    { tenant: "default", now: engine.services.now() },
    { pages: 2, seconds: 1 },
  );
  const own = await engine.submit();
  await deliver();
  const other = await engine.submit({ tenant: "other" });
  await deliver();

  const waiting = await engine.record(own.task_id);
  expect(waiting).toMatchObject(refusal("Project default has reached the limit of 5 recognized pages a day (UTC)"));
  const midnight = new Date(engine.services.now()).setUTCHours(24, 0, 0, 0);
  expect(waiting.next_attempt_at).toBeGreaterThanOrEqual(midnight);
  expect(await engine.record(other.task_id)).toMatchObject({ status: "SUCCESS" });
});

it("a flood of scans of one project keeps no worker waiting: another's document is read within one round of deliveries", async () => {
  const FLOOD = 60;
  const { promise: end, resolve: finish } = Promise.withResolvers<void>();
  let read = 0;
  engine.code = async (_input, context) => {
    await context.admit();
    read += 1;
    if (read === 1) await end;
    return { value: 1 };
  };
  // Noise that takes as long as it may, and the rest of its batch.
  await engine.submit();
  const endless = deliver(3_600_000);
  await eventually("the first is read", async () => read === 1);
  for (let index = 1; index < FLOOD; index++) await engine.submit();
  const other = await engine.submit({ tenant: "other" });

  let steps = 0;
  for (let message = await engine.receive(); message; message = await engine.receive()) {
    await engine.consume(message, { getRemainingTimeInMillis: () => 60_000 });
    steps += 1;
  }

  expect(await engine.record(other.task_id)).toMatchObject({ status: "SUCCESS" });
  expect(steps, "each message once").toBe(FLOOD);
  expect(read, "of the flood, one at a time").toBe(2);
  expect(waited, "one of the flood has waited for the first, the others did not wait behind it").toBeLessThan(6_000);
  finish();
  await endless;
});
