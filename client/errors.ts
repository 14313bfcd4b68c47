/**
 * What goes wrong for a caller. Every error that the client throws itself is a {@link SluiceError}.
 *
 * @module
 */

import type { Problem } from "./api-types.ts";
import type { Job } from "./route-types.ts";

interface SluiceErrorOptions {
  readonly status?: number | undefined;
  readonly problem?: Problem | undefined;
  readonly retryAfterSeconds?: number | undefined;
  readonly cause?: unknown;
}

/** The API refused a call, or something kept the client from an answer. */
export class SluiceError extends Error {
  override readonly name: string = "SluiceError";
  /** HTTP status; undefined when there was no answer. */
  readonly status: number | undefined;
  /** The answer's problem details (RFC 9457); `errors` names the fields at fault. */
  readonly problem: Problem | undefined;
  /** Seconds after which the request may be repeated. */
  readonly retryAfterSeconds: number | undefined;

  constructor(message: string, options: SluiceErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.status = options.status;
    this.problem = options.problem;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** The request is not one that the API takes (400, 413, 415, 422); `problem.errors` names the fields at fault. */
export class InvalidRequestError extends SluiceError {
  override readonly name = "InvalidRequestError";
}

/** No key was given (401), or one that the API does not know or that lacks the scope (403). */
export class AuthenticationError extends SluiceError {
  override readonly name = "AuthenticationError";
}

/** There is no such thing, or it belongs to another project (404). */
export class NotFoundError extends SluiceError {
  override readonly name = "NotFoundError";
}

/** The state of a thing does not allow it, or an idempotency key was used for another request (409). */
export class ConflictError extends SluiceError {
  override readonly name = "ConflictError";
}

/** Too many requests at once, or a budget that is used up (429), also after the client's own repeats. */
export class RateLimitError extends SluiceError {
  override readonly name = "RateLimitError";
}

/** A fault of the service, or one that it expects to pass (5xx), also after the client's own repeats. */
export class ServerError extends SluiceError {
  override readonly name = "ServerError";
}

/** There was no answer: no connection, or none in time. */
export class UnreachableError extends SluiceError {
  override readonly name = "UnreachableError";
}

/** The job that was waited for failed. */
export class JobFailedError extends SluiceError {
  override readonly name: string = "JobFailedError";
  readonly job: Job;

  constructor(job: Job) {
    super(
      job.error
        ? `${job.error.type}: ${job.error.message}`
        : `Job ${job.task_id} of ${job.task_name} is ${job.status}.`,
    );
    this.job = job;
  }
}

/** The job that was waited for was revoked, or expired before it began. */
export class JobRevokedError extends JobFailedError {
  override readonly name = "JobRevokedError";
}

/** A webhook's signature or timestamp is not right: do not act on it. */
export class WebhookVerificationError extends SluiceError {
  override readonly name = "WebhookVerificationError";
}

/** The job had no outcome within the time that the caller gave. It continues. */
export class WaitTimeoutError extends SluiceError {
  override readonly name = "WaitTimeoutError";
  /** As last seen. */
  readonly job: Job;

  constructor(job: Job, timeout: number) {
    super(`Job ${job.task_id} is still ${job.status} after ${timeout / 1_000} s.`);
    this.job = job;
  }
}

/** Reads an error answer: problem details, the gateway's own `{message}`, or any text. */
export function errorFrom(response: Response, body: unknown): SluiceError {
  const { status } = response;
  const retryAfterSeconds = readRetryAfter(response.headers.get("retry-after"));
  const problem = isProblem(body) ? body : undefined;
  const message =
    problem?.detail ?? gatewayMeaning[status] ?? gatewayMessage(body) ?? `The API answered ${status} without a word.`;
  return new (classOf(status))(message, {
    status,
    retryAfterSeconds,
    problem: problem ?? {
      type: "about:blank",
      title: response.statusText || `HTTP ${status}`,
      status,
      detail: message,
    },
  });
}

function classOf(status: number): typeof SluiceError {
  if (status >= 500) return ServerError;
  if (status === 401 || status === 403) return AuthenticationError;
  if (status === 404) return NotFoundError;
  if (status === 409) return ConflictError;
  if (status === 429) return RateLimitError;
  return [400, 413, 415, 422].includes(status) ? InvalidRequestError : SluiceError;
}

/** Messages of the gateway that are too brief to help: it checks keys before Sluice gets a request. */
const gatewayMeaning: Readonly<Record<number, string>> = {
  401: "The API asks for a key, and none was given.",
  403: "The API does not know this key.",
};

function isProblem(value: unknown): value is Problem {
  if (typeof value !== "object" || value === null) return false;
  const is = (name: keyof Problem, type: string) => name in value && typeof Reflect.get(value, name) === type;
  return is("type", "string") && is("title", "string") && is("status", "number") && is("detail", "string");
}

function gatewayMessage(body: unknown): string | undefined {
  if (typeof body === "string") return body.slice(0, 200) || undefined;
  if (typeof body !== "object" || body === null || !("message" in body)) return undefined;
  return typeof body.message === "string" ? body.message : undefined;
}

/** RFC 9110, 10.2.3: seconds, or a date. */
function readRetryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - Date.now()) / 1_000));
}
