/**
 * What becomes of a job and its message when a run has ended: which transition is made, who is notified, and in
 * which order. What the transitions write, and that it all fits together, is in tests/integration/engine.
 *
 * @module
 */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { EmptyAnswerError, InvalidInputError, LLMServerError } from "../../../contracts/errors.ts";
import { maxReceiveCount } from "../../../contracts/jobs/retry.ts";
import { MAX_HOPS } from "../../../shared/engine/jobs/hops.ts";
import type { JobRecord } from "../../../shared/engine/jobs/record.ts";
import type { WaitedFor } from "../../../shared/engine/jobs/waiting-jobs.ts";
import { sha256 } from "../../../shared/engine/table/addresses.ts";
import type { TaskContext } from "../../../shared/engine/worker/context.ts";
import { type FinishedRun, finish, handleFailure, tryToHandleEnd } from "../../../shared/engine/worker/finish.ts";
import { RunPutOff } from "../../../shared/engine/worker/late-admission.ts";
import { LeaseLostError } from "../../../shared/engine/worker/lease-renewer.ts";
import type { RunResult } from "../../../shared/engine/worker/run-task.ts";
import type { Delivery, Invocation, Worker } from "../../../shared/engine/worker/worker.ts";
import { Recorder } from "../../helpers/recorder.ts";

const { recorder } = vi.hoisted(() => ({ recorder: { current: undefined as unknown as Recorder } }));
const done = new Recorder();
recorder.current = done;
vi.mock("../../../shared/engine/jobs/store.ts", () => ({ transitions: () => recorder.current.methods() }));
vi.mock("../../../shared/engine/jobs/callback.ts", () => ({
  handleEnd: (...given: unknown[]) => recorder.current.asked("handleEnd", { hasServices: true })(...given),
  hasAfterEnd: ({ callback_url: url }: JobRecord) => url !== undefined,
}));
vi.mock("../../../shared/engine/jobs/waiting-jobs.ts", () => ({
  putWait: (...given: unknown[]) => recorder.current.asked("putWait", { hasServices: true })(...given),
  checkWait: (...given: unknown[]) => recorder.current.asked("checkWait", { hasServices: true })(...given),
  sendNextRun: (...given: unknown[]) => recorder.current.asked("sendNextRun", { hasServices: true })(...given),
}));
vi.mock("../../../shared/engine/worker/visibility.ts", async (original) => ({
  ...(await original<object>()),
  leaveFor: (...given: unknown[]) => recorder.current.asked("leaveFor", { hasServices: true })(...given),
}));

const NOW = 1_750_000_000_000;
const record = (more: Partial<JobRecord> = {}) =>
  ({
    task_id: "1",
    task_name: "test",
    project_id: "shop",
    queue: "test",
    lane: "low",
    status: "STARTED",
    generation: 1,
    attempts: 2,
    max_attempts: 4,
    created_at: NOW - 10_000,
    input: { in: "json", json: "1" },
    events: [],
    ...more,
  }) as unknown as JobRecord;
const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3, model: "a" };
const lease = { token: "mine", until: NOW + 60_000 };
const delivery = { receiveCount: 1, receiptHandle: "receipt", lane: "low" } as Delivery;
const log = { info: done.call("info"), warn: done.call("warn"), error: done.call("error") };
const stored = { in: "json", json: "2" } as const;

let ended: unknown[];
let remaining: number;
let worker: Worker;
let onFailure: ((error: unknown, context: TaskContext, input: unknown) => Promise<void>) | undefined;
let scope: string;
let continuesAtOnce: boolean | undefined;
const invocation = () =>
  ({ worker, lambda: { getRemainingTimeInMillis: () => remaining }, ended }) as unknown as Invocation;

/** Finishes a run that ended so. */
const finished = (
  outcome: RunResult["outcome"],
  more: { readonly record?: Partial<JobRecord>; readonly delivery?: Partial<Delivery> } = {},
) => finish(invocation(), { ...delivery, ...more.delivery }, given(outcome, more.record));
const given = (outcome: RunResult["outcome"], more: Partial<JobRecord> = {}) =>
  ({ record: record(more), lease, run: runOf(outcome), log }) as unknown as FinishedRun;
