import type { z } from "zod";
import { acceptedSchema, type SubmitBody } from "../../contracts/jobs/submit.ts";
import { type Job, jobSchema } from "../../contracts/jobs/wire.ts";
import { type Stack, type StackOptions, startStack } from "../../local/stack.ts";
import { eventually } from "./eventually.ts";

/** The embedded stack in a test, used over HTTP as a caller would. Start one per file. */
export interface TestStack extends AsyncDisposable {
  readonly stack: Stack;
  /** What the functions wrote, a line each, behind the function's name. */
  readonly output: readonly string[];
  /** A request under `/api/v1` with the stack's admin key, unless `init` has another Authorization. */
  request(path: string, init?: RequestInit): Promise<Response>;
  /** POSTs JSON. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Submits a task. @throws Error when it is not accepted @returns its id */
  submit(task: string, input: unknown, options?: Omit<SubmitBody, "input">): Promise<string>;
  job(taskId: string): Promise<Job>;
  /** Waits for the job to be ready, or for `holds`. */
  waitFor(taskId: string, holds?: (job: Job) => boolean, seconds?: number): Promise<Job>;
}

export interface TestStackOptions extends Omit<StackOptions, "env" | "log"> {
  readonly env?: Readonly<Record<string, string>>;
}

export async function startTestStack({ env = {}, ...options }: TestStackOptions = {}): Promise<TestStack> {
  const output: string[] = [];
  const write = (source: string, line: string) => void output.push(`${source} | ${line}`);
  const log = {
    info: () => {},
    // What a function's process died of.
    debug: (line: string) => write("debug", line),
    warn: (line: string) => write("warning", line),
    output: write,
  };
  const stack = await startStack({ ...options, env, log });
  const request = (path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    if (!headers.has("authorization")) headers.set("authorization", `Bearer ${stack.apiKey}`);
    return fetch(`${stack.url}/api/v1${path}`, { ...init, headers });
  };
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    request(path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  const parse = async <Schema extends z.ZodType>(schema: Schema, response: Response, status: number) => {
    const body = await response.text();
    if (response.status === status) return schema.parse(JSON.parse(body));
    const last = response.status < 500 ? [] : output.slice(-8);
    throw new Error([`Expected ${status}, got ${response.status}: ${body}`, ...last].join("\n"));
  };
  const job = async (taskId: string) => parse(jobSchema, await request(`/jobs/${taskId}`), 200);
  return {
    stack,
    output,
    request,
    post,
    job,
    async submit(task, input, more = {}) {
      return (await parse(acceptedSchema, await post(`/tasks/${task}`, { input, ...more }), 202)).task_id;
    },
    async waitFor(taskId, holds = (each) => each.ready, seconds = 60) {
      let last: Job | undefined;
      const probe = async () => {
        last = await job(taskId);
        return holds(last) ? last : undefined;
      };
      return await eventually(`job ${taskId}, last ${last?.status}`, probe, seconds);
    },
    async [Symbol.asyncDispose]() {
      await stack.stop(2_000);
      // A permission that is missing would fail on AWS; here it may have been a retry that nobody saw.
      const refused = output.filter((line) => line.includes("is not authorized to perform"));
      if (refused.length > 0) throw new Error(`Functions were refused:\n${[...new Set(refused)].join("\n")}`);
    },
  };
}
