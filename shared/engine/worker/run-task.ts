/**
 * Runs a task's code once under its lease and time limits. Knows nothing of messages or of what comes after.
 *
 * @module
 */

import type { z } from "zod";
import type { TaskDefinition } from "../../../contracts/define-task.ts";
import { InvalidInputError, SchemaValidationError, SoftTimeLimitExceeded } from "../../../contracts/errors.ts";
import { addUsage } from "../../../contracts/jobs/add-usage.ts";
import { progressSchema, type Usage, usageSchema } from "../../../contracts/jobs/wire.ts";
import { type JobRecord, type Payload, payloadTtl } from "../jobs/record.ts";
import type { JobServices } from "../jobs/services.ts";
import { assertSigned } from "../jobs/signature.ts";
import { readPayload, writePayload } from "../jobs/store.ts";
import type { Lease, Outcome } from "../jobs/transitions/run.ts";
import type { WaitedFor } from "../jobs/waiting-jobs.ts";
import { type Checkpoint, Checkpoints } from "./checkpoint.ts";
import { type AnyTaskModule, identityOf, JobLog, type TaskContext, type TaskLog } from "./context.ts";
import { LeaseRenewer, latestLease } from "./lease-renewer.ts";
import { ownSecret, ownSettings } from "./own-settings.ts";
import { JobFiles } from "./put-file.ts";
import { StepSubmitter } from "./submit-step.ts";

/** Left of the invocation when a run is asked to stop, to write down how it ended; a quarter of a short one. */
const CLOSING_MS = 5_000;
/** How long a run that was asked to stop may take for it before its worker continues without it; half of the above. */
const GRACE_MS = 2_500;
/** A progress message goes into the head item, which is to stay small. */
const MESSAGE_CHARACTERS = 500;

/** A run of a job, before it begins. */
export interface Run {
  readonly services: JobServices;
  readonly definition: TaskDefinition;
  readonly task: AnyTaskModule;
  readonly record: JobRecord;
  readonly lease: Lease;
  readonly log: TaskLog;
  /** Milliseconds that the invocation has left. */
  readonly remainingMs: number;
  readonly usesFallback?: boolean | undefined;
  /** Waits until one more call of a limited backend may be made. */
  readonly oneMoreCall?: ((signal: AbortSignal) => Promise<void>) | undefined;
  /** Asks for what only some runs need and what is limited. */
  readonly admit?: (() => Promise<void>) | undefined;
}

/** The job continues in another run. */
export interface LeftState {
  readonly state: Payload;
  /** What has to end first; undefined: it continues at once. */
  readonly waitFor: WaitedFor | undefined;
}

/** How a run ended, with what it reported. */
export interface RunResult extends Outcome {
  /** The result as it is stored, or what was thrown. */
  readonly outcome: { readonly result: Payload } | { readonly error: unknown } | { readonly left: LeftState };
}

/**
 * Runs the task. Never throws: what the task threw is in the outcome; a LeaseLostError there means that the job is no
 * longer this worker's.
 */
