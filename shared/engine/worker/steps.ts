/**
 * What a task passes and gets when it submits jobs as its steps, and when it stores files.
 *
 * @module
 */

import type { JobState } from "../../../contracts/jobs/states.ts";
import type { JobError } from "../../../contracts/jobs/wire.ts";

/** How a task submits another one. */
export interface StepOptions {
  /**
   * Names this submit among those of the job, the same in every run of it: the job is made once, however often the run is
   * repeated. Each name stands for one submit.
   */
  readonly step: string;
  /** 0 to 10; the job's own when left out. */
  readonly priority?: number;
  readonly delaySeconds?: number;
}

/** What became of a job that the task has submitted. */
export interface StepResult {
  readonly taskId: string;
  /** EXPIRED: its record is gone, or it is another project's. */
  readonly status: JobState | "EXPIRED";
  /** Of a job that is SUCCESS; else null. */
  readonly result: unknown;
  /** Of a job that is FAILURE, or is tried again; else null. */
  readonly error: JobError | null;
}

/** A batch that a task has submitted. */
export interface SubmittedBatch {
  readonly batchId: string;
}

/** How a job of a batch ended, with the place of its input. */
export interface BatchStepResult extends StepResult {
  readonly index: number;
}

/** Files beside a job's result. */
export interface StepFiles {
  /**
   * Stores a file with the job, until it expires: `GET /jobs/{id}/files/{name}` gives a link to it. One of the same name is
   * replaced.
   * @param name letters, digits and . _ -, up to 100
   * @param contentType such as `application/pdf`
   * @throws InvalidInputError for a name, a type or a size that is not possible
   */
  put(name: string, bytes: Uint8Array, contentType: string): Promise<void>;
}
