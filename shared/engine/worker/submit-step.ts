/**
 * Submits from within a task: each step once, however often its run is repeated.
 *
 * @module
 */

import type { TaskDefinition } from "../../../contracts/define-task.ts";
import { InvalidInputError, TooManyStepsError } from "../../../contracts/errors.ts";
import { MAX_BATCH_JOBS } from "../../../contracts/jobs/batches.ts";
import { BACKGROUND_PRIORITY } from "../../../contracts/jobs/lanes.ts";
import { isReady } from "../../../contracts/jobs/states.ts";
import { readBatchJobs } from "../batches/batch-jobs.ts";
import { type BatchRecord, createBatch, readBatch } from "../batches/batch-record.ts";
import { submitMaker, writeWork } from "../batches/make-jobs.ts";
import type { JobRecord } from "../jobs/record.ts";
import { payloadTtl } from "../jobs/record.ts";
import { retryJob } from "../jobs/retry.ts";
import type { JobServices } from "../jobs/services.ts";
import { InputValidationError, type SubmitRequest, type Submitted, submitJob, taskOf } from "../jobs/submit.ts";
import { childKey, keyedTaskId } from "../table/addresses.ts";
import type { BatchStepResult, StepOptions, StepResult, SubmittedBatch } from "./steps.ts";

/** Jobs that submit each other, one after the other. */
const MAX_DEPTH = 12;
const STEP_CHARACTERS = 200;
/** Results of a batch that one call gives. */
const RESULTS_AT_ONCE = 100;

/** What submits from within a run. */
export interface StepSubmitterOptions {
  readonly services: JobServices;
  readonly definition: TaskDefinition;
  readonly record: JobRecord;
  /** @throws when the job is no longer this worker's */
  readonly assertActive: () => Promise<void>;
}

/** Submits what one run of a job asks for, and reads what became of it. */
export class StepSubmitter {
  readonly #options: StepSubmitterOptions;
  /** A name that is used twice in one run would give the first job for the second. */
  readonly #used = new Set<string>();
  /** Read once in a run. */
  #config: Promise<unknown> | undefined;

  constructor(options: StepSubmitterOptions) {
    this.#options = options;
  }