const runOf = (outcome: RunResult["outcome"]): RunResult => ({ outcome, usage, progress: undefined });
const claimed = (outcome: RunResult["outcome"], more: Partial<JobRecord> = {}) =>
  expect.objectContaining({ record: record(more), lease, run: runOf(outcome) });

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  done.clear();
  ended = [];
  remaining = 60_000;
  scope = "submit";
  continuesAtOnce = undefined;
  onFailure = undefined;
  const module = {
    get onFailure() {
      return onFailure;
    },
  };
  const definition = {
    name: "test",
    get scope() {
      return scope;
    },
    get continuesAtOnce() {
      return continuesAtOnce;
    },
  };
  worker = {
    queue: { name: "test", retry: "standard" },
    tasks: new Map([["test", { definition, module }]]),
    services: {
      now: () => Date.now(),
      settings: { TASK_MAX_RETRIES: 3, TASK_RETRY_BACKOFF: 4, TASK_RETRY_BACKOFF_MAX: 600 },
      store: { readInput: done.asked("readInput") },
      signer: { verify: done.asked("verify") },
    },
    breaker: { succeeded: done.asked("succeeded"), failed: done.asked("breakerFailed") },
  } as unknown as Worker;
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe("a run with a result", () => {
  const result = { result: stored };
  const succeeded = record({ status: "SUCCESS", duration_ms: 50, finished_at: NOW });

  it("is a success, and all that follows from one is done in order", async () => {
    done.answers = { succeed: succeeded };
    expect(await finished(result)).toBe("acknowledge");
    expect(done.calls).toEqual([
      ["succeed", claimed(result), stored, runOf(result)],
      ["succeeded", "1", NOW],
      ["handleEnd", succeeded],
      ["info", "succeeded", { duration_ms: 50 }],
    ]);
    expect(ended).toEqual([expect.objectContaining({ status: "SUCCESS", taskName: "test", usage })]);
  });

  it("of a job that was taken away counts for nothing", async () => {
    expect(await finished(result)).toBe("again");
    expect(done.names).toEqual(["succeed"]);
    expect(ended).toEqual([]);
  });

  it("is a success though the breaker cannot be closed, and though what follows cannot be done", async () => {
    done.answers = { succeed: succeeded, succeeded: new Error("no breaker"), handleEnd: new Error("no callback") };
    expect(await finished(result)).toBe("acknowledge");
    expect(done.calls.filter(([name]) => name === "warn")).toEqual([
      ["warn", "the circuit breaker could not be closed", { detail: "no breaker" }],
      ["warn", "what is to be done after the job's end could not be done", { task_id: "1", detail: "no callback" }],
    ]);
  });

  it("of a job with a config of its own says nothing of the stage's backend", async () => {
    done.answers = { succeed: succeeded };
    await finished(result, { record: { config: stored } });
    expect(done.names).toEqual(["succeed", "handleEnd", "info"]);
  });

  it("is noted only as what is counted", async () => {
    done.answers = { succeed: record({ status: "REVOKED" }) };
    await finished(result);
    expect(ended).toEqual([]);
  });

  it("needs no breaker", async () => {
    worker = { ...worker, breaker: undefined };
    done.answers = { succeed: succeeded };
    expect(await finished(result)).toBe("acknowledge");
  });
});

