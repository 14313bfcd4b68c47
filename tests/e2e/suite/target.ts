/**
 * A running Sluice, seen from outside: nothing but its URL and a key.
 *
 * @module
 */

import { z } from "zod";
import { acceptedSchema } from "../../../contracts/jobs/submit.ts";
import { type Job, jobSchema } from "../../../contracts/jobs/wire.ts";
import type { Scope } from "../../../contracts/keys/scopes.ts";
import { createdKeySchema } from "../../../contracts/routes/keys.ts";
import { eventually } from "../../helpers/eventually.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed when it is JSON, else the text. */
  readonly body: unknown;
}

export interface Call {
  readonly key?: string | undefined;
  readonly headers?: Record<string, string>;
  /** Sent as JSON; a string is sent as it is. */
  readonly body?: unknown;
}

/** How long an answer may take: on a busy machine a burst of cold starts takes long. */
const ANSWER_MS = 60_000;
/** How long a job may take on an emulator whose functions start cold, in seconds. */
const JOB_SECONDS = 60;

export class Target {
  readonly url: string;
  readonly adminKey: string;

  constructor(url: string, adminKey: string) {
    this.url = url.replace(/\/+$/, "");
    this.adminKey = adminKey;
  }

  /** @param path from the root, such as /api/v1/jobs */
  async call(method: string, path: string, { key, headers, body }: Call = {}): Promise<Answer> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const text = await response.text();
    const json = /[/+]json/.test(response.headers.get("content-type") ?? "");
    return {
      status: response.status,
      headers: response.headers,
      body: json && text ? z.json().parse(JSON.parse(text)) : text,
    };
  }

  /** Makes a key of a project. */
  async newKey(tenant: string, scopes: readonly Scope[] = ["submit", "read"]): Promise<string> {
    const answer = await this.call("POST", "/api/v1/keys", {
      key: this.adminKey,
      body: { project_id: tenant, scopes, name: "end-to-end test" },
    });
    if (answer.status !== 201) throw new Error(`No key: ${answer.status} ${JSON.stringify(answer.body)}`);
    return createdKeySchema.parse(answer.body).key;
  }

  submit(task: string, input: unknown, key: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.call("POST", `/api/v1/tasks/${task}`, { key, headers, body: { input } });
  }

  /** Submits a task and waits until its job is over. */
  async run(task: string, input: unknown, key: string): Promise<Job> {
    const answer = await this.submit(task, input, key);
    if (answer.status !== 202) throw new Error(`Not accepted: ${answer.status} ${JSON.stringify(answer.body)}`);
    return this.finished(acceptedSchema.parse(answer.body).task_id, key);
  }

  finished(taskId: string, key: string, seconds = JOB_SECONDS): Promise<Job> {
    return this.when(taskId, key, { holds: (job) => job.ready, seconds });
  }

  /** Waits until something holds of a job. */
  when(
    taskId: string,
    key: string,
    { holds, seconds = JOB_SECONDS }: { readonly holds: (job: Job) => boolean; readonly seconds?: number },
  ): Promise<Job> {
    let last: Job | undefined;
    const probe = async () => {
      const { body } = await this.call("GET", `/api/v1/jobs/${taskId}`, { key });
      last = jobSchema.parse(body);
      return holds(last) && last;
    };
    return eventually(() => `what is waited for of job ${taskId}, now ${last?.status}`, probe, seconds);
  }
}
