/**
 * What the sweeper does with one job, for each way in which it can find it: which transition it asks for, what it sends,
 * and in which order. What the transitions write, and that it all fits together, is in tests/integration/engine.
 *
 * @module
 */

import type { ChangeMessageVisibilityCommand } from "@aws-sdk/client-sqs";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { JobRecord } from "../../../shared/engine/jobs/record.ts";
import {
  refuseUnsigned,
  type Sweep,
  sweepDelayed,
  sweepEnded,
  sweepExpiring,
  sweepParked,
  sweepRetry,
  sweepRunning,
  sweepUnclaimed,
  sweepWaiting,
} from "../../../shared/engine/sweeper/sweep-job.ts";
import { Recorder } from "../../helpers/recorder.ts";

const { recorder } = vi.hoisted(() => ({ recorder: { current: undefined as unknown as Recorder } }));
const done = new Recorder();
recorder.current = done;
vi.mock("../../../shared/engine/jobs/store.ts", () => ({
  transitions: (of: unknown) => {
    if (of !== services) throw new TypeError("Transitions need services.");
    return recorder.current.methods();
  },
}));
vi.mock("../../../shared/engine/jobs/callback.ts", () => ({
  handleEnd: (...given: unknown[]) => recorder.current.asked("handleEnd", { hasServices: true })(...given),
}));
vi.mock(import("../../../shared/engine/jobs/send.ts"), async (original) => ({
  ...(await original()),
  sendJob: async (...given: unknown[]) =>
    void (await recorder.current.asked("sendJob", { hasServices: true })(...given)),
  sendAfterFailure: async (...given: unknown[]) =>
    void (await recorder.current.asked("sendAfterFailure", { hasServices: true })(...given)),
}));
vi.mock("../../../shared/engine/jobs/revoke.ts", () => ({
  revokeSubmitted: (...given: unknown[]) => recorder.current.asked("revokeSubmitted", { hasServices: true })(...given),
}));
vi.mock("../../../shared/engine/jobs/waiting-jobs.ts", () => ({
  checkWait: (...given: unknown[]) => recorder.current.asked("checkWait", { hasServices: true })(...given),
}));

const NOW = 1_750_000_000_000;
const SECOND = 1_000;
const MINUTE = 60_000;
/** Of the test's queue: six times 30 s. */
const VISIBILITY = 180 * SECOND;
/** What a message that did not come back is given beyond it. */
const LOST_MARGIN = 15 * MINUTE;
const RETENTION = 4 * 86_400 * SECOND;

const services = {
  now: () => NOW,
  catalog: {
    queues: [{ name: "test", lanes: ["high", "low"], timeLimit: { hard: 30 } }],
    adminTasks: new Set(["admin-task"]),
    findTask: (name: string) => (name === "test" ? { queue: "test" } : undefined),
  },
  resources: { SLUICE_QUEUE_URL_PREFIX: "https://sqs/" },
  store: { readInput: done.asked("readInput") },
  signer: { verify: done.asked("verify") },
  sqs: { send: ({ input }: ChangeMessageVisibilityCommand) => done.asked("sqs")(input) },
} as unknown as Sweep["services"];
let failed: JobRecord[];
let sweep: Sweep;
beforeEach(() => {
  done.clear();
  failed = [];
  const progress = { hasPassed: done.asked("hasPassed") } as unknown as Sweep["progress"];
  sweep = { services, now: NOW, failed, progress };
});

const SHARD = 1;
function job(more: Partial<JobRecord> = {}): JobRecord {
  return {
    task_id: `0000000${SHARD}-0000`,
    task_name: "test",
    project_id: "shop",
    queue: "test",
    lane: "low",
    status: "PENDING",
    generation: 1,
    attempts: 0,
    max_attempts: 4,
    created_at: NOW - 10 * MINUTE,
    events: [],
    ...more,
  } as JobRecord;
}
const visible = ["sqs", { QueueUrl: "https://sqs/test-low", ReceiptHandle: "receipt", VisibilityTimeout: 0 }] as const;