export async function runTask(run: Run): Promise<RunResult> {
  const { services, definition, record } = run;
  const abort = new AbortController();
  const renewer = new LeaseRenewer(services, record.task_id, {
    lease: run.lease,
    latest: latestLease(services.now(), run.remainingMs),
    onLost: (reason) => abort.abort(reason),
  });
  const softSeconds = Math.min(definition.timeLimit.soft, services.settings.TASK_SOFT_TIME_LIMIT ?? Infinity);
  const closingMs = Math.min(CLOSING_MS, run.remainingMs / 4);
  const softMs = Math.max(0, Math.min(softSeconds * 1_000, run.remainingMs - closingMs));
  const softLimit = setTimeout(
    () => abort.abort(new SoftTimeLimitExceeded(`The task ran for more than ${Math.round(softMs / 1_000)} s.`)),
    softMs,
  );
  let usage: Usage | undefined;
  let calls = 0;
  const kept = new JobLog(run.log, {
    attempt: record.attempts,
    earlier: record.log ?? [],
    now: services.now,
    kept: () => renewer.report({ log: kept.lines }),
  });
  const checkpoints = new Checkpoints(record, services.now);
  const assertActive = async () => {
    abort.signal.throwIfAborted();
    await renewer.assertHeld();
  };
  const steps = new StepSubmitter({ services, definition, record, assertActive });
  const files = new JobFiles(services, record, {
    isAllowed: definition.uses?.includes("job-files") ?? false,
    report: (all) => renewer.report({ files: all }),
  });
  const contextWith = (state: unknown): TaskContext => ({
    ...identityOf(record),
    usesFallback: run.usesFallback,
    signal: abort.signal,
    log: kept.log,
    progress: (current, total = null, message = null) => {
      const text = message === null ? null : String(message).slice(0, MESSAGE_CHARACTERS).toWellFormed();
      const progress = storable(progressSchema, { current, total, message: text }, run.log);
      if (progress) renewer.report({ progress });
    },
    assertActive,
    admitCall: async () => {
      abort.signal.throwIfAborted();
      calls += 1;
      if (calls > 1) await run.oneMoreCall?.(abort.signal);
    },
    admit: async () => {
      abort.signal.throwIfAborted();
      await run.admit?.();
    },
    usageBefore: record.usage,
    usage: (more) => {
      // Both: a negative number must not take back what was used, nor a sum be too large to be stored.
      const used = storable(usageSchema, more, run.log);
      const sum = used && storable(usageSchema, addUsage(usage, used), run.log);
      if (sum) usage = sum;
    },
    submit: steps.submit,
    submitBatch: steps.submitBatch,
    results: steps.results,
    batchResults: steps.batchResults,
    state,
    continueWith: checkpoints.continueWith,
    waitFor: checkpoints.waitFor,
    files,
    settings: ownSettings(definition),
    secret: (name) => ownSecret(definition, name),
  });
  // Still under the heartbeat: a large value takes a while.
  const store = (value: unknown) =>
    writePayload(services.store.payloads, record.task_id, {
      value,
      ttl: payloadTtl(services.now(), services.settings),
    });
  const leave = async ({ state, waitFor }: Checkpoint): Promise<LeftState> => ({ state: await store(state), waitFor });
  const end = (outcome: RunResult["outcome"]): RunResult => ({ outcome, usage, ...renewer.reported });
  try {
    const stored = await services.store.readInput(record);
    // With the input that it would run with: what is stored beside the record could be changed meanwhile.
    if (definition.scope === "admin") await assertSigned(services, record, async () => stored);
    const input = parse(definition.input, stored, invalidInput);
    const config = await services.store.readConfig(record);
    abort.signal.throwIfAborted();
    await renewer.assertHeld();
    const state = record.state && (await readPayload(services.store.payloads, record.task_id, record.state));
    const context = contextWith(state);
    const running = run.task.run(input as never, config === undefined ? context : { ...context, config });
    const output = await withGracePeriod(running, abort.signal, Math.min(GRACE_MS, closingMs / 2)).catch(
      (error: unknown) => {
        if (!checkpoints.asked || abort.signal.aborted) throw error;
        return undefined;
      },
    );
    if (checkpoints.asked) return end({ left: await leave(checkpoints.asked) });
    const value = parse(definition.output, output, invalidOutput);
    return end({ result: await store(value) });
  } catch (error) {
    // Whatever an aborted run throws, the reason for its end is why it was aborted.
    return end({ error: abort.signal.aborted ? abort.signal.reason : error });
  } finally {
    clearTimeout(softLimit);
    renewer.stop();
  }
}

const invalidInput = (detail: string) => new InvalidInputError(`The input does not fit: ${detail}`);
const invalidOutput = (detail: string) => new SchemaValidationError(`The output does not fit: ${detail}`);

function parse(schema: TaskDefinition["input"], value: unknown, invalid: (detail: string) => Error): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(`/${issue?.path.join("/") ?? ""} ${issue?.message ?? ""}`);
}

/** What a task reports goes into the record: a value that DynamoDB would refuse must not keep the job from its end. */
function storable<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  log: TaskLog,
): z.output<Schema> | undefined {
  const parsed = schema.safeParse(value);
  if (!parsed.success) log.warn("what the task reported is not kept", { detail: parsed.error.issues[0]?.message });
  return parsed.data;
}

/**
 * Waits for work, and after it was aborted no longer than a grace period: code that ignores its signal must not hang its
 * worker. What the work throws after that is ignored.
 * @throws the work's own error, or the signal's reason when the grace period is over
 */
export function withGracePeriod<T>(working: Promise<T>, signal: AbortSignal, graceMs: number): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let grace: NodeJS.Timeout | undefined;
    const startGracePeriod = () => {
      grace = setTimeout(() => reject(signal.reason), graceMs);
    };
    if (signal.aborted) startGracePeriod();
    else signal.addEventListener("abort", startGracePeriod, { once: true });
    void working.then(resolve, reject).finally(() => {
      clearTimeout(grace);
      signal.removeEventListener("abort", startGracePeriod);
    });
  });
}
