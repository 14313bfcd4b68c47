/**
 * Any server that speaks OpenAI's chat completions: llama.cpp, vLLM, Ollama, a gateway.
 *
 * @module
 */

import { AuthenticationError, LLMClientError } from "../../../../contracts/errors.ts";
import { endpoint } from "../../../lib/http/base-url.ts";
import { compileSchema } from "../../json-schema/compile-schema.ts";
import { hasPatterns } from "../../json-schema/schema-for-grammar.ts";
import type { Generation, LanguageModelBackend, ModelAnswer } from "../backend.ts";
import { postJson } from "../post-json.ts";
import type { BackendOptions } from "../server.ts";
import { type ServerReply, serverError } from "../server-errors.ts";
import { withinTime } from "../within-time.ts";
import { assumed, type Capabilities, differences, withoutRefused } from "./capabilities.ts";
import { chatRequest } from "./request.ts";
import { answerIn } from "./response.ts";
import { isStream, wholeReply } from "./stream.ts";

/** What a server is asked for when `LLM_MODEL` is not set; one that serves a single model takes any name. */
const ANY_MODEL = "default";
/** Requests of one call: each further one leaves out what the one before was refused for. */
const MAX_REQUESTS = 6;

/** An answer of as many tokens as it may have was cut there, also where the server calls that its end. */
function atMostTokens(answer: ModelAnswer, { tokensParameter }: Capabilities, { most }: { most: number }): ModelAnswer {
  const isCut =
    answer.finish === "stop" && tokensParameter !== "none" && (answer.usage?.completion_tokens ?? 0) >= most;
  return isCut ? { ...answer, finish: "length" } : answer;
}

/** @throws LLMClientError when the server's address is not set */
export function chatBackend({ server, settings }: BackendOptions): LanguageModelBackend {
  const { type: name, url: base, model = ANY_MODEL, setBy } = server;
  if (!base) throw new LLMClientError(`A model server of type ${name} needs ${setBy.url}.`);
  const url = endpoint(base, "chat/completions");
  const called = { what: "model server", urlSetting: setBy.url };
  const first = assumed(settings, name);
  let learnt = first;

  async function send(generation: Generation, capabilities: Capabilities, signal: AbortSignal): Promise<ServerReply> {
    const body = chatRequest(generation, { model, settings, capabilities });
    const reply = await postJson({ url, body, key: await server.key(), signal });
    return capabilities.streams && isStream(reply) ? wholeReply(reply, called) : reply;
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
      const error = serverError(reply, called);
      if (!error) {
        const answer = atMostTokens(answerIn(reply, called, model), capabilities, {
          most: generation.maxTokens ?? settings.MAX_TOKENS,
        });
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
          { signal: generation.signal, seconds: settings.LLM_TIMEOUT_SECONDS, what: called.what },
          (signal) => ask(generation, signal),
        );
      } catch (error) {
        if (error instanceof AuthenticationError) server.keyRefused();
        throw error;
      }
    },
    learnt: () => differences(learnt, first),
  };
}