describe("a job that only an admin key may submit", () => {
  const signature = { until: NOW + MINUTE, mac: new Uint8Array(1) };

  it("is none of other tasks", async () => {
    expect(await refuseUnsigned(sweep, job())).toBeUndefined();
    expect(done.calls).toEqual([]);
  });

  it("continues when its signature is valid for its input", async () => {
    done.answers = { readInput: { value: 1 }, verify: true };
    const record = job({ task_name: "admin-task", signature });
    expect(await refuseUnsigned(sweep, record)).toBeUndefined();
    expect(done.names).toEqual(["readInput", "verify"]);
    expect(done.calls[0]).toEqual(["readInput", record]);
  });

  it("fails when it has none, and is counted where it had not ended already", async () => {
    const record = job({ task_name: "admin-task" });
    done.answers = { failOrphaned: { ...record, status: "FAILURE" } };
    expect(await refuseUnsigned(sweep, record)).toBe("failed");
    expect(done.calls).toEqual([
      [
        "failOrphaned",
        record,
        {
          error: { type: "UnsignedJobError", message: expect.stringContaining("has no signature"), retryable: false },
          fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/),
        },
      ],
    ]);
    expect(failed).toMatchObject([{ status: "FAILURE" }]);

    done.answers = {};
    expect(await refuseUnsigned(sweep, record)).toBeUndefined();
    expect(failed).toHaveLength(1);
  });

  it("is left alone when KMS cannot be asked", async () => {
    done.answers = { verify: new Error("KMS does not answer.") };
    await expect(refuseUnsigned(sweep, job({ task_name: "admin-task", signature }))).rejects.toThrow("KMS");
    expect(done.names).toEqual(["readInput", "verify"]);
  });
});

describe("a delayed job", () => {
  it("that SQS holds is left alone until it is due", async () => {
    expect(await sweepDelayed(sweep, job({ next_attempt_at: NOW + 1 }))).toBeUndefined();
    expect(done.calls).toEqual([]);
  });

  it("that SQS has brought is noted as sent", async () => {
    for (const record of [job({ next_attempt_at: NOW }), job()]) {
      done.clear();
      expect(await sweepDelayed(sweep, record)).toBeUndefined();
      expect(done.calls).toEqual([["markSent", record, { work_pk: `WAIT#low#${SHARD}`, work_at: NOW }]]);
    }
  });

  it.each<[string, number, number, string]>([
    ["before it is due, with what is left", 1_500, 2, "DUE"],
    ["when it is due", 0, 0, "WAIT#low"],
    ["after it was due", -5_000, 0, "WAIT#low"],
  ])("is sent %s", async (_, wait, seconds, kind) => {
    const record = job({ needs_send: true, next_attempt_at: NOW + wait });
    expect(await sweepDelayed(sweep, record)).toBe("released");
    expect(done.calls).toEqual([
      ["sendJob", record, seconds],
      ["markSent", record, { work_pk: `${kind}#${SHARD}`, work_at: NOW + Math.max(0, wait) }],
    ]);
  });

  it("without a time is due", async () => {
    const record = job({ needs_send: true });
    expect(await sweepDelayed(sweep, record)).toBe("released");
    expect(done.calls[0]).toEqual(["sendJob", record, 0]);
  });

  it("that has expired is revoked instead", async () => {
    for (const expires of [NOW, NOW - 1]) {
      done.clear();
      const record = job({ needs_send: true, next_attempt_at: NOW, expires_at: expires });
      done.answers = { expire: record };
      expect(await sweepDelayed(sweep, record)).toBe("expired");
      expect(done.calls).toEqual([
        ["expire", record],
        ["handleEnd", record],
      ]);
    }
    done.clear();
    const later = job({ needs_send: true, next_attempt_at: NOW, expires_at: NOW + 1 });
    expect(await sweepDelayed(sweep, later)).toBe("released");
    expect(done.names).toEqual(["sendJob", "markSent"]);
  });
});

