/**
 * Commits the end of a run, and decides what becomes of its message. `again`: the job was no longer this worker's.
 *
 * @module
 */

import { SoftTimeLimitExceeded } from "../../../contracts/errors.ts";
import { maxReceiveCount } from "../../../contracts/jobs/retry.ts";
import type { Logger } from "../../lib/logger.ts";
import { handleEnd, hasAfterEnd } from "../jobs/callback.ts";
import { MAX_HOPS } from "../jobs/hops.ts";
import { classifyError, failureOf, putOff } from "../jobs/job-error.ts";
import type { JobRecord, Payload } from "../jobs/record.ts";
import type { JobServices } from "../jobs/services.ts";
import { assertSigned, UnsignedJobError } from "../jobs/signature.ts";
import { transitions } from "../jobs/store.ts";
import type { ClaimedJob } from "../jobs/transitions/run.ts";
import { checkWait, putWait, sendNextRun, type WaitedFor } from "../jobs/waiting-jobs.ts";
import { factsOfCheckpoint, factsOfRun } from "../monitoring/run-metrics.ts";
import { type CircuitBreaker, verdictOnBackend } from "./circuit-breaker.ts";
import { type FinalFailure, JobLog } from "./context.ts";
import { failureContext } from "./failure-context.ts";
import { RunPutOff } from "./late-admission.ts";
import { LeaseLostError } from "./lease-renewer.ts";
import { type LeftState, type RunResult, withGracePeriod } from "./run-task.ts";
import { backoffSeconds, leaveFor } from "./visibility.ts";
import type { Delivery, Invocation, Verdict, Worker } from "./worker.ts";

/** How long a task's onFailure may take, and what is left of the invocation after it. */
const ON_FAILURE_MS = 30_000;
const CLOSING_MS = 1_000;
/** Of the jobs that are waited for, in a timeline. */
const MAX_SHOWN_IDS = 5;

/** A claimed job whose run has ended. */
export interface FinishedRun extends ClaimedJob {
  readonly run: RunResult;
  /** Carries the job's ids. */
  readonly log: Logger;
}

/** Commits how a run ended. */
export async function finish(invocation: Invocation, delivery: Delivery, finished: FinishedRun): Promise<Verdict> {
  const { outcome } = finished.run;
  if ("result" in outcome) return finishSuccess(invocation, finished, outcome.result);
  if ("left" in outcome) return finishCheckpoint(invocation, finished, outcome.left);
  const { error } = outcome;
  if (error instanceof LeaseLostError) {
    finished.log.warn("stopped", { reason: error.message });
    return "again";
  }
  if (error instanceof RunPutOff) return finishPutOff(invocation, finished, error);
  return finishError(invocation, delivery, { ...finished, thrown: error });
}

/** The job waits for room under a limit, without a message. */
async function finishPutOff(
  { worker: { services } }: Invocation,
  finished: FinishedRun,
  { reason, until }: RunPutOff,
): Promise<Verdict> {
  const error = putOff(finished.record, reason, until);
  const waiting = await transitions(services).putOffRun(finished, { error, at: until }, finished.run);
  if (!waiting) return "again";
  finished.log.info("put off", { reason: reason.cause, until });
  return "acknowledge";
}

async function finishSuccess(invocation: Invocation, finished: FinishedRun, result: Payload): Promise<Verdict> {
  const { services } = invocation.worker;
  const { record, run, log } = finished;
  const succeeded = await transitions(services).succeed(finished, result, run);
  if (!succeeded) return "again";
  await tryToCloseBreaker(invocation.worker, record, log);
  note(invocation, succeeded, run);
  await tryToHandleEnd(services, succeeded, log);
  log.info("succeeded", { duration_ms: succeeded.duration_ms });
  return "acknowledge";
}

