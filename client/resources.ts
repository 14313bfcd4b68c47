/**
 * The API's families of routes as methods. A route without one here is reached by `client.call`.
 *
 * @module
 */

import { createBatches } from "./batches.ts";
import { createDocuments } from "./documents.ts";
import type { Call, SendForm } from "./http.ts";
import { createLlm } from "./llm.ts";
import { createProjects } from "./projects.ts";
import type { BodyAt, Job, QueryAt } from "./route-types.ts";

type Lane = BodyAt<"POST /api/v1/queues/{queue}/pause">;

/** The functions of the client, grouped by resource. */
export function createResources(call: Call, sendForm: SendForm) {
  return {
    jobs: {
      get: (task_id: string) => call("GET /api/v1/jobs/{task_id}", { params: { task_id } }),
      /** Up to 100 jobs by their ids, with one call. */
      status: (task_ids: readonly string[]) =>
        call("POST /api/v1/jobs/status", { body: { task_ids: [...task_ids] }, safe: true }),
      /** One page, newest first. */
      list: (query: QueryAt<"GET /api/v1/jobs"> = {}) => call("GET /api/v1/jobs", { query }),
      /** Every job that fits, page by page as it is read. */
      async *all(query: Omit<QueryAt<"GET /api/v1/jobs">, "cursor"> = {}): AsyncGenerator<Job, void, undefined> {
        let cursor: string | undefined;
        do {
          const page = await call("GET /api/v1/jobs", { query: { ...query, cursor } });
          yield* page.jobs;
          cursor = page.next_cursor ?? undefined;
        } while (cursor !== undefined);
      },
      /** The timeline. */
      events: (task_id: string) => call("GET /api/v1/jobs/{task_id}/events", { params: { task_id } }),
      /** Those that the job has submitted. */
      children: (task_id: string, query: QueryAt<"GET /api/v1/jobs/{task_id}/children"> = {}) =>
        call("GET /api/v1/jobs/{task_id}/children", { params: { task_id }, query }),
      /** @throws SluiceError 409 until the job has an outcome */
      result: (task_id: string) => call("GET /api/v1/jobs/{task_id}/result", { params: { task_id } }),
      input: (task_id: string) => call("GET /api/v1/jobs/{task_id}/input", { params: { task_id } }),
      /** @throws SluiceError 409 when the job is finished, or runs and `terminate` is false */
      revoke: (task_id: string, body: BodyAt<"POST /api/v1/jobs/{task_id}/revoke"> = {}) =>
        call("POST /api/v1/jobs/{task_id}/revoke", { params: { task_id }, body, safe: true }),
      /** Revokes all that fit; `next_cursor` in the answer says to ask again with it. */
      revokeMany: (body: BodyAt<"POST /api/v1/jobs/revoke">, query: QueryAt<"POST /api/v1/jobs/revoke"> = {}) =>
        call("POST /api/v1/jobs/revoke", { body, query }),
      /** Runs a failed or revoked job again. @throws SluiceError 409 when it is neither */
      retry: (task_id: string) => call("POST /api/v1/jobs/{task_id}/retry", { params: { task_id } }),
      /** Runs all that fit again; `next_cursor` in the answer says to ask again with it. */
      retryMany: (body: BodyAt<"POST /api/v1/jobs/retry">, query: QueryAt<"POST /api/v1/jobs/retry"> = {}) =>
        call("POST /api/v1/jobs/retry", { body, query }),
    },

    batches: createBatches(call, sendForm),

    documents: createDocuments(call, sendForm),

    projects: createProjects(call),

    queues: {
      /** Depth, age and rate of every lane. */
      list: () => call("GET /api/v1/queues"),
      /** Revokes the jobs that wait; `more` in the answer says to ask again. */
      purge: (queue: string, body: Lane = {}) => call("POST /api/v1/queues/{queue}/purge", { params: { queue }, body }),
      pause: (queue: string, body: Lane = {}) => call("POST /api/v1/queues/{queue}/pause", { params: { queue }, body }),
      resume: (queue: string, body: Lane = {}) =>
        call("POST /api/v1/queues/{queue}/resume", { params: { queue }, body }),
    },

    workers: {
      list: () => call("GET /api/v1/workers"),
      /** @returns the workers that answer */
      ping: () => call("GET /api/v1/tasks/ping"),
    },

    /** Dead letters: jobs that failed for good. `more` in an answer says to ask again. */
    dlq: {
      counts: () => call("GET /api/v1/dlq"),
      list: (queue: string, query: QueryAt<"GET /api/v1/dlq/{queue}"> = {}) =>
        call("GET /api/v1/dlq/{queue}", { params: { queue }, query }),
      /** By the fingerprint of their error. */
      groups: (queue: string) => call("GET /api/v1/dlq/{queue}/groups", { params: { queue } }),
      redrive: (queue: string, body: BodyAt<"POST /api/v1/dlq/{queue}/redrive">) =>
        call("POST /api/v1/dlq/{queue}/redrive", { params: { queue }, body }),
      archive: (queue: string, body: BodyAt<"POST /api/v1/dlq/{queue}/archive">) =>
        call("POST /api/v1/dlq/{queue}/archive", { params: { queue }, body }),
      purge: (queue: string, body: BodyAt<"POST /api/v1/dlq/{queue}/purge">) =>
        call("POST /api/v1/dlq/{queue}/purge", { params: { queue }, body }),
    },

    keys: {
      list: (query: QueryAt<"GET /api/v1/keys"> = {}) => call("GET /api/v1/keys", { query }),
      /** The key itself is in this answer and nowhere else. */
      create: (body: BodyAt<"POST /api/v1/keys">) => call("POST /api/v1/keys", { body }),
      revoke: (key_id: string) => call("DELETE /api/v1/keys/{key_id}", { params: { key_id } }),
      /** All of a project but the one that asks, up to 200 a request: repeat it until `next_cursor` is null. */
      revokeAll: (query: QueryAt<"DELETE /api/v1/keys">) => call("DELETE /api/v1/keys", { query }),
    },

    webhooks: {
      /** The valid signing secrets, without their values. */
      secrets: (query: QueryAt<"GET /api/v1/webhooks/secrets"> = {}) => call("GET /api/v1/webhooks/secrets", { query }),
      /** The secret itself is in this answer and nowhere else. */
      rotate: (
        body: BodyAt<"POST /api/v1/webhooks/secrets"> = {},
        query: QueryAt<"POST /api/v1/webhooks/secrets"> = {},
      ) => call("POST /api/v1/webhooks/secrets", { body, query }),
      /** Newest first. */
      deliveries: (query: QueryAt<"GET /api/v1/webhooks/deliveries"> = {}) =>
        call("GET /api/v1/webhooks/deliveries", { query }),
      redeliver: (delivery_id: string) =>
        call("POST /api/v1/webhooks/deliveries/{delivery_id}/redeliver", { params: { delivery_id } }),
    },

    schedules: {
      /** Newest first. */
      list: (query: QueryAt<"GET /api/v1/schedules"> = {}) => call("GET /api/v1/schedules", { query }),
      create: (body: BodyAt<"POST /api/v1/schedules">, query: QueryAt<"POST /api/v1/schedules"> = {}) =>
        call("POST /api/v1/schedules", { body, query }),
      get: (schedule_id: string) => call("GET /api/v1/schedules/{schedule_id}", { params: { schedule_id } }),
      pause: (schedule_id: string) => call("POST /api/v1/schedules/{schedule_id}/pause", { params: { schedule_id } }),
      resume: (schedule_id: string) => call("POST /api/v1/schedules/{schedule_id}/resume", { params: { schedule_id } }),
      /** One job more, now. */
      run: (schedule_id: string) => call("POST /api/v1/schedules/{schedule_id}/run", { params: { schedule_id } }),
      delete: (schedule_id: string) => call("DELETE /api/v1/schedules/{schedule_id}", { params: { schedule_id } }),
    },

    /** Decisions that a person takes; the task `escalate` opens them. */
    escalations: {
      /** Newest first; those that are not resolved unless the query says otherwise. */
      list: (query: QueryAt<"GET /api/v1/escalations"> = {}) => call("GET /api/v1/escalations", { query }),
      get: (escalation_id: string) => call("GET /api/v1/escalations/{escalation_id}", { params: { escalation_id } }),
      acknowledge: (escalation_id: string, body: BodyAt<"POST /api/v1/escalations/{escalation_id}/acknowledge"> = {}) =>
        call("POST /api/v1/escalations/{escalation_id}/acknowledge", { params: { escalation_id }, body }),
      resolve: (escalation_id: string, body: BodyAt<"POST /api/v1/escalations/{escalation_id}/resolve">) =>
        call("POST /api/v1/escalations/{escalation_id}/resolve", { params: { escalation_id }, body }),
    },

    llm: createLlm(call),

    /** Tokens of the language model by day and model. */
    usage: (query: QueryAt<"GET /api/v1/usage"> = {}) => call("GET /api/v1/usage", { query }),
    /** The same by project (admin). */
    usageByProject: (query: QueryAt<"GET /api/v1/usage/projects"> = {}) =>
      call("GET /api/v1/usage/projects", { query }),

    /** The settings in force (admin). */
    settings: () => call("GET /api/v1/settings"),

    /** Prometheus text. */
    metrics: (query: QueryAt<"GET /api/v1/metrics"> = {}) => call("GET /api/v1/metrics", { query }),
  };
}

/** The functions of the client, grouped by resource. */
export type Resources = ReturnType<typeof createResources>;
