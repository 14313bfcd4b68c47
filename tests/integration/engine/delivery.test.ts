/**
 * Every message is decided by the job's record: the rules, one by one, on real queues and a real table.
 *
 * @module
 */

import { ChangeMessageVisibilityCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InvalidInputError, RateLimitError } from "../../../contracts/errors.ts";
import { presentEvents } from "../../../shared/engine/jobs/present.ts";
import { revokeJob } from "../../../shared/engine/jobs/revoke.ts";
import { transitions } from "../../../shared/engine/jobs/store.ts";
import { Engine } from "../../helpers/engine.ts";

let engine: Engine;
let runs: number;

beforeEach(async () => {
  engine = await Engine.start();
  runs = 0;
  engine.code = async ({ value }) => {
    runs += 1;
    return { value };
  };
});
afterEach(() => engine.close());

const failing = (error: Error) => {
  engine.code = async () => {
    runs += 1;
    throw error;
  };
};

/** Sends a message for a job as an operator's redrive does: same body, new id, new time, receive count from 1. */
async function sendAgain(body: string): Promise<void> {
  await engine.services.sqs.send(new SendMessageCommand({ QueueUrl: engine.queueUrl("test-high"), MessageBody: body }));
}

/** A job that failed some seconds ago. */
async function failForGood(): Promise<{ taskId: string; body: string }> {
  engine.clockOffsetMs = -3_000;
  failing(new InvalidInputError("no"));
  const { task_id: taskId } = await engine.submit();
  const message = await engine.receive();
  if (!message) throw new Error("no message");
  expect(await engine.handle(message)).toBe("leave");
  expect((await engine.record(taskId)).status).toBe("FAILURE");
  engine.clockOffsetMs = 0;
  return { taskId, body: message.body };
}

describe("a finished job's message", () => {
  it("is acknowledged without a run when the job is SUCCESS", async () => {
    const job = await engine.submit();
    await engine.step();
    await sendAgain(JSON.stringify({ v: 1, task_id: job.task_id, generation: 1, trace_id: "t" }));
    expect(await engine.step()).toBe("acknowledge");
    expect(runs).toBe(1);
  });

  it("is acknowledged without a run when the job is REVOKED", async () => {
    const job = await engine.submit();
    await revokeJob(engine.services, job.task_id, { terminate: false });
    expect(await engine.step()).toBe("acknowledge");
    expect(runs).toBe(0);
    expect((await engine.record(job.task_id)).status).toBe("REVOKED");
  });

  it("of an older generation is acknowledged", async () => {
    const job = await engine.submit();
    const message = await engine.receive();
    await transitions(engine.services).defer(job, {
      reason: { type: "Test", message: "test", retryable: true },
      until: Date.now() + 60_000,
    });
    expect(message && (await engine.handle(message))).toBe("acknowledge");
    expect(runs).toBe(0);
  });
});

describe("a message that is not to be run now", () => {
  it("comes back when a live lease ends, and is not lost", async () => {
    const job = await engine.submit();
    let release = () => {};
    engine.code = ({ value }) => new Promise((resolve) => (release = () => resolve({ value })));
    const first = await engine.receive();
    const running = first && engine.handle(first);
    await expect.poll(async () => (await engine.record(job.task_id)).status).toBe("STARTED");
    await sendAgain(first?.body ?? "");

    expect(await engine.step()).toBe("leave");
    expect((await engine.counts("test-high")).inFlight).toBe(2);

    release();
    expect(await running).toBe("acknowledge");
    expect((await engine.record(job.task_id)).attempts).toBe(1);
  });

  it("comes back when its job is due", async () => {
    const job = await engine.submit({ delaySeconds: 30 });
    expect((await engine.counts("test-high")).delayed).toBe(1);
    await sendAgain(JSON.stringify({ v: 1, task_id: job.task_id, generation: 1, trace_id: "t" }));
    expect(await engine.step()).toBe("leave");
    expect(runs).toBe(0);
    expect((await engine.counts("test-high")).inFlight).toBe(1);
  });
});