/** With the ids, where the timeline has room for them. */
function waitsFor(what: WaitedFor): string {
  if ("batchId" in what) return `waits for the batch ${what.batchId}`;
  if (what.length > MAX_SHOWN_IDS) return `waits for ${what.length} jobs`;
  return `waits for ${what.length === 1 ? "the job" : `${what.length} jobs:`} ${what.join(", ")}`;
}

/** The job continues in another run, which has a message of its own. */
async function finishCheckpoint(
  invocation: Invocation,
  finished: FinishedRun,
  { state, waitFor }: LeftState,
): Promise<Verdict> {
  const { services } = invocation.worker;
  const { record, lease, run, log } = finished;
  // Of this run alone, should another one of the job still write.
  const waitId = waitFor && lease.token;
  if (waitFor) await putWait(services, { taskId: record.task_id, waitId: lease.token, waitFor });
  const reason = waitFor ? waitsFor(waitFor) : "continues in another run";
  const hops = (record.hops ?? 0) + 1;
  const continuesAtOnce = invocation.worker.tasks.get(record.task_name)?.definition.continuesAtOnce ?? false;
  const isSent = !waitFor && continuesAtOnce && hops <= MAX_HOPS;
  // Otherwise the sweeper sends it, which starts a new chain of functions.
  const next = { state, waitId, hops: isSent ? hops : 0, reason };
  const left = await transitions(services).checkpoint(finished, next, run);
  if (!left) return "again";
  await tryToCloseBreaker(invocation.worker, record, log);
  invocation.ended.push(factsOfCheckpoint(left, run.usage));
  log.info(reason, { checkpoints: left.checkpoints });
  // Those that ended before it waited have notified nobody.
  await (isSent ? sendNextRun(services, left) : checkWait(services, left, { hops })).catch((fault: unknown) => {
    log.warn("the job continues when the sweeper finds it", { detail: classifyError(fault).message });
  });
  return "acknowledge";
}

async function finishError(
  invocation: Invocation,
  delivery: Delivery,
  { thrown, ...finished }: FinishedRun & { readonly thrown: unknown },
): Promise<Verdict> {
  const { worker } = invocation;
  const { services, queue } = worker;
  const { record, run, log } = finished;
  await reportToBreaker(finished, thrown, worker).catch((fault: unknown) => {
    // If the breaker's state cannot be written, the run's end is still committed.
    log.warn("the circuit breaker could not be updated", { detail: classifyError(fault).message });
  });
  const error = classifyError(thrown);
  const failure = failureOf(error);
  const change = transitions(services);
  const isLastReceive = delivery.receiveCount >= maxReceiveCount(queue.retry, services.settings.TASK_MAX_RETRIES);
  if (!error.retryable || record.attempts >= record.max_attempts || isLastReceive) {
    const hasHandler = hasFailureHandler(worker, record);
    const failed = await change.fail(finished, failure, { ...run, hasHandler });
    if (!failed) return "again";
    note(invocation, failed, run);
    log.error("failed for good", { error: error.type, detail: error.message });
    await handleFailure(invocation, failed, log);
    return leaveFor(worker, delivery, 0);
  }
  const wait = backoffSeconds(record.attempts, {
    settings: services.settings,
    retryAfterSeconds: error.retryAfterSeconds,
  });
  const at = services.now() + wait * 1_000;
  const waiting = await change.retryLater(finished, { error: failure.error, at }, run);
  if (!waiting) return "again";
  note(invocation, waiting, run);
  log.warn("failed, will be tried again", { error: error.type, detail: error.message, wait_seconds: Math.round(wait) });
  return leaveFor(worker, delivery, wait);
}

/** Whether anything follows when the job fails for good. */
const hasFailureHandler = ({ tasks }: Worker, record: JobRecord): boolean =>
  tasks.get(record.task_name)?.module.onFailure !== undefined || hasAfterEnd(record);

