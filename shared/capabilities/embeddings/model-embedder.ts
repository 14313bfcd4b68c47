import { AuthenticationError, InvalidInputError, LLMClientError, LLMServerError } from "../../../contracts/errors.ts";
import type { EmbeddingBackend } from "../../../contracts/settings/vectors.ts";
import { withinTime } from "../llm/within-time.ts";
import { checkDimensions, type Embedder, type EmbeddingPurpose, type EmbedOptions } from "./embedder.ts";

/** Time for one call; a call embeds a few texts, which takes seconds even without a GPU. */
const TIMEOUT_SECONDS = 60;

/** How messages name the server. */
export const EMBEDDING_SERVER = { what: "embedding server", urlSetting: "EMBEDDING_SERVER_URL" } as const;

/** What an embedder of a model server is made from. */
export interface ModelEmbedderOptions {
  readonly name: EmbeddingBackend;
  readonly modelId: string;
  readonly dimensions: number;
  /** Gives a vector for each text, in order, and reports the tokens where the server counts them. */
  readonly call: (
    texts: readonly string[],
    options: {
      readonly signal: AbortSignal;
      readonly purpose: EmbeddingPurpose;
      readonly used: (tokens: number) => void;
    },
  ) => Promise<readonly (readonly number[])[]>;
  /** Told when the server refused the key. */
  readonly onAuthenticationError?: () => void;
}

/** Vectors that compare with nothing would be found by nothing, or by everything. */
function checkNumbers(vectors: readonly Float32Array[], modelId: string): void {
  for (const vector of vectors) {
    if (!vector.every(Number.isFinite)) {
      throw new LLMServerError(`Model ${modelId} gave a vector that holds more than numbers (NaN or infinity).`);
    }
    if (vector.every((value) => value === 0)) {
      throw new LLMClientError(
        `Model ${modelId} gave a vector of zeros alone. Set EMBEDDING_MODEL to a model that embeds, and have the server ` +
          "pool its output (llama.cpp: --embeddings --pooling mean).",
      );
    }
  }
}

/** An embedder over any model server: its answers are checked before anyone stores them. */
export function modelEmbedder(options: ModelEmbedderOptions): Embedder {
  const { name, modelId, dimensions } = options;
  return {
    name,
    model: modelId,
    dimensions,
    async embed(texts, signal, { purpose = "document", used = () => {} }: EmbedOptions = {}) {
      signal.throwIfAborted();
      if (texts.length === 0) return [];
      if (texts.some((text) => text.trim() === "")) throw new InvalidInputError("The text holds no word to embed.");
      try {
        const patience = { signal, seconds: TIMEOUT_SECONDS, what: EMBEDDING_SERVER.what };
        const given = await withinTime(patience, (limited) => options.call(texts, { signal: limited, purpose, used }));
        const vectors = given.map((values) => Float32Array.from(values));
        if (vectors.length !== texts.length) {
          throw new LLMServerError(
            `Model ${modelId} gave ${vectors.length} vectors for ${texts.length} texts. EMBEDDING_SERVER_URL must name a ` +
              "server that gives one for each.",
          );
        }
        checkDimensions(vectors, dimensions, modelId);
        checkNumbers(vectors, modelId);
        return vectors;
      } catch (error) {
        if (error instanceof AuthenticationError) options.onAuthenticationError?.();
        throw error;
      }
    },
  };
}