describe("a failed job", () => {
  it("leaves its message to SQS, which moves it to the dead-letter queue itself", async () => {
    const { taskId } = await failForGood();
    for (let receives = 1; receives < 7; receives++) expect(await engine.step()).toBe("leave");
    expect(await engine.receive()).toBeUndefined();
    expect((await engine.counts("test-dlq")).visible).toBe(1);
    expect(runs).toBe(1);
    expect((await engine.record(taskId)).work_pk).toMatch(/^DEAD#test#/);
  });

  it("runs again when its message comes with a new id and a later time: a redrive in the SQS console", async () => {
    const { taskId, body } = await failForGood();
    engine.code = async ({ value }) => ({ value });
    await engine.receive(); // the old message is out of the way
    await sendAgain(body);

    expect(await engine.step()).toBe("acknowledge");
    const record = await engine.record(taskId);
    expect(record.status).toBe("SUCCESS");
    expect(record.attempts).toBe(1);
    expect(presentEvents(record).map((event) => event.message)).toContain("redriven from the dead-letter queue");
  });

  it("runs again when its own message comes with a receive count that starts again", async () => {
    const { taskId } = await failForGood();
    const again = await engine.receive();
    if (!again) throw new Error("no message");
    again.attributes.ApproximateReceiveCount = "1";
    engine.code = async ({ value }) => ({ value });
    expect(await engine.handle(again)).toBe("acknowledge");
    expect((await engine.record(taskId)).status).toBe("SUCCESS");
  });

  it("does not run for a stale duplicate sent before it failed", async () => {
    const job = await engine.submit();
    const first = await engine.receive();
    await sendAgain(first?.body ?? "");
    failing(new InvalidInputError("no"));
    expect(first && (await engine.handle(first))).toBe("leave");
    const own = await engine.receive();
    const other = await engine.receive();
    const duplicate = [own, other].find((message) => message?.messageId !== first?.messageId);
    expect(duplicate && (await engine.handle(duplicate))).toBe("acknowledge");
    expect(runs).toBe(1);
    expect((await engine.record(job.task_id)).status).toBe("FAILURE");
  });

  it("has its onFailure called once, and called again only if that was not noted", async () => {
    const seen: string[] = [];
    engine.onFailure = async (error) => void seen.push(error.type);
    await failForGood();
    await engine.step();
    await engine.step();
    expect(seen).toEqual(["InvalidInputError"]);
  });
});

describe("a message without a job", () => {
  it.each(["not json", '{"v":1}', '{"v":1,"task_id":"none","generation":1,"trace_id":"t"}'])(
    "ends in the dead-letter queue with its bytes intact: %s",
    async (body) => {
      await sendAgain(body);
      for (let receives = 0; receives < 7; receives++) expect(await engine.step()).toBe("leave");
      expect(await engine.receive()).toBeUndefined();
      expect((await engine.receive("test-dlq"))?.body).toBe(body);
    },
  );
});

describe("attempts", () => {
  it("are counted in the record, and the last one is FAILURE", async () => {
    failing(new Error("unknown"));
    const job = await engine.submit();
    for (let attempt = 1; attempt <= 4; attempt++) {
      expect(await engine.step()).toBe("leave");
      const record = await engine.record(job.task_id);
      expect(record.attempts).toBe(attempt);
      expect(record.status).toBe(attempt < 4 ? "RETRY" : "FAILURE");
      if (attempt === 4) break;
      const wait = ((record.next_attempt_at ?? 0) - engine.services.now()) / 1_000;
      const expected = 60 * 2 ** (attempt - 1);
      expect(wait).toBeGreaterThan(expected * 0.74);
      expect(wait).toBeLessThan(expected * 1.26);
      await engine.services.sqs.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: engine.queueUrl("test-high"),
          ReceiptHandle: record.receipt_handle,
          VisibilityTimeout: 0,
        }),
      );
      engine.clockOffsetMs = (record.next_attempt_at ?? 0) - Date.now() + 1;
    }
    expect(runs).toBe(4);
  });

  it("wait as long as Retry-After says when that is longer", async () => {
    failing(new RateLimitError("slow down", { retryAfterSeconds: 500 }));
    const job = await engine.submit();
    await engine.step();
    const wait = ((await engine.record(job.task_id)).next_attempt_at ?? 0) - Date.now();
    expect(wait).toBeGreaterThan(495_000);
  });

  it("end at the last receive that SQS allows, whatever the record still allows", async () => {
    failing(new Error("unknown"));
    const job = await engine.submit();
    const message = await engine.receive();
    if (!message) throw new Error("no message");
    message.attributes.ApproximateReceiveCount = "7";
    await engine.handle(message);
    expect((await engine.record(job.task_id)).status).toBe("FAILURE");
  });
});

it("keeps a job whose record cannot be written: the message stays", async () => {
  await engine.submit();
  const message = await engine.receive();
  const send = engine.services.store.table.document.send;
  engine.services.store.table.document.send = () => Promise.reject(new Error("throttled"));
  expect(message && (await engine.handle(message))).toBe("leave");
  engine.services.store.table.document.send = send;
  expect((await engine.counts("test-high")).inFlight).toBe(1);
});