describe("a job that may expire", () => {
  it("is revoked at its time, with what is left to do then", async () => {
    for (const record of [job({ expires_at: NOW }), job()]) {
      done.clear();
      done.answers = { expire: { ...record, status: "REVOKED" } };
      expect(await sweepExpiring(sweep, record)).toBe("expired");
      expect(done.calls).toEqual([
        ["expire", record],
        ["handleEnd", { ...record, status: "REVOKED" }],
      ]);
    }
  });

  it("that somebody has started meanwhile is not", async () => {
    expect(await sweepExpiring(sweep, job({ expires_at: NOW }))).toBeUndefined();
    expect(done.names).toEqual(["expire"]);
  });

  it.each([
    ["a minute later", 10 * MINUTE, MINUTE],
    ["after a tenth of what it has waited", 50 * MINUTE, 5 * MINUTE],
    ["when it expires, at the latest", 500 * MINUTE, 10 * MINUTE],
  ])("is looked at again %s while its message may still be claimed", async (_, waited, next) => {
    done.answers = { hasPassed: false };
    const record = job({ created_at: NOW - waited, expires_at: NOW + 10 * MINUTE });
    expect(await sweepExpiring(sweep, record)).toBeUndefined();
    expect(done.calls).toEqual([
      ["hasPassed", { queue: "test", lane: "low", project_id: "shop", task_name: "test", at: NOW - waited }],
      ["markSent", record, { work_pk: `EXPIRE#${SHARD}`, work_at: NOW + next }],
    ]);
  });

  it("is noted where its message seems to be claimed by nobody, since it was due", async () => {
    const record = job({ expires_at: NOW + 10 * MINUTE, due_at: NOW - 2 * MINUTE });
    done.answers = { hasPassed: true, suspectUnclaimed: record };
    expect(await sweepExpiring(sweep, record)).toBeUndefined();
    expect(done.calls).toEqual([
      ["hasPassed", expect.objectContaining({ at: NOW - 2 * MINUTE })],
      ["suspectUnclaimed", record, NOW + 90 * SECOND],
    ]);
  });
});

describe("a job whose message no worker seems to claim", () => {
  const passed = () => {
    done.answers = { hasPassed: true, suspectUnclaimed: job() };
  };

  it("is noted a minute after it was sent, if it would have been claimed by now", async () => {
    passed();
    expect(await sweepWaiting(sweep, job(), NOW - MINUTE)).toBe(true);
    expect(await sweepWaiting(sweep, job({ status: "RETRY" }), NOW - MINUTE)).toBe(true);
    expect(await sweepWaiting(sweep, job(), NOW - MINUTE + 1)).toBe(false);
    done.answers = { hasPassed: false, suspectUnclaimed: job() };
    expect(await sweepWaiting(sweep, job(), NOW - MINUTE)).toBe(false);
    expect(done.names.filter((name) => name === "suspectUnclaimed")).toHaveLength(2);
  });

  it("counts as noted only when the record was still as it was read", async () => {
    done.answers = { hasPassed: true };
    expect(await sweepWaiting(sweep, job(), NOW - MINUTE)).toBe(false);
    expect(done.names).toEqual(["hasPassed", "suspectUnclaimed"]);
  });

  it.each<[string, Partial<JobRecord>]>([
    ["runs", { status: "STARTED" }],
    ["has ended", { status: "SUCCESS" }],
    ["has no message yet", { needs_send: true }],
    ["is held", { held: true }],
    ["was sent again three times", { resends: 3 }],
  ])("is not noted when it %s", async (_, more) => {
    passed();
    expect(await sweepWaiting(sweep, job(more), NOW - MINUTE)).toBe(false);
    expect(done.calls).toEqual([]);
  });

  it.each([
    [undefined, 90],
    [1, 180],
    [2, 360],
  ])("after %s sends is given twice as long", async (resends, seconds) => {
    passed();
    await sweepWaiting(sweep, job({ resends }), NOW - MINUTE);
    expect(done.calls.at(-1)).toEqual(["suspectUnclaimed", job({ resends }), NOW + seconds * SECOND]);
  });
});

