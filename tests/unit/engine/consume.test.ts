/**
 * What becomes of a message, for each thing that its job's record can say. What the record has to say for it is in
 * decide.test.ts, and that it all fits together in tests/integration/engine.
 *
 * @module
 */

import { beforeEach, describe, expect, it, vi } from "vitest";
import type { JobRecord } from "../../../shared/engine/jobs/record.ts";
import { consume } from "../../../shared/engine/worker/consume.ts";
import type { Delivery, Invocation, Worker } from "../../../shared/engine/worker/worker.ts";
import { Recorder } from "../../helpers/recorder.ts";

const { recorder } = vi.hoisted(() => ({ recorder: { current: undefined as unknown as Recorder } }));
const done = new Recorder();
recorder.current = done;
vi.mock("../../../shared/engine/jobs/store.ts", () => ({ transitions: () => recorder.current.methods() }));
vi.mock("../../../shared/engine/worker/decide.ts", () => ({
  decide: (...given: unknown[]) => recorder.current.call("decide")(...given),
}));
vi.mock("../../../shared/engine/worker/finish.ts", () => ({
  handleFailure: (_: unknown, ...given: unknown[]) => recorder.current.asked("handleFailure")(...given),
  tryToHandleEnd: (_: unknown, ...given: unknown[]) => recorder.current.asked("tryToHandleEnd")(...given),
}));
vi.mock("../../../shared/engine/worker/run-job.ts", async (original) => {
  const names = ["tryToRun", "runClaimed", "runAdmitted", "defer"];
  const run = (name: string) =>
    [
      name,
      (invocation: Invocation, ...given: unknown[]) => {
        used = invocation.worker;
        return recorder.current.asked(name)(...given);
      },
    ] as const;
  return { ...(await original<object>()), ...Object.fromEntries(names.map(run)) };
});
vi.mock("../../../shared/engine/worker/visibility.ts", () => ({
  leaveFor: (...given: unknown[]) => recorder.current.asked("leaveFor")(...given.slice(1)),
  leaveUntil: (...given: unknown[]) => recorder.current.asked("leaveUntil")(...given.slice(1)),
  leaveWithBackoff: (...given: unknown[]) => recorder.current.asked("leaveWithBackoff")(...given.slice(1)),
}));

const NOW = 1_750_000_000_000;
/** The worker that a run was given. */
let used: Worker | undefined;
const record = (more: Partial<JobRecord> = {}) =>
  ({ task_id: "1", status: "PENDING", generation: 2, attempts: 0, queue: "test", events: [], ...more }) as JobRecord;
const delivery = {
  messageId: "m1",
  reference: { v: 1, task_id: "1", generation: 2, trace_id: "t" },
  receiveCount: 1,
  receivedAt: NOW - 5,
  receiptHandle: "receipt",
} as unknown as Delivery;
const lease = expect.objectContaining({ until: NOW + 21_000, token: expect.stringMatching(/^[0-9a-f-]{36}$/) });

let remaining: number[];
let ended: unknown[];
/** Has a message consumed. */
function consumed(more: Partial<Worker> = {}, of: Delivery = delivery) {
  const logger = { error: done.call("error"), debug: done.call("debug") };
  const services = { now: () => NOW, settings: { TASK_LEASE_SECONDS: 60 }, store: { get: done.asked("get") } };
  const worker = { services, queue: { name: "test", retry: "standard" }, logger, tasks: new Map(), ...more };
  const lambda = { getRemainingTimeInMillis: () => (remaining.length > 1 ? remaining.shift() : remaining[0]) };
  return consume({ worker, lambda, ended } as unknown as Invocation, of);
}
const breaker = (name = "breaker") =>
  ({
    putOffUntil: done.asked(`${name}.putOffUntil`),
    released: done.call(`${name}.released`),
  }) as unknown as NonNullable<Worker["breaker"]>;
const limiter = { isSet: true } as NonNullable<Worker["limiter"]>;
/** Of a stage without limits, where a key may have some. */
const ofKeys = { isSet: false } as NonNullable<Worker["limiter"]>;
const limited = () => record({ limited_key: { key_id: "k1" } as unknown as NonNullable<JobRecord["limited_key"]> });
/** What the record says when the claim does not hold. */
const told = (decision: object, found: JobRecord | undefined = record(), more: Record<string, unknown> = {}) => {
  done.answers = {
    tryToRun: "again",
    get: found,
    decide: decision,
    leaveFor: "leave",
    leaveUntil: "leave",
    leaveWithBackoff: "leave",
    ...more,
  };
};
const names = (...left: string[]) => done.names.filter((name) => !left.includes(name) && name !== "debug");

