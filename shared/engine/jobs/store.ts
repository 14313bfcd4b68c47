/**
 * Job records with their inputs and results: created, read and changed. What a change of state does is in transitions/.
 *
 * Small inputs and results are part of the head item; larger ones (claim check) are written once under their content's
 * hash, before the head that refers to them, so that neither a conflict nor a late worker can overwrite them.
 *
 * @module
 */

import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import type { S3Client } from "@aws-sdk/client-s3";
import { FileUnreadableError } from "../../../contracts/errors.ts";
import { table as names } from "../../../contracts/resources.ts";
import { getStoredObject } from "../../lib/stored-object.ts";
import { inSeconds } from "../../lib/time.ts";
import { blobKey, blobPath, headKey, listPartition, listSort, sha256 } from "../table/addresses.ts";
import type { Table } from "../table/table.ts";
import { type JobPage, type JobQuery, listJobs } from "./list-jobs.ts";
import { type JobRecord, type Payload, parseRecord } from "./record.ts";
import { checkpointTransitions } from "./transitions/checkpoint.ts";
import { endTransitions } from "./transitions/end.ts";
import type { HeadUpdate, TransitionContext } from "./transitions/run.ts";
import { startTransitions } from "./transitions/start.ts";
import { waitTransitions } from "./transitions/wait.ts";

/** What a new record is made of. */
export type NewJob = Omit<JobRecord, "pk" | "list_sk" | "events">;

/** Reads and creates job records. */
export class JobStore {
  readonly payloads: PayloadStore;

  constructor(payloads: PayloadStore) {
    this.payloads = payloads;
  }

  get table(): Table {
    return this.payloads.table;
  }

  /**
   * Writes a new record.
   * @returns false when a live record of that id exists
   */
  async create(job: NewJob, now: number): Promise<boolean> {
    const { task_id: taskId, ...attributes } = job;
    const item = {
      ...headKey(taskId),
      ...attributes,
      events: [{ s: job.status, t: job.created_at, n: 0 }],
      list_pk: listPartition(job.project_id, taskId),
      list_sk: listSort(job.created_at, taskId),
    };
    // TTL may lag by days: an expired record is as good as none.
    const condition = `attribute_not_exists(#pk) OR #${names.ttl} < :now`;
    return this.table.putIf(item, { condition, values: { ":now": inSeconds(now) } });
  }

  /** One consistent read. @returns undefined when there is no such job or it has expired */
  async get(taskId: string, now = Date.now()): Promise<JobRecord | undefined> {
    const item = await this.table.get(headKey(taskId));
    if (!item) return undefined;
    const record = parseRecord(item);
    return record.ttl < inSeconds(now) ? undefined : record;
  }

  readInput(record: JobRecord): Promise<unknown> {
    return readPayload(this.payloads, record.task_id, record.input);
  }

  /** What the job is run with beside its input, or undefined. */
  async readConfig({ task_id: taskId, config }: JobRecord): Promise<unknown> {
    return config && readPayload(this.payloads, taskId, config);
  }

  /** The job's result, or null while there is none. */
  async readResult(record: JobRecord): Promise<unknown> {
    return record.result ? readPayload(this.payloads, record.task_id, record.result) : null;
  }

  /** Heads by id, each once, in the order asked for; missing and expired ones are left out. */
  async getMany(taskIds: readonly string[], now = Date.now(), { consistent = false } = {}): Promise<JobRecord[]> {
    const records = (await this.table.getMany(taskIds.map(headKey), { consistent })).map(parseRecord);
    return records.filter((record) => record.ttl >= inSeconds(now));
  }

  /**
   * A project's jobs, newest first.
   * @throws InvalidCursorError
   */
  list(query: JobQuery): Promise<JobPage> {
    return listJobs(this, query);
  }
}

const PLAIN_BYTES = 256;
const INLINE_BYTES = 1_024;
const ITEM_BYTES = 8 * 1_024;
/** What a stored payload may unfold to: a bound against corrupt data. */
const MAX_BYTES = 64 * 1_024 * 1_024;

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** Where inputs and results are kept. */
export interface PayloadStore {
  readonly table: Table;
  /** Created when first needed: most jobs never touch S3. */
  readonly s3: () => Promise<S3Client>;
  readonly bucket: string;
}

/**
 * Stores a JSON value for a job.
 * @param ttl seconds since the epoch until which an item of its own is kept
 * @returns what the head item holds of it
 */
export async function writePayload(
  store: PayloadStore,
  taskId: string,
  { value, ttl }: { readonly value: unknown; readonly ttl: number },
): Promise<Payload> {
  const json = JSON.stringify(value ?? null);
  if (json.length <= PLAIN_BYTES) return { in: "json", json };
  const bytes = await compress(json);
  if (bytes.length <= INLINE_BYTES) return { in: "gzip", gzip: bytes };
  const hash = sha256(json);
  if (bytes.length <= ITEM_BYTES) {
    await store.table.put({ ...blobKey(taskId, hash), gzip: bytes, ttl });
    return { in: "item", hash, bytes: bytes.length };
  }
  const [{ PutObjectCommand }, s3] = await Promise.all([import("@aws-sdk/client-s3"), store.s3()]);
  await s3.send(
    new PutObjectCommand({
      Bucket: store.bucket,
      Key: blobPath(taskId, hash),
      Body: bytes,
      ContentType: "application/json",
      ContentEncoding: "gzip",
    }),
  );
  return { in: "s3", hash, bytes: bytes.length };
}

/** Reads what {@link writePayload} stored. @throws Error when the bytes it refers to are gone */
export async function readPayload(store: PayloadStore, taskId: string, payload: Payload): Promise<unknown> {
  if (payload.in === "json") return JSON.parse(payload.json);
  const bytes = payload.in === "gzip" ? payload.gzip : await readBytes(store, taskId, payload);
  return JSON.parse((await decompress(bytes, { maxOutputLength: MAX_BYTES })).toString("utf8"));
}

async function readBytes(store: PayloadStore, taskId: string, payload: { in: "item" | "s3"; hash: string }) {
  if (payload.in === "item") {
    const item = await store.table.get(blobKey(taskId, payload.hash));
    if (item?.gzip instanceof Uint8Array) return item.gzip;
  } else {
    const { Body } = await getStoredObject(await store.s3(), store.bucket, blobPath(taskId, payload.hash));
    if (Body) return Body.transformToByteArray();
  }
  throw new FileUnreadableError(`The stored data ${payload.hash} of job ${taskId} is gone.`);
}

/**
 * The state transitions of a job, bound to a store, a clock and settings. Each is one conditional update of its head item;
 * undefined means that it changed nothing, because someone else was first. Cheap: nothing is read or kept.
 */
export function transitions({
  store,
  settings,
  now,
}: Pick<TransitionContext, "settings" | "now"> & { readonly store: JobStore }) {
  const update = async (taskId: string, { event, condition, values, ...change }: HeadUpdate) => {
    const item = await store.table.updateIf(
      headKey(taskId),
      { ...change, ...(event && { append: { events: [event] } }) },
      { condition: `attribute_exists(#pk) AND (${condition})`, ...(values && { values }) },
    );
    return item && parseRecord(item);
  };
  const context: TransitionContext = { update, settings, now };
  return {
    ...startTransitions(context),
    ...waitTransitions(context),
    ...checkpointTransitions(context),
    ...endTransitions(context),
  };
}

/** All transitions, bound. */
export type Transitions = ReturnType<typeof transitions>;
