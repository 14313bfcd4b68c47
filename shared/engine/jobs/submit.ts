/**
 * Submits a job: writes the record, then sends the message. A job is accepted only when both are done.
 *
 * @module
 */

import { randomUUID } from "node:crypto";
import type { z } from "zod";
import { closestName } from "../../../contracts/closest-name.ts";
import type { Catalog } from "../../../contracts/define-catalog.ts";
import type { TaskDefinition } from "../../../contracts/define-task.ts";
import { engineErrors } from "../../../contracts/errors.ts";
import { DEFAULT_PRIORITY, laneFor } from "../../../contracts/jobs/lanes.ts";
import { maxAttempts } from "../../../contracts/jobs/retry.ts";
import type { LimitedKey } from "../../../contracts/keys/key-limits.ts";
import { canonicalJson } from "../../lib/canonical-json.ts";
import { delayedPlace, keyedTaskId, neverRuns, newTaskId, queuedPlace, sentPlace, sha256 } from "../table/addresses.ts";
import { MAX_HOPS } from "./hops.ts";
import { type JobRecord, payloadTtl, waitingTtl } from "./record.ts";
import { MAX_SQS_DELAY_SECONDS, QueueUnavailableError, sendJob } from "./send.ts";
import type { JobServices } from "./services.ts";
import { signJob } from "./signature.ts";
import { type NewJob, transitions, writePayload } from "./store.ts";

/** A request to submit a job. */
export interface SubmitRequest {
  /** A task's name or alias. */
  readonly taskName: string;
  readonly tenant: string;
  readonly input: unknown;
  /** What the task is run with beside its input: the task's code finds it in its context. */
  readonly config?: unknown;
  /** What the use of the config is counted under, such as `greeting@3`. */
  readonly configName?: string | undefined;
  /** The key that it is submitted with, where that has limits of its own. */
  readonly limitedKey?: LimitedKey | undefined;
  /** 0 to 10; chooses the lane. */
  readonly priority?: number | undefined;
  readonly delaySeconds?: number | undefined;
  readonly eta?: Date | undefined;
  /** Seconds from now after which a job that was not started is revoked. */
  readonly expiresIn?: number | undefined;
  readonly traceId?: string | undefined;
  /** The caller's place in a trace of its own (W3C Trace Context). */
  readonly traceparent?: string | undefined;
  readonly idempotencyKey?: string | undefined;
  /** False when the request will not be repeated although it has a key, which then only determines the id. */
  readonly isRepeatable?: boolean | undefined;
  /** Its batch, with the place of its input in it and how many there are. */
  readonly batch?: { readonly id: string; readonly place: number; readonly total: number } | undefined;
  /** The running job that submits it; without an id, where the chain of jobs is that it belongs to. */
  readonly parent?: (Pick<JobRecord, "depth" | "hops"> & { readonly task_id?: string | undefined }) | undefined;
  /** Returns an earlier job under the same key, whatever its input. */
  readonly isSameByKey?: boolean | undefined;
  /** Ids of the caller's own, to find the job by. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** The URL to notify when the job has ended. The caller has checked it. */
  readonly callbackUrl?: string | undefined;
  /** Write the record alone: {@link releaseJob} sends it. Give `expiresIn` with it. */
  readonly held?: boolean | undefined;
}

/** The job of a submit. */
export interface Submitted {
  readonly job: JobRecord | NewJob;
  /** False when the Idempotency-Key had been used for this very request before. */
  readonly created: boolean;
}

/** The catalog has no task of that name, or the stage was deployed without its family. */
export class UnknownTaskError extends Error {
  override readonly name = "UnknownTaskError";
  constructor(taskName: string, catalog: Catalog) {
    super(familyFault(taskName, catalog) ?? unknownFault(taskName, catalog));
  }
}

