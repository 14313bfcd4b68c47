/**
 * The whole table of decisions: what becomes of a message, by what its job's record says.
 *
 * @module
 */

import { describe, expect, it } from "vitest";
import type { RetryClass } from "../../../contracts/jobs/retry.ts";
import type { JobRecord } from "../../../shared/engine/jobs/record.ts";
import { type Decision, type Delivered, decide } from "../../../shared/engine/worker/decide.ts";

const NOW = 1_000_000_000;
const SECOND = 1_000;

const record: JobRecord = {
  pk: "J#job",
  task_id: "job",
  task_name: "test",
  project_id: "default",
  queue: "test",
  lane: "high",
  priority: 5,
  status: "PENDING",
  generation: 2,
  attempts: 0,
  max_attempts: 3,
  trace_id: "trace",
  created_at: NOW - 3_600 * SECOND,
  input: { in: "json", json: "{}" },
  events: [],
  list_sk: "",
  ttl: NOW,
};

interface Case {
  readonly record?: Partial<JobRecord> | null;
  readonly delivery?: Partial<Delivered>;
  readonly generation?: number;
  readonly retry?: RetryClass;
}

function decideCase({ record: change = {}, delivery, generation = 2, retry = "standard" }: Case): Decision {
  const delivered: Delivered = {
    reference: { v: 1, task_id: "job", generation, trace_id: "trace" },
    messageId: "own",
    receiveCount: 1,
    sentAt: NOW - 3_600 * SECOND,
    receivedAt: NOW,
    ...delivery,
  };
  return decide(change === null ? undefined : { ...record, ...change }, delivered, { retry, now: NOW });
}

const running = (leaseUntil: number | undefined, attempts = 1): Partial<JobRecord> => ({
  status: "STARTED",
  attempts,
  lease_until: leaseUntil,
});
const failedAt = (finishedAt: number): Partial<JobRecord> => ({
  status: "FAILURE",
  attempts: 3,
  finished_at: finishedAt,
  message_id: "own",
  receive_count: 3,
  work_pk: "DEAD#test#0",
});
const END = NOW - 600 * SECOND;