/** Does what is left to do when a job has ended. @returns false when it could not: the sweeper or the next receive does it */
export async function tryToHandleEnd(
  services: JobServices,
  record: JobRecord,
  log: Pick<Logger, "warn">,
): Promise<boolean> {
  try {
    await handleEnd(services, record);
    return true;
  } catch (fault) {
    log.warn("what is to be done after the job's end could not be done", {
      task_id: record.task_id,
      detail: classifyError(fault).message,
    });
    return false;
  }
}

/** Notes how the run ended, for the metrics. */
function note({ ended }: Invocation, record: JobRecord, run: RunResult): void {
  const facts = factsOfRun(record, run.usage);
  if (facts) ended.push(facts);
}

/**
 * Runs the task's onFailure once the job is FAILURE, submits its callback, notifies jobs that wait for it, and records that
 * all is done. A crash in between means that it runs again when the message returns on its way to the dead-letter queue;
 * for one that gets there without a worker, another one is sent (operations/unhandled-failures.ts).
 * @returns true when nothing of it is left to do
 */
export async function handleFailure({ worker, lambda }: Invocation, record: JobRecord, log: Logger): Promise<boolean> {
  if (record.failure_handled || !record.error) return true;
  const task = worker.tasks.get(record.task_name);
  const onFailure = task?.module.onFailure;
  const isHandled = await tryToHandleEnd(worker.services, record, log);
  const failure: FinalFailure = record.error;
  const abort = new AbortController();
  const allowedMs = Math.max(0, Math.min(ON_FAILURE_MS, lambda.getRemainingTimeInMillis() - CLOSING_MS));
  const limit = setTimeout(() => abort.abort(new SoftTimeLimitExceeded("onFailure took too long.")), allowedMs);
  const kept = new JobLog(log, { attempt: record.attempts, earlier: record.log ?? [], now: worker.services.now });
  const note = (isDone: boolean) =>
    transitions(worker.services).noteFailureHandling(record, { isDone, log: kept.lines });
  try {
    if (onFailure) {
      const input = await worker.services.store.readInput(record);
      if (task.definition.scope === "admin") await assertSigned(worker.services, record, async () => input);
      abort.signal.throwIfAborted();
      const context = failureContext({
        services: worker.services,
        ...task,
        record,
        signal: abort.signal,
        log: kept.log,
      });
      await withGracePeriod(onFailure(failure, context, input as never), abort.signal, 0);
    }
    if (isHandled || kept.lines) await note(isHandled);
    return isHandled;
  } catch (error) {
    // Nothing of the task is run for a job that nobody with an admin key has submitted.
    if (error instanceof UnsignedJobError) return isHandled;
    const { type, message } = classifyError(error);
    kept.log.error("onFailure failed", { type, detail: message });
    await note(false).catch(() => undefined);
    return false;
  } finally {
    clearTimeout(limit);
  }
}

/** The breaker that a job's end is reported to: one with a config of its own may have used another backend. */
const watchedBackend = ({ config }: JobRecord, breaker: CircuitBreaker | undefined): CircuitBreaker | undefined =>
  config === undefined ? breaker : undefined;

/** Reports to the breaker that the backend has answered. Its errors do not keep a job from its end. */
async function tryToCloseBreaker(
  { breaker, services }: Worker,
  record: JobRecord,
  log: Pick<Logger, "warn">,
): Promise<void> {
  await watchedBackend(record, breaker)
    ?.succeeded(record.task_id, services.now())
    .catch((fault: unknown) => {
      log.warn("the circuit breaker could not be closed", { detail: classifyError(fault).message });
    });
}

async function reportToBreaker({ record }: FinishedRun, thrown: unknown, worker: Worker): Promise<void> {
  const { services } = worker;
  const breaker = watchedBackend(record, worker.breaker);
  const verdict = verdictOnBackend(thrown);
  if (verdict === "down") await breaker?.failed(record.task_id, services.now(), record.attempts);
  if (verdict === "up") await breaker?.succeeded(record.task_id, services.now());
}