beforeEach(() => {
  done.clear();
  used = undefined;
  remaining = [20_000];
  ended = [];
});

describe("a message", () => {
  it("without a job is left, to become a dead letter at once", async () => {
    told({});
    expect(await consumed({}, { ...delivery, reference: undefined })).toBe("leave");
    expect(done.calls).toEqual([
      ["error", "a message that does not refer to a job", { message_id: "m1" }],
      ["leaveFor", expect.objectContaining({ messageId: "m1" }), 0],
    ]);
  });

  it("whose job can be claimed is its run's", async () => {
    told({}, undefined, { tryToRun: "acknowledge" });
    expect(await consumed()).toBe("acknowledge");
    expect(done.calls).toEqual([["tryToRun", delivery, { lease, isUnlimited: false }]]);
    told({}, undefined, { tryToRun: "leave" });
    expect(await consumed()).toBe("leave");
  });

  it("comes back with a backoff when nothing could be read or written", async () => {
    const error = new Error("DynamoDB does not answer.");
    told({}, undefined, { tryToRun: error });
    expect(await consumed()).toBe("leave");
    expect(done.calls.slice(1)).toEqual([
      ["error", "a job could not be handled", { task_id: "1", error }],
      ["leaveWithBackoff", delivery],
    ]);
  });

  it("whose claim's answer was lost is run with that claim", async () => {
    told({});
    let token = "";
    done.answers.tryToRun = (_: unknown, given: { readonly lease: { readonly token: string } }) => {
      token = given.lease.token;
      return "again";
    };
    done.answers.get = () => record({ status: "STARTED", lease_token: token });
    done.answers.runClaimed = "acknowledge";
    expect(await consumed()).toBe("acknowledge");
    expect(done.calls.slice(1)).toEqual([
      ["get", "1", NOW],
      ["runClaimed", delivery, { record: record({ status: "STARTED", lease_token: token }), lease }],
    ]);
  });

  it("is tried four times while others move its job, and then comes back later", async () => {
    told({ action: "claim" });
    expect(await consumed()).toBe("leave");
    expect(names()).toEqual([...Array(4).fill(["tryToRun", "get", "decide"]).flat(), "leaveWithBackoff"]);
    const [first, second] = done.calls.filter(([name]) => name === "tryToRun").map((call) => call[2]);
    const tokenOf = (options: unknown) => (options as { readonly lease: { readonly token: string } }).lease.token;
    expect(tokenOf(first)).not.toBe(tokenOf(second));
  });

  it("is not tried again with less than 5 s left", async () => {
    told({ action: "claim" });
    // One reading for each lease, one before a further round.
    remaining = [20_000, 5_000, 20_000, 4_999];
    expect(await consumed()).toBe("leave");
    expect(names()).toEqual([...Array(2).fill(["tryToRun", "get", "decide"]).flat(), "leaveWithBackoff"]);
    done.clear();
    told({}, undefined, { tryToRun: "acknowledge" });
    remaining = [100];
    expect(await consumed()).toBe("acknowledge");
  });
});

