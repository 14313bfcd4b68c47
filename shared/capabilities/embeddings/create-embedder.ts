import type { EmbeddingBackend, EmbeddingSettings } from "../../../contracts/settings/vectors.ts";
import type { Embedder } from "./embedder.ts";

/** Each backend is loaded when it is chosen, so that the embedded one does not pay for the provider packages. */
const openaiCompatible = async (settings: EmbeddingSettings): Promise<Embedder> =>
  (await import("./openai-compatible.ts")).openaiCompatibleEmbedder(settings);

const backends: Record<EmbeddingBackend, (settings: EmbeddingSettings) => Promise<Embedder>> = {
  embedded: async ({ EMBEDDING_DIMENSIONS }) =>
    (await import("./hashing/embedder.ts")).hashingEmbedder(EMBEDDING_DIMENSIONS),
  llamacpp: openaiCompatible,
  vllm: openaiCompatible,
  "openai-compatible": openaiCompatible,
  bedrock: async (settings) => (await import("./ai-sdk/bedrock.ts")).bedrockEmbedder(settings),
};

/**
 * The embedder that the settings choose.
 * @throws LLMClientError when a setting that the backend needs is missing or does not fit its model
 */
export const createEmbedder = (settings: EmbeddingSettings): Promise<Embedder> =>
  backends[settings.EMBEDDING_BACKEND](settings);
