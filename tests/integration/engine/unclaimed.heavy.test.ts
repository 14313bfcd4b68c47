/**
 * Workers that die between their receive and their claim, and API functions that die between a job's record and its
 * message: docs/decisions/0121. Time stands still until a test moves it, and sweeps run every minute.
 *
 * @module
 */

import { DeleteMessageCommand } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { JobRecord } from "../../../shared/engine/jobs/record.ts";
import { Engine } from "../../helpers/engine.ts";

const MINUTE = 60_000;
/** The bounds of docs/architecture.md. */
const CLAIM_BOUND_MS = 5 * MINUTE;
const SUBMIT_BOUND_MS = 15 * MINUTE;

let engine: Engine;
let now: number;
let runs: string[];
beforeEach(async () => {
  now = Date.now();
  vi.spyOn(Date, "now").mockImplementation(() => now);
  runs = [];
  engine = await Engine.start();
  engine.code = async ({ value }, { taskId }) => {
    runs.push(taskId);
    return { value };
  };
});
afterEach(async () => {
  vi.restoreAllMocks();
  await engine.close();
});

const die = (): Promise<never> => new Promise(() => undefined);

/** Lets the n-th call of a client from now on be the last thing that its process does. */
function dieAt(client: { send: (...args: never[]) => unknown }, call: number, when: "before" | "after"): () => boolean {
  const send = client.send.bind(client) as (...args: unknown[]) => Promise<unknown>;
  let calls = 0;
  let dead = false;
  vi.spyOn(client, "send").mockImplementation((async (...args: unknown[]) => {
    if (dead) return die();
    calls += 1;
    if (calls < call) return send(...args);
    if (when === "after") await send(...args);
    dead = true;
    return die();
  }) as never);
  return () => dead;
}

async function receive(): Promise<SQSRecord> {
  return (await engine.receive()) ?? expect.fail("no message");
}

/** Delivers what is visible. */
async function work(): Promise<void> {
  for (;;) {
    const message = await engine.receive();
    if (!message) return;
    await engine.handle(message);
  }
}

/** A sweep a minute, and workers that take what there is, until the job has ended. @returns milliseconds */
async function until(done: (record: JobRecord) => boolean, taskId: string, phase = 0): Promise<number> {
  const begun = now;
  now += phase;
  for (;;) {
    if (done(await engine.record(taskId))) return now - begun;
    if (now - begun > 60 * MINUTE) throw new Error(`Nothing happened: ${JSON.stringify(await engine.record(taskId))}`);
    await engine.sweep();
    await work();
    if (done(await engine.record(taskId))) return now - begun;
    now += MINUTE;
  }
}

const isDone = ({ status }: JobRecord) => status === "SUCCESS";

