/**
 * Jobs' records as transitions find and leave them, on one engine for all cases of a file.
 *
 * @module
 */

import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, expect } from "vitest";
import type { JobRecord } from "../../shared/engine/jobs/record.ts";
import { transitions } from "../../shared/engine/jobs/store.ts";
import type { SubmitRequest } from "../../shared/engine/jobs/submit.ts";
import { headKey, workPartition } from "../../shared/engine/table/addresses.ts";
import { Engine } from "./engine.ts";

export const RESULT_EXPIRES = 3_600;
/** A whole second, some time after the jobs here were made. */
export const NOW = Math.ceil(Date.now() / 1_000) * 1_000 + 600_000;
export const SECONDS = NOW / 1_000;

let engine: Engine;

/** Starts the engine for the cases of a file. */
export function useEngine(): void {
  beforeAll(async () => {
    engine = await Engine.start({ callbacks: true, settings: { RESULT_EXPIRES: String(RESULT_EXPIRES) } });
  });
  afterAll(() => engine.close());
}

export const at = (now = NOW) => transitions({ ...engine.services, now: () => now });
export const lease = { token: "mine", until: NOW + 60_000 };
export const delivery = { messageId: "m1", receiveCount: 2, receiptHandle: "r", worker: "test-high@lambda" };
export const error = { type: "LLMServerError", message: "down", retryable: true };
export const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3, model: "a" };
export const progress = { current: 1, total: 2, message: null };
export const log = [{ t: NOW, n: 1, l: "i" as const, m: "line" }];
export const outcome = { usage, progress, log };
/** All that runs, failures and the sweeper leave in a record. */
export const leftovers = {
  finished_at: 1,
  duration_ms: 1,
  error,
  fingerprint: "f",
  failure_handled: true,
  result: { in: "json", json: "1" },
  usage,
  progress,
  log,
  resends: 2,
  needs_send: true,
  next_attempt_at: NOW,
  lease_token: "mine",
  lease_until: NOW,
  receipt_handle: "r",
};

/** A job's record, with attributes as something else has left them; undefined ones are removed. */
export async function given(attributes: object = {}, request: Partial<SubmitRequest> = {}): Promise<JobRecord> {
  const { task_id: taskId } = await engine.submit(request);
  const entries = Object.entries(attributes);
  const { document, name: TableName } = engine.services.store.table;
  if (entries.length > 0) {
    const set = entries.filter(([, value]) => value !== undefined);
    const remove = entries.filter(([, value]) => value === undefined).map(([name]) => `#${name}`);
    await document.send(
      new UpdateCommand({
        TableName,
        Key: headKey(taskId),
        UpdateExpression: [
          ...(set.length > 0 ? [`SET ${set.map(([name]) => `#${name} = :${name}`).join(", ")}`] : []),
          ...(remove.length > 0 ? [`REMOVE ${remove.join(", ")}`] : []),
        ].join(" "),
        ExpressionAttributeNames: Object.fromEntries(entries.map(([name]) => [`#${name}`, name])),
        ...(set.length > 0 && {
          ExpressionAttributeValues: Object.fromEntries(set.map(([name, value]) => [`:${name}`, value])),
        }),
      }),
    );
  }
  return engine.record(taskId);
}

/** What a transition has changed: attributes with their new values, undefined where they were removed. */
export async function changesOf(
  before: JobRecord,
  change: Promise<JobRecord | undefined>,
): Promise<Record<string, unknown>> {
  const answered = await change;
  expect(answered, "the record as the transition answers it").toEqual(await engine.record(before.task_id));
  const after: Record<string, unknown> = { ...answered };
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return Object.fromEntries(
    [...names].flatMap((name) => {
      const [old, now] = [(before as Record<string, unknown>)[name], after[name]];
      return JSON.stringify(old) === JSON.stringify(now) ? [] : [[name, now]];
    }),
  );
}

/** A transition that changes nothing. */
export async function unchanged(before: JobRecord, change: Promise<JobRecord | undefined>): Promise<void> {
  expect(await change).toBeUndefined();
  expect(await engine.record(before.task_id)).toEqual(before);
}

export const started = {
  status: "STARTED",
  attempts: 1,
  started_at: NOW - 5_000,
  lease_token: "mine",
  lease_until: NOW + 1,
};
export const place = (kind: Parameters<typeof workPartition>[0], { task_id }: JobRecord, time = NOW) => ({
  work_pk: workPartition(kind, task_id),
  work_at: time,
});

/** A job's record as it is now. */
export const recordOf = ({ task_id }: JobRecord): Promise<JobRecord> => engine.record(task_id);
