/**
 * The typed client of the HTTP API: submit a task by name, wait for it, get its result with the task's own type.
 *
 * @module
 */

import type { TaskName, TaskOutput, TaskRequest } from "../contracts/catalog.ts";
import type { Accepted, Job, SubmitBody } from "../contracts/jobs/wire.ts";
import { JobFailedError } from "./errors.ts";
import { type Call, createCall, createSend, createSendForm, type HttpOptions, type SendRequest } from "./http.ts";
import { createResources, type Resources } from "./resources.ts";
import { type WaitOptions, waitFor } from "./wait.ts";

/** Options of {@link createClient}. */
export type ClientOptions = HttpOptions;

/** How a task is to run; spelled as on the wire. */
export interface SubmitOptions extends Omit<SubmitBody, "input"> {
  /** The same key and input give the same job. One is generated when left out, so that submitting may be retried. */
  readonly idempotency_key?: string | undefined;
  /** Admin keys only; else the key's own project. */
  readonly project_id?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An accepted job that remembers its task, for the type of its result. */
export interface Submitted<Name extends TaskName> extends Accepted {
  readonly task_name: Name;
}

/** A job with an outcome. */
export type FinishedJob<Name extends TaskName> = Omit<Job, "status" | "result"> &
  (
    | { readonly status: "SUCCESS"; readonly result: TaskOutput<Name> }
    | { readonly status: "FAILURE" | "REVOKED"; readonly result: null }
  );

/** The typed client: every route as a function, and waiting for jobs. */
export interface Client extends Resources {
  /**
   * Queues a task.
   * @throws SluiceError 422 with the fields at fault, 503 when it could not be queued
   */
  submit<Name extends TaskName>(
    name: Name,
    input: TaskRequest<Name>,
    options?: SubmitOptions,
  ): Promise<Submitted<Name>>;
  /**
   * Resolves when the job has an outcome, whichever.
   * @param job what `submit` gave, or a job's id
   * @throws WaitTimeoutError when `timeout` has passed
   */
  wait<Name extends TaskName>(job: Submitted<Name> | string, options?: WaitOptions): Promise<FinishedJob<Name>>;
  /**
   * Submits, waits, and gives the task's output.
   * @throws JobFailedError when the job fails or is revoked
   */
  run<Name extends TaskName>(
    name: Name,
    input: TaskRequest<Name>,
    options?: SubmitOptions & WaitOptions,
  ): Promise<TaskOutput<Name>>;
  /** Calls any route by its method and path, typed from the route table. */
  readonly call: Call;
  /** Calls a route that these types do not know, such as one of a newer deployment. */
  readonly request: SendRequest;
}

/**
 * Makes a client. It holds no connection and needs no closing.
 * @throws TypeError when the URL is none
 */
export function createClient(options: ClientOptions): Client {
  const request = createSend(options);
  const call = createCall(request);

  const client: Client = {
    ...createResources(call, createSendForm(options)),
    call,
    request,
    async submit(name, input, { idempotency_key = crypto.randomUUID(), project_id, signal, ...how } = {}) {
      const accepted = await call("POST /api/v1/tasks/{task_name}", {
        params: { task_name: name },
        query: { project_id },
        body: { input, ...how },
        idempotency_key,
        signal,
      });
      return { ...accepted, task_name: name };
    },
    async wait(job, waiting) {
      const task_id = typeof job === "string" ? job : job.task_id;
      const get = () => call("GET /api/v1/jobs/{task_id}", { params: { task_id }, signal: waiting?.signal });
      return asFinished(await waitFor(get, waiting));
    },
    async run(name, input, { onProgress, timeout, ...how } = {}) {
      const submitted = await client.submit(name, input, how);
      const job = await client.wait(submitted, { onProgress, timeout, signal: how.signal });
      if (job.status !== "SUCCESS") throw new JobFailedError(job);
      return job.result;
    },
  };
  return client;
}

/** The engine has validated the result against the task's output schema before it was stored. */
const asFinished = <Name extends TaskName>(job: Job): FinishedJob<Name> => job as FinishedJob<Name>;