  submit = async (taskName: string, input: unknown, options: StepOptions): Promise<string> => {
    const { services, record, assertActive } = this.#options;
    const name = this.#check(taskName, options.step);
    // A blank cannot be in a caller's own Idempotency-Key, so the two never meet.
    const idempotencyKey = `step ${record.task_id} ${options.step}`;
    const taskId = keyedTaskId(record.project_id, idempotencyKey);
    const now = services.now();
    // Before the job, so that whoever revokes this one finds it; and then this one must still be there.
    await services.store.table.put({ ...childKey(record.task_id, taskId), ttl: payloadTtl(now, services.settings) });
    await assertActive();
    const submitted = await this.#submit({
      taskName: name,
      tenant: record.project_id,
      input,
      priority: options.priority ?? record.priority,
      delaySeconds: options.delaySeconds,
      idempotencyKey,
      isSameByKey: true,
      traceId: record.trace_id,
      traceparent: record.traceparent,
      limitedKey: record.limited_key,
      ...(await this.#configFor(name)),
      parent: record,
    });
    if (!submitted.created) await this.#runAgain(submitted);
    return taskId;
  };

  submitBatch = async (taskName: string, inputs: readonly unknown[], options: StepOptions): Promise<SubmittedBatch> => {
    const { services, record, assertActive } = this.#options;
    const { store, settings } = services;
    const name = this.#check(taskName, options.step);
    this.#checkInputs(name, inputs);
    const batchId = keyedTaskId(record.project_id, `batch step ${record.task_id} ${options.step}`);
    const now = services.now();
    const due = now + (options.delaySeconds ?? 0) * 1_000;
    await store.table.put({
      ...childKey(record.task_id, batchId),
      is_batch: true,
      ttl: payloadTtl(due, settings),
    });
    await assertActive();
    if (!(await readBatch(store.table, batchId))) {
      const asked: BatchRecord = {
        batch_id: batchId,
        task_name: name,
        project_id: record.project_id,
        total: inputs.length,
        created_at: now,
        request_hash: "step",
        tracked: true,
        parent_id: record.task_id,
      };
      const { priority = BACKGROUND_PRIORITY, delaySeconds } = options;
      const { trace_id: traceId, traceparent, limited_key: limitedKey } = record;
      const how = { priority, delaySeconds, traceId, traceparent, limitedKey, ...(await this.#configFor(name)) };
      const batch = await writeWork(services, asked, { inputs, options: how, depth: record.depth ?? 1 });
      await createBatch(store.table, batch, { due, settings });
    }
    await submitMaker(services, { batch_id: batchId, project_id: record.project_id }, record);
    return { batchId };
  };

  batchResults = async ({ batchId }: SubmittedBatch, from = 0): Promise<BatchStepResult[]> => {
    const { services, record } = this.#options;
    const batch = await readBatch(services.store.table, batchId);
    if (batch?.project_id !== record.project_id) throw new InvalidInputError(`There is no batch ${batchId}.`);
    const jobs = await readBatchJobs(services, batch, { from, limit: RESULTS_AT_ONCE });
    return Promise.all(
      jobs.map(async ({ place, taskId, job, status }) => {
        const result = job?.status === "SUCCESS" ? await services.store.readResult(job) : null;
        return { index: place, taskId, status, result, error: job?.error ?? null };
      }),
    );
  };

  /** The config of the job goes with those that it submits: they ask the model that its caller chose, and no other. */
  async #configFor(taskName: string): Promise<Pick<SubmitRequest, "config" | "configName">> {
    const { services, record } = this.#options;
    if (!record.config || !services.catalog.asksModel(taskOf(services.catalog, taskName))) return {};
    this.#config ??= services.store.readConfig(record);
    return { config: await this.#config, configName: record.config_name };
  }

  #checkInputs(taskName: string, inputs: readonly unknown[]): void {
    const { input } = taskOf(this.#options.services.catalog, taskName);
    if (inputs.length === 0 || inputs.length > MAX_BATCH_JOBS) {
      throw new InvalidInputError(`A batch has 1 to ${MAX_BATCH_JOBS} inputs, not ${inputs.length}.`);
    }
    for (const [index, each] of inputs.entries()) {
      const [issue] = input.safeParse(each).error?.issues ?? [];
      if (!issue) continue;
      throw new InvalidInputError(
        `Input ${index} of ${taskName} does not fit: /${issue.path.join("/")} ${issue.message}`,
      );
    }
  }

  results = async (taskIds: readonly string[]): Promise<StepResult[]> => {
    const { services, record } = this.#options;
    const found = await services.store.getMany(taskIds, services.now(), { consistent: true });
    const own = new Map(found.filter((job) => job.project_id === record.project_id).map((job) => [job.task_id, job]));
    return Promise.all(
      taskIds.map(async (taskId) => {
        const job = own.get(taskId);
        if (!job) return { taskId, status: "EXPIRED" as const, result: null, error: null };
        const result = job.status === "SUCCESS" ? await services.store.readResult(job) : null;
        return { taskId, status: job.status, result, error: job.error ?? null };
      }),
    );
  };

  /** @returns the task's own name */
  #check(taskName: string, step: string): string {
    const { services, definition, record } = this.#options;
    const { name, scope } = taskOf(services.catalog, taskName);
    if (!definition.submits?.includes(name)) {
      throw new InvalidInputError(`Task ${definition.name} does not name ${name} under \`submits\` in its definition.`);
    }
    if (scope === "admin") throw new InvalidInputError(`Task ${name} needs an admin key: no task can submit it.`);
    if (typeof step !== "string" || step.length === 0 || step.length > STEP_CHARACTERS) {
      throw new InvalidInputError(`A step has a name of 1 to ${STEP_CHARACTERS} characters.`);
    }
    if (this.#used.has(step)) {
      throw new InvalidInputError(`Two submits of one run are called "${step}": each needs a \`step\` of its own.`);
    }
    if ((record.depth ?? 1) >= MAX_DEPTH) {
      throw new TooManyStepsError(`${MAX_DEPTH} jobs have submitted each other: this one submits no more.`);
    }
    this.#used.add(step);
    return name;
  }

  async #submit(request: SubmitRequest): Promise<Submitted> {
    try {
      return await submitJob(this.#options.services, request);
    } catch (error) {
      if (!(error instanceof InputValidationError)) throw error;
      const [issue] = error.issues;
      const where = `/${issue?.path.join("/") ?? ""} ${issue?.message ?? ""}`;
      throw new InvalidInputError(`The input of ${request.taskName} does not fit: ${where}`, { cause: error });
    }
  }

  /** A step that failed before an operator ran this job again runs again with it. */
  async #runAgain({ job }: Submitted): Promise<void> {
    const { services, record } = this.#options;
    const isEarlier = record.due_at !== undefined && (job.finished_at ?? Infinity) <= record.due_at;
    if (!isEarlier || !isReady(job.status) || job.status === "SUCCESS" || !("pk" in job)) return;
    await retryJob(services, job, { reason: "the job that has submitted it was run again" });
  }
}