describe("a job that was noted as unclaimed", () => {
  it("is sent as the next generation", async () => {
    const record = job();
    const renewed = job({ generation: 2, work_pk: "DUE#1", work_at: NOW - 1 });
    done.answers = { resend: renewed };
    expect(await sweepUnclaimed(sweep, record)).toBe("resent");
    expect(done.calls).toEqual([
      ["resend", record],
      ["sendJob", renewed],
      ["markSent", renewed, { work_pk: `WAIT#low#${SHARD}`, work_at: NOW }],
    ]);
  });

  it("keeps its place when it is tried again after a run", async () => {
    const renewed = job({ status: "RETRY", generation: 2, work_pk: "RETRY#1", work_at: NOW - 5 });
    done.answers = { resend: renewed };
    expect(await sweepUnclaimed(sweep, job({ status: "RETRY", attempts: 1 }))).toBe("resent");
    expect(done.calls.at(-1)).toEqual(["markSent", renewed, { work_pk: "RETRY#1", work_at: NOW - 5 }]);
    done.clear();
    const placeless = job({ status: "RETRY", generation: 2 });
    done.answers = { resend: placeless };
    await sweepUnclaimed(sweep, job({ status: "RETRY" }));
    expect(done.calls.at(-1)).toEqual(["markSent", placeless, { work_pk: "", work_at: NOW }]);
  });

  it("is not sent when somebody was first", async () => {
    expect(await sweepUnclaimed(sweep, job())).toBeUndefined();
    expect(done.names).toEqual(["resend"]);
  });

  it.each<[string, Partial<JobRecord>, string]>([
    ["that never ran and has expired is revoked", { expires_at: NOW }, "expire"],
    ["that has not expired is sent", { expires_at: NOW + 1 }, "resend"],
    ["that has run is sent though it has expired", { expires_at: NOW, attempts: 1 }, "resend"],
  ])("%s", async (_, more, first) => {
    await sweepUnclaimed(sweep, job(more));
    expect(done.names).toEqual([first]);
  });
});

it("a job that has ended gets what was left to do", async () => {
  const record = job({ status: "SUCCESS" });
  expect(await sweepEnded(sweep, record)).toBe("called_back");
  expect(done.calls).toEqual([
    ["handleEnd", record],
    ["revokeSubmitted", record],
    ["markEndHandled", record],
  ]);
});

describe("a job that waits for others", () => {
  it("runs again when they have ended", async () => {
    expect(await sweepParked(sweep, job())).toBe("released");
    expect(done.calls).toEqual([["checkWait", job(), { hops: 0 }]]);
  });

  it.each([
    ["a minute at the least", 0, MINUTE],
    ["a tenth of what it has waited", 50 * MINUTE, 5 * MINUTE],
    ["15 minutes at the most", 600 * MINUTE, 15 * MINUTE],
  ])("is looked at again after %s", async (_, waited, next) => {
    done.answers = { checkWait: NOW - waited };
    expect(await sweepParked(sweep, job())).toBeUndefined();
    expect(done.calls[1]).toEqual(["checkLater", job(), NOW + next]);
  });
});

