/**
 * Language models: calls by a config, stored configs and providers.
 *
 * @module
 */

import type { Call } from "./http.ts";
import type { BodyAt, QueryAt } from "./route-types.ts";

type ProjectQuery = QueryAt<"GET /api/v1/llm/configs/{config_id}">;

/** The functions of language models. */
export function createLlm(call: Call) {
  return {
    /** Asks by a config, as a job: its id is `job_id`, its result `{response, usage}`. */
    call: (
      body: BodyAt<"POST /api/v1/llm/call">,
      { idempotency_key = crypto.randomUUID() }: { readonly idempotency_key?: string | undefined } = {},
    ) => call("POST /api/v1/llm/call", { query: {}, body, idempotency_key }),
    /** One prompt to the stage's own model: waits for the answer, up to 25 s. */
    complete: (body: BodyAt<"POST /api/v1/llm/complete">) => call("POST /api/v1/llm/complete", { query: {}, body }),
    configs: (query: QueryAt<"GET /api/v1/llm/configs"> = {}) => call("GET /api/v1/llm/configs", { query }),
    createConfig: (body: BodyAt<"POST /api/v1/llm/configs">, query: ProjectQuery = {}) =>
      call("POST /api/v1/llm/configs", { body, query }),
    /** The next version; those before it stay as they are. */
    addVersion: (
      config_id: string,
      body: BodyAt<"POST /api/v1/llm/configs/{config_id}/versions">,
      query: ProjectQuery = {},
    ) => call("POST /api/v1/llm/configs/{config_id}/versions", { params: { config_id }, body, query }),
    versions: (config_id: string, query: ProjectQuery = {}) =>
      call("GET /api/v1/llm/configs/{config_id}/versions", { params: { config_id }, query }),
    /** A version, or the latest one. */
    config: (config_id: string, version?: number | string, query: ProjectQuery = {}) =>
      version === undefined
        ? call("GET /api/v1/llm/configs/{config_id}", { params: { config_id }, query })
        : call("GET /api/v1/llm/configs/{config_id}/versions/{version}", {
            params: { config_id, version: String(version) },
            query,
          }),
    deleteConfig: (config_id: string, query: ProjectQuery = {}) =>
      call("DELETE /api/v1/llm/configs/{config_id}", { params: { config_id }, query }),
    providers: () => call("GET /api/v1/llm/providers"),
    /** Admin keys only. What is not given is not kept, the key neither. */
    setProvider: (provider: string, body: BodyAt<"PUT /api/v1/llm/providers/{provider}">) =>
      call("PUT /api/v1/llm/providers/{provider}", { params: { provider }, body }),
    deleteProvider: (provider: string) => call("DELETE /api/v1/llm/providers/{provider}", { params: { provider } }),
  };
}