describe("what the record says is done:", () => {
  it("what to decide is asked with the record, the message, the class and the time", async () => {
    const decision = { action: "acknowledge", reason: "it has ended" };
    told(decision);
    expect(await consumed()).toBe("acknowledge");
    expect(done.calls.slice(2)).toEqual([
      ["decide", record(), delivery, { retry: "standard", now: NOW }],
      ["debug", "decided", { task_id: "1", ...decision }],
    ]);
  });

  it("wait", async () => {
    const decision = { action: "wait", until: NOW + 1, isLease: true };
    told(decision);
    expect(await consumed()).toBe("leave");
    expect(done.calls.at(-1)).toEqual(["leaveUntil", delivery, decision]);
  });

  it("leave, where there is no job", async () => {
    told({ action: "leave", reason: "there is no such job" });
    done.answers.get = undefined;
    expect(await consumed()).toBe("leave");
    expect(done.calls.slice(-2)).toEqual([
      ["error", "a message without a job", { message_id: "m1", action: "leave", reason: "there is no such job" }],
      ["leaveFor", delivery, 0],
    ]);
  });

  it("nothing else where there is no job, whatever was decided", async () => {
    told({ action: "expire" });
    done.answers.get = undefined;
    expect(await consumed()).toBe("leave");
    expect(names("tryToRun", "get", "decide")).toEqual(["error", "leaveFor"]);
  });

  it("leave, where the job has failed, with the task's onFailure", async () => {
    const failed = record({ status: "FAILURE" });
    told({ action: "leave", reason: "it has failed" }, failed);
    expect(await consumed()).toBe("leave");
    expect(done.calls.slice(-2)).toEqual([
      ["handleFailure", failed, expect.anything()],
      ["leaveFor", delivery, 0],
    ]);
  });

  it("discard, once the task's onFailure has run", async () => {
    told({ action: "discard", reason: "purged" }, record(), { handleFailure: true });
    expect(await consumed()).toBe("acknowledge");
    told({ action: "discard", reason: "purged" }, record(), { handleFailure: false });
    expect(await consumed()).toBe("leave");
    expect(names("tryToRun", "get", "decide")).toEqual(["handleFailure", "handleFailure", "leaveWithBackoff"]);
  });

  it("expire, with what is left to do then", async () => {
    const expired = record({ status: "REVOKED" });
    told({ action: "expire" }, record(), { expire: expired });
    expect(await consumed()).toBe("acknowledge");
    expect(done.calls.slice(-2)).toEqual([
      ["expire", record()],
      ["tryToHandleEnd", expired, expect.anything()],
    ]);
  });

  it("expire, unless somebody was first: it is looked at again", async () => {
    told({ action: "expire" });
    done.answers.decide = () => ({
      action: names().filter((name) => name === "decide").length > 1 ? "acknowledge" : "expire",
    });
    expect(await consumed()).toBe("acknowledge");
    expect(names("tryToRun", "get")).toEqual(["decide", "expire", "decide"]);
  });

  it("redriven, claimed again", async () => {
    let claim: { token: string } | undefined;
    told({ action: "redriven" }, record({ status: "FAILURE" }), { runClaimed: "acknowledge" });
    done.answers.claimRedriven = (_record: JobRecord, _delivery: unknown, given: { token: string }) => {
      claim = given;
      return record({ status: "STARTED", lease_token: given.token });
    };
    expect(await consumed()).toBe("acknowledge");
    expect(done.calls.slice(-2)).toEqual([
      ["claimRedriven", record({ status: "FAILURE" }), delivery, lease],
      [
        "runClaimed",
        delivery,
        { record: record({ status: "STARTED", lease_token: claim?.token as string }), lease: claim },
      ],
    ]);
  });

  it("redriven, where the claim's answer was lost", async () => {
    let token = "";
    told({ action: "redriven" }, undefined, { runClaimed: "acknowledge" });
    done.answers.claimRedriven = (_record: JobRecord, _delivery: unknown, given: { token: string }) => {
      token = given.token;
      return undefined;
    };
    done.answers.get = (id: string, now: number) => {
      expect([id, now]).toEqual(["1", NOW]);
      return token === "" ? record({ status: "FAILURE" }) : record({ status: "STARTED", lease_token: token });
    };
    expect(await consumed()).toBe("acknowledge");
    expect(names()).toEqual(["tryToRun", "get", "decide", "claimRedriven", "get", "runClaimed"]);
  });

  it("redriven, where another one claimed it: it is looked at again", async () => {
    told({ action: "redriven" }, record({ status: "STARTED", lease_token: "other" }));
    done.answers.decide = () => ({ action: names().includes("claimRedriven") ? "acknowledge" : "redriven" });
    expect(await consumed()).toBe("acknowledge");
    expect(names("get")).toEqual(["tryToRun", "decide", "claimRedriven", "tryToRun", "decide"]);
  });

  it.each([
    ["worker-lost", "WorkerLostError"],
    ["exhausted", "LLMServerError"],
  ] as const)("fail, for %s, is counted, handled and looked at again", async (cause, type) => {
    const error = { type: "LLMServerError", message: "down", retryable: true };
    const found = record({ status: "STARTED", error, created_at: NOW - 50 });
    const failed = { ...found, status: "FAILURE", finished_at: NOW } as JobRecord;
    told({ action: "fail", cause }, found, { failOrphaned: failed });
    done.answers.decide = () =>
      names().includes("failOrphaned") ? { action: "acknowledge" } : { action: "fail", cause };
    expect(await consumed()).toBe("acknowledge");
    expect(names()).toEqual([
      "tryToRun",
      "get",
      "decide",
      "failOrphaned",
      "handleFailure",
      "tryToRun",
      "get",
      "decide",
    ]);
    expect(done.calls.find(([name]) => name === "failOrphaned")).toEqual([
      "failOrphaned",
      found,
      expect.objectContaining({ error: expect.objectContaining({ type }) }),
    ]);
    expect(done.calls.find(([name]) => name === "handleFailure")).toEqual(["handleFailure", failed, expect.anything()]);
    expect(ended).toHaveLength(1);
  });

  it("fail, where somebody was first, is neither counted nor handled", async () => {
    told({ action: "fail", cause: "worker-lost" });
    done.answers.decide = () =>
      names().includes("failOrphaned") ? { action: "acknowledge" } : { action: "fail", cause: "worker-lost" };
    expect(await consumed()).toBe("acknowledge");
    expect(names("get", "decide")).toEqual(["tryToRun", "failOrphaned", "tryToRun"]);
    expect(ended).toEqual([]);
  });
});

