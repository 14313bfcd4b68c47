/**
 * What is written of a job and its data, where, for how long, and what is sent for it: by the calls that are made. That
 * DynamoDB, S3 and SQS take them is in tests/integration/engine.
 *
 * @module
 */

import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { QueueDoesNotExist } from "@aws-sdk/client-sqs";
import { beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { defineCatalog } from "../../../contracts/define-catalog.ts";
import { defineTask } from "../../../contracts/define-task.ts";
import type { JobLimitSettings } from "../../../contracts/settings/job-limits.ts";
import {
  failedTtl,
  finishedTtl,
  type JobRecord,
  type Payload,
  payloadTtl,
  revokedTtl,
  waitingTtl,
} from "../../../shared/engine/jobs/record.ts";
import { sendAfterFailure, sendJob } from "../../../shared/engine/jobs/send.ts";
import type { JobServices } from "../../../shared/engine/jobs/services.ts";
import {
  JobStore,
  type NewJob,
  type PayloadStore,
  readPayload,
  transitions,
  writePayload,
} from "../../../shared/engine/jobs/store.ts";
import * as addresses from "../../../shared/engine/table/addresses.ts";
import { Recorder } from "../../helpers/recorder.ts";

const NOW = 1_750_000_000_000;
const SECONDS = NOW / 1_000;
const DAY = 86_400;
const ID = "0000000a-0000-4000-8000-000000000000";
const done = new Recorder();
const payloads = {
  table: done.methods(),
  s3: async () => ({ send: async ({ input }: { readonly input: unknown }) => done.call("s3")(input) }),
  bucket: "bucket",
} as unknown as PayloadStore;
const store = new JobStore(payloads);
const testTask = defineTask({
  ...{ name: "test", description: "Runs.", queue: "test", retry: "standard", memory: 128 },
  ...{ input: z.unknown(), output: z.unknown(), timeLimit: { soft: 20, hard: 30 } },
});
const services = {
  ...{ catalog: defineCatalog({ test: testTask }), store, settings: {}, now: () => NOW },
  sqs: { send: async ({ input }: { readonly input: unknown }) => done.call("sqs")(input) },
  resources: { SLUICE_QUEUE_URL_PREFIX: "https://sqs/" },
} as unknown as JobServices;
beforeEach(() => done.clear());

const item = (more: object = {}) => ({
  pk: `J#${ID}`,
  sk: "head",
  task_name: "test",
  project_id: "shop",
  queue: "test",
  lane: "low",
  priority: 3,
  status: "PENDING",
  generation: 2,
  attempts: 0,
  max_attempts: 4,
  trace_id: "t",
  created_at: NOW,
  events: [],
  input: { in: "json", json: "1" },
  list_pk: "P#shop#2",
  list_sk: "1",
  ttl: SECONDS,
  ...more,
});
const record = (more: object = {}) => ({ ...item(more), task_id: ID }) as unknown as JobRecord;

describe("where things are", () => {
  it("is said by keys", () => {
    expect(addresses.headKey("1")).toEqual({ pk: "J#1", sk: "head" });
    expect(addresses.taskIdOf({ pk: "J#1" })).toBe("1");
    expect(addresses.blobKey("1", "h")).toEqual({ pk: "J#1", sk: "blob#h" });
    expect(addresses.waitKey("1", "w")).toEqual({ pk: "J#1", sk: "wait#w" });
    expect(addresses.childKey("1", "c")).toEqual({ pk: "J#1", sk: "child#c" });
    expect(addresses.childRange("1")).toEqual({ partition: "J#1", from: "child#", until: "child#~" });
    expect(addresses.childIdOf({ sk: "child#c" })).toBe("c");
    expect(addresses.filePath("1", "a.txt")).toBe("files/1/a.txt");
    expect(addresses.blobPath("1", "h")).toBe("blobs/1/h");
  });

  it("is spread over shards by the first 32 bits of the id", () => {
    expect(addresses.shardOf("0000000a-ffff", 4)).toBe(2);
    expect(addresses.shardOf("ffffffff-0000", 16)).toBe(15);
    expect(addresses.shardOf("0000000affff", 4)).toBe(2);
    expect(addresses.shardOf("not-hex!", 4)).toBe(0);
    expect(addresses.listPartition("shop", ID)).toBe("P#shop#2");
    expect(addresses.listPartitions("shop")).toEqual([0, 1, 2, 3].map((shard) => `P#shop#${shard}`));
    expect(addresses.workPartition("RUN", ID)).toBe("RUN#10");
    expect(addresses.workPartitions("RUN")).toEqual(Array.from({ length: 16 }, (_, shard) => `RUN#${shard}`));
  });

  it("counts as waiting in its tenant's lane, spread over four partitions, where that is bounded", () => {
    const job = { project_id: "shop", queue: "summarize", lane: "high" } as const;
    const bounded = { PROJECT_QUEUED_JOBS: 5 } as JobLimitSettings;
    expect(addresses.queuedPlace(bounded, ID, job)).toEqual({ queued_pk: "Q#shop#summarize-high#2" });
    expect(addresses.queuedPlace(bounded, ID, { ...job, lane: "low", jobs: 1 })).toEqual({
      queued_pk: "Q#shop#summarize-low#2",
    });
    expect(addresses.queuedPlace(bounded, ID, { ...job, jobs: 300 })).toEqual({
      queued_pk: "Q#shop#summarize-high#2",
      queued_jobs: 300,
    });
    const open = { PROJECT_OPEN_JOBS: 5 } as JobLimitSettings;
    expect(addresses.queuedPlace(open, ID, job)).toEqual({ open_pk: "O#shop#2" });
    expect(addresses.queuedPlace({ ...bounded, ...open }, ID, { ...job, jobs: 300 })).toEqual({
      ...{ open_pk: "O#shop#2", queued_pk: "Q#shop#summarize-high#2", queued_jobs: 300 },
    });
    expect(addresses.openPartitions("shop")).toEqual([0, 1, 2, 3].map((shard) => `O#shop#${shard}`));
    expect(addresses.queuedPlace({} as JobLimitSettings, ID, { ...job, jobs: 300 })).toEqual({});
    expect(addresses.queuedPlace({} as JobLimitSettings, ID, job)).toEqual({});
    expect(addresses.queuedPlace({ PROJECT_RUNNING_JOBS: 5 } as JobLimitSettings, ID, job)).toEqual({});
    expect(addresses.queuedPartitions("shop", "summarize-high")).toEqual(
      [0, 1, 2, 3].map((shard) => `Q#shop#summarize-high#${shard}`),
    );
  });

  it("sorts by creation, then by id", () => {
    expect(addresses.listSort(NOW, "1")).toBe("001750000000000#1");
    expect(addresses.listSort(5, "1")).toBe("000000000000005#1");
  });

  it("of a waiting job follows from what it waits for", () => {
    const job = { task_id: ID, lane: "low" as const };
    expect(addresses.sentPlace(job, NOW)).toEqual({ work_pk: "WAIT#low#10", work_at: NOW });
    const place = (expires_at: number, held?: boolean) => addresses.sentPlace({ ...job, expires_at, held }, NOW);
    expect(place(NOW + 60_000)).toEqual({ work_pk: "EXPIRE#10", work_at: NOW + 60_000 });
    expect(place(NOW + 900_000)).toEqual({ work_pk: "EXPIRE#10", work_at: NOW + 120_000 });
    expect(place(NOW + 900_000, true)).toEqual({ work_pk: "EXPIRE#10", work_at: NOW + 900_000 });
    expect(addresses.delayedPlace(job, NOW)).toEqual({ work_pk: "DUE#10", work_at: NOW });
    expect(addresses.delayedPlace({ ...job, expires_at: NOW + 1 }, NOW)).toEqual({ work_pk: "DUE#10", work_at: NOW });
    expect(addresses.delayedPlace({ ...job, expires_at: NOW }, NOW)).toEqual({ work_pk: "EXPIRE#10", work_at: NOW });
    expect(addresses.delayedPlace({ ...job, expires_at: NOW - 9 }, NOW).work_at).toBe(NOW - 9);
  });

  it("follows from project and Idempotency-Key, in the form of a UUID", () => {
    const id = addresses.keyedTaskId("shop", "order-7");
    expect(id).toBe("32b94cfb-385e-8174-addc-bf00af33fa8d");
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(addresses.keyedTaskId("other", "order-7")).not.toBe(id);
    expect(addresses.newTaskId()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(addresses.newTaskId()).not.toBe(addresses.newTaskId());
  });

  it("of data follows from its SHA-256", () => {
    expect(addresses.sha256("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });
});

describe("how long things are kept, in days and the time of results", () => {
  const times = (RESULT_EXPIRES: number) =>
    [waitingTtl, finishedTtl, revokedTtl, failedTtl, payloadTtl].map((ttl) => ttl(NOW, { RESULT_EXPIRES }) - SECONDS);

  it.each([
    ["an hour", 3_600, [5 * DAY + 3_600, 3_600, 5 * DAY, 28 * DAY, 5 * DAY + 3_600 + 56 * DAY]],
    ["40 days", 40 * DAY, [45 * DAY, 40 * DAY, 40 * DAY, 40 * DAY, 125 * DAY]],
  ])("with results of %s", (_, expires, right) => {
    expect(times(expires)).toEqual(right);
  });
});

describe("a new record", () => {
  const { pk: _pk, sk: _sk, events: _events, list_pk: _list, list_sk: _sort, ...attributes } = item();
  const job = { task_id: ID, ...attributes } as unknown as NewJob;

  it("is written unless a live one of its id exists", async () => {
    done.answers = { putIf: true };
    expect(await store.create(job, NOW + 1_500)).toBe(true);
    expect(done.calls).toEqual([
      [
        "putIf",
        {
          ...item(),
          events: [{ s: "PENDING", t: NOW, n: 0 }],
          list_sk: `00${NOW}#${ID}`,
        },
        { condition: "attribute_not_exists(#pk) OR #ttl < :now", values: { ":now": SECONDS + 1 } },
      ],
    ]);
    done.answers = { putIf: false };
    expect(await store.create(job, NOW)).toBe(false);
  });
});

describe("a record", () => {
  it("is read by its key until its time is over", async () => {
    done.answers = { get: item() };
    expect(await store.get(ID, NOW)).toMatchObject({ task_id: ID, status: "PENDING" });
    expect(done.calls).toEqual([["get", { pk: `J#${ID}`, sk: "head" }]]);
    done.answers = { get: item({ ttl: SECONDS - 1 }) };
    expect(await store.get(ID, NOW)).toBeUndefined();
    done.answers = {};
    expect(await store.get(ID, NOW)).toBeUndefined();
  });

  it("is one of many, without those whose time is over", async () => {
    done.answers = { getMany: [item(), item({ pk: "J#2", ttl: SECONDS - 1 }), item({ pk: "J#3", ttl: SECONDS + 1 })] };
    expect((await store.getMany([ID, "2", "3"], NOW)).map(({ task_id }) => task_id)).toEqual([ID, "3"]);
    await store.getMany([ID], NOW, { consistent: true });
    expect(done.calls).toEqual([
      ["getMany", [ID, "2", "3"].map((id) => ({ pk: `J#${id}`, sk: "head" })), { consistent: false }],
      ["getMany", [{ pk: `J#${ID}`, sk: "head" }], { consistent: true }],
    ]);
  });

  it("is listed with those of its project", async () => {
    const table = {
      async *pages() {
        yield [];
      },
      page: async () => [],
      getMany: async () => [],
    };
    const empty = new JobStore({ ...payloads, table } as unknown as PayloadStore);
    expect(await empty.list({ tenant: "shop", limit: 5 })).toMatchObject({ jobs: [] });
  });

  it("says where its input, config and result are", async () => {
    expect(await store.readInput(record())).toBe(1);
    expect(await store.readConfig(record())).toBeUndefined();
    expect(await store.readConfig(record({ config: { in: "json", json: "2" } }))).toBe(2);
    expect(await store.readResult(record())).toBeNull();
    expect(await store.readResult(record({ result: { in: "json", json: "3" } }))).toBe(3);
  });
});

describe("data", () => {
  const write = (value: unknown) => writePayload(payloads, ID, { value, ttl: 7 });
  /** JSON of that many characters that does not compress. */
  const dense = (characters: number) =>
    randomBytes(characters)
      .toString("base64")
      .slice(0, characters - 2);

  it("up to 256 characters is part of the record, as it is", async () => {
    expect(await write({ a: 1 })).toEqual({ in: "json", json: '{"a":1}' });
    expect(await write(undefined)).toEqual({ in: "json", json: "null" });
    expect(await write("x".repeat(254))).toMatchObject({ in: "json" });
    expect(await write("x".repeat(255))).toMatchObject({ in: "gzip" });
    expect(done.calls).toEqual([]);
  });

  it("up to 1 KB when compressed is part of the record, up to 8 KB an item, and beyond an object", async () => {
    const stored: Payload[] = [];
    for (const characters of [1_200, 2_000, 9_000, 12_000]) {
      done.clear();
      const text = dense(characters);
      const payload = await write(text);
      const hash = addresses.sha256(JSON.stringify(text));
      stored.push(payload);
      if (payload.in === "item") {
        expect(payload).toEqual({ in: "item", hash, bytes: expect.any(Number) });
        const [, put] = done.calls[0] as ["put", { readonly gzip: Uint8Array }];
        expect(done.calls).toEqual([["put", { pk: `J#${ID}`, sk: `blob#${hash}`, gzip: put.gzip, ttl: 7 }]]);
        expect(payload.bytes).toBe(put.gzip.length);
      }
      if (payload.in === "s3") {
        expect(payload).toEqual({ in: "s3", hash, bytes: expect.any(Number) });
        expect(done.calls).toEqual([
          [
            "s3",
            {
              Bucket: "bucket",
              Key: `blobs/${ID}/${hash}`,
              Body: expect.any(Uint8Array),
              ContentType: "application/json",
              ContentEncoding: "gzip",
            },
          ],
        ]);
      }
    }
    expect(stored.map((each) => each.in)).toEqual(["gzip", "item", "item", "s3"]);
  });

  /** Of exactly that many bytes when compressed. */
  function ofBytes(bytes: number): string {
    for (let tries = 0; tries < 5_000; tries++) {
      const text = dense(Math.floor(bytes * 1.25) + (tries % Math.ceil(bytes / 10)));
      if (gzipSync(JSON.stringify(text)).length === bytes) return text;
    }
    throw new Error(`Nothing has ${bytes} bytes.`);
  }

  it.each([
    [1_024, "gzip"],
    [1_025, "item"],
    [8_192, "item"],
    [8_193, "s3"],
  ])("of %i bytes is %s", async (bytes, where) => {
    expect((await write(ofBytes(bytes))).in).toBe(where);
  });

  it("is read from where it is", async () => {
    const bytes = new Uint8Array(gzipSync('{"a":1}'));
    const read = (payload: Payload) => readPayload(payloads, ID, payload);
    expect(await read({ in: "json", json: '{"a":1}' })).toEqual({ a: 1 });
    expect(await read({ in: "gzip", gzip: bytes } as Payload)).toEqual({ a: 1 });
    const long = new Uint8Array(gzipSync(JSON.stringify("x".repeat(100_000))));
    expect(await read({ in: "gzip", gzip: long } as Payload)).toHaveLength(100_000);
    done.answers = { get: { gzip: bytes }, s3: { Body: { transformToByteArray: async () => bytes } } };
    expect(await read({ in: "item", hash: "h", bytes: 1 })).toEqual({ a: 1 });
    expect(await read({ in: "s3", hash: "h", bytes: 1 })).toEqual({ a: 1 });
    expect(done.calls).toEqual([
      ["get", { pk: `J#${ID}`, sk: "blob#h" }],
      ["s3", { Bucket: "bucket", Key: `blobs/${ID}/h` }],
    ]);
  });

  it.each<[string, Payload, Record<string, unknown>]>([
    ["an item that is gone", { in: "item", hash: "h", bytes: 1 }, {}],
    ["an item without data", { in: "item", hash: "h", bytes: 1 }, { get: { gzip: "text" } }],
    ["an object without a body", { in: "s3", hash: "h", bytes: 1 }, { s3: {} }],
  ])("is told to be gone: %s", async (_, payload, answers) => {
    done.answers = answers;
    await expect(readPayload(payloads, ID, payload)).rejects.toMatchObject({
      name: "FileUnreadableError",
      message: `The stored data h of job ${ID} is gone.`,
    });
  });

  it("that would unfold to more than 64 MB is refused", async () => {
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(64 * 1_024 * 1_024 + 1, 32)));
    await expect(readPayload(payloads, ID, { in: "gzip", gzip: bomb } as Payload)).rejects.toMatchObject({
      code: "ERR_BUFFER_TOO_LARGE",
    });
  });
});

describe("a transition", () => {
  const change = transitions({ store, settings: { RESULT_EXPIRES: 3_600 } as never, now: () => NOW });

  it("is one update of the job's head, under a condition, with its event", async () => {
    done.answers = { updateIf: item({ generation: 3 }) };
    expect(await change.retryLost(record(), { type: "E", message: "m", retryable: true })).toMatchObject({
      task_id: ID,
      generation: 3,
    });
    const [, key, changes, { condition, values }] = done.calls[0] as unknown as [
      string,
      object,
      { readonly append?: object },
      { readonly condition: string; readonly values?: object },
    ];
    expect(key).toEqual({ pk: `J#${ID}`, sk: "head" });
    expect(changes.append).toEqual({ events: [expect.objectContaining({ s: "RETRY", t: NOW })] });
    expect(condition).toMatch(/^attribute_exists\(#pk\) AND \(.+\)$/);
    expect(values).toMatchObject({ ":generation": 2 });
  });

  it("without an event appends none, and changes nothing where its condition does not hold", async () => {
    expect(await change.markSent(record(), { work_pk: "WAIT#low#10", work_at: NOW })).toBeUndefined();
    expect(done.calls[0]?.[2]).not.toHaveProperty("append");
  });
});

describe("a job's message", () => {
  const job = {
    task_id: ID,
    task_name: "test",
    generation: 2,
    trace_id: "t",
    queue: "test",
    lane: "low" as const,
    priority: 1,
    project_id: "shop",
  };
  const body = (more: object = {}) => JSON.stringify({ v: 1, task_id: ID, generation: 2, trace_id: "t", ...more });

  it("refers to its record, in its lane, for its project", async () => {
    await sendJob(services, job);
    expect(done.calls).toEqual([
      ["sqs", { QueueUrl: "https://sqs/test-low", MessageBody: body(), MessageGroupId: "shop" }],
    ]);
  });

  it.each([
    [0, undefined],
    [-5, undefined],
    [1, 1],
    [900, 900],
    [901, 900],
  ])("is held back for %i s as SQS can", async (asked, held) => {
    await sendJob(services, job, asked);
    const input = { QueueUrl: "https://sqs/test-low", MessageBody: body(), MessageGroupId: "shop" };
    expect(done.calls).toStrictEqual([["sqs", held === undefined ? input : { ...input, DelaySeconds: held }]]);
  });

  it("goes to the lane that the task has now, where its own is gone, and the record says so first", async () => {
    await sendJob(services, { ...job, queue: "earlier", priority: 5 });
    const small = { ...services, catalog: services.catalog.withSize("small") };
    await sendJob(small, { ...job, lane: "high" });
    await sendJob(services, { ...job, task_name: "gone", queue: "earlier" });

    expect(done.names).toEqual(["updateIf", "sqs", "updateIf", "sqs", "sqs"]);
    const [moved, sent, lowered, , unknown] = done.calls.map(([, ...given]) => given);
    expect(moved).toEqual([
      { pk: `J#${ID}`, sk: "head" },
      { set: { queue: "test", lane: "high" }, remove: ["receipt_handle"] },
      { condition: "attribute_exists(#pk) AND (#generation = :generation)", values: { ":generation": 2 } },
    ]);
    expect(sent).toMatchObject([{ QueueUrl: "https://sqs/test-high", MessageBody: body() }]);
    expect(lowered?.[1]).toMatchObject({ set: { queue: "test", lane: "low" } });
    expect(unknown).toMatchObject([{ QueueUrl: "https://sqs/earlier-low" }]);
  });

  it("that SQS does not take is told with the queue and the reason", async () => {
    const cause = new Error("no route");
    done.answers = { sqs: cause };
    await expect(sendJob(services, job)).rejects.toMatchObject({
      name: "QueueUnavailableError",
      message: "The queue test-low did not take the job.",
      cause,
    });
  });

  it("may ask for onFailure alone, after the commit", async () => {
    await sendAfterFailure(services, job);
    expect(done.calls[0]?.[1]).toMatchObject({ MessageBody: body({ after: "failure" }), DelaySeconds: 60 });
  });

  it("that asks for onFailure alone is not missed where the queue is gone", async () => {
    done.answers = { sqs: new QueueDoesNotExist({ message: "gone", $metadata: {} }) };
    await sendAfterFailure(services, job);
    done.answers = { sqs: new Error("no route") };
    await expect(sendAfterFailure(services, job)).rejects.toMatchObject({ name: "QueueUnavailableError" });
  });
});
