/**
 * Batches: many jobs of one task. A batch knows how many jobs it has, and each job's id follows from its place.
 *
 * @module
 */

import { z } from "zod";
import type { JobState } from "../../../contracts/jobs/states.ts";
import { table } from "../../../contracts/resources.ts";
import { inGroups } from "../../lib/groups.ts";
import { payloadTtl } from "../jobs/lifetimes.ts";
import type { JobServices } from "../jobs/services.ts";
import { IdempotencyConflictError, type SubmitRequest, submitJob } from "../jobs/submit.ts";
import { keyedTaskId, newTaskId } from "../table/addresses.ts";
import { parseItem } from "../table/parse-item.ts";
import { isNew } from "../table/table.ts";

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

/** A blank cannot stand in a caller's own Idempotency-Key, so the two never meet. */
const jobKey = (batchId: string, index: number): string => `batch ${batchId} ${index}`;

const taskIdsOf = ({ batch_id, project_id, total }: BatchRecord): string[] =>
  Array.from({ length: total }, (_, index) => keyedTaskId(project_id, jobKey(batch_id, index)));

/**
 * Makes a batch and submits its jobs. Repeating the request under its Idempotency-Key makes what is missing and nothing
 * twice.
 * @throws IdempotencyConflictError when the key was used for another request
 * @throws QueueUnavailableError when SQS did not take all of them
 */
export async function submitBatch(services: JobServices, request: BatchRequest) {
  const { inputs, requestHash, atOnce, idempotencyKey, ...common } = request;
  const { tenant, taskName } = common;
  const batchId = idempotencyKey === undefined ? newTaskId() : keyedTaskId(tenant, `batch ${idempotencyKey}`);
  const batch: BatchRecord = {
    batch_id: batchId,
    task_name: taskName,
    project_id: tenant,
    total: inputs.length,
    created_at: services.now(),
    request_hash: requestHash,
  };
  await create(services, batch, dueAt(services, common));
  const isRepeatable = idempotencyKey !== undefined;
  const job = { ...common, batchId, isRepeatable, traceId: common.traceId ?? batchId };
  const submit = (input: unknown, index: number) =>
    submitJob(services, { ...job, input, idempotencyKey: jobKey(batchId, index) });
  await inGroups(inputs, submit, atOnce);
  return { batchId, taskIds: taskIdsOf(batch) };
}

const dueAt = ({ now }: JobServices, { eta, delaySeconds = 0 }: Pick<SubmitRequest, "eta" | "delaySeconds">): number =>
  Math.max(now(), eta?.getTime() ?? now() + delaySeconds * 1_000);

async function create(services: JobServices, batch: BatchRecord, due: number): Promise<void> {
  const { batch_id: batchId, ...attributes } = batch;
  const item = { ...address(batchId), ...attributes, [table.ttl]: payloadTtl(due, services.settings) };
  if (await services.store.table.putIf(item, isNew)) return;
  const existing = await readBatch(services, batchId);
  if (existing?.request_hash !== batch.request_hash) {
    throw new IdempotencyConflictError("This Idempotency-Key was used for another request.");
  }
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
