/**
 * What each transition to STARTED changes in a job's record, and nothing besides; and which records it leaves alone.
 *
 * @module
 */

import { describe, expect, it } from "vitest";
import { LANE_RETENTION } from "../../../contracts/jobs/retention.ts";
import { DAY } from "../../../shared/lib/time.ts";
import {
  at,
  changesOf,
  delivery,
  given,
  lease,
  leftovers,
  log,
  NOW,
  place,
  progress,
  RESULT_EXPIRES,
  recordOf,
  SECONDS,
  started,
  unchanged,
  useEngine,
} from "../../helpers/transition-cases.ts";

useEngine();

/** Still to be read, and before all that a transition here may set. */
const SOON = Math.ceil(Date.now() / 1_000) + 300;

describe("a claim", () => {
  it("takes the lease and removes what spoke of waiting", async () => {
    const before = await given({ needs_send: true, resends: 2, next_attempt_at: NOW, finished_at: 1 });

    expect(await changesOf(before, at().claim(before, delivery, lease))).toStrictEqual({
      status: "STARTED",
      attempts: 1,
      started_at: NOW,
      worker: "test-high@lambda",
      message_id: "m1",
      receive_count: 2,
      receipt_handle: "r",
      lease_token: "mine",
      lease_until: lease.until,
      ...place("RUN", before, lease.until),
      next_attempt_at: undefined,
      finished_at: undefined,
      needs_send: undefined,
      resends: undefined,
      events: [...before.events, { s: "STARTED", t: NOW, n: 0, w: "test-high@lambda" }],
    });
  });

  it.each([
    ["PENDING", { status: "PENDING" }],
    ["RETRY", { status: "RETRY", attempts: 1 }],
    ["STARTED with an ended lease", { status: "STARTED", attempts: 1, lease_until: NOW }],
    ["due in half a second", { next_attempt_at: NOW + 500 }],
    ["expired after its first run", { status: "RETRY", attempts: 1, expires_at: NOW }],
    ["to expire in a millisecond", { expires_at: NOW + 1 }],
  ])("holds for a job that is %s", async (_, attributes) => {
    const job = await given(attributes);
    expect(await at().claim(job, delivery, lease)).toMatchObject({ status: "STARTED" });
  });

  it.each([
    ["due later", { next_attempt_at: NOW + 501 }],
    ["STARTED under a lease", { status: "STARTED", attempts: 1, lease_until: NOW + 1 }],
    ["expired", { expires_at: NOW }],
    ["out of attempts", { status: "RETRY", attempts: 4, max_attempts: 4 }],
    ["SUCCESS", { status: "SUCCESS" }],
    ["FAILURE", { status: "FAILURE" }],
    ["REVOKED", { status: "REVOKED" }],
    ["of a later generation", { generation: 2 }],
  ])("changes nothing of a job that is %s", async (_, attributes) => {
    const job = await given(attributes);
    await unchanged(job, at().claim({ ...job, generation: 1 }, delivery, lease));
  });
});

describe("a claim of a redriven job", () => {
  const redriven = { ...delivery, sentAt: NOW - 10 };

  it("starts from the beginning and forgets the runs before", async () => {
    const before = await given({ ...leftovers, status: "FAILURE", attempts: 4, ttl: SOON });

    expect(await changesOf(before, at().claimRedriven(before, redriven, lease))).toMatchObject({
      status: "STARTED",
      attempts: 1,
      due_at: NOW - 10,
      ...place("RUN", before, lease.until),
      ...Object.fromEntries(
        ["finished_at", "duration_ms", "error", "fingerprint", "failure_handled", "result", "usage", "progress"].map(
          (name) => [name, undefined],
        ),
      ),
      log: undefined,
      resends: undefined,
      events: [
        ...before.events,
        { s: "STARTED", t: NOW, n: 1, w: delivery.worker, m: "redriven from the dead-letter queue" },
      ],
      ttl: SECONDS + LANE_RETENTION + DAY + RESULT_EXPIRES,
    });
  });

  it("keeps a record that lives longer as long, and the newest 20 entries of its timeline", async () => {
    const events = Array.from({ length: 25 }, (_, t) => ({ s: "PENDING", t, n: 0 }));
    const before = await given({ status: "FAILURE", finished_at: 1, ttl: 9_999_999_999, events });

    const after = await at().claimRedriven(before, redriven, lease);

    expect(after?.ttl).toBe(9_999_999_999);
    expect(after?.events.slice(0, -1)).toStrictEqual(events.slice(-20));
  });

  it.each([
    ["no longer FAILURE", { status: "PENDING" }],
    ["of a later generation", { status: "FAILURE", generation: 2 }],
    ["failed again", { status: "FAILURE", finished_at: 2 }],
  ])("changes nothing of a job that is %s", async (_, attributes) => {
    const job = await given({ finished_at: 1, ...attributes });
    await unchanged(job, at().claimRedriven({ ...job, generation: 1, finished_at: 1 }, redriven, lease));
  });
});

describe("a heartbeat", () => {
  it("moves the lease and carries what the run reports", async () => {
    const before = await given({ ...started, work_at: 1 });
    const renewed = at().renew(before.task_id, lease, { until: NOW + 9_000, progress, log });

    expect(await changesOf(before, renewed)).toStrictEqual({
      lease_until: NOW + 9_000,
      work_at: NOW + 9_000,
      progress,
      log,
    });
  });

  it("leaves the log that is there when there is nothing new", async () => {
    const before = await given({ ...started, log });
    await at().renew(before.task_id, lease, { until: NOW, progress: undefined });
    expect((await recordOf(before)).log).toStrictEqual(log);
  });
});
