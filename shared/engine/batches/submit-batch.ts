/**
 * Submits batches: many jobs of one task. The jobs of a small batch are made at once, those of a large one by a job.
 *
 * @module
 */

import { MAX_INLINE_JOBS } from "../../../contracts/jobs/batches.ts";
import { DEFAULT_PRIORITY, laneFor } from "../../../contracts/jobs/lanes.ts";
import { inGroups } from "../../lib/groups.ts";
import { QueueUnavailableError } from "../jobs/send.ts";
import type { JobServices } from "../jobs/services.ts";
import { IdempotencyConflictError, type SubmitRequest, submitJob, taskOf } from "../jobs/submit.ts";
import { keyedTaskId, newTaskId, queuedPlace } from "../table/addresses.ts";
import { readEnds } from "./batch-ends.ts";
import {
  type BatchRecord,
  batchTaskId,
  createBatch,
  jobKey,
  readBatch,
  stopChecks,
  updateBatch,
} from "./batch-record.ts";
import { type FollowUpConfig, withFollowUpConfig } from "./follow-up.ts";
import { type BatchJobOptions, submitMaker, writeWork } from "./make-jobs.ts";
import { tryToComplete } from "./note-end.ts";

/** Many inputs of one task. */
export interface BatchRequest extends BatchJobOptions {
  readonly taskName: string;
  readonly tenant: string;
  readonly inputs: readonly unknown[];
  /** Identifies the request, so that another one under the same key is refused. */
  readonly requestHash: string;
  /** Jobs that are made side by side. */
  readonly atOnce: number;
  readonly idempotencyKey?: string | undefined;
  /** What is done when all jobs have ended, as JSON. */
  readonly onComplete?: string | undefined;
  /** What that is done with. */
  readonly onCompleteConfig?: FollowUpConfig | undefined;
}

/** What the jobs of one request may take: API Gateway waits for 30 s, and the group under way comes on top. */
const BUDGET_MS = 20_000;

/** Time ran out before all jobs of a batch were made. Those that were run; the same request under the key continues. */
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

/** The id of a batch. @param key its Idempotency-Key */
const batchIdFor = (tenant: string, key: string): string => keyedTaskId(tenant, `batch ${key}`);

/** Whether a batch was accepted under an Idempotency-Key. */
export const isKnownBatch = async ({ store }: JobServices, tenant: string, key: string | undefined): Promise<boolean> =>
  key !== undefined && (await readBatch(store.table, batchIdFor(tenant, key))) !== undefined;

/** The ids of a batch's jobs, in the order of the inputs. */
const taskIdsOf = (batch: BatchRecord): string[] =>
  Array.from({ length: batch.total }, (_, place) => batchTaskId(batch, place));

/**
 * Makes a batch and submits its jobs, or the job that makes them. Repeating the request under its Idempotency-Key makes what
 * is missing and nothing twice.
 * @throws IdempotencyConflictError when the key was used for another request, or its batch was cancelled
 * @throws QueueUnavailableError when SQS did not take all of them
 * @throws BatchIncompleteError when time ran out
 */
