/**
 * Batches: many jobs of one task. A batch knows how many jobs it has, and each job's id follows from its place.
 *
 * @module
 */

import { z } from "zod";
import type { JobState } from "../../../contracts/jobs/states.ts";
import { table } from "../../../contracts/resources.ts";
import { inGroups } from "../../lib/groups.ts";
import { payloadTtl } from "../jobs/record.ts";
import type { JobServices } from "../jobs/services.ts";
import { IdempotencyConflictError, type SubmitRequest, submitJob } from "../jobs/submit.ts";
import { keyedTaskId, newTaskId } from "../table/addresses.ts";
import { isNew, parseItem } from "../table/table.ts";

const batchRecordSchema = z.object({
  task_name: z.string(),
  project_id: z.string(),
  total: z.number(),
  created_at: z.number(),
  /** SHA-256 of what was asked for. */
  request_hash: z.string(),
});

/** A batch's item in the table. */
export type BatchRecord = z.infer<typeof batchRecordSchema> & { readonly batch_id: string };

/** Many inputs of one task. */
export interface BatchRequest extends Omit<SubmitRequest, "input" | "batchId"> {
  readonly inputs: readonly unknown[];
  /** Identifies the request, so that another one under the same key is refused. */
  readonly requestHash: string;
  /** Jobs that are made side by side. */
  readonly atOnce: number;
}

const address = (batchId: string) => ({ [table.partitionKey]: `B#${batchId}`, [table.sortKey]: "head" });

/** What the jobs of one request may take: API Gateway waits for 30 s, and the group under way comes on top. */
const BUDGET_MS = 20_000;

/** Time ran out before all jobs of a batch were made. Those that were run; the same request under the key goes on. */
export class BatchIncompleteError extends Error {
  override readonly name = "BatchIncompleteError";
  readonly batchId: string;
  readonly key: string;
  constructor({ batchId, key, made, total }: { batchId: string; key: string; made: number; total: number }) {
    super(
      `${made} of ${total} jobs were made in time, as batch ${batchId}, and run. Send the same request again with the header ` +
        `Idempotency-Key: ${key}. It makes the others, and none twice.`,
    );
    this.batchId = batchId;
    this.key = key;
  }
}

/** A blank cannot stand in a caller's own Idempotency-Key, so the two never meet. */
const jobKey = (batchId: string, index: number): string => `batch ${batchId} ${index}`;

const taskIdsOf = ({ batch_id, project_id, total }: BatchRecord): string[] =>
  Array.from({ length: total }, (_, index) => keyedTaskId(project_id, jobKey(batch_id, index)));

/**
 * Makes a batch and submits its jobs. Repeating the request under its Idempotency-Key makes what is missing and nothing
 * twice.
 * @throws IdempotencyConflictError when the key was used for another request
 * @throws QueueUnavailableError when SQS did not take all of them
 * @throws BatchIncompleteError when time ran out
 */
export async function submitBatch(services: JobServices, request: BatchRequest) {
  const { inputs, requestHash, atOnce, idempotencyKey, ...common } = request;
  const { tenant, taskName } = common;
  const until = services.now() + BUDGET_MS;
  // Who gave no key needs one to go on with, should time run out.
  const key = idempotencyKey ?? newTaskId();
  const batchId = keyedTaskId(tenant, `batch ${key}`);
  const batch: BatchRecord = {
    batch_id: batchId,
    task_name: taskName,
    project_id: tenant,
    total: inputs.length,
    created_at: services.now(),
    request_hash: requestHash,
  };
  const isNewBatch = await create(services, batch, dueAt(services, common));
  const isRepeatable = idempotencyKey !== undefined;
  const job = { ...common, batchId, isRepeatable, traceId: common.traceId ?? batchId };
  const submit = (input: unknown, index: number) =>
    submitJob(services, { ...job, input, idempotencyKey: jobKey(batchId, index) });
  const taskIds = taskIdsOf(batch);
  const made = new Map(isNewBatch ? [] : (await services.store.getMany(taskIds)).map((each) => [each.task_id, each]));
  const isMade = (index: number) => made.has(taskIds[index] ?? "");
  const places = inputs.map((input, index) => ({ input, index }));
  const left = await submitInTime(places.filter(({ index }) => !isMade(index)));
  if (left > 0) throw new BatchIncompleteError({ batchId, key, made: inputs.length - left, total: inputs.length });
  // Their message may not have been taken. Those for which there is no time are found by the sweeper.
  await submitInTime(places.filter(({ index }) => made.get(taskIds[index] ?? "")?.status === "PENDING"));
  return { batchId, taskIds };

  /** @returns how many are left */
  async function submitInTime(all: typeof places): Promise<number> {
    for (let start = 0; start < all.length; start += atOnce) {
      if (services.now() >= until) return all.length - start;
      await inGroups(all.slice(start, start + atOnce), ({ input, index }) => submit(input, index), atOnce);
    }
    return 0;
  }
}

const dueAt = ({ now }: JobServices, { eta, delaySeconds = 0 }: Pick<SubmitRequest, "eta" | "delaySeconds">): number =>
  Math.max(now(), eta?.getTime() ?? now() + delaySeconds * 1_000);

/** @returns false when the batch was there already, from this very request */
async function create(services: JobServices, batch: BatchRecord, due: number): Promise<boolean> {
  const { batch_id: batchId, ...attributes } = batch;
  const item = { ...address(batchId), ...attributes, [table.ttl]: payloadTtl(due, services.settings) };
  if (await services.store.table.putIf(item, isNew)) return true;
  const existing = await readBatch(services, batchId);
  if (existing?.request_hash !== batch.request_hash) {
    throw new IdempotencyConflictError("This Idempotency-Key was used for another request.");
  }
  return false;
}

/** One read. @returns undefined when there is no such batch */
export async function readBatch({ store }: JobServices, batchId: string): Promise<BatchRecord | undefined> {
  const item = await store.table.get(address(batchId));
  return item && { ...parseItem(batchRecordSchema, item), batch_id: batchId };
}

/** A batch's jobs by state, and how many there are no records of (any more). */
export async function countBatch(services: JobServices, batch: BatchRecord) {
  const jobs = await services.store.getMany(taskIdsOf(batch));
  const counts: Record<JobState, number> = { PENDING: 0, STARTED: 0, RETRY: 0, SUCCESS: 0, FAILURE: 0, REVOKED: 0 };
  for (const job of jobs) counts[job.status] += 1;
  return { counts, expired: batch.total - jobs.length };
}
