/**
 * What each transition to RETRY and PENDING changes in a job's record, and nothing besides; and which records it leaves alone.
 *
 * @module
 */

import { describe, expect, it } from "vitest";
import { LANE_RETENTION } from "../../../contracts/jobs/retention.ts";
import type { JobRecord } from "../../../shared/engine/jobs/record.ts";
import { DAY } from "../../../shared/lib/time.ts";
import {
  at,
  changesOf,
  error,
  given,
  lease,
  leftovers,
  log,
  NOW,
  outcome,
  place,
  progress,
  RESULT_EXPIRES,
  SECONDS,
  started,
  unchanged,
  usage,
  useEngine,
} from "../../helpers/transition-cases.ts";

useEngine();

/** Still to be read, and before all that a transition here may set. */
const SOON = Math.ceil(Date.now() / 1_000) + 300;

const shortLived = { ttl: SOON };
const longLived = { ttl: 9_999_999_999 };

it("RETRY later keeps the receipt handle and takes a place at that time", async () => {
  const before = await given({ ...started, receipt_handle: "r" });
  const later = NOW + 30_000;

  expect(
    await changesOf(before, at().retryLater({ record: before, lease }, { error, at: later }, outcome)),
  ).toStrictEqual({
    status: "RETRY",
    error,
    usage,
    progress,
    log,
    duration_ms: 5_000,
    next_attempt_at: later,
    ...place("RETRY", before, later),
    lease_token: undefined,
    lease_until: undefined,
    events: [...before.events, { s: "RETRY", t: NOW, n: 1, e: error }],
  });
});

describe("a job put off", () => {
  const until = NOW + 30_000;

  it("waits for a message of the next generation", async () => {
    const before = await given(shortLived);

    expect(await changesOf(before, at().defer(before, { reason: error, until }))).toStrictEqual({
      status: "RETRY",
      error,
      next_attempt_at: until,
      needs_send: true,
      ...place("RETRY", before, until),
      ttl: SECONDS + 30 + LANE_RETENTION + DAY,
      generation: 2,
      events: [...before.events, { s: "RETRY", t: NOW, n: 0, e: error }],
    });
  });

  it("that was put off before has one entry in its timeline, and lives no shorter", async () => {
    const before = await given({ status: "RETRY", ...longLived });
    const after = await at().defer(before, { reason: error, until });
    expect(after).toMatchObject({ events: before.events, ...longLived });
  });
});

describe("a restart", () => {
  it("is PENDING, due after the delay, and forgets the runs before", async () => {
    const run = { ...leftovers, worker: "w", started_at: 1, expires_at: 1, held: true };
    const before = await given({ ...run, status: "FAILURE", attempts: 3, ...shortLived });
    const { lease_token: _token, lease_until: _until, receipt_handle: _handle, needs_send: _send, ...forgotten } = run;

    const changes = await changesOf(before, at().restart(before, { reason: "again", delaySeconds: 9 }));

    expect(changes).toStrictEqual({
      ...Object.fromEntries(Object.keys(forgotten).map((name) => [name, undefined])),
      status: "PENDING",
      attempts: 0,
      due_at: NOW + 9_000,
      ...place("DUE", before),
      ttl: SECONDS + LANE_RETENTION + DAY + RESULT_EXPIRES,
      generation: 2,
      events: [...before.events, { s: "PENDING", t: NOW, n: 0, m: "again" }],
    });
  });

  it("is sent by the sweeper until its message was, and lives no shorter than before", async () => {
    const before = await given({ status: "REVOKED", ...longLived });
    const after = await at().restart(before, { reason: "again", delaySeconds: 0 });
    expect(after).toMatchObject({ needs_send: true, ...longLived });
  });
});

it("RETRY at once of a job whose worker was lost keeps the receipt handle", async () => {
  const before = await given({ ...started, lease_until: NOW, receipt_handle: "r" });

  expect(await changesOf(before, at().retryLost(before, error))).toStrictEqual({
    status: "RETRY",
    error,
    next_attempt_at: NOW,
    ...place("RETRY", before),
    lease_token: undefined,
    lease_until: undefined,
    events: [...before.events, { s: "RETRY", t: NOW, n: 1, e: error }],
  });
});

