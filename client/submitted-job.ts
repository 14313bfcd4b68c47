/**
 * A job that was submitted, with what is done with one.
 *
 * @module
 */

import { JobFailedError, JobRevokedError } from "./errors.ts";
import type { Call } from "./http.ts";
import type { Accepted, BodyAt, Job } from "./route-types.ts";
import { type WaitOptions, waitFor } from "./wait.ts";

/** A job with an outcome, and the output of its task. */
export type FinishedJob<Output> = Omit<Job, "status" | "result"> &
  (
    | { readonly status: "SUCCESS"; readonly result: Output }
    | { readonly status: "FAILURE" | "REVOKED"; readonly result: null }
  );

/** A job of one task, with its output: null until the job has succeeded. */
export type JobOf<Name extends string, Output> = Omit<Job, "task_name" | "result"> & {
  readonly task_name: Name;
  readonly result: Output | null;
};

/** An accepted job. Its fields are those of the API's answer; `JSON.stringify` gives these alone. */
export class SubmittedJob<Name extends string = string, Output = unknown> {
  readonly task_id: string;
  readonly task_name: Name;
  /** When it was accepted. */
  readonly status: Accepted["status"];
  readonly links: Accepted["links"];
  readonly #call: Call;

  /** @param accepted the answer of a submit */
  constructor(task_name: Name, accepted: Accepted, call: Call) {
    this.task_id = accepted.task_id;
    this.task_name = task_name;
    this.status = accepted.status;
    this.links = accepted.links;
    this.#call = call;
  }

  /** The job as it is now. */
  async get(): Promise<JobOf<Name, Output>> {
    const job = await this.#call("GET /api/v1/jobs/{task_id}", { params: { task_id: this.task_id } });
    // The engine has validated the result against the task's output schema before it was stored.
    return job as JobOf<Name, Output>;
  }

  /**
   * Resolves when the job has an outcome, whichever.
   * @throws WaitTimeoutError when `timeout` has passed
   */
  wait(options?: WaitOptions): Promise<FinishedJob<Output>> {
    return waitForJob(this.#call, this.task_id, options);
  }

  /**
   * Waits for the job and gives its task's output.
   * @throws JobFailedError when the job fails, JobRevokedError when it is revoked, WaitTimeoutError when `timeout` has passed
   */
  async result(options?: WaitOptions): Promise<Output> {
    const job = await this.wait(options);
    if (job.status === "SUCCESS") return job.result;
    throw job.status === "REVOKED" ? new JobRevokedError(job) : new JobFailedError(job);
  }

  /** @throws ConflictError when the job is finished, or runs and `terminate` is false */
  revoke(body: BodyAt<"POST /api/v1/jobs/{task_id}/revoke"> = {}) {
    return this.#call("POST /api/v1/jobs/{task_id}/revoke", { params: { task_id: this.task_id }, body, safe: true });
  }
}

/** Waits for a job's outcome. @throws WaitTimeoutError when `timeout` has passed */
export async function waitForJob<Output>(
  call: Call,
  task_id: string,
  options: WaitOptions = {},
): Promise<FinishedJob<Output>> {
  const get = (wait?: number) =>
    call("GET /api/v1/jobs/{task_id}", { params: { task_id }, query: { wait }, signal: options.signal });
  // The engine has validated the result against the task's output schema before it was stored.
  return (await waitFor(get, options)) as FinishedJob<Output>;
}
