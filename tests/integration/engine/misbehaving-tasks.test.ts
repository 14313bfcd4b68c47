/**
 * Whatever a task throws, reports or returns, its job comes to an end that can be read.
 *
 * @module
 */

import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { InvalidInputError, RateLimitError } from "../../../contracts/errors.ts";
import { classifyError } from "../../../shared/engine/jobs/job-error.ts";
import type { TaskContext } from "../../../shared/engine/worker/context.ts";
import { Engine } from "../../helpers/engine.ts";
import { eventually } from "../../helpers/eventually.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.start();
});
afterAll(() => engine.close());
afterEach(() => {
  engine.onFailure = undefined;
});

/** One run of a new job. */
async function runOnce(code: (context: TaskContext) => Promise<unknown>, remainingMs?: number) {
  engine.code = (_input, context) => code(context);
  const { task_id: taskId } = await engine.submit();
  // Those of earlier jobs, which wait to be run again, may come first.
  const message = await eventually("the job's message", async () => {
    const next = await engine.receive();
    return next?.body.includes(taskId) ? next : undefined;
  });
  await engine.handle(message, "test-high", remainingMs);
  return engine.record(taskId);
}

const throwing = (thrown: unknown) => () => Promise.reject(thrown);
const circular: { self?: unknown } = {};
circular.self = circular;
const broken = new Error("visible");
Object.defineProperty(broken, "message", { value: { not: "a text" } });
Object.defineProperty(broken, "name", { value: 42 });

describe("a job whose run throws", () => {
  it.each<[string, unknown, { type: string; message: RegExp }]>([
    ["a text", "out of paper", { type: "UnknownError", message: /^out of paper$/ }],
    ["nothing", undefined, { type: "UnknownError", message: /undefined/ }],
    ["an object", { code: 7, why: "tired" }, { type: "UnknownError", message: /why: 'tired'/ }],
    ["an object without a prototype", Object.create(null), { type: "UnknownError", message: /.+/ }],
    ["an object that contains itself", circular, { type: "UnknownError", message: /Circular/ }],
    ["a symbol", Symbol("odd"), { type: "UnknownError", message: /odd/ }],
    ["an error whose fields are not texts", broken, { type: "Error", message: /not: 'a text'/ }],
    ["an error cut in the middle of a character", new Error(`${"x".repeat(499)}😀`), { type: "Error", message: /x+/ }],
    ["a huge error", new Error("y".repeat(5_000_000)), { type: "Error", message: /^y{500}$/ }],
    [
      "a huge name",
      Object.assign(new Error("z"), { name: "N".repeat(5_000) }),
      { type: "N".repeat(100), message: /z/ },
    ],
    [
      "a cause that explains",
      new TypeError("fetch failed", { cause: Object.assign(new Error("connect"), { code: "ECONNREFUSED" }) }),
      { type: "ConnectionError", message: /^fetch failed: connect$/ },
    ],
    [
      "several errors in one",
      new AggregateError([new Error("first"), new Error("second")]),
      { type: "AggregateError", message: /first: second/ },
    ],
    [
      "a wait that is not a number",
      new RateLimitError("slow", { retryAfterSeconds: Number.NaN }),
      { type: "RateLimitError", message: /slow/ },
    ],
  ])("%s is tried again, with the error on its record", async (_, thrown, expected) => {
    const record = await runOnce(throwing(thrown));
    expect(record.status).toBe("RETRY");
    expect(record.error?.type).toBe(expected.type);
    expect(record.error?.message).toMatch(expected.message);
    expect(record.error?.message.isWellFormed()).toBe(true);
    expect(record.next_attempt_at).toBeGreaterThan(Date.now());
  });

  it("an error that is its own cause is classified", () => {
    const error = new Error("round");
    error.cause = error;
    expect(classifyError(error)).toMatchObject({ type: "Error", message: "round", retryable: true });
  });
});

