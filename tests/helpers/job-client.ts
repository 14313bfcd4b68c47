import { acceptedSchema } from "../../contracts/jobs/submit.ts";
import { type Job, jobSchema } from "../../contracts/jobs/wire.ts";
import { eventually } from "./eventually.ts";

/** A running stack over plain HTTP, as any caller sees it. */
export interface Target {
  readonly url: string;
  readonly apiKey: string;
}

interface RequestOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** @param route such as `GET /jobs` */
export function request(target: Target, route: string, { body, headers = {} }: RequestOptions = {}) {
  const [method = "", path = ""] = route.split(" ", 2);
  return fetch(`${target.url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${target.apiKey}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** @returns the new job's id. @throws Error with the answer when it is not 202 */
export async function submit(
  target: Target,
  task: string,
  { headers, ...body }: { readonly headers?: Readonly<Record<string, string>> } & Readonly<Record<string, unknown>>,
): Promise<string> {
  const response = await request(target, `POST /tasks/${task}`, { body, headers });
  if (response.status !== 202) throw new Error(`${response.status} ${await response.text()}`);
  return acceptedSchema.parse(await response.json()).task_id;
}

export async function getJob(target: Target, taskId: string): Promise<Job> {
  const response = await request(target, `GET /jobs/${taskId}`);
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  return jobSchema.parse(await response.json());
}

/** Waits for a job's outcome. @throws Error when there is none in time */
export async function outcomeOf(target: Target, taskId: string, seconds = 60): Promise<Job> {
  return eventually(
    `job ${taskId} has an outcome`,
    async () => {
      const job = await getJob(target, taskId);
      return job.ready && job;
    },
    seconds,
  );
}