describe("a job in RETRY", () => {
  const retry = (more: Partial<JobRecord> = {}) =>
    job({ status: "RETRY", attempts: 1, receipt_handle: "receipt", ...more });

  it("that was put off is sent for the time it is due", async () => {
    const record = retry({ needs_send: true, next_attempt_at: NOW + 2_500, work_pk: "RETRY#1" });
    expect(await sweepRetry(sweep, record)).toBe("released");
    expect(done.calls).toEqual([
      ["sendJob", record, 3],
      ["markSent", record, { work_pk: "RETRY#1", work_at: NOW + 2_500 }],
    ]);
    done.clear();
    const bare = retry({ needs_send: true });
    expect(await sweepRetry(sweep, bare)).toBe("released");
    expect(done.calls).toEqual([
      ["sendJob", bare, 0],
      ["markSent", bare, { work_pk: "", work_at: 0 }],
    ]);
  });

  it("is left alone until a second after its backoff", async () => {
    for (const dueAt of [NOW + MINUTE, NOW, NOW - SECOND]) {
      expect(await sweepRetry(sweep, retry({ next_attempt_at: dueAt }))).toBeUndefined();
    }
    expect(done.calls).toEqual([]);
  });

  it("has its message made visible after that", async () => {
    expect(await sweepRetry(sweep, retry({ next_attempt_at: NOW - SECOND - 1 }))).toBe("given_back");
    expect(done.calls).toEqual([visible]);
  });

  it("whose message is not in flight is looked at for whether anybody claims it", async () => {
    done.answers = { hasPassed: true, suspectUnclaimed: retry() };
    const record = retry({ next_attempt_at: NOW - 2 * MINUTE, receipt_handle: undefined });
    expect(await sweepRetry(sweep, record)).toBeUndefined();
    expect(done.names).toEqual(["hasPassed", "suspectUnclaimed"]);
    expect(done.calls[0]).toEqual(["hasPassed", expect.objectContaining({ at: NOW - 2 * MINUTE })]);
    done.clear();
    expect(await sweepRetry(sweep, retry({ next_attempt_at: NOW - 2 * MINUTE }))).toBe("given_back");
    expect(done.names).toEqual(["sqs"]);
  });

  it("whose message did not come back within its time is sent again, once", async () => {
    const overdue = NOW - VISIBILITY - LOST_MARGIN;
    expect(await sweepRetry(sweep, retry({ next_attempt_at: overdue }))).toBe("given_back");
    done.clear();
    done.answers = { resend: retry({ generation: 2, work_pk: "RETRY#1", work_at: NOW }) };
    expect(await sweepRetry(sweep, retry({ next_attempt_at: overdue - 1 }))).toBe("resent");
    expect(done.names).toEqual(["resend", "sendJob", "markSent"]);
    done.clear();
    expect(await sweepRetry(sweep, retry({ next_attempt_at: overdue - 1, resends: 1 }))).toBeUndefined();
    expect(done.calls).toEqual([]);
  });

  it("whose second message is gone as well fails after the queue's retention", async () => {
    expect(await sweepRetry(sweep, retry({ next_attempt_at: NOW - RETENTION, resends: 1 }))).toBeUndefined();
    const record = retry({ next_attempt_at: NOW - RETENTION - 1, resends: 1 });
    done.answers = { failOrphaned: { ...record, status: "FAILURE" } };
    expect(await sweepRetry(sweep, record)).toBe("failed");
    expect(done.calls).toEqual([
      ["sendAfterFailure", record],
      [
        "failOrphaned",
        record,
        {
          error: {
            type: "MessageLostError",
            message: "The job's message did not come back, and neither did the one sent in its place.",
            retryable: true,
          },
          fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/),
        },
      ],
    ]);
    expect(failed).toMatchObject([{ status: "FAILURE" }]);
  });

  it("of a queue and a task that are gone is given the longest time", async () => {
    const gone = { queue: "gone", task_name: "gone" };
    const late = NOW - 6 * 900 * SECOND - LOST_MARGIN;
    expect(await sweepRetry(sweep, retry({ ...gone, next_attempt_at: late }))).toBe("given_back");
    done.clear();
    await sweepRetry(sweep, retry({ ...gone, next_attempt_at: late - 1 }));
    expect(done.names).toEqual(["resend"]);
  });

  it("whose queue alone is gone is not given back, but sent again where its task runs now", async () => {
    done.answers = { hasPassed: true, suspectUnclaimed: retry() };
    expect(await sweepRetry(sweep, retry({ queue: "gone", next_attempt_at: NOW - 2 * MINUTE }))).toBeUndefined();
    expect(done.names).toEqual(["hasPassed", "suspectUnclaimed"]);
  });
});