describe("a worker that dies between its receive and its claim", () => {
  // Sweeps come at any time of the minute.
  it.each(Array.from({ length: 10 }, (_, kill) => kill * 6_000))(
    "has its job run under a new generation within five minutes, first sweep after %d ms",
    async (phase) => {
      const { task_id: taskId } = await engine.submit();
      await receive();

      const took = await until(isDone, taskId, phase);

      expect(took).toBeLessThanOrEqual(CLAIM_BOUND_MS);
      expect(await engine.record(taskId)).toMatchObject({ status: "SUCCESS", generation: 2, attempts: 1 });
      expect(runs).toEqual([taskId]);
    },
  );

  it("leaves an old message that is acknowledged when it returns", async () => {
    const { task_id: taskId } = await engine.submit();
    await receive();
    await until(isDone, taskId);

    now += 601_000;
    expect(await engine.step()).toBe("acknowledge");
    expect(runs).toEqual([taskId]);
    expect(await engine.counts("test-high")).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it("is noticed behind a backlog, whose other jobs keep their places", async () => {
    const { task_id: taskId } = await engine.submit();
    await receive();
    const others: string[] = [];
    for (let job = 0; job < 30; job++) {
      now += 500;
      others.push((await engine.submit()).task_id);
    }
    // A worker at a time, a job that lasts as long as a sweep is apart, and always more that wait.
    let sent: number | undefined;
    const lost = now;
    for (let minute = 0; minute < 6 && sent === undefined; minute++) {
      now += MINUTE;
      const message = await receive();
      engine.code = async ({ value }) => {
        await engine.sweep();
        return { value };
      };
      await engine.handle(message);
      if ((await engine.record(taskId)).generation === 2) sent = now - lost;
    }

    expect(sent).toBeLessThanOrEqual(CLAIM_BOUND_MS);
    const waiting = await Promise.all(others.map((id) => engine.record(id)));
    expect(waiting.filter(({ generation }) => generation > 1)).toEqual([]);
    expect(waiting.filter(({ status }) => status === "PENDING").length).toBeGreaterThan(20);
  });

  it("is noticed at a later attempt, too", async () => {
    engine.code = () => Promise.reject(new Error("once"));
    const { task_id: taskId } = await engine.submit();
    await engine.step();
    engine.code = async ({ value }) => ({ value });
    const { next_attempt_at: due = 0 } = await engine.record(taskId);
    now = due + 1_000;
    await receive();

    expect(await until(isDone, taskId)).toBeLessThanOrEqual(CLAIM_BOUND_MS);
  });

  it("is noticed when its job may expire, too", async () => {
    const { task_id: taskId } = await engine.submit({ expiresIn: 3_600 });
    await receive();

    expect(await until(isDone, taskId)).toBeLessThanOrEqual(CLAIM_BOUND_MS);
  });

  it("that dies again and again has its job sent again three times, and is left to SQS then", async () => {
    const { task_id: taskId } = await engine.submit();
    for (let minute = 0; minute < 45; minute++) {
      // Whatever comes, its worker dies.
      while (await engine.receive());
      await engine.sweep();
      now += MINUTE;
    }
    expect((await engine.record(taskId)).generation).toBe(4);
  });
});

it("a claim and a change of visibility that both fail cost minutes, not the visibility timeout", async () => {
  const { task_id: taskId } = await engine.submit();
  const message = await receive();
  const { document } = engine.services.store.table;
  for (const client of [document, engine.services.sqs]) {
    vi.spyOn(client, "send").mockImplementation((() => Promise.reject(new Error("the network is down"))) as never);
  }
  expect(await engine.handle(message)).toBe("leave");
  vi.mocked(document.send).mockRestore();
  vi.mocked(engine.services.sqs.send).mockRestore();

  expect(await until(isDone, taskId)).toBeLessThanOrEqual(CLAIM_BOUND_MS);
});

describe("an API function that dies between a job's record and its message", () => {
  const kills = (["before", "after"] as const).flatMap((when) =>
    Array.from({ length: 5 }, (_, kill) => [when, kill * 12_000] as const),
  );
  it.each(kills)(
    "has its job sent within 15 minutes: %s the record's answer or the message, sweep after %d ms",
    async (when, phase) => {
      // "after" the first call of the table is between record and message; "before" the first call of SQS as well.
      const client = when === "after" ? engine.services.store.table.document : engine.services.sqs;
      const isDead = dieAt(client, 1, when);
      void engine.submit({ idempotencyKey: "k" }).catch(() => undefined);
      await vi.waitFor(() => expect(isDead()).toBe(true));
      vi.mocked(client.send).mockRestore();
      const [job] = (await engine.services.store.list({ tenant: "default", limit: 1 })).jobs;
      const taskId = job?.task_id ?? expect.fail("no record");
      expect(await engine.counts("test-high")).toMatchObject({ visible: 0, inFlight: 0 });

      expect(await until(isDone, taskId, phase)).toBeLessThanOrEqual(SUBMIT_BOUND_MS);
      expect(runs).toEqual([taskId]);
    },
  );
});

describe("jobs that only wait their turn", () => {
  it("are left alone in a lane that nobody works on", async () => {
    const { task_id: taskId } = await engine.submit();
    for (let minute = 0; minute < 20; minute++) {
      now += MINUTE;
      await engine.sweep();
    }
    expect(await engine.record(taskId)).toMatchObject({ status: "PENDING", generation: 1 });
  });

  it("are left alone while earlier ones run", async () => {
    const ids: string[] = [];
    for (let job = 0; job < 5; job++) {
      ids.push((await engine.submit()).task_id);
      now += 2_000;
    }
    for (let job = 0; job < 3; job++) {
      now += MINUTE;
      const message = await receive();
      engine.code = async ({ value }) => {
        await engine.sweep();
        return { value };
      };
      await engine.handle(message);
    }
    for (const id of ids) expect((await engine.record(id)).generation).toBe(1);
  });

  it("keep their place in the index until they are claimed, and none when they have ended", async () => {
    const { task_id: taskId, work_pk: place } = await engine.submit();
    expect(place).toMatch(/^WAIT#high#\d+$/);
    await work();
    expect(await engine.record(taskId)).not.toHaveProperty("work_pk");
  });
});

describe("a job whose worker died", () => {
  it("no longer says STARTED once the sweeper knows, and is not forgotten behind a backlog", async () => {
    const { task_id: taskId } = await engine.submit();
    const message = await receive();
    engine.code = die;
    void engine.handle(message);
    await vi.waitFor(async () => expect((await engine.record(taskId)).status).toBe("STARTED"));
    now += 62_000;
    engine.code = async ({ value }) => ({ value });

    await engine.sweep();

    const record = await engine.record(taskId);
    expect(record).toMatchObject({ status: "RETRY", attempts: 1, error: { type: "WorkerLostError", retryable: true } });
    expect(await engine.counts("test-high")).toMatchObject({ visible: 1 });
    await work();
    expect(await engine.record(taskId)).toMatchObject({ status: "SUCCESS", attempts: 2 });
  });
});

describe("a job that expires before it is due", () => {
  it.each([60, 100_000])("is revoked when it expires, and never sent: delayed by %d s", async (delaySeconds) => {
    const { task_id: taskId } = await engine.submit({ delaySeconds, expiresIn: 30 });
    now += 31_000;

    await engine.sweep();

    expect(await engine.record(taskId)).toMatchObject({ status: "REVOKED" });
    expect(await engine.counts("test-high")).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });
});

it("a job's message that was deleted in the SQS console is sent again", async () => {
  const { task_id: taskId } = await engine.submit();
  const { receiptHandle } = await receive();
  const QueueUrl = engine.queueUrl("test-high");
  await engine.services.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: receiptHandle }));

  expect(await until(isDone, taskId)).toBeLessThanOrEqual(CLAIM_BOUND_MS);
});