describe("where the backend is limited", () => {
  it("the limiter is asked once the record has said that the job is to run", async () => {
    told({ action: "claim" }, record(), { runAdmitted: "acknowledge" });
    expect(await consumed({ limiter })).toBe("acknowledge");
    expect(names()).toEqual(["get", "decide", "runAdmitted"]);
    expect(done.calls.at(-1)).toEqual(["runAdmitted", delivery, { record: record(), lease }]);
  });

  it("so is it for a job that was redriven", async () => {
    told({ action: "redriven" }, record(), { runAdmitted: "acknowledge" });
    expect(await consumed({ limiter })).toBe("acknowledge");
    expect(done.calls.at(-1)).toEqual(["runAdmitted", delivery, { record: record(), lease, isRedriven: true }]);
  });
});

describe("where a key may be limited", () => {
  it("a job is claimed at once if none came with it", async () => {
    told({}, undefined, { tryToRun: "acknowledge" });
    expect(await consumed({ limiter: ofKeys })).toBe("acknowledge");
    expect(done.calls).toEqual([["tryToRun", delivery, { lease, isUnlimited: true }]]);
  });

  it("the limiter is asked for a job that has one", async () => {
    told({ action: "claim" }, limited(), { runAdmitted: "acknowledge" });
    expect(await consumed({ limiter: ofKeys })).toBe("acknowledge");
    expect(names()).toEqual(["tryToRun", "get", "decide", "runAdmitted"]);
    told({ action: "redriven" }, limited(), { runAdmitted: "leave" });
    expect(await consumed({ limiter: ofKeys })).toBe("leave");
  });

  it("it is not asked for a job that has none and could not be claimed", async () => {
    told({ action: "claim" });
    expect(await consumed({ limiter: ofKeys })).toBe("leave");
    expect(names()).not.toContain("runAdmitted");
  });
});

describe("where a circuit breaker watches the backend", () => {
  const OPEN = NOW + 30_000;

  it("a job is run while it is closed, and the breaker told that it is done", async () => {
    told({}, undefined, { tryToRun: "acknowledge", "breaker.putOffUntil": 0 });
    expect(await consumed({ breaker: breaker() })).toBe("acknowledge");
    expect(done.calls).toEqual([
      ["breaker.putOffUntil", "1", NOW - 5, expect.any(Function)],
      ["tryToRun", delivery, { lease, isUnlimited: false }],
      ["breaker.released", "1"],
    ]);
  });

  it.each([
    [undefined, false],
    [record({ attempts: 0 }), false],
    [record({ attempts: 1 }), true],
  ])("says whether the job has failed before", async (found, right) => {
    let asked: Promise<boolean> | undefined;
    told({}, found, { tryToRun: "acknowledge" });
    done.answers["breaker.putOffUntil"] = (_id: string, _now: number, hasFailed: () => Promise<boolean>) => {
      asked = hasFailed();
      return 0;
    };
    done.answers.get = found;
    await consumed({ breaker: breaker() });
    expect(await asked).toBe(right);
    expect(done.calls).toContainEqual(["get", "1", NOW]);
  });

  it("a job is put off while it is open, for up to twice the time", async () => {
    for (const [random, until] of [
      [0, OPEN],
      [0.5, OPEN + 15_000],
    ] as const) {
      done.clear();
      vi.spyOn(Math, "random").mockReturnValueOnce(random);
      told({ action: "claim" }, record(), { "breaker.putOffUntil": OPEN, defer: "acknowledge" });
      expect(await consumed({ breaker: breaker() })).toBe("acknowledge");
      expect(names()).toEqual(["breaker.putOffUntil", "get", "decide", "defer", "breaker.released"]);
      expect(done.calls.find(([name]) => name === "defer")).toEqual([
        "defer",
        record(),
        {
          reason: { type: "BackendDownError", cause: "The backend failed for several jobs in a row" },
          until,
        },
      ]);
    }
  });

  it("a job that was started is run", async () => {
    told({ action: "claim" }, record({ status: "STARTED" }), { "breaker.putOffUntil": OPEN, tryToRun: "acknowledge" });
    expect(await consumed({ breaker: breaker() })).toBe("acknowledge");
    expect(names()).toEqual(["breaker.putOffUntil", "get", "decide", "tryToRun", "breaker.released"]);
  });

  it("a job with a config may have another backend and is run, by the limiter where there is one", async () => {
    const own = record({ config: { in: "json", json: "{}" } });
    told({ action: "claim" }, own, { "breaker.putOffUntil": OPEN, tryToRun: "acknowledge", runAdmitted: "leave" });
    expect(await consumed({ breaker: breaker() })).toBe("acknowledge");
    expect(await consumed({ breaker: breaker(), limiter })).toBe("leave");
    expect(names("get", "decide", "breaker.putOffUntil", "breaker.released")).toEqual(["tryToRun", "runAdmitted"]);
  });

  it("a job that is put off is not asked for at the limiter", async () => {
    told({ action: "claim" }, record(), { "breaker.putOffUntil": OPEN, defer: "acknowledge" });
    await consumed({ breaker: breaker(), limiter });
    expect(names()).toContain("defer");
    expect(names()).not.toContain("runAdmitted");
  });

  it("the breaker is told that it is done with a job that could not be handled", async () => {
    told({}, undefined, { "breaker.putOffUntil": 0, tryToRun: new Error("no") });
    expect(await consumed({ breaker: breaker() })).toBe("leave");
    expect(names()).toEqual(["breaker.putOffUntil", "tryToRun", "breaker.released", "error", "leaveWithBackoff"]);
  });
});

