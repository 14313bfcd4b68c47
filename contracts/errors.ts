/**
 * The error tree. A task throws one of these when it knows what went wrong; whether a job is tried again is decided in
 * one place, `classifyError` in shared/engine/worker/.
 *
 * @module
 */

/** Options of a task's error, beside its message. */
export interface TaskErrorOptions {
  readonly cause?: unknown;
  /** Seconds that the other side asked us to wait (`Retry-After`). */
  readonly retryAfterSeconds?: number | undefined;
}

/** An error that says itself whether another attempt can help. */
export abstract class TaskError extends Error {
  abstract readonly retryable: boolean;
  readonly retryAfterSeconds: number | undefined;

  constructor(message: string, options: TaskErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.name = new.target.name;
  }
}

/** Another attempt can help. */
export abstract class RetryableError extends TaskError {
  override readonly retryable = true;
}

/** The same input would fail again. */
export abstract class FinalError extends TaskError {
  override readonly retryable = false;
}

/** The model server answered 5xx. */
export class LLMServerError extends RetryableError {}
/** The model server did not answer in time. */
export class LLMTimeoutError extends RetryableError {}
/** 429; carries `Retry-After` when the server sent it. */
export class RateLimitError extends RetryableError {}
/** The connection was refused, reset or never made. */
export class ConnectionError extends RetryableError {}
/** The task's soft time limit passed. */
export class SoftTimeLimitExceeded extends RetryableError {}

/** The model server asked to try again though it is not down: 409, 424, 425, 498, 499. */
export class TryAgainError extends RetryableError {}
/** The model answered with nothing, or with its thoughts alone. */
export class EmptyAnswerError extends RetryableError {}
/** The answer is not what the API of a model server answers, or holds no JSON where JSON was asked for. */
export class UnreadableAnswerError extends RetryableError {}

/** The input cannot be processed as it is; another attempt would fail alike. */
export class InvalidInputError extends FinalError {}
/** The task needs a language model, and there is none: the embedded engine writes no texts. */
export class ModelRequiredError extends FinalError {}
/** The text is in a language that the embedded engine does not know. */
export class UnsupportedLanguageError extends InvalidInputError {}
/** The model server answered 4xx other than 401, 403 and 429, or 501. */
export class LLMClientError extends FinalError {}
/** The model server redirects, which would turn the request into another one. */
export class RedirectError extends FinalError {}
/** The account's quota or credit at the model server is used up: waiting does not help. */
export class QuotaExceededError extends FinalError {}
/** The text does not fit into the model's context. */
export class TextTooLongError extends FinalError {
  /** Tokens of the context, where the server states them. */
  readonly contextTokens: number | undefined;

  constructor(message: string, options: TaskErrorOptions & { readonly contextTokens?: number | undefined } = {}) {
    super(message, options);
    this.contextTokens = options.contextTokens;
  }
}
/** The second language model (`LLM_FALLBACK_*`), asked in place of the first, failed in a way that may pass. */
export class SecondModelError extends RetryableError {}
/** The model server left out a part of the prompt and answered all the same. */
export class PromptCutError extends FinalError {}
/** The answer was cut at MAX_TOKENS, and nothing whole is left of it. */
export class AnswerCutError extends FinalError {}
/** The model refused to answer. */
export class RefusalError extends FinalError {}
/** The content filter of the model server stopped the answer. */
export class ContentFilterError extends FinalError {}
/** A chain of jobs that submit each other, or a job that continues itself, went on beyond its bound. */
export class TooManyStepsError extends FinalError {}
/** 401 or 403. */
export class AuthenticationError extends FinalError {}
/** The output does not validate against the schema that was asked for. */
export class SchemaValidationError extends FinalError {}
/** The document does not state what the schema requires. */
export class ValuesMissingError extends FinalError {}
/** Values of an answer are not in the document: the model is asked again. */
export class UnsupportedValuesError extends SchemaValidationError {}
/** A rewritten text lacks numbers, names, quotes or terms of the original, also after the model was asked again. */
export class FactsLostError extends FinalError {}
/** A rewritten text is longer than asked for, also after the model was asked again. */
export class TextNotShortenedError extends FinalError {}
/** A text was to be changed by feedback, and the model gave it back as it was, also after it was asked again. */
export class TextUnchangedError extends FinalError {}
/** None of the jobs that a job has submitted succeeded. */
export class AllStepsFailedError extends FinalError {}

/**
 * A stored file, input or result is gone, or the function's role may not read it: S3 distinguishes the two only for roles that
 * may list the bucket. Counted by the metric `FilesUnreadable`.
 */
export class FileUnreadableError extends FinalError {}

/** The service that reads scans failed or did not answer. */
export class OcrServiceError extends RetryableError {}

/** The vector store failed or was not reachable. */
export class VectorStoreError extends RetryableError {}
/** A vector's length is not that of the index or of EMBEDDING_DIMENSIONS. */
export class DimensionMismatchError extends FinalError {}
/** The vector store has no index of that name. */
export class CollectionNotFoundError extends FinalError {}

/** Error types that the engine itself writes into a job record. */
export const engineErrors = {
  /** The worker died while it ran the job, and no attempt is left. */
  workerLost: "WorkerLostError",
  /** The job's message is gone, and sending a new one did not help. */
  messageLost: "MessageLostError",
  /** The job's message reached the dead-letter queue before any worker began with it. */
  notDelivered: "MessageNotDeliveredError",
  /** The circuit breaker put the job off while its backend is down; no attempt was spent. */
  backendDown: "BackendDownError",
  /** A limit of calls or tokens put the job off; no attempt was spent. */
  limitReached: "LimitReachedError",
  laneLimitReached: "LaneLimitReachedError",
  /** SQS did not take the job's message. */
  queueUnavailable: "QueueUnavailableError",
  /** A job of a task that needs an admin key was not made by the API or a schedule. */
  unsigned: "UnsignedJobError",
} as const;