it("a job that nobody seems to claim is noted, and nothing else", async () => {
  const before = await given();
  expect(await changesOf(before, at().suspectUnclaimed(before, NOW + 90_000))).toStrictEqual(
    place("UNCLAIMED", before, NOW + 90_000),
  );
});

describe("a job whose message is sent again", () => {
  const m = "its message was lost, a new one was sent";

  it.each([
    ["PENDING", {}, "PENDING", undefined],
    ["RETRY", { status: "RETRY", attempts: 1 }, "RETRY", NOW],
    ["STARTED", { ...started, lease_until: NOW }, "RETRY", NOW],
  ] as const)("has a new generation and no lease: %s", async (_, attributes, status, next) => {
    const before = await given({ ...attributes, receipt_handle: "r", resends: 1, ...shortLived });

    const after = await at().resend(before);

    expect(after).toMatchObject({
      status,
      needs_send: true,
      generation: 2,
      resends: 2,
      ...place(status === "PENDING" ? "DUE" : "RETRY", before),
      ttl: SECONDS + LANE_RETENTION + DAY,
      events: [...before.events, { s: status, t: NOW, n: before.attempts, m }],
    });
    expect(after?.next_attempt_at).toBe(next);
    expect(after).not.toHaveProperty("lease_token");
    expect(after).not.toHaveProperty("lease_until");
    expect(after).not.toHaveProperty("receipt_handle");
  });

  it("lives no shorter than before", async () => {
    const before = await given(longLived);
    expect(await at().resend(before)).toMatchObject(longLived);
  });
});

it("a message that was sent is noted, with the job's place", async () => {
  const before = await given({ needs_send: true, work_pk: "DUE" });
  const noted = at().markSent(before, place("WAIT#high", before, NOW + 5));
  expect(await changesOf(before, noted)).toStrictEqual({
    needs_send: undefined,
    ...place("WAIT#high", before, NOW + 5),
  });
});

it("a held job that was released no longer expires", async () => {
  const before = await given({ held: true, expires_at: NOW + 9_000, work_pk: "EXPIRE" });
  expect(await changesOf(before, at().markReleased(before))).toStrictEqual({
    held: undefined,
    expires_at: undefined,
    ...place("WAIT#high", before),
  });
});

describe.each([
  ["defer", (job: JobRecord) => at().defer(job, { reason: error, until: NOW }), ["status", "generation", "attempts"]],
  ["restart", (job: JobRecord) => at().restart(job, { reason: "", delaySeconds: 0 }), ["status", "generation"]],
  ["retryLost", (job: JobRecord) => at().retryLost(job, error), ["status", "generation", "attempts"]],
  ["resend", (job: JobRecord) => at().resend(job), ["status", "generation", "attempts"]],
  [
    "suspectUnclaimed",
    (job: JobRecord) => at().suspectUnclaimed(job, NOW),
    ["status", "generation", "work_pk", "work_at"],
  ],
  ["markSent", (job: JobRecord) => at().markSent(job, place("RETRY", job)), ["status", "generation", "work_at"]],
] as const)("%s", (_, change, compared) => {
  const other = { status: "FAILURE", generation: 7, attempts: 3, work_pk: "W#other", work_at: 4 } as const;

  it.each(compared)("changes nothing of a job whose %s has changed since it was read", async (name) => {
    const job = await given({ status: "RETRY" });
    await unchanged(job, change({ ...job, [name]: other[name] }));
  });
});

it.each([
  ["is not held", {}],
  ["is not PENDING", { held: true, status: "REVOKED" }],
  ["has a new generation", { held: true, generation: 2 }],
])("a job that %s is not released", async (_, attributes) => {
  const job = await given(attributes);
  await unchanged(job, at().markReleased({ ...job, generation: 1 }));
});