function unknownFault(taskName: string, { taskNames }: Catalog): string {
  const meant = closestName(taskName, taskNames);
  const hint = meant === undefined ? "" : ` Did you mean ${meant}?`;
  return `There is no task ${taskName.slice(0, 100)}.${hint} There are: ${taskNames.join(", ")}.`;
}

/**
 * The error for a task that the stage was deployed without.
 * @param nameOrPath any of its names, or a path that it registers
 * @returns undefined when no such task was left out
 */
export function familyFault(nameOrPath: string, catalog: Catalog): string | undefined {
  const family = catalog.familyLeftOut(nameOrPath);
  if (family === undefined) return undefined;
  const store = family === "search" ? ", set VECTOR_STORE to another store than none" : "";
  return `This stage is deployed without the family ${family}, to which the task ${nameOrPath.slice(0, 100)} belongs: add ${family} to SLUICE_FAMILIES${store} and deploy.`;
}

/**
 * A task of a catalog by any name that {@link Catalog.findTask} takes.
 * @throws UnknownTaskError
 */
export function taskOf(catalog: Catalog, name: string): TaskDefinition {
  const task = catalog.findTask(name);
  if (!task) throw new UnknownTaskError(name, catalog);
  return task;
}

/** The input does not fit the task's schema; paths point into the input. */
export class InputValidationError extends Error {
  override readonly name = "InputValidationError";
  readonly issues: readonly z.core.$ZodIssue[];
  constructor(taskName: string, issues: readonly z.core.$ZodIssue[]) {
    super(`The input does not fit task ${taskName}.`);
    this.issues = issues;
  }
}

/** The Idempotency-Key was used for another request. */
export class IdempotencyConflictError extends Error {
  override readonly name = "IdempotencyConflictError";
}

/**
 * Submits a task of the catalog.
 * @throws UnknownTaskError
 * @throws InputValidationError
 * @throws IdempotencyConflictError when the key was used for another request
 * @throws QueueUnavailableError when SQS did not take the message; nothing was accepted
 */
export async function submitJob(services: JobServices, request: SubmitRequest): Promise<Submitted> {
  const definition = taskOf(services.catalog, request.taskName);
  const parsed = definition.input.safeParse(request.input);
  if (!parsed.success) throw new InputValidationError(definition.name, parsed.error.issues);

  const job = await newJob(services, definition, { request, input: parsed.data });
  if (!(await services.store.create(job, job.created_at))) {
    return { job: await replay(services, job, request), created: false };
  }
  try {
    await sendUnlessLater(services, job);
  } catch (error) {
    const isRepeatable = request.isRepeatable ?? request.idempotencyKey !== undefined;
    if (!isRepeatable) await giveUp(services, job, error);
    throw error;
  }
  return { job, created: true };
}

