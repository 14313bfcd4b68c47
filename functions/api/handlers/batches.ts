import type { z } from "zod";
import { settleBatchTask, submitBatchTask } from "../../../contracts/jobs/batch-tasks.ts";
import {
  type BatchState,
  type batchSubmitSchema,
  MAX_INLINE_JOBS,
  MAX_ON_COMPLETE_BYTES,
  type onCompleteSchema,
} from "../../../contracts/jobs/batches.ts";
import { BACKGROUND_PRIORITY } from "../../../contracts/jobs/lanes.ts";
import { isReady, jobStates } from "../../../contracts/jobs/states.ts";
import type { batchRoutes } from "../../../contracts/routes/batches.ts";
import { API_PREFIX } from "../../../contracts/routes/define-route.ts";
import { readOutcomes } from "../../../shared/engine/batches/batch-ends.ts";
import { countBatch } from "../../../shared/engine/batches/batch-jobs.ts";
import {
  type BatchOutcome,
  type BatchRecord,
  listBatches,
  readBatch,
} from "../../../shared/engine/batches/batch-record.ts";
import { markCancelled } from "../../../shared/engine/batches/cancel.ts";
import type { OnComplete } from "../../../shared/engine/batches/follow-up.ts";
import { submitSettling } from "../../../shared/engine/batches/note-end.ts";
import { revokeJobsOf, settleBatch } from "../../../shared/engine/batches/settle.ts";
import { type BatchRequest, isKnownBatch, submitBatch } from "../../../shared/engine/batches/submit-batch.ts";
import { taskOf } from "../../../shared/engine/jobs/submit.ts";
import { sha256 } from "../../../shared/engine/table/addresses.ts";
import { canonicalJson } from "../../../shared/lib/canonical-json.ts";
import { invalid, notFound } from "../../../shared/lib/http/problem.ts";
import { iso, isoOrNull } from "../../../shared/lib/time.ts";
import { readResultPage } from "../batch-lines.ts";
import { type Caller, limitedKeyOf, mayAccessJob, projectFor, requireScope } from "../caller.ts";
import { configOfSubmit } from "../config-of-submit.ts";
import { refuseOverBudget, refuseOverQueue } from "../over-budget.ts";
import type { ApiServices, Handlers } from "../route-handler.ts";
import { callbackUrlOf, readTaskInputs, submitOptions } from "../submit-request.ts";
import { readUploadedInputs, uploadForm } from "../uploaded-inputs.ts";

type SubmitBody = z.output<typeof batchSubmitSchema>;

/** What cancelling may take, so that the request answers in time. */
const CANCEL_MS = 10_000;

/**
 * What an Idempotency-Key stands for: a replay must ask for the same. The names are part of stored hashes and must stay as
 * they are, or replays of earlier keys would be refused.
 */
function requestHash(task_name: string, body: SubmitBody, inputs: readonly unknown[]): string {
  const { batch_size, priority, delay_seconds, eta, expires_in, trace_id, config, on_complete } = body;
  const asked = {
    task_name,
    inputs,
    batch_size,
    priority,
    delay_seconds,
    eta,
    expires_in,
    trace_id,
    config,
    on_complete,
  };
  return sha256(canonicalJson(asked));
}

/** @throws ProblemError 404 when there is no such batch, or it belongs to another project; the answer is the same */
async function findBatch({ jobs }: ApiServices, caller: Caller, id: string): Promise<BatchRecord> {
  const batch = await readBatch(jobs.store.table, id);
  if (!batch || !mayAccessJob(caller, batch)) throw noSuchBatch(id);
  return batch;
}

const noSuchBatch = (id: string) => notFound(`There is no batch ${id}.`);

/** The inputs as they were sent or uploaded. @throws ProblemError 422 */
async function givenInputs({ jobs, batchBounds }: ApiServices, tenant: string, body: SubmitBody): Promise<unknown[]> {
  const { inputs, upload_id: uploadId } = body;
  if ((inputs === undefined) === (uploadId === undefined)) {
    throw invalid([{ path: "", message: "give either inputs or upload_id" }]);
  }
  const given = inputs ?? (await readUploadedInputs(jobs, tenant, uploadId ?? ""));
  const hasMaker = jobs.catalog.findTask(submitBatchTask) !== undefined;
  const most = hasMaker ? batchBounds.jobs : Math.min(batchBounds.jobs, MAX_INLINE_JOBS);
  if (given.length > most) {
    throw invalid([{ path: "/inputs", message: `must have at most ${most} inputs, not ${given.length}` }]);
  }
  return given;
}

