import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { extractReasoningMiddleware, wrapLanguageModel } from "ai";
import { LLMClientError } from "../../../../contracts/errors.ts";
import type { LlmSettings } from "../../../../contracts/settings/settings.ts";
import { apiKey, forgetApiKey } from "../api-key.ts";
import type { LanguageModelBackend } from "../backend.ts";
import { modelBackend } from "./model-backend.ts";

/** What a server is asked for when `LLM_MODEL` is not set; one that serves a single model takes any name. */
const ANY_MODEL = "default";

/** `http://host:8080` means `http://host:8080/v1`. */
function baseUrl(server: string): string {
  const url = new URL(server);
  return url.pathname === "/" ? new URL("/v1", url).href : url.href.replace(/\/$/, "");
}

/**
 * Any server that speaks OpenAI's chat completions: llama.cpp, vLLM, Ollama, a gateway.
 * @throws LLMClientError when `LLM_SERVER_URL` is not set
 */
export function openaiCompatible(
  settings: LlmSettings,
  fetch?: typeof globalThis.fetch,
  name: "openai-compatible" | "llamacpp" | "vllm" = "openai-compatible",
): LanguageModelBackend {
  const { LLM_SERVER_URL: server, LLM_API_KEY_SECRET: secret, LLM_MODEL: modelId = ANY_MODEL } = settings;
  if (!server) throw new LLMClientError(`LLM_BACKEND=${name} needs LLM_SERVER_URL.`);
  const provider = async () =>
    createOpenAICompatible({
      name: "sluice",
      baseURL: baseUrl(server),
      supportsStructuredOutputs: true,
      ...(secret ? { apiKey: await apiKey(secret) } : {}),
      ...(fetch ? { fetch } : {}),
    });
  return modelBackend({
    name,
    settings,
    modelId,
    model: async () =>
      wrapLanguageModel({
        model: (await provider())(modelId),
        // Reasoning models whose server does not separate it put their thoughts into the answer.
        middleware: extractReasoningMiddleware({ tagName: "think" }),
      }),
    // OpenAI's strict mode refuses schemas with optional properties; the answer is validated here anyway.
    providerOptions: { sluice: { strictJsonSchema: false } },
    ...(secret ? { onAuthenticationError: () => forgetApiKey(secret) } : {}),
  });
}
