/**
 * Turns what the AI SDK throws into the error tree. It examines status codes, error classes and system error codes,
 * never at the SDK's own message text.
 *
 * @module
 */

import { APICallError, LoadAPIKeyError, RetryError } from "ai";
import { AuthenticationError, ConnectionError, UnreadableAnswerError } from "../../../../contracts/errors.ts";
import { bounded } from "../../../lib/http/server-words.ts";
import { type ServerName, serverError } from "../server-errors.ts";
import { causes, networkError } from "../within-time.ts";

function* chainOf(error: unknown): Generator<unknown> {
  for (const link of causes(error)) {
    yield link;
    if (RetryError.isInstance(link)) yield* causes(link.lastError);
  }
}

/**
 * The task error for what a model call threw.
 * @returns the error itself when it is another one, which is then retried as unknown
 */
export function toTaskError(error: unknown, server: ServerName): unknown {
  const chain = [...chainOf(error)];
  const call = chain.find((link) => APICallError.isInstance(link));
  if (call?.statusCode !== undefined) {
    const headers = new Headers(call.responseHeaders);
    const failed = serverError({ status: call.statusCode, headers, body: call.responseBody ?? call.message }, server);
    if (failed) return failed;
  }
  const broken = networkError(error, server.what);
  if (broken) return broken;
  if (chain.some((link) => LoadAPIKeyError.isInstance(link))) {
    return new AuthenticationError(`There are no credentials for the ${server.what}.`, { cause: error });
  }
  if (call?.statusCode !== undefined) {
    return new UnreadableAnswerError(`The ${server.what}'s answer could not be read: ${bounded(call.message)}`, {
      cause: error,
    });
  }
  if (call) {
    return new ConnectionError(`The ${server.what} could not be reached: ${bounded(call.message)}`, { cause: error });
  }
  return error;
}
