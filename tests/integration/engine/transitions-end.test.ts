/**
 * What each transition to SUCCESS, FAILURE and REVOKED changes in a job's record, and nothing besides; and which records it leaves alone.
 *
 * @module
 */

import { describe, expect, it } from "vitest";
import { FAILED_JOB_RETENTION, LANE_RETENTION } from "../../../contracts/jobs/retention.ts";
import type { JobRecord } from "../../../shared/engine/jobs/record.ts";
import { workPartition } from "../../../shared/engine/table/addresses.ts";
import { DAY } from "../../../shared/lib/time.ts";
import {
  at,
  changesOf,
  error,
  given,
  lease,
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

describe.each([
  ["succeed", (job: JobRecord) => at().succeed({ record: job, lease }, { in: "json", json: "1" }, outcome)],
  [
    "fail",
    (job: JobRecord) =>
      at().fail({ record: job, lease }, { error, fingerprint: "f" }, { ...outcome, hasHandler: true }),
  ],
  ["retryLater", (job: JobRecord) => at().retryLater({ record: job, lease }, { error, at: NOW }, outcome)],
  ["renew", (job: JobRecord) => at().renew(job.task_id, lease, { until: NOW, progress, log })],
])("%s", (_, change) => {
  it.each([
    ["another worker holds", { ...started, lease_token: "theirs" }],
    ["is not STARTED", { ...started, status: "RETRY" }],
  ])("changes nothing of a job that %s", async (_, attributes) => {
    const job = await given(attributes);
    await unchanged(job, change(job));
  });
});

describe("an end", () => {
  it("in SUCCESS removes lease, place, error and resends", async () => {
    const before = await given({ ...started, error, resends: 2, receipt_handle: "r" });
    const result = { in: "json" as const, json: '{"n":1}' };

    expect(await changesOf(before, at().succeed({ record: before, lease }, result, outcome))).toStrictEqual({
      status: "SUCCESS",
      result,
      usage,
      progress,
      log,
      finished_at: NOW,
      duration_ms: 5_000,
      ttl: SECONDS + RESULT_EXPIRES,
      lease_token: undefined,
      lease_until: undefined,
      receipt_handle: undefined,
      work_pk: undefined,
      work_at: undefined,
      error: undefined,
      resends: undefined,
      events: [...before.events, { s: "SUCCESS", t: NOW, n: 1 }],
    });
  });

  it("in FAILURE puts it among the dead letters", async () => {
    const before = await given({ ...started, receipt_handle: "r", next_attempt_at: 1, needs_send: true });

    expect(
      await changesOf(
        before,
        at().fail({ record: before, lease }, { error, fingerprint: "f" }, { ...outcome, hasHandler: true }),
      ),
    ).toStrictEqual({
      status: "FAILURE",
      error,
      fingerprint: "f",
      usage,
      progress,
      log,
      finished_at: NOW,
      duration_ms: 5_000,
      ...place("DEAD#test", before),
      ttl: SECONDS + FAILED_JOB_RETENTION,
      lease_token: undefined,
      lease_until: undefined,
      receipt_handle: undefined,
      next_attempt_at: undefined,
      needs_send: undefined,
      events: [...before.events, { s: "FAILURE", t: NOW, n: 1, e: error }],
    });
  });

  it("in FAILURE without a run notes the message that lies in the dead-letter queue", async () => {
    const before = await given({ needs_send: true });
    const message = { messageId: "m9", receiveCount: 7 };

    expect(await changesOf(before, at().failOrphaned(before, { error, fingerprint: "f" }, message))).toStrictEqual({
      status: "FAILURE",
      error,
      fingerprint: "f",
      finished_at: NOW,
      message_id: "m9",
      receive_count: 7,
      ...place("DEAD#test", before),
      ttl: SECONDS + FAILED_JOB_RETENTION,
      needs_send: undefined,
      events: [...before.events, { s: "FAILURE", t: NOW, n: 0, e: error }],
    });
  });

  it.each([
    ["a live worker holds", {}, { ...started, lease_until: NOW + 1 }],
    ["has moved on", { status: "RETRY" }, {}],
    ["has a new generation", { generation: 2 }, {}],
    ["was claimed", { attempts: 1 }, {}],
  ])("in FAILURE without a run is not that of a job that %s", async (_, moved, attributes) => {
    const before = await given(attributes);
    const job = await given({ ...attributes, ...moved });
    const asRead = { ...before, task_id: job.task_id };
    await unchanged(job, at().failOrphaned(asRead, { error, fingerprint: "f" }));
  });

  it("in REVOKED removes lease and place, and says why", async () => {
    const before = await given({ ...started, receipt_handle: "r", next_attempt_at: 1, needs_send: true });

    expect(
      await changesOf(before, at().revoke(before, { from: ["PENDING", "STARTED"], reason: "asked" })),
    ).toStrictEqual({
      status: "REVOKED",
      finished_at: NOW,
      ttl: SECONDS + LANE_RETENTION + DAY,
      lease_token: undefined,
      lease_until: undefined,
      receipt_handle: undefined,
      next_attempt_at: undefined,
      needs_send: undefined,
      work_pk: undefined,
      work_at: undefined,
      events: [...before.events, { s: "REVOKED", t: NOW, n: 0, m: "asked" }],
    });
  });

  it("in REVOKED holds only from the states that are given", async () => {
    const job = await given(started);
    await unchanged(job, at().revoke(job, { from: ["PENDING", "RETRY"], reason: "asked" }));
  });

  it("in REVOKED of a job that was not started in time", async () => {
    const before = await given({ expires_at: NOW, next_attempt_at: 1, needs_send: true });

    expect(await changesOf(before, at().expire(before))).toStrictEqual({
      status: "REVOKED",
      finished_at: NOW,
      ttl: SECONDS + LANE_RETENTION + DAY,
      next_attempt_at: undefined,
      needs_send: undefined,
      work_pk: undefined,
      work_at: undefined,
      events: [...before.events, { s: "REVOKED", t: NOW, n: 0, m: "expired before it was started" }],
    });
  });

  it.each([
    ["waits in RETRY and never ran", { status: "RETRY", expires_at: NOW }, "REVOKED"],
    ["has run", { status: "RETRY", attempts: 1, expires_at: NOW }, undefined],
    ["runs", { ...started, attempts: 0, expires_at: NOW }, undefined],
    ["expires later", { expires_at: NOW + 1 }, undefined],
    ["never expires", {}, undefined],
  ])("by expiry, of a job that %s", async (_, attributes, status) => {
    const job = await given(attributes);
    expect((await at().expire(job))?.status).toBe(status);
  });
});

describe("the tokens of all runs", () => {
  const end = async (before: object, used: typeof usage | undefined) => {
    const job = await given({ ...started, ...before });
    const result = { in: "json" as const, json: "1" };
    return (await at().succeed({ record: job, lease }, result, { ...outcome, usage: used }))?.usage;
  };
  const earlier = { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30, model: "b" };

  it("are added up, under the model that was used last", async () => {
    const sum = { prompt_tokens: 11, completion_tokens: 22, total_tokens: 33, model: "a" };
    expect(await end({ usage: earlier }, usage)).toStrictEqual(sum);
  });

  it("stay as they are after a run that used none", async () => {
    expect(await end({ usage: earlier }, undefined)).toStrictEqual(earlier);
    expect(await end({}, undefined)).toBeUndefined();
  });
});

describe("the end of a job with a callback", () => {
  const withCallback = { callback_url: "https://example.com/hook" };

  it.each([
    ["SUCCESS", started, (job: JobRecord) => at().succeed({ record: job, lease }, { in: "json", json: "1" }, outcome)],
    ["REVOKED", {}, (job: JobRecord) => at().revoke(job, { from: ["PENDING"], reason: "asked" })],
    ["REVOKED", { expires_at: NOW }, (job: JobRecord) => at().expire(job)],
  ])("keeps its place until the callback is submitted: %s", async (status, attributes, change) => {
    const before = await given({ ...attributes, ...withCallback });

    const ended = await change(before);

    expect(ended).toMatchObject({ status, ...place("CALLBACK", before) });
    const noted = at().markEndHandled(ended ?? before);
    expect(await changesOf(ended ?? before, noted)).toStrictEqual({ work_pk: undefined, work_at: undefined });
  });

  it.each([
    ["with one, taken for one without", withCallback, {}],
    ["without one, taken for one with", {}, withCallback],
  ])("a revoke changes nothing of a job %s", async (_, attributes, { callback_url }: { callback_url?: string }) => {
    const job = await given(attributes);
    const asRead = { task_id: job.task_id, ...(callback_url !== undefined && { callback_url }) };
    await unchanged(job, at().revoke(asRead, { from: ["PENDING"], reason: "asked" }));
  });

  it.each([
    ["was restarted", { status: "PENDING" }],
    ["has ended again", { finished_at: NOW + 1 }],
    ["has another place", { work_pk: workPartition("DUE", "x") }],
  ])("is not noted of a job that %s", async (_, moved) => {
    const { task_id: taskId } = await given();
    const ended = { ...withCallback, status: "REVOKED", finished_at: NOW };
    const job = await given({ ...ended, work_pk: workPartition("CALLBACK", taskId), ...moved }, { idempotencyKey: "" });
    await unchanged(job, at().markEndHandled({ ...job, status: "REVOKED", finished_at: NOW }));
  });
});

describe("of a failed job", () => {
  const failed = { status: "FAILURE", finished_at: NOW };

  it("the call of onFailure is noted", async () => {
    const before = await given(failed);
    expect(await changesOf(before, at().noteFailureHandling(before, { isDone: true }))).toStrictEqual({
      failure_handled: true,
    });
  });

  it("the place among the dead letters is removed, and the timeline says why", async () => {
    const before = await given(failed);
    expect(await changesOf(before, at().removeDeadLetter(before, "purged"))).toStrictEqual({
      work_pk: undefined,
      work_at: undefined,
      events: [...before.events, { s: "FAILURE", t: NOW, n: 0, m: "purged" }],
    });
  });

  it.each([
    ["was restarted", { status: "PENDING" }],
    ["has a new generation", { generation: 2 }],
  ])("neither is done when it %s", async (_, moved) => {
    const job = await given({ ...failed, ...moved });
    await unchanged(job, at().noteFailureHandling({ ...job, generation: 1 }, { isDone: true }));
    await unchanged(job, at().removeDeadLetter({ ...job, generation: 1 }, "purged"));
  });

  it("a dead letter is removed once", async () => {
    const job = await given({ ...failed, work_pk: undefined, work_at: undefined });
    await unchanged(job, at().removeDeadLetter(job, "purged"));
  });
});