/**
 * What is to follow the batch, checked, as it is stored.
 * @throws ProblemError 422 that says what cannot be done
 */
async function onCompleteOf(
  services: ApiServices,
  { caller, tenant }: { readonly caller: Caller; readonly tenant: string },
  asked: z.output<typeof onCompleteSchema> | undefined,
): Promise<Pick<BatchRequest, "onComplete" | "onCompleteConfig">> {
  if (asked === undefined) return {};
  const { catalog } = services.jobs;
  const { task_name: name, callback_url: url, priority, config } = asked;
  if ((name === undefined) === (url === undefined)) {
    throw invalid([{ path: "/on_complete", message: "give either task_name or callback_url" }]);
  }
  if (!catalog.findTask(settleBatchTask)) {
    throw invalid([{ path: "/on_complete", message: `the catalog of this stage has no task ${settleBatchTask}` }]);
  }
  if (name === undefined) {
    if (config !== undefined) {
      throw invalid([{ path: "/on_complete/config", message: "goes with a task, and a webhook is sent" }]);
    }
    const href = await callbackUrlOf(url, { tenant, path: "/on_complete/callback_url" }, services);
    return { onComplete: JSON.stringify({ callback_url: href ?? "" } satisfies OnComplete) };
  }
  const task = taskOf(catalog, name);
  if (task.scope === "admin") {
    throw invalid([
      { path: "/on_complete/task_name", message: "is a task for admin keys, which cannot follow a batch" },
    ]);
  }
  requireScope(caller, task.scope ?? "submit");
  const [input] = await readTaskInputs(task, [{ at: ["on_complete", "input"], given: asked.input }], {
    config,
    services,
  });
  const stored = JSON.stringify({ task_name: task.name, input, priority } satisfies OnComplete);
  if (Buffer.byteLength(stored) > MAX_ON_COMPLETE_BYTES) {
    throw invalid([
      { path: "/on_complete/input", message: `must have at most ${MAX_ON_COMPLETE_BYTES} bytes as JSON` },
    ]);
  }
  if (config === undefined) return { onComplete: stored };
  const use = { task, tenant, at: "/on_complete/config" };
  return { onComplete: stored, onCompleteConfig: await configOfSubmit(config, use, services) };
}

/** @param isOver whether every job is known to have ended, of a batch of an earlier version */
function stateOf(batch: BatchRecord, isOver = false): BatchState {
  const { tracked, cancelled_at: cancelledAt, completed_at: completedAt, made_all: madeAll, error } = batch;
  if (!tracked) return isOver ? "COMPLETED" : "RUNNING";
  if (completedAt === undefined) {
    if (cancelledAt !== undefined) return "CANCELLING";
    return madeAll ? "RUNNING" : "SUBMITTING";
  }
  if (cancelledAt === undefined) return "COMPLETED";
  return error === undefined ? "CANCELLED" : "FAILED";
}

const present = (batch: BatchRecord, isOver?: boolean) => ({
  batch_id: batch.batch_id,
  task_name: batch.task_name,
  project_id: batch.project_id,
  status: stateOf(batch, isOver),
  total: batch.total,
});

/** How many jobs have ended, by how; null where that is not known. */
function endsOf(outcome: BatchOutcome | undefined) {
  if (!outcome) return { ended: null, succeeded: null, failed: null, revoked: null, expired: null };
  const { ok: succeeded, failed, revoked, gone: expired } = outcome;
  return { ended: succeeded + failed + revoked + expired, succeeded, failed, revoked, expired };
}