describe("decide", () => {
  it.each<[string, Case, Decision]>([
    ["no record", { record: null }, { action: "leave", reason: "there is no such job" }],
    ["a generation that nobody sent", { generation: 3 }, { action: "leave", reason: "nobody sent that generation" }],
    ["an older generation", { generation: 1 }, { action: "acknowledge", reason: "a newer message was sent" }],
    [
      "an older generation of a failed job",
      { generation: 1, record: failedAt(END) },
      { action: "acknowledge", reason: "a newer message was sent" },
    ],
    ["SUCCESS", { record: { status: "SUCCESS" } }, { action: "acknowledge", reason: "the job is SUCCESS" }],
    ["REVOKED", { record: { status: "REVOKED" } }, { action: "acknowledge", reason: "the job is REVOKED" }],
    ["PENDING and due", {}, { action: "claim" }],
    ["PENDING and due at this moment", { record: { next_attempt_at: NOW } }, { action: "claim" }],
    [
      "PENDING and not due",
      { record: { next_attempt_at: NOW + 1 } },
      { action: "wait", until: NOW + 1, isLease: false, reason: "the job is not due yet" },
    ],
    ["PENDING and expired", { record: { expires_at: NOW } }, { action: "expire" }],
    ["PENDING, delayed and expired", { record: { expires_at: NOW, next_attempt_at: NOW + 1 } }, { action: "expire" }],
    ["PENDING and not expired", { record: { expires_at: NOW + 1 } }, { action: "claim" }],
    [
      "RETRY and not due",
      { record: { status: "RETRY", attempts: 1, next_attempt_at: NOW + 5 } },
      { action: "wait", until: NOW + 5, isLease: false, reason: "the job is not due yet" },
    ],
    ["RETRY and due", { record: { status: "RETRY", attempts: 1, next_attempt_at: NOW } }, { action: "claim" }],
    [
      "RETRY after a run does not expire",
      { record: { status: "RETRY", attempts: 1, expires_at: 1 } },
      { action: "claim" },
    ],
    ["RETRY before any run expires", { record: { status: "RETRY", attempts: 0, expires_at: 1 } }, { action: "expire" }],
    [
      "RETRY with its attempts used up",
      { record: { status: "RETRY", attempts: 3 } },
      { action: "fail", cause: "exhausted" },
    ],
    [
      "RETRY with its attempts used up, not due",
      { record: { status: "RETRY", attempts: 3, next_attempt_at: NOW + 1 } },
      { action: "wait", until: NOW + 1, isLease: false, reason: "the job is not due yet" },
    ],
    [
      "STARTED under a live lease",
      { record: running(NOW + 1) },
      { action: "wait", until: NOW + 1, isLease: true, reason: "another worker runs the job" },
    ],
    [
      "STARTED under a live lease, at the last attempt",
      { record: running(NOW + 1, 3) },
      { action: "wait", until: NOW + 1, isLease: true, reason: "another worker runs the job" },
    ],
    ["STARTED under a lease that ends now", { record: running(NOW) }, { action: "claim" }],
    ["STARTED without a lease", { record: running(undefined) }, { action: "claim" }],
    [
      "STARTED under an ended lease, no attempt left",
      { record: running(NOW, 3) },
      { action: "fail", cause: "worker-lost" },
    ],
  ])("%s", (_, given, decision) => {
    expect(decideCase(given)).toEqual(decision);
  });

  const onItsWay = { action: "leave", reason: "the job has failed" } as const;
  const duplicate = { action: "acknowledge", reason: "a duplicate of a failed job's message" } as const;
  const tooSoon = { action: "leave", reason: "too soon to tell a redrive from a copy" } as const;
  const redriven = { action: "redriven" } as const;
  const own = (receiveCount: number, receivedAt: number): Partial<Delivered> => ({ receiveCount, receivedAt });
  const other = (sentAt: number): Partial<Delivered> => ({ messageId: "other", sentAt, receivedAt: NOW });

  describe("FAILURE", () => {
    it.each<[string, Partial<Delivered>, Decision, Decision]>([
      ["its own message, counted on", own(4, NOW), onItsWay, onItsWay],
      ["its own message, counted from one", own(1, NOW), redriven, redriven],
      ["its own message, the receive of the failed run", own(3, NOW), redriven, redriven],
      ["its own message, received before the end", own(1, END - 1), onItsWay, onItsWay],
      ["its own message, received 2 s after the end", own(1, END + 2 * SECOND), onItsWay, onItsWay],
      ["its own message, received later than that", own(1, END + 2 * SECOND + 1), redriven, redriven],
      ["another message, sent before the end", other(END - 1), duplicate, duplicate],
      ["another message, sent 2 s after the end", other(END + 2 * SECOND), duplicate, duplicate],
      ["another message, sent within a minute", other(END + 2 * SECOND + 1), redriven, tooSoon],
      ["another message, sent a minute after the end", other(END + 60 * SECOND), redriven, tooSoon],
      ["another message, sent later than that", other(END + 60 * SECOND + 1), redriven, redriven],
    ])("and %s", (_, delivery, standard, critical) => {
      expect(decideCase({ record: failedAt(END), delivery }), "standard").toEqual(standard);
      expect(decideCase({ record: failedAt(END), delivery, retry: "idempotent" }), "idempotent").toEqual(standard);
      expect(decideCase({ record: failedAt(END), delivery, retry: "critical" }), "critical").toEqual(critical);
    });
  });

  it("and purged or archived: its own message is discarded, and a redrive of it still runs", () => {
    const purged = { ...failedAt(END), work_pk: undefined };
    const discarded = { action: "discard", reason: "its dead letter was purged or archived" };
    expect(decideCase({ record: purged, delivery: own(4, NOW) })).toEqual(discarded);
    expect(decideCase({ record: purged, delivery: own(1, END - 1) })).toEqual(discarded);
    expect(decideCase({ record: purged, delivery: own(1, NOW) })).toEqual(redriven);
  });

  it("acknowledges no message of a job that waits or runs, but for a newer one of it", () => {
    const states = ["PENDING", "RETRY", "STARTED"] as const;
    const times = [undefined, NOW - 1, NOW, NOW + 1];
    for (const status of states) {
      for (const [attempts, at, lease] of [0, 1, 3].flatMap((n) =>
        times.flatMap((t) => times.map((l) => [n, t, l] as const)),
      )) {
        const change = { status, attempts, next_attempt_at: at, lease_until: lease, expires_at: at };
        expect(decideCase({ record: change }).action, JSON.stringify(change)).not.toBe("acknowledge");
      }
    }
  });
});
