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
  /** The first answer and what is wrong with it, when the model is asked again. */
  readonly correction?: { readonly answer: string; readonly complaint: string };
  /** Instead of `MAX_TOKENS`. */
  readonly maxTokens?: number;
  /** Instead of `TEMPERATURE`. */
  readonly temperature?: number;
  /** The task behind the prompt, for a backend that needs no prompt (`embedded`). */
  readonly task: { readonly name: string; readonly input: unknown };
  readonly signal: AbortSignal;
}

/**
 * Why the model stopped: at its end, at the most tokens, by a filter, to call a tool, because the server broke off, or for
 * a reason that is not known here.
 */
export type FinishReason = "stop" | "length" | "content-filter" | "tool-calls" | "broken-off" | "other";

/** What the model answered, not yet judged: see reading/read-answer.ts. */
export interface ModelAnswer {
  /** As it came, thoughts and markup included. */
  readonly text: string;
  /** Thoughts that the server keeps apart. */
  readonly reasoning?: string;
  /** The refusal that the server keeps apart. */
  readonly refusal?: string;
  /** Arguments of the tool calls in the answer. */
  readonly toolArguments?: readonly string[];
  /** The object, from a backend that makes objects and no text. */
  readonly object?: unknown;
  readonly finish?: FinishReason;
  /** The same in the server's own word. */
  readonly finishReason?: string;
  /** null when the backend counts no tokens. */
  readonly usage: Usage | null;
}

/** A language model, or the embedded engine in its place. */
export interface LanguageModelBackend {
  /** The `LLM_BACKEND` that chose it. */
  readonly name: string;
  /** The model that it asks for; undefined where there is none to choose. */
  readonly model?: string;
  /**
   * @throws LLMServerError, LLMTimeoutError, RateLimitError, ConnectionError and the other errors of a model server in
   * contracts/errors.ts; the signal's own reason once it is aborted
   */
  generate(generation: Generation): Promise<ModelAnswer>;
  /** What this process found out about the server, a line each; nothing before it was asked. */
  learnt?(): readonly string[];
}

/** The backend takes no prompts. */
export class NoLanguageModelError extends Error {
  override readonly name = "NoLanguageModelError";
}