describe("a run that a limiter stops in its middle", () => {
  const until = NOW + 30_000;
  const reason = { type: "LimitReachedError", cause: "10 pages a minute are read" } as const;
  const stopped = { error: new RunPutOff(reason, until) };
  const error = {
    type: "LimitReachedError",
    message: "10 pages a minute are read; this one waits until 2025-06-15T15:07:10.000Z, which spends no attempt.",
    retryable: true,
  };

  it("puts the job off to the time that the limiter gave, and its message is done with", async () => {
    done.answers = { putOffRun: record({ status: "PENDING" }) };
    expect(await finished(stopped)).toBe("acknowledge");
    expect(done.calls).toEqual([
      ["putOffRun", claimed(stopped), { error, at: until }, runOf(stopped)],
      ["info", "put off", { reason: reason.cause, until }],
    ]);
    expect(ended).toEqual([]);
  });

  it("of a job that was taken away changes nothing", async () => {
    expect(await finished(stopped)).toBe("again");
    expect(done.names).toEqual(["putOffRun"]);
  });
});

describe("a run that continues in another one", () => {
  const left = record({ status: "PENDING", checkpoints: 3, hops: 4 });

  it.each<[string, { readonly state: typeof stored; readonly waitFor: WaitedFor }, string]>([
    ["a job", { state: stored, waitFor: ["a"] }, "waits for the job a"],
    ["jobs", { state: stored, waitFor: ["a", "b"] }, "waits for 2 jobs: a, b"],
    ["many jobs", { state: stored, waitFor: [..."abcdef"] }, "waits for 6 jobs"],
    ["a batch", { state: stored, waitFor: { batchId: "b" } }, "waits for the batch b"],
  ])("writes down that it waits for %s before it lets go", async (_, how, reason) => {
    const outcome = { left: how };
    done.answers = { checkpoint: left };
    continuesAtOnce = true;
    expect(await finished(outcome, { record: { hops: 4 } })).toBe("acknowledge");
    expect(done.calls).toEqual([
      ["putWait", { taskId: "1", waitId: "mine", waitFor: how.waitFor }],
      ["checkpoint", claimed(outcome, { hops: 4 }), { state: stored, waitId: "mine", hops: 0, reason }, runOf(outcome)],
      ["succeeded", "1", NOW],
      ["info", reason, { checkpoints: 3 }],
      ["checkWait", left, { hops: 5 }],
    ]);
    expect(ended).toEqual([expect.objectContaining({ taskName: "test", usage })]);
  });

  const atOnce = { left: { state: stored, waitFor: undefined } };

  it("that waits for nothing is left to the sweeper, unless its task says that it continues", async () => {
    for (const forget of [false, true]) {
      done.clear();
      if (forget) worker = { ...worker, tasks: new Map() };
      done.answers = { checkpoint: record({ checkpoints: 1 }) };
      expect(await finished(atOnce)).toBe("acknowledge");
      expect(done.names).toEqual(["checkpoint", "succeeded", "info", "checkWait"]);
      expect(done.calls[0]?.[2]).toEqual({
        state: stored,
        waitId: undefined,
        hops: 0,
        reason: "continues in another run",
      });
      expect(done.calls.at(-1)?.[2]).toEqual({ hops: 1 });
    }
  });

  it("continues at once by a message of this worker, in as long a chain of functions as Lambda allows", async () => {
    continuesAtOnce = true;
    for (const [before, hops] of [
      [undefined, 1],
      [MAX_HOPS - 1, MAX_HOPS],
    ]) {
      done.clear();
      done.answers = { checkpoint: left };
      expect(await finished(atOnce, { record: { hops: before } })).toBe("acknowledge");
      expect(done.calls[0]?.[2]).toMatchObject({ hops });
      expect(done.calls.at(-1)).toEqual(["sendNextRun", left]);
    }
    done.clear();
    done.answers = { checkpoint: left };
    await finished(atOnce, { record: { hops: MAX_HOPS } });
    expect(done.calls[0]?.[2]).toMatchObject({ hops: 0 });
    expect(done.names.at(-1)).toBe("checkWait");
  });

  it("of a job that was taken away counts for nothing", async () => {
    expect(await finished({ left: { state: stored, waitFor: undefined } })).toBe("again");
    expect(done.names).toEqual(["checkpoint"]);
    expect(ended).toEqual([]);
  });

  it("has let go though what it waits for cannot be looked at", async () => {
    done.answers = { checkpoint: left, checkWait: new Error("no") };
    expect(await finished({ left: { state: stored, waitFor: ["a"] } })).toBe("acknowledge");
    expect(done.calls.at(-1)).toEqual(["warn", "the job continues when the sweeper finds it", { detail: "no" }]);
  });
});

