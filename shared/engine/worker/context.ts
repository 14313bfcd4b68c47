/**
 * What a task's code sees: its context with the log that is kept with its job, and the shape of its module in
 * functions/tasks/.
 *
 * @module
 */

import type { InputOf, OutputOf, TaskDefinition } from "../../../contracts/define-task.ts";
import type { JobError, Usage } from "../../../contracts/jobs/wire.ts";
import type { Logger } from "../../lib/logger.ts";
import type { JobRecord, LogLine } from "../jobs/record.ts";
import type { BatchStepResult, StepFiles, StepOptions, StepResult, SubmittedBatch } from "./steps.ts";

/** Structured log lines that carry the job's ids; the newest are kept with the job, for all who may read it. */
export type TaskLog = Pick<Logger, "debug" | "info" | "warn" | "error">;

/** Which job it is, and which run of it. */
export interface JobIdentity {
  readonly taskId: string;
  readonly taskName: string;
  readonly tenant: string;
  readonly traceId: string;
  /** The submitter's place in a trace of its own, when it gave one: for calls that take a `traceparent`. */
  readonly traceparent?: string | undefined;
  /** 1 for the first run. */
  readonly attempt: number;
  /** Functions that its message came through so far; undefined for one that was not submitted by a job. */
  readonly hops?: number | undefined;
  /** Ids of the submitter's own. The task that follows a batch finds the batch's id here, as `batch_id`. */
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * What a task's code is given beside its input. Of a task of the catalog, `TaskContextOf<"name">` of functions/ knows what
 * it submits and its settings.
 */
export interface TaskContext<
  Targets extends object = Readonly<Record<string, unknown>>,
  Settings extends object = Readonly<Record<string, unknown>>,
  Secret extends string = string,
> extends JobIdentity {
  /** What the job is run with beside its input, as it was submitted; undefined without. */
  readonly config?: unknown;
  /**
   * Aborted at the soft time limit (SoftTimeLimitExceeded), when the job is revoked, and when its lease is lost. Pass it
   * on to everything that waits, and stop soon after.
   */
  readonly signal: AbortSignal;
  readonly log: TaskLog;
  /** Reports how far the job is. Inexpensive: reports between two heartbeats are written once. */
  progress(current: number, total?: number | null, message?: string | null): void;
  /**
   * Call it before something that costs money or cannot be undone: the signal is aborted some seconds after a job
   * was revoked, this throws at once. Reads the job's record, unless it was seen within the last 250 ms.
   * @throws LeaseLostError, or the signal's reason; do not catch it
   */
  assertActive(): Promise<void>;
  /** True when the backend is down, and the one that takes over is to be used. */
  readonly usesFallback?: boolean | undefined;
  /**
   * Call it before each call of a limited backend: waits until one more may be made. The first of a run never waits, as the
   * run was admitted with it.
   * @throws the signal's reason
   */
  admitCall(): Promise<void>;
  /**
   * Call it before the first use of a limited backend that not every run needs, such as the recognition of scans. When a limit
   * is reached, it throws what ends the run: do not catch it. The job is tried again later, and no attempt is spent.
   */
  admit(): Promise<void>;
  /** Tokens that earlier runs of the job used, also those that failed; undefined when they used none. */
  readonly usageBefore?: Usage | undefined;
  /** Adds tokens that a model used to the job's account. */
  usage(usage: Usage): void;
  /**
   * Submits a task that this one's definition names under `submits`, for the same project. The job is made once for its
   * `step`, also when the run is repeated; one that has failed is run again once this job is, by an operator.
   * @returns the id of the job
   * @throws TooManyStepsError when the chain of submits would be longer than 12
   * @throws InvalidInputError when the input does not fit
   */
  submit<Name extends keyof Targets & string>(
    taskName: Name,
    input: Targets[Name],
    options: StepOptions,
  ): Promise<string>;
  /**
   * Submits a task for each of many inputs, up to 10,000: a batch, made once for its `step`, by a job of its own. Its jobs are
   * background work unless a priority is given.
   * @throws InvalidInputError when an input does not fit
   */
  submitBatch<Name extends keyof Targets & string>(
    taskName: Name,
    inputs: readonly Targets[Name][],
    options: StepOptions,
  ): Promise<SubmittedBatch>;
  /** How the jobs of a batch ended that this task has submitted: up to 100, from the place of an input on. */
  batchResults(batch: SubmittedBatch, from?: number): Promise<BatchStepResult[]>;
  /** How jobs ended that this task has submitted, in the order asked for. */
  results(taskIds: readonly string[]): Promise<StepResult[]>;
  /**
   * What the last run left with {@link continueWith} or {@link waitFor}: parse it. Undefined in the first run. A run that is
   * repeated has the same state.
   */
  readonly state: unknown;
  /**
   * Ends this run and begins another one with a state, within about a minute: so a job may run for longer than a function,
   * and what was done before is not done again. Attempts are counted from 1 again.
   * @param state any JSON value
   */
  continueWith(state: unknown): never;
  /**
   * Ends this run. Another one begins with the state when all of these jobs have ended, whatever became of them; none of them
   * runs here meanwhile, and no attempt is spent.
   * @param jobs ids as {@link submit} gave them, up to 200, or a batch as {@link submitBatch} gave it
   * @param state any JSON value
   */
  waitFor(jobs: readonly string[] | SubmittedBatch, state: unknown): never;
  readonly files: StepFiles;
  /** The task's own settings, as its definition parses them. */
  readonly settings: Settings;
  /**
   * A secret that the definition names under `secrets`, read once per process.
   * @throws AuthenticationError when there is none, or it may not be read
   */
  secret(name: Secret): Promise<string>;
}

/** Which job and run a record is. */
export const identityOf = (record: JobRecord): JobIdentity => ({
  taskId: record.task_id,
  taskName: record.task_name,
  tenant: record.project_id,
  traceId: record.trace_id,
  traceparent: record.traceparent,
  attempt: record.attempts,
  hops: record.hops,
  tags: record.tags ?? {},
});

/** The error of a job that has failed for good. */
export type FinalFailure = JobError;

/** What functions/tasks/<task>.ts exports. */
export interface TaskModule<Definition extends TaskDefinition = TaskDefinition> {
  run(input: InputOf<Definition>, context: TaskContext): Promise<OutputOf<Definition>>;
  /** Called once the job has failed for good; at least once, so it must be safe to repeat. */
  onFailure?(error: FinalFailure, context: TaskContext, input: InputOf<Definition>): Promise<void>;
}

/** A module without the types of its task, for code that treats all tasks alike. */
export interface AnyTaskModule {
  run(input: never, context: TaskContext): Promise<unknown>;
  onFailure?(error: FinalFailure, context: TaskContext, input: never): Promise<void>;
}

const MAX_LINES = 20;
const LINE_CHARACTERS = 300;
/** All lines together. An update bills the whole head item, which is near 1 KB without them. */
const ALL_CHARACTERS = 2_000;

const letters = { info: "i", warn: "w", error: "e" } as const;
type KeptLevel = keyof typeof letters;

/** Keeps the newest lines that a task logged with its job: so few and short that the head item stays small. */
export class JobLog {
  /** For the task: writes to the worker's log, and keeps everything but debugging. */
  readonly log: TaskLog;
  #lines: readonly LogLine[];
  #hasNew = false;

