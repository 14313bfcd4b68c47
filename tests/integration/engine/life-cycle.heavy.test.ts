import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LLMServerError } from "../../../contracts/errors.ts";
import { presentEvents } from "../../../shared/engine/jobs/present.ts";
import { retryJob } from "../../../shared/engine/jobs/retry.ts";
import { revokeJob } from "../../../shared/engine/jobs/revoke.ts";
import { Engine } from "../../helpers/engine.ts";
import { eventually } from "../../helpers/eventually.ts";

let engine: Engine;
afterEach(() => engine.close());

/** Runs a job in a worker that dies in the middle: the run never returns, and its heartbeats are swallowed. */
async function crash(): Promise<void> {
  const message = await engine.receive();
  if (!message) throw new Error("no message");
  const started = new Promise<void>((resolve) => {
    engine.code = () => {
      resolve();
      return new Promise(() => {});
    };
  });
  void engine.handle(message).catch(() => undefined);
  await started;
  // The dead worker's lease: its keeper still ticks in this process, so the token it would renew is changed.
  const { document, name: table } = engine.services.store.table;
  const { UpdateCommand } = await import("@aws-sdk/lib-dynamodb");
  const body: { task_id: string } = JSON.parse(message.body);
  await document.send(
    new UpdateCommand({
      TableName: table,
      Key: { pk: `J#${body.task_id}`, sk: "head" },
      UpdateExpression: "SET lease_token = :dead",
      ExpressionAttributeValues: { ":dead": "dead" },
    }),
  );
}

describe("waiting", () => {
  beforeEach(async () => {
    engine = await Engine.start();
  });

  it("for longer than SQS can, is released by the sweeper at its time", async () => {
    const job = await engine.submit({ delaySeconds: 3_600 });
    await engine.sweep();
    expect(await engine.counts("test-high")).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    engine.clockOffsetMs = 3_590_000;
    expect((await engine.sweep()).released).toBe(1);
    expect((await engine.counts("test-high")).delayed).toBe(1);
    expect((await engine.sweep()).released).toBe(0);
    expect((await engine.record(job.task_id)).needs_send).toBeUndefined();
  });

  it("past its expiry, is revoked and never runs", async () => {
    const job = await engine.submit({ expiresIn: 60 });
    engine.clockOffsetMs = 61_000;
    expect((await engine.sweep()).expired).toBe(1);
    expect((await engine.record(job.task_id)).status).toBe("REVOKED");
    expect(await engine.step()).toBe("acknowledge");
  });

  it("past its expiry, is revoked by the worker when no sweep came first", async () => {
    const job = await engine.submit({ expiresIn: 60 });
    engine.clockOffsetMs = 61_000;
    expect(await engine.step()).toBe("acknowledge");
    const record = await engine.record(job.task_id);
    expect(record.status).toBe("REVOKED");
    expect(record.attempts).toBe(0);
  });
});

describe("a worker that dies", () => {
  beforeEach(async () => {
    engine = await Engine.start({ settings: { TASK_LEASE_SECONDS: "2" } });
  });

  it("loses its job to the next worker once its lease has ended, and the job ends once", async () => {
    const job = await engine.submit();
    await crash();
    engine.code = async ({ value }) => ({ value });
    engine.clockOffsetMs = 4_000;
    expect((await engine.sweep()).given_back).toBe(1);
    expect(await engine.step()).toBe("acknowledge");
    const record = await engine.record(job.task_id);
    expect(record.status).toBe("SUCCESS");
    expect(record.attempts).toBe(2);
    expect(presentEvents(record).map((event) => [event.status, event.attempt])).toEqual([
      ["PENDING", 0],
      ["STARTED", 1],
      ["RETRY", 1],
      ["STARTED", 2],
      ["SUCCESS", 2],
    ]);
  });

  it("whose message is gone too, has its job sent again by the sweeper", async () => {
    const job = await engine.submit();
    await crash();
    engine.clockOffsetMs = 4 * 3_600_000;
    expect((await engine.sweep()).resent).toBe(1);
    expect((await engine.record(job.task_id)).generation).toBe(2);
    engine.code = async ({ value }) => ({ value });
    expect(await engine.step()).toBe("acknowledge");
    expect((await engine.record(job.task_id)).status).toBe("SUCCESS");
  });
});

describe("a critical job", () => {
  it("whose worker dies becomes FAILURE WorkerLostError after the invocation's deadline, and does not run again", async () => {
    engine = await Engine.start({ retry: "critical" });
    const job = await engine.submit();
    await crash();
    expect((await engine.sweep()).failed).toBe(0);
    engine.clockOffsetMs = 65_000;
    expect((await engine.sweep()).failed).toBe(1);
    const record = await engine.record(job.task_id);
    expect(record.status).toBe("FAILURE");
    expect(record.error?.type).toBe("WorkerLostError");
    expect(record.attempts).toBe(1);
    expect(await engine.step()).toBe("leave");
  });
});