it("a run whose lease was lost leaves the job to whoever has it", async () => {
  expect(await finished({ error: new LeaseLostError("REVOKED") })).toBe("again");
  expect(done.calls).toEqual([["warn", "stopped", { reason: "The job was revoked." }]]);
});

describe("a run with an error that may pass", () => {
  const outcome = { error: new LLMServerError("down") };
  const failure = { type: "LLMServerError", message: "down", retryable: true };
  const waiting = record({ status: "RETRY", error: failure });

  it("is tried again after a backoff, with its message", async () => {
    done.answers = { retryLater: waiting, leaveFor: "leave" };
    expect(await finished(outcome)).toBe("leave");
    expect(done.calls).toEqual([
      ["breakerFailed", "1", NOW, 2],
      ["retryLater", claimed(outcome), { error: failure, at: NOW + 8_000 }, runOf(outcome)],
      ["warn", "failed, will be tried again", { error: "LLMServerError", detail: "down", wait_seconds: 8 }],
      ["leaveFor", expect.objectContaining({ receiptHandle: "receipt" }), 8],
    ]);
    expect(ended).toEqual([expect.objectContaining({ status: "RETRY" })]);
  });

  it("waits as long as the other side asked, in whole seconds for the log", async () => {
    done.answers = { retryLater: waiting, leaveFor: "leave" };
    await finished({ error: new LLMServerError("down", { retryAfterSeconds: 90.6 }) });
    expect(done.calls.find(([name]) => name === "warn")?.[2]).toMatchObject({ wait_seconds: 91 });
    expect(done.calls.at(-1)).toEqual(["leaveFor", expect.anything(), 90.6]);
  });

  it("of a job that was taken away counts for nothing", async () => {
    expect(await finished(outcome)).toBe("again");
    expect(done.names).toEqual(["breakerFailed", "retryLater"]);
    expect(ended).toEqual([]);
  });

  it("is written down though the breaker cannot be told", async () => {
    done.answers = { retryLater: waiting, breakerFailed: new Error("no"), leaveFor: "leave" };
    expect(await finished(outcome)).toBe("leave");
    expect(done.calls[1]).toEqual(["warn", "the circuit breaker could not be updated", { detail: "no" }]);
  });

  it.each<[string, Partial<JobRecord>, Partial<Delivery>, string]>([
    ["its last attempt", { attempts: 4 }, {}, "fail"],
    ["more than its attempts", { attempts: 5 }, {}, "fail"],
    ["the one before its last", { attempts: 3 }, {}, "retryLater"],
    ["SQS's last receive", {}, { receiveCount: 1_000 }, "fail"],
  ])("in %s", async (_, more, of, change) => {
    done.answers = { retryLater: waiting, fail: record({ status: "FAILURE" }), leaveFor: "leave" };
    await finished(outcome, { record: more, delivery: of });
    expect(done.names[1]).toBe(change);
  });

  it("is failed with the very receive that is SQS's last", async () => {
    const last = maxReceiveCount("standard", 3);
    for (const [receiveCount, change] of [
      [last - 1, "retryLater"],
      [last, "fail"],
    ] as const) {
      done.clear();
      await finished(outcome, { delivery: { receiveCount } });
      expect(done.names[1]).toBe(change);
    }
  });

  it("of a job with a config of its own says nothing of the stage's backend", async () => {
    await finished(outcome, { record: { config: stored } });
    expect(done.names).toEqual(["retryLater"]);
  });

  it("needs no breaker", async () => {
    worker = { ...worker, breaker: undefined };
    await finished(outcome);
    await finished({ error: new EmptyAnswerError("nothing") });
    expect(done.names).toEqual(["retryLater", "retryLater"]);
  });

  it("that is an answer of the backend tells the breaker so", async () => {
    await finished({ error: new EmptyAnswerError("nothing") });
    expect(done.calls[0]).toEqual(["succeeded", "1", NOW]);
    done.clear();
    await finished({ error: new Error("of the task's own") });
    expect(done.names).toEqual(["retryLater"]);
  });
});