describe("a job whose run reports", () => {
  it.each<[string, (context: TaskContext) => unknown]>([
    ["a progress that is not a number", (context) => context.progress(0 / 0, 10)],
    ["an infinite progress", (context) => context.progress(1, Number.POSITIVE_INFINITY)],
    ["a message as long as a book", (context) => context.progress(1, 2, "w".repeat(500_000))],
    ["a message with half a character", (context) => context.progress(1, 2, "\ud83d")],
    ["a log line as long as a book", (context) => context.log.info("w".repeat(500_000))],
    ["a log line with half a character", (context) => context.log.warn("\ud83d")],
    ["more log lines than are kept", (context) => Array.from({ length: 500 }, (_, n) => context.log.info(`line ${n}`))],
    ["an error whose fields are not texts to the log", (context) => context.log.error("odd", { error: broken })],
    [
      "tokens that are not numbers",
      (context) =>
        context.usage({ prompt_tokens: Number.NaN, completion_tokens: 1, total_tokens: Number.NaN, model: null }),
    ],
  ])("%s succeeds all the same", async (_, report) => {
    const record = await runOnce(async (context) => {
      report(context);
      return { value: 1 };
    });
    expect(record.status).toBe("SUCCESS");
    expect(record.progress?.message?.length ?? 0).toBeLessThanOrEqual(500);
    expect(JSON.stringify(record.log ?? []).length).toBeLessThanOrEqual(4_000);
  });
});

it("fails with what was wrong when the output does not fit its schema", async () => {
  const record = await runOnce(async () => ({ value: 10n }));
  expect(record).toMatchObject({ status: "FAILURE", error: { type: "SchemaValidationError" } });
});

it("says why a result could not be stored, and tries again", async () => {
  const { payloads } = engine.services.store;
  const s3 = vi.spyOn(payloads, "s3").mockRejectedValue(new Error("no room"));
  const random = Array.from({ length: 40_000 }, () => Math.random().toString(36).slice(2)).join("");
  const record = await runOnce(async () => ({ value: random }));
  s3.mockRestore();
  expect(record).toMatchObject({ status: "RETRY", error: { message: "no room" } });
});

describe("a run that ignores its signal", () => {
  it("is left alone after the soft limit, and its late error disturbs nobody", async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => void unhandled.push(reason);
    process.on("unhandledRejection", note);
    const { promise, reject } = Promise.withResolvers<never>();
    const record = await runOnce(() => promise, 1_000);
    reject(new Error("too late"));
    // Node reports it once the microtasks are done.
    await new Promise(setImmediate);
    process.off("unhandledRejection", note);
    expect(record).toMatchObject({ status: "RETRY", error: { type: "SoftTimeLimitExceeded" } });
    expect(unhandled).toEqual([]);
  });

  it("does not begin when its time was up before", async () => {
    const { store } = engine.services;
    const readInput = vi.spyOn(store, "readInput").mockImplementation(async () => {
      await sleep(1_000);
      return { value: 1 };
    });
    let runs = 0;
    const record = await runOnce(async () => {
      runs += 1;
      return new Promise(() => {});
    }, 800);
    readInput.mockRestore();
    expect(record).toMatchObject({ status: "RETRY", error: { type: "SoftTimeLimitExceeded" } });
    expect(runs).toBe(0);
  });
});

describe("an onFailure", () => {
  it("that throws leaves the job FAILURE, and is called again with the message", async () => {
    let calls = 0;
    engine.onFailure = async () => {
      calls += 1;
      throw new Error("cannot tell");
    };
    engine.code = throwing(new InvalidInputError("no"));
    const { task_id: taskId } = await engine.submit();
    expect(await engine.step()).toBe("leave");
    expect((await engine.record(taskId)).status).toBe("FAILURE");
    await engine.step();
    expect(calls).toBe(2);
  });

  it("that hangs is left alone before the invocation's end, so that the message is not held up", async () => {
    let signal: AbortSignal | undefined;
    engine.onFailure = (_error, context) => {
      signal = context.signal;
      return new Promise(() => {});
    };
    const record = await runOnce(throwing(new InvalidInputError("no")), 1_500);
    expect(record.status).toBe("FAILURE");
    expect(record.failure_handled).toBeUndefined();
    expect(signal?.aborted).toBe(true);
  });
});
