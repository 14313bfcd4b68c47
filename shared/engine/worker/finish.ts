import { ConnectionError, LLMServerError, LLMTimeoutError, SoftTimeLimitExceeded } from "../../../contracts/errors.ts";
import { maxReceiveCount } from "../../../contracts/jobs/retry.ts";
import type { Logger } from "../../lib/logger.ts";
import type { JobRecord, Payload } from "../jobs/record.ts";
import { fail, markFailureHandled, succeed } from "../jobs/transitions/end.ts";
import type { Delivery, Lease } from "../jobs/transitions/run.ts";
import { retryLater } from "../jobs/transitions/wait.ts";
import { abandonable } from "./abandonable.ts";
import { backoffSeconds } from "./backoff.ts";
import { type ClassifiedError, classifyError, fingerprintOf } from "./classify-error.ts";
import { type FinalFailure, identityOf, type TaskContext } from "./context.ts";
import { LeaseLostError } from "./lease-keeper.ts";
import { factsOfRun } from "./run-facts.ts";
import type { RunResult } from "./run-task.ts";
import { setVisibility } from "./visibility.ts";
import type { Job, Verdict } from "./worker.ts";

/** How long a task's onFailure may take, and what is left of the invocation after it. */
const ON_FAILURE_MS = 30_000;
const CLOSING_MS = 1_000;

/** Commits how a run ended, and says what becomes of its message. `undefined`: the job was no longer ours; ask the record. */
export async function finish(
  job: Job,
  record: JobRecord,
  lease: Lease,
  delivery: Delivery,
  run: RunResult,
  log: Logger,
): Promise<Verdict | undefined> {
  if ("result" in run.outcome) return finishSuccess(job, record, lease, run, run.outcome.result, log);
  const { error } = run.outcome;
  if (error instanceof LeaseLostError) {
    log.warn("stopped", { reason: error.message });
    return undefined;
  }
  return finishError(job, record, lease, delivery, run, error, log);
}

async function finishSuccess(job: Job, record: JobRecord, lease: Lease, run: RunResult, result: Payload, log: Logger) {
  const { services, breaker } = job.worker;
  const done = await succeed(services.store, record, lease, result, run, services.now(), services.settings);
  if (!done) return undefined;
  // Nor may the breaker keep a job that has succeeded from its end.
  await breaker?.succeeded(record.task_id).catch((fault: unknown) => {
    log.warn("the circuit breaker could not be closed", { detail: classifyError(fault).message });
  });
  note(job, done, run);
  log.info("succeeded", { duration_ms: done.duration_ms });
  return "acknowledge";
}

async function finishError(
  job: Job,
  record: JobRecord,
  lease: Lease,
  delivery: Delivery,
  run: RunResult,
  thrown: unknown,
  log: Logger,
): Promise<Verdict | undefined> {
  const { services, queue, breaker } = job.worker;
  const error = classifyError(thrown);
  if (isOutage(thrown)) {
    // What the breaker cannot write down is no reason not to write down how the run ended.
    await breaker?.failed(record.task_id, services.now()).catch((fault: unknown) => {
      log.warn("the circuit breaker could not be opened", { detail: classifyError(fault).message });
    });
  }
  const isLastReceive = delivery.receiveCount >= maxReceiveCount(queue.retry, services.settings.TASK_MAX_RETRIES);
  if (!error.retryable || record.attempts >= record.max_attempts || isLastReceive) {
    return finishFailure(job, record, lease, run, error, log);
  }
  const wait = backoffSeconds(record.attempts, services.settings, error.retryAfterSeconds);
  const now = services.now();
  const waiting = await retryLater(services.store, record, lease, stored(error), now + wait * 1_000, run, now);
  if (!waiting) return undefined;
  note(job, waiting, run);
  log.warn("failed, will be tried again", { error: error.type, detail: error.message, wait_seconds: Math.round(wait) });
  await setVisibility(job, wait);
  return "leave";
}

async function finishFailure(
  job: Job,
  record: JobRecord,
  lease: Lease,
  run: RunResult,
  error: ClassifiedError,
  log: Logger,
): Promise<Verdict | undefined> {
  const { services } = job.worker;
  const failure = { error: stored(error), fingerprint: fingerprintOf(error) };
  const failed = await fail(services.store, record, lease, failure, run, services.now(), services.settings);
  if (!failed) return undefined;
  note(job, failed, run);
  log.error("failed for good", { error: error.type, detail: error.message });
  await handleFailure(job, failed, log);
  await setVisibility(job, 0);
  return "leave";
}

/** Notes how the run ended, for the metrics. */
function note(job: Job, record: JobRecord, run: RunResult): void {
  const facts = factsOfRun(record, run.usage);
  if (facts) job.ended.push(facts);
}

/**
 * Runs the task's onFailure once the job is FAILURE, and notes that it has run. A crash in between means that it runs
 * again when the message comes back on its way to the dead-letter queue.
 * @returns true when nothing of it is left to do
 */
export async function handleFailure({ worker, lambda }: Job, record: JobRecord, log: Logger): Promise<boolean> {
  const onFailure = worker.tasks.get(record.task_name)?.module.onFailure;
  if (!onFailure || record.failure_handled || !record.error) return true;
  const failure: FinalFailure = record.error;
  const abort = new AbortController();
  const allowedMs = Math.max(0, Math.min(ON_FAILURE_MS, lambda.getRemainingTimeInMillis() - CLOSING_MS));
  const limit = setTimeout(() => abort.abort(new SoftTimeLimitExceeded("onFailure took too long.")), allowedMs);
  const context: TaskContext = {
    ...identityOf(record),
    signal: abort.signal,
    log,
    progress: () => undefined,
    usage: () => undefined,
  };
  try {
    const input = await worker.services.store.readInput(record);
    abort.signal.throwIfAborted();
    await abandonable(onFailure(failure, context, input as never), abort.signal, 0);
    await markFailureHandled(worker.services.store, record);
    return true;
  } catch (error) {
    log.error("onFailure failed", { detail: classifyError(error) });
    return false;
  } finally {
    clearTimeout(limit);
  }
}

const stored = ({ type, message, retryable }: ClassifiedError) => ({ type, message, retryable });

const isOutage = (error: unknown) =>
  error instanceof ConnectionError || error instanceof LLMServerError || error instanceof LLMTimeoutError;