describe("a run with an error that will not pass", () => {
  const outcome = { error: new InvalidInputError("wrong") };
  const error = { type: "InvalidInputError", message: "wrong", retryable: false };
  const failed = record({ status: "FAILURE", error });

  it("is a failure, and its message goes to the dead-letter queue", async () => {
    done.answers = { fail: failed, leaveFor: "leave" };
    expect(await finished(outcome)).toBe("leave");
    expect(done.calls).toEqual([
      [
        "fail",
        claimed(outcome),
        { error, fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/) },
        { ...runOf(outcome), hasHandler: false },
      ],
      ["error", "failed for good", { error: "InvalidInputError", detail: "wrong" }],
      ["handleEnd", failed],
      ["noteFailureHandling", failed, { isDone: true, log: undefined }],
      ["leaveFor", expect.objectContaining({ receiptHandle: "receipt" }), 0],
    ]);
    expect(ended).toEqual([expect.objectContaining({ status: "FAILURE" })]);
  });

  it("says whether anything follows", async () => {
    const follows = async (more: Partial<JobRecord> = {}) => {
      done.clear();
      await finished(outcome, { record: more });
      return done.calls[0]?.[3];
    };
    expect(await follows()).toMatchObject({ hasHandler: false });
    expect(await follows({ callback_url: "https://example.com" })).toMatchObject({ hasHandler: true });
    onFailure = async () => undefined;
    expect(await follows()).toMatchObject({ hasHandler: true });
    worker = { ...worker, tasks: new Map() };
    expect(await follows()).toMatchObject({ hasHandler: false });
  });

  it("of a job that was taken away counts for nothing", async () => {
    expect(await finished(outcome)).toBe("again");
    expect(done.names).toEqual(["fail"]);
    expect(ended).toEqual([]);
  });
});

