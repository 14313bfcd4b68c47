import type { LlmSettings } from "../../../contracts/settings/settings.ts";
import type { LanguageModelBackend } from "./backend.ts";

/**
 * Every backend by its `LLM_BACKEND`. Each is loaded when it is chosen, so that the embedded one does not pay for the
 * provider packages.
 */
const backends: Record<LlmSettings["LLM_BACKEND"], (settings: LlmSettings) => Promise<LanguageModelBackend>> = {
  embedded: async () => (await import("./embedded/backend.ts")).embedded(),
  llamacpp: async (settings) => (await import("./ai-sdk/llamacpp.ts")).llamacpp(settings),
  vllm: async (settings) => (await import("./ai-sdk/vllm.ts")).vllm(settings),
  "openai-compatible": async (settings) => (await import("./ai-sdk/openai-compatible.ts")).openaiCompatible(settings),
  bedrock: async (settings) => (await import("./ai-sdk/bedrock.ts")).bedrock(settings),
};

/**
 * The backend that the settings choose.
 * @throws LLMClientError when a setting that the backend needs is missing
 * @throws AuthenticationError when the API key cannot be read
 */
export const languageModel = (settings: LlmSettings): Promise<LanguageModelBackend> =>
  backends[settings.LLM_BACKEND](settings);
