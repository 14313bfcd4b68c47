import type { LlmSettings } from "../../../contracts/settings/llm.ts";
import type { LanguageModelBackend } from "./backend.ts";

type Load = (settings: LlmSettings) => Promise<LanguageModelBackend>;

const chat: Load = async (settings) => {
  const { LLM_BACKEND: name } = settings;
  if (name === "embedded" || name === "bedrock") throw new TypeError(`${name} does not speak chat completions.`);
  return (await import("./chat/backend.ts")).chatBackend(settings, name);
};

/**
 * Every backend by its `LLM_BACKEND`. Each is loaded when it is chosen, so that the embedded one does not pay for the
 * provider packages.
 */
const backends: Record<LlmSettings["LLM_BACKEND"], Load> = {
  embedded: async () => (await import("./embedded/backend.ts")).embedded(),
  llamacpp: chat,
  vllm: chat,
  "openai-compatible": chat,
  bedrock: async (settings) => (await import("./ai-sdk/bedrock.ts")).bedrock(settings),
};

/**
 * The backend that the settings choose.
 * @throws LLMClientError when a setting that the backend needs is missing
 * @throws AuthenticationError when the API key cannot be read
 */
export const languageModel = (settings: LlmSettings): Promise<LanguageModelBackend> =>
  backends[settings.LLM_BACKEND](settings);
