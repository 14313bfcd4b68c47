/**
 * How many calls of DynamoDB an answer about all queues takes, and what is read when the work index is too large for one.
 *
 * @module
 */

import { QueryCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { deadLetterCountsSchema } from "../../../contracts/dead-letters/dead-letters.ts";
import { queuesSchema } from "../../../contracts/monitoring/operations.ts";
import { TestApi } from "../../helpers/test-api.ts";

const ours = { key: { tenant: "acme", scopes: ["read"] as const } };
const theirs = { key: { tenant: "other", scopes: ["read"] as const } };
const admin = { key: { tenant: "ops", scopes: ["admin"] as const } };
type Key = typeof ours | typeof theirs | typeof admin;

let api: TestApi;
/** Calls of DynamoDB since they were examined last. */
let calls: { scans: number; queries: number };
let isLarge: boolean;
beforeEach(async () => {
  api = await TestApi.start();
  isLarge = false;
  const { document } = api.jobs.store.table;
  const send = document.send.bind(document) as (command: unknown) => Promise<object>;
  document.send = (async (command: unknown) => {
    if (command instanceof QueryCommand) calls.queries += 1;
    if (!(command instanceof ScanCommand)) return send(command);
    calls.scans += 1;
    // What DynamoDB says where there is more than one page.
    return { ...(await send(command)), ...(isLarge && { LastEvaluatedKey: { pk: "J#1" } }) };
  }) as typeof document.send;
  const key = { tenant: "acme" };
  await api.submit({ key });
  await api.submit({ key, body: { input: { text: "Soon." }, expires_in: 600 } });
  await api.submit({ key, body: { input: { text: "Later." }, delay_seconds: 3_600 } });
  await api.start(await api.submit({ key }));
  await (await api.start(await api.submit({ key }))).fail("LLMServerError", "The server answered 500.", "outage");
  await (await api.start(await api.submit({ key: { tenant: "other" } }))).fail("LLMServerError", "No.", "other");
  calls = { scans: 0, queries: 0 };
});
afterEach(() => api.close());

async function read(path: string, key: Key) {
  const { status, body } = await api.call("GET", path, key);
  expect(status).toBe(200);
  const made = calls;
  calls = { scans: 0, queries: 0 };
  return { body, made };
}
const summarize = (body: unknown) => {
  const queue = queuesSchema.parse(body).queues.find(({ name }) => name === "summarize");
  const high = queue?.lanes.find(({ lane }) => lane === "high");
  return { dead: queue?.dead_letters, depth: high?.depth, delayed: high?.delayed, active: high?.active_tasks };
};
const QUEUES = "/queues?dead_letters=true";

describe("while the work index is small", () => {
  it("an answer about all queues takes one call, and counts what the key may see", async () => {
    const mine = await read(QUEUES, ours);
    expect(mine.made).toEqual({ scans: 1, queries: 0 });
    expect(summarize(mine.body)).toEqual({ dead: 1, depth: 2, delayed: 1, active: 1 });
    const other = await read(QUEUES, theirs);
    expect(other.made).toEqual({ scans: 1, queries: 0 });
    expect(summarize(other.body)).toEqual({ dead: 1, depth: 0, delayed: 0, active: 0 });
    const all = await read(QUEUES, admin);
    // Counters, and the samples of the last minutes.
    expect(all.made).toEqual({ scans: 1, queries: 9 });
    expect(summarize(all.body)).toMatchObject({ dead: 2, delayed: 1, active: 1 });
  });

  it("so does a count of dead letters", async () => {
    for (const [key, total] of [
      [ours, 1],
      [theirs, 1],
      [admin, 2],
    ] as const) {
      const { body, made } = await read("/dlq", key);
      expect(made).toEqual({ scans: 1, queries: 0 });
      expect(deadLetterCountsSchema.parse(body).total_count).toBe(total);
    }
  });
});

it("a large index is read shard by shard, and not asked for as a whole again for five minutes", async () => {
  const small = await read(QUEUES, ours);
  isLarge = true;
  const { body, made } = await read(QUEUES, ours);
  expect(summarize(body)).toEqual(summarize(small.body));
  expect(made.scans).toBe(1);
  // 16 for each kind of work, and for the dead letters of each queue.
  expect(made.queries).toBe(16 * (6 + api.jobs.catalog.queues.length));
  isLarge = false;
  expect((await read("/dlq", admin)).made).toEqual({ scans: 0, queries: 16 * api.jobs.catalog.queues.length });
});