describe("a job whose worker stopped renewing its lease", () => {
  const started = (more: Partial<JobRecord> = {}) =>
    job({
      status: "STARTED",
      attempts: 2,
      receipt_handle: "receipt",
      worker: "test-low@lambda",
      lease_until: NOW - 2_000,
      ...more,
    });

  it("waits for its next attempt, with its message made visible", async () => {
    const lost = started({ status: "RETRY" });
    done.answers = { retryLost: lost };
    expect(await sweepRunning(sweep, started())).toBe("given_back");
    expect(done.calls).toEqual([
      [
        "retryLost",
        started(),
        {
          type: "WorkerLostError",
          message: "The worker test-low@lambda died while it ran the job.",
          retryable: true,
        },
      ],
      visible,
    ]);
  });

  it("is left to whoever was first", async () => {
    expect(await sweepRunning(sweep, started())).toBeUndefined();
    expect(done.names).toEqual(["retryLost"]);
  });

  it.each<[number, Partial<JobRecord>]>([
    [4, {}],
    [5, {}],
  ])("fails after attempt %i of 4, and its message goes to the dead-letter queue", async (attempts, more) => {
    const record = started({ attempts, ...more });
    done.answers = { failOrphaned: { ...record, status: "FAILURE" } };
    expect(await sweepRunning(sweep, record)).toBe("failed");
    expect(done.names).toEqual(["sendAfterFailure", "failOrphaned", "sqs"]);
    expect(done.calls[1]?.[2]).toMatchObject({ error: { type: "WorkerLostError", retryable: false } });
    expect(failed).toHaveLength(1);
    done.clear();
    expect(await sweepRunning(sweep, record)).toBeUndefined();
    expect(done.names).toEqual(["sendAfterFailure", "failOrphaned"]);
    expect(failed).toHaveLength(1);
  });

  it("fails among the dead letters of the queue that its task has now, where its own is gone", async () => {
    const record = started({ attempts: 4, queue: "gone" });
    await sweepRunning(sweep, record);
    expect(done.calls).toEqual([
      ["moveTo", record, { queue: "test", lane: "low" }],
      ["sendAfterFailure", { ...record, queue: "test" }],
      ["failOrphaned", { ...record, queue: "test" }, expect.anything()],
    ]);
  });

  it("is sent again when its message must be gone", async () => {
    const latest = NOW - VISIBILITY - LOST_MARGIN;
    await sweepRunning(sweep, started({ lease_until: latest }));
    await sweepRunning(sweep, started({ lease_until: latest - 1 }));
    await sweepRunning(sweep, started({ lease_until: undefined }));
    expect(done.names).toEqual(["retryLost", "resend", "resend"]);
  });
});

describe("a message that is made visible", () => {
  const asked = () =>
    sweepRetry(sweep, job({ status: "RETRY", next_attempt_at: NOW - MINUTE, receipt_handle: "receipt" }));
  const refused = (name: string) => Object.assign(new Error("no"), { name });

  it.each(["MessageNotInflight", "ReceiptHandleIsInvalid", "InvalidParameterValue", "InvalidParameterValueException"])(
    "may not be in flight any more: %s",
    async (name) => {
      done.answers = { sqs: refused(name), hasPassed: false };
      expect(await asked()).toBeUndefined();
    },
  );

  it("is an error when SQS does not answer", async () => {
    done.answers = { sqs: refused("TimeoutError") };
    await expect(asked()).rejects.toMatchObject({ name: "TimeoutError" });
  });

  it("is an error when something else was thrown", async () => {
    done.answers = {
      sqs: () => {
        throw { name: "MessageNotInflight" };
      },
    };
    await expect(asked()).rejects.toEqual({ name: "MessageNotInflight" });
  });
});
