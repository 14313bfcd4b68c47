/**
 * Jobs of a task that needs an admin key, and what a function that runs other tasks could do to them: it may write any
 * item of the table that is not an API key, and cannot sign.
 *
 * @module
 */

import { PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import type { JobRecord } from "../../../shared/engine/jobs/record.ts";
import { retryJob } from "../../../shared/engine/jobs/retry.ts";
import { sendJob } from "../../../shared/engine/jobs/send.ts";
import { headKey, workPartition } from "../../../shared/engine/table/addresses.ts";
import { Engine } from "../../helpers/engine.ts";

let engine: Engine;
const ran: unknown[] = [];
beforeAll(async () => {
  engine = await Engine.start({ scope: "admin" });
});
afterAll(() => engine.close());
beforeEach(() => {
  ran.length = 0;
  engine.code = async (input) => {
    ran.push(input.value);
    return { value: input.value };
  };
});

const document = () => engine.services.store.table.document;
const TableName = () => engine.services.store.table.name;

/** Overwrites attributes of a job's record. */
async function forge(taskId: string, attributes: Record<string, unknown>): Promise<JobRecord> {
  const entries = Object.entries(attributes);
  await document().send(
    new UpdateCommand({
      TableName: TableName(),
      Key: headKey(taskId),
      UpdateExpression: `SET ${entries.map((_, index) => `#a${index} = :v${index}`).join(", ")}`,
      ExpressionAttributeNames: Object.fromEntries(entries.map(([name], index) => [`#a${index}`, name])),
      ExpressionAttributeValues: Object.fromEntries(entries.map(([, value], index) => [`:v${index}`, value])),
    }),
  );
  return engine.record(taskId);
}

/** A delayed job that nobody submitted, made from one that somebody did. */
async function forgeDelayed(more: Record<string, unknown>): Promise<string> {
  const { pk: _, task_id: __, signature: ___, ...model } = await engine.submit({ delaySeconds: 3_600 });
  const taskId = crypto.randomUUID();
  const due = { next_attempt_at: Date.now() - 1, work_pk: workPartition("DUE", taskId), work_at: Date.now() - 1 };
  const item = { ...headKey(taskId), ...model, ...due, needs_send: true, list_pk: "P#victim#0", ...more };
  await document().send(new PutCommand({ TableName: TableName(), Item: item }));
  return taskId;
}

/** Handles messages until the job's own has come: those of failed jobs stay on their way to the dead-letter queue. */
async function stepThrough(taskId: string): Promise<void> {
  for (let step = 0; step < 30; step++) {
    await engine.step();
    if ((await engine.record(taskId)).status !== "PENDING") return;
  }
}

const refused = { status: "FAILURE", error: { type: "UnsignedJobError", retryable: false } };

it("runs a job that was submitted, delayed ones too", async () => {
  const now = await engine.submit({ input: { value: "now" } });
  await engine.step();
  const later = await engine.submit({ input: { value: "later" }, delaySeconds: 2_000 });
  engine.clockOffsetMs = 2_000_000;
  await engine.sweep();
  await engine.step();
  engine.clockOffsetMs = 0;

  expect((await engine.record(now.task_id)).status).toBe("SUCCESS");
  expect((await engine.record(later.task_id)).status).toBe("SUCCESS");
  expect(ran).toEqual(["now", "later"]);
});

it("runs a failed one again that an operator retries", async () => {
  engine.code = () => Promise.reject(Object.assign(new TypeError("no"), { name: "InvalidInputError" }));
  const { task_id } = await engine.submit();
  await engine.step();
  const failed = await forge(task_id, { status: "FAILURE" });
  engine.code = async ({ value }) => ({ value });
  await retryJob(engine.services, failed, { reason: "retried" });
  // The message of the first run is a duplicate now.
  await stepThrough(task_id);

  expect((await engine.record(task_id)).status).toBe("SUCCESS");
});

it.each([
  ["no signature", {}],
  ["a signature of its own", { signature: { until: Date.now() + 1e9, mac: new Uint8Array(32).fill(7) } }],
])("the sweeper sends no job with %s", async (_, more) => {
  const taskId = await forgeDelayed(more);

  const counts = await engine.sweep();

  expect(counts).toMatchObject({ released: 0, failed: 1 });
  expect(await engine.record(taskId)).toMatchObject(refused);
  expect(await engine.receive()).toBeUndefined();
});

it.each([
  ["another tenant's name", { project_id: "victim" }],
  ["another input", { input: { in: "json", json: '{"value":"forged"}' } }],
  ["a longer validity", { signature: "longer" }],
  ["no signature", { signature: null }],
])("a worker does not run a job that was given %s", async (_, change) => {
  const { task_id, signature } = await engine.submit();
  const isLonger = "signature" in change && change.signature === "longer";
  const forged = isLonger ? { signature: { ...signature, until: (signature?.until ?? 0) + 1 } } : change;
  if ("signature" in forged && forged.signature === null) {
    const command = { TableName: TableName(), Key: headKey(task_id), UpdateExpression: "REMOVE signature" };
    await document().send(new UpdateCommand(command));
  } else await forge(task_id, forged);

  await stepThrough(task_id);

  expect(await engine.record(task_id)).toMatchObject(refused);
  expect(ran).toEqual([]);
});

it("a signature copied from another job opens nothing", async () => {
  const signed = await engine.submit();
  await stepThrough(signed.task_id);
  const taskId = await forgeDelayed({ signature: signed.signature });
  const record = await engine.record(taskId);

  await sendJob(engine.services, record);
  await stepThrough(taskId);

  expect(await engine.record(taskId)).toMatchObject(refused);
  expect(ran).toEqual([1]);
});

it("one whose signature has expired is told to be submitted again", async () => {
  const { task_id } = await engine.submit();
  engine.clockOffsetMs = 61 * 86_400_000;
  await forge(task_id, { ttl: Math.floor(Date.now() / 1_000) + 90 * 86_400 });
  await stepThrough(task_id);
  engine.clockOffsetMs = 0;

  const { error } = await engine.record(task_id);
  expect(error).toMatchObject({ type: "UnsignedJobError", message: expect.stringContaining("submit it again") });
  expect(ran).toEqual([]);
});

it("a job whose signature cannot be checked at the moment is tried again, and swept again", async () => {
  const verify = vi.spyOn(engine.services.signer, "verify").mockRejectedValue(new Error("KMS does not answer"));
  const { task_id } = await engine.submit();
  await stepThrough(task_id);
  const delayed = await engine.submit({ delaySeconds: 2_000 });
  engine.clockOffsetMs = 2_000_000;
  await engine.sweep();
  engine.clockOffsetMs = 0;
  verify.mockRestore();

  expect((await engine.record(task_id)).status).toBe("RETRY");
  expect((await engine.record(delayed.task_id)).status).toBe("PENDING");
  expect(ran).toEqual([]);
});

it("a task that needs no admin key costs no call of KMS", async () => {
  await using other = { engine: await Engine.start(), [Symbol.asyncDispose]: () => other.engine.close() };
  const calls = [vi.spyOn(other.engine.services.signer, "sign"), vi.spyOn(other.engine.services.signer, "verify")];
  await other.engine.submit();
  await other.engine.step();
  await other.engine.submit({ delaySeconds: 2_000 });
  other.engine.clockOffsetMs = 2_000_000;
  await other.engine.sweep();
  await other.engine.step();

  for (const call of calls) expect(call).not.toHaveBeenCalled();
});
