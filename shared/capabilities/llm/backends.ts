import type { LlmProviderType } from "../../../contracts/llm/providers.ts";
import type { LlmSettings } from "../../../contracts/settings/llm.ts";
import type { LanguageModelBackend } from "./backend.ts";
import { type BackendOptions, serverOfSettings } from "./server.ts";

type Load = (options: BackendOptions) => Promise<LanguageModelBackend>;

const chat: Load = async (options) => (await import("./chat/backend.ts")).chatBackend(options);

/** OpenAI's own address. */
const OPENAI_URL = "https://api.openai.com/v1";

/**
 * Every backend by what its server speaks. Each is loaded when it is chosen, so that the others do not pay for the
 * providers' packages.
 */
const backends: Record<LlmProviderType, Load> = {
  openai: ({ server, settings }) => chat({ settings, server: { ...server, url: server.url ?? OPENAI_URL } }),
  llamacpp: chat,
  vllm: chat,
  "openai-compatible": chat,
  anthropic: async (options) => (await import("./ai-sdk/anthropic.ts")).anthropic(options),
  google: async (options) => (await import("./ai-sdk/google.ts")).google(options),
  bedrock: async (options) => (await import("./ai-sdk/bedrock.ts")).bedrock(options),
};

/** The rule-based engine, which is not a language model. */
export const embeddedEngine = async (): Promise<LanguageModelBackend> =>
  (await import("./embedded/backend.ts")).embedded();

/**
 * The backend of a model server.
 * @throws LLMClientError when what the backend needs is missing
 */
export const backendOf = (options: BackendOptions): Promise<LanguageModelBackend> =>
  backends[options.server.type](options);

/**
 * The backend that the settings choose.
 * @throws LLMClientError when a setting that the backend needs is missing
 */
export async function languageModel(settings: LlmSettings): Promise<LanguageModelBackend> {
  const { LLM_BACKEND: type } = settings;
  return type === "embedded" ? embeddedEngine() : backendOf({ settings, server: serverOfSettings(settings, type) });
}
