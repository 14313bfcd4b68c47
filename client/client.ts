/**
 * The typed client of the HTTP API: submit a task by name, wait for it, get its result with the task's own type.
 *
 * @module
 */

import type { Tasks } from "./api-types.ts";
import { type Call, createCall, createSend, createSendForm, type HttpOptions, type SendRequest } from "./http.ts";
import { createResources, type Resources } from "./resources.ts";
import type { SubmitBody } from "./route-types.ts";
import { type FinishedJob, SubmittedJob, waitForJob } from "./submitted-job.ts";
import type { WaitOptions } from "./wait.ts";

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

/** What is known of each task: what goes in and what comes out. `sluice-types` writes such a type for a stack. */
export type TaskTypes<Names> = {
  readonly [Name in keyof Names]: { readonly input: unknown; readonly output: unknown };
};

type NameIn<Known> = keyof Known & string;
type InputIn<Known extends TaskTypes<Known>, Name extends keyof Known> = Known[Name]["input"];
type OutputIn<Known extends TaskTypes<Known>, Name extends keyof Known> = Known[Name]["output"];

/** A task as a function: it queues a job. What it takes is left out where the task needs no input. */
type TaskFunction<Known extends TaskTypes<Known>, Name extends NameIn<Known>> = (
  ...call: Record<never, never> extends InputIn<Known, Name>
    ? [input?: InputIn<Known, Name>, options?: SubmitOptions]
    : [input: InputIn<Known, Name>, options?: SubmitOptions]
) => Promise<SubmittedJob<Name, OutputIn<Known, Name>>>;

/** The functions of the client that are not tasks, and waiting for jobs. */
interface Functions<Known extends TaskTypes<Known>> extends Resources {
  /**
   * Queues a task.
   * @throws InvalidRequestError with the fields at fault, ServerError when it could not be queued
   */
  submit<Name extends NameIn<Known>>(
    name: Name,
    input: InputIn<Known, Name>,
    options?: SubmitOptions,
  ): Promise<SubmittedJob<Name, OutputIn<Known, Name>>>;
  /**
   * Resolves when the job has an outcome, whichever.
   * @param job what `submit` gave, or a job's id
   * @throws WaitTimeoutError when `timeout` has passed
   */
  wait<Name extends NameIn<Known>>(
    job: SubmittedJob<Name, OutputIn<Known, Name>> | string,
    options?: WaitOptions,
  ): Promise<FinishedJob<OutputIn<Known, Name>>>;
  /**
   * Submits, waits, and gives the task's output.
   * @throws JobFailedError when the job fails, JobRevokedError when it is revoked
   */
  run<Name extends NameIn<Known>>(
    name: Name,
    input: InputIn<Known, Name>,
    options?: SubmitOptions & WaitOptions,
  ): Promise<OutputIn<Known, Name>>;
  /** Calls any route by its method and path, typed from the route table. */
  readonly call: Call;
  /** Calls a route that these types do not know, such as one of a newer deployment. */
  readonly request: SendRequest;
}

/**
 * The typed client: every task as a function, every family of routes as an object. A task that is called like one of those
 * is submitted by `submit`.
 */
export type Client<Known extends TaskTypes<Known> = Tasks> = Functions<Known> & {
  readonly [Name in Exclude<NameIn<Known>, keyof Functions<Known>>]: TaskFunction<Known, Name>;
};

/**
 * Makes a client. It holds no connection and needs no closing.
 * @throws TypeError when the URL is none
 */
export function createClient<Known extends TaskTypes<Known> = Tasks>(options: ClientOptions): Client<Known> {
  const request = createSend(options);
  const call = createCall(request);

  const submit = async (
    name: string,
    input: unknown,
    { idempotency_key = crypto.randomUUID(), project_id, signal, ...how }: SubmitOptions = {},
  ) => {
    const accepted = await call("POST /api/v1/tasks/{task_name}", {
      params: { task_name: name },
      query: { project_id },
      body: { input, ...how },
      idempotency_key,
      signal,
    });
    return new SubmittedJob<string, never>(name, accepted, call);
  };
  const client: Functions<Known> = {
    ...createResources(call, createSendForm(options)),
    call,
    request,
    submit: submit as Functions<Known>["submit"],
    wait: (job, waiting) => waitForJob(call, typeof job === "string" ? job : job.task_id, waiting),
    async run(name, input, { onProgress, timeout, longPoll, ...how } = {}) {
      const submitted = await client.submit(name, input, how);
      return await submitted.result({ onProgress, timeout, longPoll, signal: how.signal });
    },
  };
  return withTasks(client, submit);
}

/** A task's name (`contracts/define-task.ts`). `then` is not a task here, because `await` looks it up. */
const TASK_NAME = /^(?!then$)[a-z][a-z0-9]*(_[a-z0-9]+)*$/;

/** The tasks are known to the types alone, so that a client fits every stack: any name of a task is a function. */
function withTasks<Known extends TaskTypes<Known>>(
  client: Functions<Known>,
  submit: (name: string, input: unknown, options?: SubmitOptions) => unknown,
): Client<Known> {
  const get = (target: Functions<Known>, name: string | symbol, receiver: unknown): unknown =>
    name in target || typeof name === "symbol" || !TASK_NAME.test(name)
      ? Reflect.get(target, name, receiver)
      : (input: unknown, options?: SubmitOptions) => submit(name, input, options);
  return new Proxy(client, { get }) as Client<Known>;
}
