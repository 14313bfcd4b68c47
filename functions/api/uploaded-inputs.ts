/**
 * Lists of inputs that are too large for a request: a form to upload one, and what was uploaded.
 *
 * @module
 */

import { randomUUID } from "node:crypto";
import { FileUnreadableError } from "../../contracts/errors.ts";
import { BATCH_UPLOAD_SECONDS, MAX_BATCH_JOBS } from "../../contracts/jobs/batches.ts";
import { bucketPrefix } from "../../contracts/resources.ts";
import type { JobServices } from "../../shared/engine/jobs/services.ts";
import { invalid, type ProblemError } from "../../shared/lib/http/problem.ts";
import { getStoredObject } from "../../shared/lib/stored-object.ts";
import { isTooDeep, MAX_LEVELS } from "./request.ts";

const keyOf = (tenant: string, uploadId: string): string => `${bucketPrefix.batches}${tenant}/${uploadId}`;

/** A form for one upload directly to S3, which refuses larger files than the form allows. */
export async function uploadForm({ s3, resources, now }: JobServices, tenant: string, maxBytes: number) {
  const uploadId = randomUUID();
  const [{ createPresignedPost }, client] = await Promise.all([import("@aws-sdk/s3-presigned-post"), s3()]);
  const expiresAt = now() + BATCH_UPLOAD_SECONDS * 1_000;
  const { url, fields } = await createPresignedPost(client, {
    Bucket: resources.SLUICE_BUCKET,
    Key: keyOf(tenant, uploadId),
    Conditions: [["content-length-range", 1, maxBytes]],
    Expires: BATCH_UPLOAD_SECONDS,
  });
  return { uploadId, url, fields, expiresAt };
}

/**
 * Reads the list that a project has uploaded: a JSON array, or JSON lines.
 * @throws ProblemError 422 that says what is wrong with it
 */
export async function readUploadedInputs(
  { s3, resources }: JobServices,
  tenant: string,
  uploadId: string,
): Promise<unknown[]> {
  try {
    const { Body } = await getStoredObject(await s3(), resources.SLUICE_BUCKET, keyOf(tenant, uploadId));
    return parseInputs((await Body?.transformToByteArray()) ?? new Uint8Array());
  } catch (error) {
    if (error instanceof FileUnreadableError)
      throw wrong("nothing was uploaded with this form, or it was deleted after a day");
    throw error;
  }
}

const wrong = (message: string): ProblemError => invalid([{ path: "/upload_id", message }]);

/** @throws ProblemError 422 */
function parseInputs(bytes: Uint8Array): unknown[] {
  const text = decode(bytes);
  const inputs = text.trimStart().startsWith("[") ? parseArray(text) : parseLines(text);
  if (inputs.length === 0) throw wrong("the uploaded list is empty");
  if (inputs.length > MAX_BATCH_JOBS) throw wrong(`the uploaded list has more than ${MAX_BATCH_JOBS} inputs`);
  const deep = inputs.findIndex((input) => isTooDeep(input));
  if (deep >= 0) throw wrong(`input ${deep} of the list is nested more than ${MAX_LEVELS} levels deep`);
  return inputs;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw wrong("the uploaded list is not UTF-8");
  }
}

function parseArray(text: string): unknown[] {
  const parsed = parse(text, "the uploaded list");
  return Array.isArray(parsed) ? parsed : [parsed];
}

function parseLines(text: string): unknown[] {
  const inputs: unknown[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    inputs.push(parse(line, `line ${index + 1} of the list`));
    if (inputs.length > MAX_BATCH_JOBS) break;
  }
  return inputs;
}

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw wrong(`${what} is not JSON: ${error instanceof Error ? error.message.slice(0, 200) : "it cannot be read"}`);
  }
}