async function newJob(
  services: JobServices,
  definition: TaskDefinition,
  { request, input }: { readonly request: SubmitRequest; readonly input: unknown },
): Promise<NewJob> {
  const now = services.now();
  const delay = (request.delaySeconds ?? 0) * 1_000;
  const dueAt = Math.max(now, request.eta ? request.eta.getTime() : now + delay);
  const expiresAt = request.expiresIn === undefined ? undefined : now + request.expiresIn * 1_000;
  const priority = request.priority ?? DEFAULT_PRIORITY;
  const key = request.idempotencyKey;
  const taskId = key === undefined ? newTaskId() : keyedTaskId(request.tenant, key);
  const isDelayed = dueAt > now;
  const identity = { task_id: taskId, task_name: definition.name, project_id: request.tenant };
  const lane = laneFor(priority, services.catalog.queueOf(definition.queue).lanes);
  const ttl = payloadTtl(dueAt, services.settings);
  const hops = request.parent && (request.parent.hops ?? 0) + 1;
  const isFar = hops !== undefined && hops > MAX_HOPS;
  const place = { task_id: taskId, lane, expires_at: expiresAt, held: request.held };
  return {
    ...identity,
    queue: definition.queue,
    lane,
    priority,
    status: "PENDING",
    generation: 1,
    attempts: 0,
    max_attempts: maxAttempts(definition.retry, services.settings.TASK_MAX_RETRIES),
    trace_id: request.traceId ?? randomUUID(),
    traceparent: request.traceparent,
    batch_id: request.batch?.id,
    batch_place: request.batch?.place,
    batch_total: request.batch?.total,
    parent_id: request.parent?.task_id,
    depth: request.parent && (request.parent.depth ?? 1) + 1,
    hops: isFar ? 0 : hops,
    may_submit: definition.submits && definition.submits.length > 0 ? true : undefined,
    tags: request.tags,
    callback_url: request.callbackUrl,
    config_name: request.configName,
    limited_key: request.limitedKey,
    created_at: now,
    next_attempt_at: isDelayed ? dueAt : undefined,
    due_at: isDelayed ? dueAt : undefined,
    held: request.held ? true : undefined,
    needs_send: isFar || dueAt - now > MAX_SQS_DELAY_SECONDS * 1_000 || neverRuns(place, dueAt) ? true : undefined,
    expires_at: expiresAt,
    request_hash: key === undefined ? undefined : requestHash(definition.name, request),
    signature: definition.scope === "admin" ? await signJob(services, identity, { dueAt, input }) : undefined,
    input: await writePayload(services.store.payloads, taskId, { value: input, ttl }),
    config:
      request.config === undefined
        ? undefined
        : await writePayload(services.store.payloads, taskId, { value: request.config, ttl }),
    ttl: waitingTtl(dueAt, services.settings),
    ...queuedPlace(services.settings, taskId, { project_id: request.tenant, queue: definition.queue, lane }),
    ...(isDelayed || isFar ? delayedPlace(place, dueAt) : sentPlace(place, now)),
  };
}

/**
 * What an Idempotency-Key stands for: a replay must ask for the same. The trace and the batch may differ. The names are
 * part of stored hashes and must stay as they are, or replays of earlier keys would be refused.
 */
function requestHash(taskName: string, request: SubmitRequest): string {
  const { tenant: projectId, input, priority, delaySeconds, eta, expiresIn, held, callbackUrl, config } = request;
  const asked = { taskName, projectId, input, priority, delaySeconds, eta, expiresIn, held, callbackUrl, config };
  return sha256(canonicalJson(asked));
}

async function sendUnlessLater(services: JobServices, job: NewJob): Promise<void> {
  if (job.needs_send || job.held) return;
  const wait = (job.next_attempt_at ?? 0) - services.now();
  await sendJob(services, job, Math.ceil(wait / 1_000));
}

/** The key was used before: the same request gets its job, sent again while it is PENDING in case that had failed. */
async function replay(services: JobServices, job: NewJob, { isSameByKey }: SubmitRequest): Promise<JobRecord> {
  const existing = await services.store.get(job.task_id, job.created_at);
  if (!existing) throw new QueueUnavailableError("The job for this Idempotency-Key expired just now; send it again.");
  if (!isSameByKey && existing.request_hash !== job.request_hash) {
    throw new IdempotencyConflictError("This Idempotency-Key was used for another request.");
  }
  if (existing.status === "PENDING") await sendUnlessLater(services, existing);
  return existing;
}

/**
 * A job without a key that was not accepted must not look as if it waited: its caller will submit a new one. A job
 * with a key stays PENDING for the replay that sends it. Best effort: the answer is 503 either way.
 */
async function giveUp(services: JobServices, job: NewJob, error: unknown): Promise<void> {
  const message = error instanceof Error ? error.message : "The queue did not take the job.";
  const failure = { error: { type: engineErrors.queueUnavailable, message, retryable: true }, fingerprint: "not-sent" };
  const record: JobRecord = { ...job, pk: "", list_sk: "", events: [] };
  await transitions(services)
    .failOrphaned(record, failure)
    .catch(() => undefined);
}
