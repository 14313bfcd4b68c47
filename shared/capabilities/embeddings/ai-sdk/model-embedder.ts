import { type EmbeddingModel, embedMany } from "ai";
import {
  AuthenticationError,
  InvalidInputError,
  LLMServerError,
  LLMTimeoutError,
} from "../../../../contracts/errors.ts";
import type { EmbeddingBackend } from "../../../../contracts/settings/vectors.ts";
import { toTaskError } from "../../llm/errors.ts";
import { checkDimensions, type Embedder, type EmbeddingPurpose } from "../embedder.ts";

// The SDK would print provider warnings to the console, which is not where our logs go.
globalThis.AI_SDK_LOG_WARNINGS = false;

/** Time for one call; a call embeds a few texts, which takes seconds even without a GPU. */
const TIMEOUT_SECONDS = 60;
/** Requests at once, for models that take one text a request (Amazon Titan). */
const PARALLEL_CALLS = 5;

type ProviderOptions = NonNullable<Parameters<typeof embedMany>[0]["providerOptions"]>;

export interface ModelEmbedderOptions {
  readonly name: EmbeddingBackend;
  readonly modelId: string;
  readonly dimensions: number;
  /** Called per request, so that a key can be read late and refreshed. */
  readonly model: () => Promise<EmbeddingModel>;
  readonly providerOptions?: (purpose: EmbeddingPurpose) => ProviderOptions;
  /** Told when the server refused the key. */
  readonly onAuthenticationError?: () => void;
}

/** An embedder over any embedding model of the AI SDK. */
export function modelEmbedder(options: ModelEmbedderOptions): Embedder {
  const { name, modelId, dimensions } = options;

  async function call(texts: readonly string[], signal: AbortSignal, purpose: EmbeddingPurpose): Promise<number[][]> {
    const timeout = AbortSignal.timeout(TIMEOUT_SECONDS * 1_000);
    try {
      const { embeddings } = await embedMany({
        model: await options.model(),
        values: [...texts],
        maxRetries: 0,
        maxParallelCalls: PARALLEL_CALLS,
        abortSignal: AbortSignal.any([signal, timeout]),
        ...(options.providerOptions ? { providerOptions: options.providerOptions(purpose) } : {}),
      });
      return embeddings;
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (timeout.aborted) {
        throw new LLMTimeoutError(`The embedding server did not answer within ${TIMEOUT_SECONDS} s.`, { cause: error });
      }
      const mapped = toTaskError(error);
      if (mapped instanceof AuthenticationError) options.onAuthenticationError?.();
      throw mapped;
    }
  }

  return {
    name,
    model: modelId,
    dimensions,
    async embed(texts, signal, purpose = "document") {
      signal.throwIfAborted();
      if (texts.length === 0) return [];
      if (texts.some((text) => text.trim() === "")) throw new InvalidInputError("The text holds no word to embed.");
      const vectors = (await call(texts, signal, purpose)).map((values) => Float32Array.from(values));
      if (vectors.length !== texts.length) {
        throw new LLMServerError(`Model ${modelId} gave ${vectors.length} vectors for ${texts.length} texts.`);
      }
      checkDimensions(vectors, dimensions, modelId);
      return vectors;
    },
  };
}
