/**
 * Ends a run so that the job continues in another one. It is thrown, so that nothing after it runs. It
 * counts even if the task's code catches it.
 *
 * @module
 */

import { InvalidInputError, TooManyStepsError } from "../../../contracts/errors.ts";
import { DAY } from "../../lib/time.ts";
import type { JobRecord } from "../jobs/record.ts";
import type { WaitedFor } from "../jobs/waiting-jobs.ts";

/** Runs that a job may leave to others; far beyond this, it does not come to its end. */
const MAX_CHECKPOINTS = 1_000;
/** What a job may take in all: its input and what it has submitted are kept for longer than this. */
const MAX_AGE_SECONDS = 30 * DAY;
/** Each end rewrites the ids of those that are still waited for. */
const MAX_WAITED_FOR = 200;

/** What a run asks for instead of giving a result. */
export interface Checkpoint {
  readonly state: unknown;
  /** What the next run waits for; undefined: it begins at once. */
  readonly waitFor: WaitedFor | undefined;
}

/** Ends a run that continues in another one. */
class CheckpointReached extends Error {
  override readonly name = "CheckpointReached";
}

/** Takes what a run asks for. */
export class Checkpoints {
  readonly #record: JobRecord;
  readonly #now: () => number;
  #asked: Checkpoint | undefined;

  constructor(record: JobRecord, now: () => number) {
    this.#record = record;
    this.#now = now;
  }

  /** What the run has asked for. */
  get asked(): Checkpoint | undefined {
    return this.#asked;
  }

  continueWith = (state: unknown): never => this.#end({ state, waitFor: undefined });

  waitFor = (waitFor: WaitedFor, state: unknown): never => {
    if ("batchId" in waitFor) return this.#end({ state, waitFor: { batchId: waitFor.batchId } });
    const taskIds = waitFor;
    const each = [...new Set(taskIds)];
    if (each.length > MAX_WAITED_FOR) {
      throw new InvalidInputError(
        `A job waits for ${MAX_WAITED_FOR} jobs at the most, not ${each.length}: make them a batch.`,
      );
    }
    return this.#end({ state, waitFor: each.length === 0 ? undefined : each });
  };

  #end(checkpoint: Checkpoint): never {
    const { checkpoints = 0, due_at: dueAt, created_at: createdAt } = this.#record;
    if (checkpoints >= MAX_CHECKPOINTS) {
      throw new TooManyStepsError(`The job has gone on ${MAX_CHECKPOINTS} times without coming to its end.`);
    }
    if (this.#now() - (dueAt ?? createdAt) > MAX_AGE_SECONDS * 1_000) {
      throw new TooManyStepsError(`The job has gone on for more than ${MAX_AGE_SECONDS / DAY} days.`);
    }
    this.#asked ??= checkpoint;
    throw new CheckpointReached("The run ends here, and the job continues in another one.");
  }
}