export async function submitBatch(services: JobServices, request: BatchRequest) {
  const { inputs, requestHash, atOnce, idempotencyKey, onComplete, onCompleteConfig, ...common } = request;
  const { tenant, taskName, ...options } = common;
  const until = services.now() + BUDGET_MS;
  // A caller without a key needs one to continue with, should time run out.
  const key = idempotencyKey ?? newTaskId();
  const batchId = batchIdFor(tenant, key);
  const isInline = inputs.length <= MAX_INLINE_JOBS;
  const due = dueAt(services, options);
  const described: BatchRecord = {
    batch_id: batchId,
    task_name: taskName,
    project_id: tenant,
    total: inputs.length,
    created_at: services.now(),
    request_hash: requestHash,
    tracked: true,
    on_complete: onComplete,
    limited_key: options.limitedKey,
  };
  const asked = await withFollowUpConfig(services, described, { config: onCompleteConfig, due });
  const batch = isInline ? asked : await writeWork(services, asked, { inputs, options });
  const isNewBatch = await createOnce(services, batch, {
    due,
    reserved: isInline ? {} : reservation(services, batch, request.priority),
  });
  const taskIds = taskIdsOf(batch);
  if (!isInline) {
    await submitMaker(services, batch);
    return { batchId, taskIds };
  }
  const job = {
    ...common,
    isRepeatable: idempotencyKey !== undefined,
    traceId: common.traceId ?? batchId,
  };
  const submit = (input: unknown, place: number) =>
    submitJob(services, {
      ...job,
      input,
      batch: { id: batchId, place, total: inputs.length },
      idempotencyKey: jobKey(batchId, place),
    });
  const made = new Map(isNewBatch ? [] : (await services.store.getMany(taskIds)).map((each) => [each.task_id, each]));
  // The records of those that have ended may have expired.
  const ends = isNewBatch ? undefined : await readEnds(services, batch);
  const isMade = (place: number) => made.has(taskIds[place] ?? "") || ends?.of(place) !== undefined;
  const places = inputs.map((input, place) => ({ input, place }));
  try {
    const left = await submitInTime(places.filter(({ place }) => !isMade(place)));
    if (left > 0) throw new BatchIncompleteError({ batchId, key, made: inputs.length - left, total: inputs.length });
    // Their message may not have been taken. Those for which there is no time are found by the sweeper.
    await submitInTime(places.filter(({ place }) => made.get(taskIds[place] ?? "")?.status === "PENDING"));
  } catch (error) {
    // Nobody will repeat the request, and the answer says that nothing was accepted.
    if (error instanceof QueueUnavailableError && idempotencyKey === undefined) await giveUp(services, batch);
    throw error;
  }
  await noteAllMade(services, batchId);
  return { batchId, taskIds };

  /** @returns how many are left */
  async function submitInTime(all: typeof places): Promise<number> {
    for (let start = 0; start < all.length; start += atOnce) {
      if (services.now() >= until) return all.length - start;
      await inGroups(all.slice(start, start + atOnce), ({ input, place }) => submit(input, place), atOnce);
    }
    return 0;
  }
}

const dueAt = ({ now }: JobServices, { eta, delaySeconds = 0 }: Pick<SubmitRequest, "eta" | "delaySeconds">): number =>
  Math.max(now(), eta?.getTime() ?? now() + delaySeconds * 1_000);

/** What makes a batch count as waiting for the jobs that its maker is still to make. */
function reservation({ catalog, settings }: JobServices, batch: BatchRecord, priority = DEFAULT_PRIORITY) {
  const { queue } = taskOf(catalog, batch.task_name);
  const lane = laneFor(priority, catalog.queueOf(queue).lanes);
  return queuedPlace(settings, batch.batch_id, { project_id: batch.project_id, queue, lane, jobs: batch.total });
}

/** @returns false when the batch was there already, from this very request */
async function createOnce(
  services: JobServices,
  batch: BatchRecord,
  how: { readonly due: number; readonly reserved: Readonly<Record<string, unknown>> },
): Promise<boolean> {
  const { settings, store } = services;
  if (await createBatch(store.table, batch, { ...how, settings })) return true;
  const existing = await readBatch(store.table, batch.batch_id);
  if (existing?.request_hash !== batch.request_hash) {
    throw new IdempotencyConflictError("This Idempotency-Key was used for another request.");
  }
  if (existing.cancelled_at !== undefined) {
    const reason = existing.error ?? "It was cancelled.";
    throw new IdempotencyConflictError(`Batch ${batch.batch_id} of this Idempotency-Key makes no more jobs: ${reason}`);
  }
  return false;
}

/** Notes that nobody makes jobs of a batch any more. */
async function noteAllMade(services: JobServices, batchId: string): Promise<void> {
  const { table } = services.store;
  const batch = await updateBatch(table, batchId, { set: { made_all: true } });
  // The sweeper does what is left to do of one that was cancelled meanwhile.
  if (batch?.tracked) await tryToComplete(services, batchId);
}

/** Ends a batch that was not accepted, without its follow-up. Best effort: the answer is 503 either way. */
async function giveUp(services: JobServices, { batch_id: id }: BatchRecord): Promise<void> {
  const { table } = services.store;
  const now = services.now();
  const set = { cancelled_at: now, made_all: true, completed_at: now, error: "The queue did not take its jobs." };
  await updateBatch(table, id, { set, remove: ["on_complete"] })
    .then(() => stopChecks(table, id))
    .catch(() => undefined);
}
