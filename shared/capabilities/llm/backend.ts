/**
 * What a language model backend is to the tasks: one request in, one answer out.
 *
 * @module
 */

import type { Usage } from "../../../contracts/jobs/wire.ts";

/** One request to a language model. */
export interface Generation {
  readonly system: string;
  readonly prompt: string;
  /** A JSON Schema of type object: the answer must be such an object. Without it the answer is text. */
  readonly schema?: Record<string, unknown>;
  /** Instead of `MAX_TOKENS`. */
  readonly maxTokens?: number;
  /** Instead of `TEMPERATURE`. */
  readonly temperature?: number;
  /** The task behind the prompt, for a backend that needs no prompt (`embedded`). */
  readonly task: { readonly name: string; readonly input: unknown };
  readonly signal: AbortSignal;
}

export interface GenerationResult {
  readonly text: string;
  /** The JSON object in the answer when a schema was asked for; not yet validated. Absent when it held none. */
  readonly object?: unknown;
  /** null when the backend counts no tokens. */
  readonly usage: Usage | null;
  /** The answer was cut at `MAX_TOKENS`. */
  readonly truncated?: boolean;
}

export interface LanguageModelBackend {
  /** The `LLM_BACKEND` that chose it. */
  readonly name: string;
  /**
   * @throws LLMServerError, LLMTimeoutError, RateLimitError, ConnectionError, AuthenticationError or LLMClientError; the
   * signal's own reason once it is aborted
   */
  generate(generation: Generation): Promise<GenerationResult>;
}

/** The backend takes no prompts. */
export class NoLanguageModelError extends Error {
  override readonly name = "NoLanguageModelError";
}