/** Batches of jobs. */
export const batchHandlers: Handlers<keyof typeof batchRoutes> = {
  async submitBatch({ query, headers, body, caller }, services) {
    const { jobs } = services;
    const task = taskOf(jobs.catalog, body.task_name);
    requireScope(caller, task.scope ?? "submit");
    const tenant = projectFor(caller, query.project_id, body.project_id);
    const given = await givenInputs(services, tenant, body);
    if (task.scope === "admin" && given.length > MAX_INLINE_JOBS) {
      const message = `must have at most ${MAX_INLINE_JOBS} inputs: only the API signs jobs of tasks for admin keys`;
      throw invalid([{ path: "/inputs", message }]);
    }
    const places = given.map((each, index) => ({ at: ["inputs", index], given: each }));
    const inputs = await readTaskInputs(task, places, { ...body, services });
    const limitedKey = limitedKeyOf(caller);
    await refuseOverBudget(services, task, { tenant, limitedKey, idempotencyKey: undefined });
    const priority = body.priority ?? BACKGROUND_PRIORITY;
    const isReplay = () => isKnownBatch(jobs, tenant, headers["idempotency-key"]);
    await refuseOverQueue(services, task, { tenant, priority, jobs: inputs.length, isReplay });
    const follow = await onCompleteOf(services, { caller, tenant }, body.on_complete);
    const { batchId, taskIds } = await submitBatch(jobs, {
      ...(await submitOptions(body, { task, tenant, traceparent: headers.traceparent, limitedKey }, services)),
      taskName: task.name,
      inputs,
      priority,
      atOnce: body.batch_size,
      idempotencyKey: headers["idempotency-key"],
      requestHash: requestHash(task.name, body, inputs),
      ...follow,
    });
    const self = `${API_PREFIX}/batches/${batchId}`;
    return {
      headers: { location: self },
      body: {
        batch_id: batchId,
        status: "PENDING",
        total: taskIds.length,
        task_ids: taskIds,
        links: { self, jobs: `${API_PREFIX}/jobs?batch_id=${batchId}`, results: `${self}/results` },
      },
    };
  },

  async createBatchUpload({ query, body, caller }, { jobs, batchBounds: { uploadBytes }, quotas }) {
    const tenant = projectFor(caller, query.project_id);
    const { size = uploadBytes } = body;
    if (size > uploadBytes) throw invalid([{ path: "/size", message: `must be at most ${uploadBytes}` }]);
    await quotas.takeInputs(tenant, size);
    const { uploadId, url, fields, expiresAt } = await uploadForm(jobs, tenant, size);
    const upload = { url, fields, expires_at: iso(expiresAt) };
    return { body: { upload_id: uploadId, upload, max_bytes: size } };
  },

  async listBatches({ query, caller }, { jobs }) {
    const page = await listBatches(jobs.store.table, projectFor(caller, query.project_id), query);
    const seen = page.batches.filter((batch) => mayAccessJob(caller, batch));
    const outcomes = await readOutcomes(jobs, seen);
    const batches = seen.map((batch) => ({
      ...present(batch),
      ...endsOf(outcomes.get(batch.batch_id)),
      created_at: iso(batch.created_at),
      completed_at: isoOrNull(batch.completed_at),
    }));
    return { body: { batches, next_cursor: page.nextCursor } };
  },

  async getBatch({ params, caller }, services) {
    const batch = await findBatch(services, caller, params.batch_id);
    const { counts, expired } = await countBatch(services.jobs, batch);
    const ready = jobStates.every((state) => isReady(state) || counts[state] === 0);
    return {
      body: {
        ...present(batch, ready),
        counts,
        expired,
        ready,
        successful: counts.SUCCESS === batch.total,
        error: batch.error ?? null,
        created_at: iso(batch.created_at),
        completed_at: isoOrNull(batch.completed_at),
        on_complete_task_id: batch.on_complete_id ?? null,
      },
    };
  },

  async listBatchResults({ params, query, caller }, services) {
    const batch = await findBatch(services, caller, params.batch_id);
    const { lines, next } = await readResultPage(services.jobs, batch, query);
    const address = `${API_PREFIX}/batches/${batch.batch_id}/results?limit=${query.limit}&from=${next}`;
    return {
      file: lines,
      contentType: "application/x-ndjson",
      headers: {
        "cache-control": "no-store",
        ...(next !== undefined && { "x-next-from": String(next), link: `<${address}>; rel="next"` }),
      },
    };
  },

  async cancelBatch({ params, caller }, services) {
    const { jobs } = services;
    const found = await findBatch(services, caller, params.batch_id);
    const until = performance.now() + CANCEL_MS;
    const hasTime = () => performance.now() < until;
    const id = found.batch_id;
    if (!found.tracked) await revokeJobsOf(jobs, found);
    const marked = found.tracked ? await markCancelled(jobs, id) : found;
    if (!marked) throw noSuchBatch(id);
    if (marked.cancelled_at !== undefined && marked.completed_at === undefined) {
      const settled = await settleBatch(jobs, id, { hasTime, hops: undefined });
      if (settled === "out of time") await submitSettling(jobs, marked, { reason: `cancel ${marked.cancelled_at}` });
    }
    const batch = (await readBatch(jobs.store.table, id)) ?? marked;
    const message =
      batch.completed_at !== undefined && batch.cancelled_at === undefined
        ? "All its jobs had ended already."
        : "What has not ended is revoked.";
    return { body: { batch_id: id, status: stateOf(batch, !batch.tracked), message } };
  },
};