describe("the handling of a failure", () => {
  const error = { type: "InvalidInputError", message: "wrong", retryable: false };
  const failed = (more: Partial<JobRecord> = {}) => record({ status: "FAILURE", error, ...more });
  const handled = (of = failed()) => handleFailure(invocation(), of, log as never);

  it("is done where it was done before, or there is no error", async () => {
    onFailure = async () => void done.calls.push(["onFailure"]);
    expect(await handled(failed({ failure_handled: true }))).toBe(true);
    expect(await handled(failed({ error: undefined }))).toBe(true);
    expect(done.calls).toEqual([]);
  });

  it("runs the task's onFailure after what else follows, and notes it with what it logged", async () => {
    done.answers = { readInput: { value: 1 } };
    onFailure = async (what, context, input) => {
      done.calls.push(["onFailure", what, input]);
      context.log.info("a line");
      expect(context).toMatchObject({ taskId: "1", attempt: 2, tenant: "shop" });
      await context.assertActive();
    };
    expect(await handled()).toBe(true);
    const lines = [{ t: NOW, n: 2, l: "i", m: "a line" }];
    expect(done.calls.filter(([name]) => name !== "info")).toEqual([
      ["handleEnd", failed()],
      ["readInput", failed()],
      ["onFailure", error, { value: 1 }],
      ["noteFailureHandling", failed(), { isDone: true, log: lines }],
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("keeps the lines that the job has logged before", async () => {
    const earlier = [{ t: 1, n: 1, l: "i" as const, m: "earlier" }];
    onFailure = async (_, context) => context.log.info("a line");
    await handled(failed({ log: earlier }));
    expect(done.calls.at(-1)?.[2]).toMatchObject({ log: [{ m: "earlier" }, { m: "a line" }] });
  });

  it("reads no input where the task has no onFailure, or the worker does not know it", async () => {
    expect(await handled()).toBe(true);
    worker = { ...worker, tasks: new Map() };
    expect(await handled()).toBe(true);
    expect(done.names).toEqual(["handleEnd", "noteFailureHandling", "handleEnd", "noteFailureHandling"]);
  });

  it("is not done while what else follows could not be done", async () => {
    done.answers = { handleEnd: new Error("no") };
    expect(await handled()).toBe(false);
    expect(done.names).toEqual(["handleEnd", "warn"]);
    done.clear();
    done.answers = { handleEnd: new Error("no") };
    onFailure = async (_, context) => context.log.info("a line");
    expect(await handled()).toBe(false);
    expect(done.calls.at(-1)).toEqual(["noteFailureHandling", failed(), { isDone: false, log: [expect.anything()] }]);
  });

  it("is not done when onFailure fails, which the job's own log says", async () => {
    onFailure = async () => {
      throw new TypeError("broken");
    };
    expect(await handled()).toBe(false);
    expect(done.calls.slice(-2)).toEqual([
      ["error", "onFailure failed", { type: "TypeError", detail: "broken" }],
      [
        "noteFailureHandling",
        failed(),
        { isDone: false, log: [expect.objectContaining({ l: "e", m: expect.stringContaining("onFailure failed") })] },
      ],
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("never throws, though nothing can be noted", async () => {
    done.answers = { noteFailureHandling: new Error("no") };
    onFailure = async () => {
      throw new TypeError("broken");
    };
    expect(await handled()).toBe(false);
  });

  it.each([
    ["30 s", 60_000, 30_000],
    ["what is left but one", 5_000, 4_000],
    ["nothing", 500, 0],
  ])("gives onFailure %s", async (_, left, allowed) => {
    remaining = left;
    let after = -1;
    onFailure = (_error, { signal }) =>
      new Promise(() => {
        signal.addEventListener("abort", () => {
          after = Date.now() - NOW;
        });
      });
    const ending = handled();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await ending).toBe(false);
    expect(after).toBe(allowed);
    expect(done.calls.find(([name]) => name === "error")?.[2]).toEqual({
      type: "SoftTimeLimitExceeded",
      detail: "onFailure took too long.",
    });
  });

  it("does not begin onFailure when its time is over before", async () => {
    remaining = 1_000;
    done.answers = { readInput: () => vi.advanceTimersByTime(1) };
    onFailure = async () => void done.calls.push(["onFailure"]);
    expect(await handled()).toBe(false);
    expect(done.names).not.toContain("onFailure");
  });

  describe("of a task that needs an admin key", () => {
    beforeEach(() => {
      scope = "admin";
      onFailure = async () => void done.calls.push(["onFailure"]);
    });

    it("runs nothing for a job without a signature, and asks for it no more", async () => {
      expect(await handled()).toBe(true);
      expect(done.names).toEqual(["handleEnd", "readInput"]);
    });

    it("is still not done where what else follows was not", async () => {
      done.answers = { handleEnd: new Error("no") };
      expect(await handled()).toBe(false);
    });

    it("runs it for one whose signature is valid for its input", async () => {
      done.answers = { verify: true, readInput: { value: 7 } };
      expect(await handled(failed({ signature: { until: NOW + 1, mac: new Uint8Array(1) } }))).toBe(true);
      expect(done.names).toEqual(["handleEnd", "readInput", "verify", "onFailure", "noteFailureHandling"]);
      expect(Buffer.from(done.calls[2]?.[1] as Uint8Array).toString()).toContain(sha256('{"value":7}'));
    });
  });
});

it("what is left to do when a job has ended is left to others where it cannot be done", async () => {
  const services = worker.services;
  expect(await tryToHandleEnd(services, record(), log as never)).toBe(true);
  done.answers = { handleEnd: new Error("no") };
  expect(await tryToHandleEnd(services, record(), log as never)).toBe(false);
});
