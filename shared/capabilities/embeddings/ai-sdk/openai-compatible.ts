import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { LLMClientError } from "../../../../contracts/errors.ts";
import type { EmbeddingSettings } from "../../../../contracts/settings/vectors.ts";
import { apiKey, forgetApiKey } from "../../llm/api-key.ts";
import type { Embedder } from "../embedder.ts";
import { modelEmbedder } from "./model-embedder.ts";

/** What a server is asked for when EMBEDDING_MODEL is not set; one that serves a single model takes any name. */
const ANY_MODEL = "default";

/** `http://host:8080` means `http://host:8080/v1`. */
function baseUrl(server: string): string {
  const url = new URL(server);
  return url.pathname === "/" ? new URL("/v1", url).href : url.href.replace(/\/$/, "");
}

/**
 * Any server that speaks OpenAI's embeddings: llama.cpp (`--embeddings`), vLLM, Text Embeddings Inference, a gateway.
 * @throws LLMClientError when EMBEDDING_SERVER_URL is not set
 */
export function openaiCompatibleEmbedder(settings: EmbeddingSettings): Embedder {
  const {
    EMBEDDING_BACKEND: name,
    EMBEDDING_SERVER_URL: server,
    EMBEDDING_API_KEY_SECRET: secret,
    EMBEDDING_MODEL: modelId = ANY_MODEL,
    EMBEDDING_DIMENSIONS: dimensions,
  } = settings;
  if (!server) throw new LLMClientError(`EMBEDDING_BACKEND=${name} needs EMBEDDING_SERVER_URL.`);
  return modelEmbedder({
    name,
    modelId,
    dimensions,
    model: async () =>
      createOpenAICompatible({
        name: "sluice",
        baseURL: baseUrl(server),
        ...(secret ? { apiKey: await apiKey(secret) } : {}),
      }).embeddingModel(modelId),
    // vLLM refuses the parameter for models that were not trained for several dimensions, so it is sent on demand only.
    ...(settings.EMBEDDING_REQUEST_DIMENSIONS ? { providerOptions: () => ({ sluice: { dimensions } }) } : {}),
    ...(secret ? { onAuthenticationError: () => forgetApiKey(secret) } : {}),
  });
}
