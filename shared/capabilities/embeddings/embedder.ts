/**
 * Text to vectors.
 *
 * @module
 */

import { DimensionMismatchError } from "../../../contracts/errors.ts";
import type { EmbeddingBackend } from "../../../contracts/settings/vectors.ts";

/** Some models embed a question differently from the text that answers it. */
export type EmbeddingPurpose = "document" | "query";

/** How texts are embedded. */
export interface EmbedOptions {
  /** @default document */
  readonly purpose?: EmbeddingPurpose | undefined;
  /** Told the tokens of the texts, when the server counts them. */
  readonly used?: ((tokens: number) => void) | undefined;
}

/** Turns texts into vectors of one length. */
export interface Embedder {
  readonly name: EmbeddingBackend;
  /** Vectors of two models cannot be compared, whatever their length. */
  readonly model: string;
  readonly dimensions: number;
  /**
   * One vector per text, in order.
   * @throws DimensionMismatchError when the model gives vectors of another length
   * @throws InvalidInputError when a text holds nothing to embed
   * @throws the errors of a model server, see shared/capabilities/llm/errors.ts
   */
  embed(texts: readonly string[], signal: AbortSignal, options?: EmbedOptions): Promise<Float32Array[]>;
}

/** @throws DimensionMismatchError that says what to change */
export function checkDimensions(vectors: readonly Float32Array[], dimensions: number, model: string): void {
  const wrong = vectors.find((vector) => vector.length !== dimensions);
  if (wrong) {
    throw new DimensionMismatchError(
      `Model ${model} gives vectors of ${wrong.length} dimensions, but EMBEDDING_DIMENSIONS is ${dimensions}. Change one of them and reindex.`,
    );
  }
}