describe("a running job", () => {
  beforeEach(async () => {
    engine = await Engine.start({ settings: { TASK_LEASE_SECONDS: "4" } });
  });

  it("is aborted soon after it is revoked, and its late success does not count", async () => {
    let aborted = false;
    engine.code = async ({ value }, { signal }) => {
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
      aborted = true;
      return { value };
    };
    const job = await engine.submit();
    const running = engine.step();
    await expect.poll(async () => (await engine.record(job.task_id)).status).toBe("STARTED");
    expect((await revokeJob(engine.services, job.task_id, { terminate: false })).outcome).toBe("conflict");
    expect((await revokeJob(engine.services, job.task_id, { terminate: true })).outcome).toBe("revoked");
    expect(await running).toBe("acknowledge");
    expect(aborted).toBe(true);
    expect((await engine.record(job.task_id)).status).toBe("REVOKED");
  });

  it("keeps its lease by heartbeats for longer than one lease, and shows its progress", async () => {
    const { promise: isSeen, resolve: see } = Promise.withResolvers<void>();
    engine.code = async ({ value }, context) => {
      context.progress(1, 3, "one of three");
      await isSeen;
      return { value };
    };
    const job = await engine.submit();
    const running = engine.step();
    const first = await eventually("its lease", async () => (await engine.record(job.task_id)).lease_until);
    const progress = await eventually("its progress", async () => (await engine.record(job.task_id)).progress);
    expect(progress).toEqual({ current: 1, total: 3, message: "one of three" });
    await eventually("the first lease is over, and another one holds", async () => {
      const { lease_until: until = 0 } = await engine.record(job.task_id);
      return Date.now() > first && until > Date.now();
    });
    see();
    expect(await running).toBe("acknowledge");
    expect((await engine.record(job.task_id)).attempts).toBe(1);
  });

  it("shows what its code logs while it runs, and keeps the lines of every attempt", async () => {
    const { promise: isSeen, resolve: see } = Promise.withResolvers<void>();
    engine.code = async ({ value }, { attempt, log }) => {
      log.info("Reading.", { page: attempt });
      if (attempt === 1) throw new Error("the page is torn");
      await isSeen;
      log.warn("Late.");
      return { value };
    };
    const job = await engine.submit();
    const lines = async () => (await engine.record(job.task_id)).log?.map(({ n, l, m }) => [n, l, m]);
    const message = await engine.receive();
    if (!message) throw new Error("no message");
    expect(await engine.handle(message)).toBe("leave");
    expect(await lines()).toEqual([[1, "i", "Reading. page=1"]]);

    engine.clockOffsetMs += 900_000;
    const running = engine.handle(message);
    const both = [
      [1, "i", "Reading. page=1"],
      [2, "i", "Reading. page=2"],
    ];
    await eventually("the second attempt's line", async () => (await lines())?.length === 2);
    expect(await lines()).toEqual(both);
    expect((await engine.record(job.task_id)).status).toBe("STARTED");
    see();
    expect(await running).toBe("acknowledge");
    expect(await lines()).toEqual([...both, [2, "w", "Late."]]);
  });

  it("is stopped at the soft time limit even if it ignores its signal, and tried again", async () => {
    engine.code = () => new Promise(() => {});
    const job = await engine.submit();
    const message = await engine.receive();
    expect(message && (await engine.handle(message, "test-high", 6_000))).toBe("leave");
    const record = await engine.record(job.task_id);
    expect(record.status).toBe("RETRY");
    expect(record.error?.type).toBe("SoftTimeLimitExceeded");
  });
});

describe("while the backend is down", () => {
  it("jobs are put off without an attempt, and return when it is up", async () => {
    engine = await Engine.start({ breaker: true });
    engine.code = async () => {
      throw new LLMServerError("503");
    };
    for (let job = 0; job < 5; job++) await engine.submit();
    for (let job = 0; job < 5; job++) await engine.step();
    const late = await engine.submit();
    expect(await engine.step()).toBe("acknowledge");
    const waiting = await engine.record(late.task_id);
    expect(waiting).toMatchObject({ status: "RETRY", attempts: 0, generation: 2, needs_send: true });
    const until = new Date(waiting.next_attempt_at ?? 0).toISOString();
    expect(waiting.error).toMatchObject({ type: "BackendDownError", message: expect.stringContaining(until) });

    engine.code = async ({ value }) => ({ value });
    engine.clockOffsetMs = 90_000;
    expect((await engine.sweep()).released).toBe(1);
    for (;;) {
      const message = await engine.receive();
      if (!message) break;
      await engine.handle(message);
    }
    expect(await engine.record(late.task_id)).toMatchObject({ status: "SUCCESS", attempts: 1 });
  });
});

it("runs a failed job again on request, under a new generation", async () => {
  engine = await Engine.start();
  engine.code = async () => {
    throw new TypeError("first");
  };
  const job = await engine.submit();
  const message = await engine.receive();
  if (!message) throw new Error("no message");
  message.attributes.ApproximateReceiveCount = "7";
  await engine.handle(message);
  engine.code = async ({ value }) => ({ value });
  const again = await retryJob(engine.services, await engine.record(job.task_id), { reason: "retried by request" });
  expect(again).toMatchObject({ status: "PENDING", generation: 2, attempts: 0 });
  for (;;) {
    const next = await engine.receive();
    if (!next) break;
    expect(await engine.handle(next)).toBe("acknowledge");
  }
  expect(await engine.record(job.task_id)).toMatchObject({ status: "SUCCESS", attempts: 1 });
});
