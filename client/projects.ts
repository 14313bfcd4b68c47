/**
 * Projects: texts that are found by meaning.
 *
 * @module
 */

import type { Call } from "./http.ts";
import type { BodyAt, QueryAt } from "./route-types.ts";

/** Options of creating a project. */
export interface CreateProjectOptions {
  /** The same key and project give the same project. One is generated when left out, so that it may be retried. */
  readonly idempotency_key?: string | undefined;
  /** Whose project it is. Admin keys only; other keys use their own. */
  readonly project_id?: string | undefined;
}

/** Whose project is meant. */
type Whose = QueryAt<"GET /api/v1/projects/{project_id}">;

/** The project functions of the client. */
export function createProjects(call: Call) {
  return {
    /** @returns the project and the job that will embed it */
    create: (
      body: BodyAt<"POST /api/v1/projects">,
      { idempotency_key = crypto.randomUUID(), project_id }: CreateProjectOptions = {},
    ) => call("POST /api/v1/projects", { query: { project_id }, body, idempotency_key }),
    get: (project_id: string, query: Whose = {}) =>
      call("GET /api/v1/projects/{project_id}", { params: { project_id }, query }),
    /** One page, newest first. */
    list: (query: QueryAt<"GET /api/v1/projects"> = {}) => call("GET /api/v1/projects", { query }),
    /** What is left out stays; the vector follows by a job when the text has changed. */
    update: (project_id: string, body: BodyAt<"PUT /api/v1/projects/{project_id}">, query: Whose = {}) =>
      call("PUT /api/v1/projects/{project_id}", { params: { project_id }, query, body }),
    delete: (project_id: string, query: Whose = {}) =>
      call("DELETE /api/v1/projects/{project_id}", { params: { project_id }, query }),
    /** The nearest in meaning, best first. */
    search: (body: BodyAt<"POST /api/v1/projects/search">, query: QueryAt<"POST /api/v1/projects/search"> = {}) =>
      call("POST /api/v1/projects/search", { body, query, safe: true }),
  };
}