describe("where another backend takes over", () => {
  const OPEN = NOW + 30_000;
  const both = () => ({ breaker: breaker(), fallback: breaker("fallback"), limiter });

  it("it is not asked while the first one works", async () => {
    told({ action: "claim" }, record(), { "breaker.putOffUntil": 0, runAdmitted: "acknowledge" });
    expect(await consumed(both())).toBe("acknowledge");
    expect(names("get", "decide")).toEqual(["breaker.putOffUntil", "runAdmitted", "breaker.released"]);
    expect(used?.usesFallback).toBeUndefined();
  });

  it("it runs the job while the first one is down, without the first one's limits", async () => {
    told({}, undefined, { "breaker.putOffUntil": OPEN, "fallback.putOffUntil": 0, tryToRun: "acknowledge" });
    const worker = both();
    expect(await consumed(worker)).toBe("acknowledge");
    expect(names()).toEqual(["breaker.putOffUntil", "fallback.putOffUntil", "tryToRun", "fallback.released"]);
    expect(done.calls[1]).toEqual(["fallback.putOffUntil", "1", NOW - 5, expect.any(Function)]);
    expect(done.calls.at(-1)).toEqual(["fallback.released", "1"]);
    expect(used).toMatchObject({ usesFallback: true, limiter: undefined });
    expect(used?.breaker).toBe(worker.fallback);
  });

  it.each([
    [OPEN, OPEN + 5_000],
    [OPEN + 5_000, OPEN],
  ])("when both are down, the job waits for the first of them", async (first, second) => {
    vi.spyOn(Math, "random").mockReturnValueOnce(0);
    told({ action: "claim" }, record(), {
      "breaker.putOffUntil": first,
      "fallback.putOffUntil": second,
      defer: "acknowledge",
    });
    expect(await consumed(both())).toBe("acknowledge");
    expect(done.calls.find(([name]) => name === "defer")?.[2]).toMatchObject({ until: OPEN });
    expect(names().at(-1)).toBe("fallback.released");
  });
});

describe("a message that asks for onFailure alone", () => {
  const after = { ...delivery, reference: { ...delivery.reference, after: "failure" } } as Delivery;

  it("is acknowledged once it has run, and comes back otherwise", async () => {
    const failed = record({ status: "FAILURE" });
    told({}, failed, { handleFailure: true });
    expect(await consumed({}, after)).toBe("acknowledge");
    expect(done.calls).toEqual([
      ["get", "1", NOW],
      ["handleFailure", failed, expect.anything()],
    ]);
    told({}, failed, { handleFailure: false });
    expect(await consumed({}, after)).toBe("leave");
    expect(names().at(-1)).toBe("leaveWithBackoff");
  });

  it.each<[string, JobRecord | undefined]>([
    ["there is no job", undefined],
    ["the job did not fail", record({ status: "STARTED" })],
    ["the job was run again since", record({ status: "FAILURE", generation: 3 })],
  ])("runs nothing where %s", async (_, found) => {
    told({});
    done.answers.get = found;
    expect(await consumed({}, after)).toBe("acknowledge");
    expect(names()).toEqual(["get"]);
  });
});
