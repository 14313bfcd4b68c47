import type { Job } from "../contracts/wire.ts";
import type { Call } from "./http.ts";
import type { AnswerOf, BodyAt, QueryAt } from "./route-types.ts";

/** The API's families of routes as methods. A route without one here is reached by `client.call`. */

type ListJobs = "GET /api/v1/jobs";
type CreateKey = "POST /api/v1/keys";
type ListKeys = "GET /api/v1/keys";

export interface JobResource {
  get(taskId: string): Promise<Job>;
  /** One page, newest first. */
  list(query?: QueryAt<ListJobs>): Promise<AnswerOf<ListJobs>>;
  /** Every job that fits, page by page as it is read. */
  all(query?: Omit<QueryAt<ListJobs>, "cursor">): AsyncGenerator<Job, void, undefined>;
  /** The timeline. */
  events(taskId: string): Promise<AnswerOf<"GET /api/v1/jobs/{task_id}/events">>;
  /** @throws SluiceError 409 until the job has an outcome */
  result(taskId: string): Promise<AnswerOf<"GET /api/v1/jobs/{task_id}/result">>;
  input(taskId: string): Promise<AnswerOf<"GET /api/v1/jobs/{task_id}/input">>;
  /** @throws SluiceError 409 when the job is finished, or runs and `terminate` is false */
  revoke(
    taskId: string,
    options?: { readonly terminate?: boolean },
  ): Promise<AnswerOf<"POST /api/v1/jobs/{task_id}/revoke">>;
  /** Runs a failed or revoked job again. @throws SluiceError 409 when it is neither */
  retry(taskId: string): Promise<AnswerOf<"POST /api/v1/jobs/{task_id}/retry">>;
}

export interface KeyResource {
  list(query?: QueryAt<ListKeys>): Promise<AnswerOf<ListKeys>>;
  /** The key itself is in this answer and nowhere else. */
  create(key: BodyAt<CreateKey>): Promise<AnswerOf<CreateKey>>;
  revoke(keyId: string): Promise<AnswerOf<"DELETE /api/v1/keys/{key_id}">>;
}

export interface Resources {
  readonly jobs: JobResource;
  readonly keys: KeyResource;
}

export function createResources(call: Call): Resources {
  return {
    jobs: {
      get: (task_id) => call("GET /api/v1/jobs/{task_id}", { params: { task_id } }),
      list: (query = {}) => call("GET /api/v1/jobs", { query }),
      async *all(query = {}) {
        let cursor: string | undefined;
        do {
          const page = await call("GET /api/v1/jobs", { query: { ...query, cursor } });
          yield* page.jobs;
          cursor = page.next_cursor ?? undefined;
        } while (cursor !== undefined);
      },
      events: (task_id) => call("GET /api/v1/jobs/{task_id}/events", { params: { task_id } }),
      result: (task_id) => call("GET /api/v1/jobs/{task_id}/result", { params: { task_id } }),
      input: (task_id) => call("GET /api/v1/jobs/{task_id}/input", { params: { task_id } }),
      revoke: (task_id, body = {}) => call("POST /api/v1/jobs/{task_id}/revoke", { params: { task_id }, body }),
      retry: (task_id) => call("POST /api/v1/jobs/{task_id}/retry", { params: { task_id } }),
    },
    keys: {
      list: (query = {}) => call("GET /api/v1/keys", { query }),
      create: (body) => call("POST /api/v1/keys", { body }),
      revoke: (key_id) => call("DELETE /api/v1/keys/{key_id}", { params: { key_id } }),
    },
  };
}