  /**
   * @param earlier lines of earlier attempts
   * @param kept called after each line that is kept
   */
  constructor(
    log: TaskLog,
    {
      attempt,
      earlier,
      now,
      kept = () => undefined,
    }: {
      readonly attempt: number;
      readonly earlier: readonly LogLine[];
      readonly now: () => number;
      readonly kept?: () => void;
    },
  ) {
    this.#lines = earlier;
    const keeping =
      (level: KeptLevel): TaskLog[KeptLevel] =>
      (input, ...extra) => {
        log[level](input, ...extra);
        const line = { t: now(), n: attempt, l: letters[level], m: lineOf([input, ...extra]) };
        this.#lines = newest([...this.#lines, line]);
        this.#hasNew = true;
        kept();
      };
    this.log = {
      debug: (input, ...extra) => log.debug(input, ...extra),
      info: keeping("info"),
      warn: keeping("warn"),
      error: keeping("error"),
    };
  }

  /** The lines to store; undefined while this run has added none. */
  get lines(): readonly LogLine[] | undefined {
    return this.#hasNew ? this.#lines : undefined;
  }
}

function newest(lines: readonly LogLine[]): readonly LogLine[] {
  let characters = 0;
  const first = lines.findLastIndex((line, index) => {
    characters += line.m.length;
    return lines.length - index > MAX_LINES || characters > ALL_CHARACTERS;
  });
  return lines.slice(first + 1);
}

/** Message and fields as one line: `A page is blank. page=4`. What has parts of its own is left to the worker's log. */
function lineOf(said: readonly unknown[]): string {
  try {
    const parts = said.flatMap(partsOf).map((text) => text.slice(0, LINE_CHARACTERS));
    return parts.join(" ").replace(/\s+/g, " ").slice(0, LINE_CHARACTERS).toWellFormed();
  } catch {
    // What cannot be made into text must not end the run.
    return "(a line that is not text)";
  }
}

function partsOf(part: unknown): string[] {
  if (part instanceof Error) return [`${part.name}: ${part.message}`];
  if (typeof part !== "object" || part === null) return [String(part)];
  return Object.entries(part).flatMap(([name, value]) => {
    if (value instanceof Error) return [`${name}=${value.name}: ${value.message}`];
    if (!["string", "number", "boolean"].includes(typeof value)) return [];
    return [name === "message" ? String(value) : `${name}=${value}`];
  });
}
