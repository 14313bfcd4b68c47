import { createAmazonBedrock } from "@ai-sdk/amazon-bedrock";
import { embedMany } from "ai";
import { LLMClientError } from "../../../../contracts/errors.ts";
import type { EmbeddingSettings } from "../../../../contracts/settings/vectors.ts";
import { toTaskError } from "../../llm/ai-sdk/errors.ts";
import { apiKey, forgetApiKey } from "../../llm/api-key.ts";
import type { Embedder, EmbeddingPurpose } from "../embedder.ts";
import { EMBEDDING_SERVER, modelEmbedder } from "../model-embedder.ts";

// The SDK would print provider warnings to the console, which is not where our logs go.
globalThis.AI_SDK_LOG_WARNINGS = false;

/** Requests at once, for models that take one text a request (Amazon Titan). */
const PARALLEL_CALLS = 5;

type BedrockOptions = Record<string, string | number | boolean>;

/** A family of embedding models: the dimensions it offers, and how it is asked for them. */
interface Family {
  readonly pattern: RegExp;
  readonly dimensions: readonly number[];
  options(dimensions: number, purpose: EmbeddingPurpose): BedrockOptions;
}

const cohereInput = (purpose: EmbeddingPurpose): BedrockOptions => ({
  inputType: purpose === "query" ? "search_query" : "search_document",
  // Longer texts lose their end instead of failing.
  truncate: "END",
});

/** https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html; profiles put a region before the id. */
const families: readonly Family[] = [
  {
    pattern: /amazon\.titan-embed-text-v2/,
    dimensions: [1_024],
    options: (dimensions) => ({ dimensions, normalize: true }),
  },
  {
    pattern: /cohere\.embed-(english|multilingual)-v3/,
    dimensions: [1_024],
    options: (_, purpose) => cohereInput(purpose),
  },
  {
    pattern: /cohere\.embed-v4/,
    dimensions: [1_024],
    options: (dimensions, purpose) => ({ ...cohereInput(purpose), outputDimension: dimensions }),
  },
  {
    pattern: /amazon\.nova-.*embed/,
    dimensions: [384, 1_024],
    options: (dimensions, purpose) => ({
      embeddingDimension: dimensions,
      embeddingPurpose: purpose === "query" ? "TEXT_RETRIEVAL" : "GENERIC_INDEX",
      truncate: "END",
    }),
  },
];

/**
 * Amazon Bedrock: Titan Text Embeddings V2, Cohere Embed and Nova. Signed with the function's own credentials, or with
 * a Bedrock API key when EMBEDDING_API_KEY_SECRET names one. EMBEDDING_SERVER_URL replaces the regional endpoint.
 * @throws LLMClientError when the model is unknown or does not offer EMBEDDING_DIMENSIONS
 */
export function bedrockEmbedder(settings: EmbeddingSettings): Embedder {
  const {
    EMBEDDING_MODEL: modelId,
    EMBEDDING_DIMENSIONS: dimensions,
    EMBEDDING_SERVER_URL: server,
    EMBEDDING_API_KEY_SECRET: secret,
  } = settings;
  if (!modelId) throw new LLMClientError("EMBEDDING_BACKEND=bedrock needs EMBEDDING_MODEL, a Bedrock model id.");
  const family = families.find(({ pattern }) => pattern.test(modelId));
  if (!family)
    throw new LLMClientError(`EMBEDDING_MODEL: ${modelId} is not a Bedrock embedding model that Sluice knows.`);
  if (!family.dimensions.includes(dimensions)) {
    throw new LLMClientError(
      `EMBEDDING_DIMENSIONS: ${modelId} offers ${family.dimensions.join(" or ")}, not ${dimensions}.`,
    );
  }
  const model = async () =>
    createAmazonBedrock({
      ...(server ? { baseURL: server } : {}),
      ...(secret ? { apiKey: await apiKey(secret) } : {}),
    }).embeddingModel(modelId);
  return modelEmbedder({
    name: "bedrock",
    modelId,
    dimensions,
    async call(texts, { signal, purpose, used }) {
      try {
        const { embeddings, usage } = await embedMany({
          model: await model(),
          values: [...texts],
          maxRetries: 0,
          maxParallelCalls: PARALLEL_CALLS,
          abortSignal: signal,
          providerOptions: { amazonBedrock: family.options(dimensions, purpose) },
        });
        if (Number.isSafeInteger(usage.tokens) && usage.tokens > 0) used(usage.tokens);
        return embeddings;
      } catch (error) {
        throw signal.aborted ? error : toTaskError(error, EMBEDDING_SERVER);
      }
    },
    ...(secret ? { onAuthenticationError: () => forgetApiKey(secret) } : {}),
  });
}
