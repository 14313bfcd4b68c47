/**
 * Makes the jobs of a large batch, in a job of its own. A crash makes what is missing and nothing twice, as the id of a job
 * follows from the place of its input; one that has ended is not made again, even after its record has expired.
 *
 * @module
 */

import { z } from "zod";
import { submitBatchTask } from "../../../contracts/jobs/batch-tasks.ts";
import { limitedKeySchema } from "../../../contracts/keys/key-limits.ts";
import { inGroups } from "../../lib/groups.ts";
import { type JobRecord, payloadTtl } from "../jobs/record.ts";
import { QueueUnavailableError } from "../jobs/send.ts";
import type { JobServices } from "../jobs/services.ts";
import { readPayload, writePayload } from "../jobs/store.ts";
import { type SubmitRequest, submitJob } from "../jobs/submit.ts";
import { keyedTaskId } from "../table/addresses.ts";
import { readEnds, SHARD_JOBS, shardsOf } from "./batch-ends.ts";
import { type BatchRecord, jobKey, RESERVED, readBatch, updateBatch } from "./batch-record.ts";

/** The options that all jobs of a batch have in common. */
export type BatchJobOptions = Omit<
  SubmitRequest,
  "input" | "batch" | "taskName" | "tenant" | "idempotencyKey" | "isRepeatable" | "isSameByKey" | "parent" | "held"
>;

/** How they are stored until the jobs are made. Times are those of the batch's submission. */
const optionsSchema = z.object({
  priority: z.number().optional(),
  dueAt: z.number().optional(),
  expiresAt: z.number().optional(),
  traceId: z.string(),
  traceparent: z.string().optional(),
  callbackUrl: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  config: z.unknown().optional(),
  configName: z.string().optional(),
  limitedKey: limitedKeySchema.optional(),
  depth: z.number().optional(),
});

/** Jobs that are made side by side. */
const AT_ONCE = 20;
/** After so many groups it is noted how many jobs there are. */
const GROUPS_PER_NOTE = 5;

const makerKey = (batchId: string): string => `batch ${batchId} make`;

/**
 * Stores what the job that makes a batch's jobs will work with.
 * @returns the batch that refers to it
 */
export async function writeWork(
  services: JobServices,
  batch: BatchRecord,
  { inputs, options, depth }: { inputs: readonly unknown[]; options: BatchJobOptions; depth?: number | undefined },
): Promise<BatchRecord> {
  const { delaySeconds, eta, expiresIn, traceId, ...others } = options;
  const now = services.now();
  const dueAt = eta?.getTime() ?? (delaySeconds === undefined ? undefined : now + delaySeconds * 1_000);
  const stored: z.input<typeof optionsSchema> = {
    ...others,
    dueAt,
    expiresAt: expiresIn === undefined ? undefined : now + expiresIn * 1_000,
    traceId: traceId ?? batch.batch_id,
    depth,
  };
  const makerId = keyedTaskId(batch.project_id, makerKey(batch.batch_id));
  const ttl = payloadTtl(Math.max(now, dueAt ?? 0), services.settings);
  const write = (value: unknown) => writePayload(services.store.payloads, makerId, { value, ttl });
  return { ...batch, maker_id: makerId, inputs: await write(inputs), options: await write(stored) };
}

/** Submits the job that makes a batch's jobs; once, however often this is repeated. */
export async function submitMaker(
  services: JobServices,
  { batch_id, project_id }: Pick<BatchRecord, "batch_id" | "project_id">,
  parent?: Pick<JobRecord, "depth" | "hops">,
): Promise<void> {
  await submitJob(services, {
    taskName: submitBatchTask,
    tenant: project_id,
    input: { batch_id },
    idempotencyKey: makerKey(batch_id),
    isSameByKey: true,
    traceId: batch_id,
    parent: parent && { depth: parent.depth, hops: parent.hops },
  }).catch((error: unknown) => {
    // Its record is written: the sweeper sends its message.
    if (!(error instanceof QueueUnavailableError)) throw error;
  });
}

/** How a run of the job that makes jobs continues. */
interface Making {
  /** True when the run is to end and another one to continue. */
  readonly isOver: () => boolean;
  /** @throws when the job is no longer this worker's */
  readonly assertActive: () => Promise<void>;
  readonly progress: (made: number, total: number) => void;
  /** Of the job that makes them. */
  readonly hops: number | undefined;
}

/**
 * Makes jobs until all are made, the batch is cancelled, or the run is over.
 * @returns the batch as it is then; `made_all` unless another run is to continue
 */
export async function makeJobs(services: JobServices, batch: BatchRecord, making: Making): Promise<BatchRecord> {
  const { table, payloads } = services.store;
  const { batch_id: batchId, maker_id: makerId = "", inputs: inputsAt, options: optionsAt, total } = batch;
  if (!inputsAt || !optionsAt) return batch;
  const inputs = z.array(z.unknown()).parse(await readPayload(payloads, makerId, inputsAt));
  const options = optionsSchema.parse(await readPayload(payloads, makerId, optionsAt));
  let current: BatchRecord | undefined = batch;
  let isCancelled = false;
  for (let group = Math.floor((batch.made ?? 0) / SHARD_JOBS); group < shardsOf(total); group++) {
    if (making.isOver()) return current;
    current = await readBatch(table, batchId);
    isCancelled = current === undefined || current.cancelled_at !== undefined;
    if (isCancelled) break;
    await making.assertActive();
    await makeGroup(group);
    const made = Math.min(total, (group + 1) * SHARD_JOBS);
    making.progress(made, total);
    if ((group + 1) % GROUPS_PER_NOTE === 0) current = await updateBatch(table, batchId, { set: { made } });
    if (!current) break;
  }
  const all = await updateBatch(table, batchId, {
    set: { made_all: true, made: isCancelled ? undefined : total },
    remove: RESERVED,
  });
  return all ?? batch;

  async function makeGroup(group: number): Promise<void> {
    const ends = await readEnds(services, batch, [group]);
    await inGroups(ends.open(group), (place) => makeOne(place), AT_ONCE);
  }

  async function makeOne(place: number): Promise<void> {
    const { dueAt, expiresAt, depth, ...common } = options;
    const now = services.now();
    await submitJob(services, {
      ...common,
      taskName: batch.task_name,
      tenant: batch.project_id,
      input: inputs[place],
      eta: dueAt === undefined ? undefined : new Date(dueAt),
      // It had no time left before it was made: it expires at once.
      expiresIn: expiresAt === undefined ? undefined : Math.max(0.001, (expiresAt - now) / 1_000),
      batch: { id: batchId, place, total },
      parent: { depth: depth === undefined ? 0 : depth, hops: making.hops },
      idempotencyKey: jobKey(batchId, place),
      isSameByKey: true,
    });
  }
}
