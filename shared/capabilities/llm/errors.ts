/**
 * Turns what the AI SDK and the network throw into the error tree. It looks at status codes, error classes and system
 * error codes, never at message text.
 *
 * @module
 */

import { APICallError, LoadAPIKeyError, RetryError } from "ai";
import {
  AuthenticationError,
  ConnectionError,
  LLMClientError,
  LLMServerError,
  LLMTimeoutError,
  RateLimitError,
  type TaskError,
} from "../../../contracts/errors.ts";
import { connectionCodes, timeoutCodes } from "../../lib/http/network-codes.ts";
import { retryAfterSeconds } from "../../lib/http/retry-after.ts";

const MAX_CAUSES = 8;

/** An error and what caused it, outermost first. */
function* causes(error: unknown): Generator<unknown> {
  let current = error;
  for (let depth = 0; current !== undefined && current !== null && depth < MAX_CAUSES; depth++) {
    yield current;
    if (current instanceof AggregateError) yield* current.errors;
    current = RetryError.isInstance(current) ? current.lastError : current instanceof Error ? current.cause : undefined;
  }
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;

/** What the server said about itself, short enough for a job record. */
function describe(error: APICallError): string {
  const detail = error.message || error.responseBody || "no details";
  return detail.length > 500 ? `${detail.slice(0, 500)}...` : detail;
}

function fromStatus(status: number, error: APICallError): TaskError | undefined {
  const message = `The model server answered ${status}: ${describe(error)}`;
  const options = { cause: error, retryAfterSeconds: retryAfterSeconds(error.responseHeaders?.["retry-after"]) };
  if (status === 429) return new RateLimitError(message, options);
  if (status === 401 || status === 403) return new AuthenticationError(message, options);
  if (status === 408) return new LLMTimeoutError(message, options);
  if (status >= 500) return new LLMServerError(message, options);
  if (status >= 400) return new LLMClientError(message, options);
  return undefined;
}

/**
 * The task error for what a model call threw.
 * @returns the error itself when it is none of these, which leaves it to be retried as unknown
 */
export function toTaskError(error: unknown): unknown {
  const chain = [...causes(error)];
  const call = chain.find((link) => APICallError.isInstance(link));
  const byStatus = call?.statusCode === undefined ? undefined : fromStatus(call.statusCode, call);
  if (byStatus) return byStatus;

  const codes = chain.map(codeOf).filter((code) => code !== undefined);
  const slow = codes.find((code) => timeoutCodes.has(code));
  if (slow) return new LLMTimeoutError(`The model server did not answer (${slow}).`, { cause: error });
  const broken = codes.find((code) => connectionCodes.has(code));
  if (broken) return new ConnectionError(`The connection to the model server failed (${broken}).`, { cause: error });

  if (chain.some((link) => LoadAPIKeyError.isInstance(link))) {
    return new AuthenticationError("There are no credentials for the model server.", { cause: error });
  }
  if (call && call.statusCode !== undefined) {
    return new LLMServerError(`The model server's answer could not be read: ${describe(call)}`, { cause: error });
  }
  if (call) return new ConnectionError(`The model server could not be reached: ${describe(call)}`, { cause: error });
  return error;
}
