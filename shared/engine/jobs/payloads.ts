/**
 * The claim check for inputs and results. Small ones ride in the head item; larger ones are written once under their
 * content's hash, before the head that refers to them, so that neither a conflict nor a late worker can overwrite them.
 *
 * @module
 */

import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import type { S3Client } from "@aws-sdk/client-s3";
import { FileUnreadableError } from "../../../contracts/errors.ts";
import { getStoredObject } from "../../lib/stored-object.ts";
import { blobKey, blobPath, sha256 } from "../table/addresses.ts";
import type { Table } from "../table/table.ts";
import type { Payload } from "./record.ts";

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
export async function writePayload(store: PayloadStore, taskId: string, value: unknown, ttl: number): Promise<Payload> {
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
