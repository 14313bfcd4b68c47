/**
 * Any server that speaks OpenAI's chat completions: llama.cpp, vLLM, Ollama, a gateway.
 *
 * @module
 */

import { AuthenticationError, LLMClientError } from "../../../../contracts/errors.ts";
import type { LlmSettings } from "../../../../contracts/settings/llm.ts";
import { endpoint } from "../../../lib/http/base-url.ts";
import { compileSchema } from "../../json-schema/compile-schema.ts";
import { hasPatterns } from "../../json-schema/schema-for-grammar.ts";
import { apiKey, forgetApiKey } from "../api-key.ts";
import type { Generation, LanguageModelBackend, ModelAnswer } from "../backend.ts";
import { postJson } from "../post-json.ts";
import { type ServerReply, serverError } from "../server-errors.ts";
import { withinTime } from "../within-time.ts";
import { assumed, type Capabilities, differences, withoutRefused } from "./capabilities.ts";
import { chatRequest } from "./request.ts";
import { answerIn } from "./response.ts";

/** What a server is asked for when `LLM_MODEL` is not set; one that serves a single model takes any name. */
const ANY_MODEL = "default";
const SERVER = { what: "model server", urlSetting: "LLM_SERVER_URL" } as const;
/** Requests of one call: each further one leaves out what the one before was refused for. */
const MAX_REQUESTS = 6;
/** The backends that speak the chat completions protocol. */
export type ChatBackendName = "openai-compatible" | "llamacpp" | "vllm";

/**
 * @param fetch for tests
 * @throws LLMClientError when `LLM_SERVER_URL` is not set
 */
export function chatBackend(
  settings: LlmSettings,
  name: ChatBackendName = "openai-compatible",
  fetch?: typeof globalThis.fetch,
): LanguageModelBackend {
  const { LLM_SERVER_URL: server, LLM_API_KEY_SECRET: secret, LLM_MODEL: model = ANY_MODEL } = settings;
  if (!server) throw new LLMClientError(`LLM_BACKEND=${name} needs LLM_SERVER_URL.`);
  const url = endpoint(server, "chat/completions");
  const first = assumed(settings);
  let learnt = first;

  async function send(generation: Generation, capabilities: Capabilities, signal: AbortSignal): Promise<ServerReply> {
    const body = chatRequest(generation, { model, settings, capabilities });
    return await postJson({ url, body, key: secret && (await apiKey(secret)), signal, fetch });
  }

  /** Asks until the server takes the request, and remembers what it takes. */
  async function ask(generation: Generation, signal: AbortSignal): Promise<ModelAnswer> {
    const schema = generation.schema && compileSchema(generation.schema, "/schema").schema;
    const request = {
      hasSchema: schema !== undefined,
      hasPatterns: schema !== undefined && hasPatterns(schema),
      hasSystem: generation.system !== "",
    };
    let capabilities = learnt;
    for (let requests = 1; ; requests++) {
      const reply = await send(generation, capabilities, signal);
      const error = serverError(reply, SERVER);
      if (!error) {
        const answer = answerIn(reply, SERVER, model);
        // Patterns are left out for this schema; another one may compile.
        learnt = { ...capabilities, takesPatterns: true };
        return answer;
      }
      const next = requests < MAX_REQUESTS ? withoutRefused(reply, capabilities, request) : undefined;
      if (!next) throw error;
      capabilities = next;
    }
  }

  return {
    name,
    model,
    async generate(generation) {
      try {
        return await withinTime(
          { signal: generation.signal, seconds: settings.LLM_TIMEOUT_SECONDS, what: SERVER.what },
          (signal) => ask(generation, signal),
        );
      } catch (error) {
        if (error instanceof AuthenticationError && secret) forgetApiKey(secret);
        throw error;
      }
    },
    learnt: () => differences(learnt, first),
  };
}
