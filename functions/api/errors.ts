/**
 * The one place that decides how an error is answered.
 *
 * @module
 */

import { RateLimitError, TaskError } from "../../contracts/errors.ts";
import { API_PREFIX } from "../../contracts/routes/define-route.ts";
import { ProjectBusyError } from "../../shared/capabilities/projects/manage-projects.ts";
import { BatchIncompleteError } from "../../shared/engine/batches/submit-batch.ts";
import { QueueUnavailableError } from "../../shared/engine/jobs/send.ts";
import { IdempotencyConflictError, InputValidationError, UnknownTaskError } from "../../shared/engine/jobs/submit.ts";
import { QueueFullError } from "../../shared/engine/limits/queued-jobs.ts";
import { InvalidCursorError } from "../../shared/engine/table/cursor.ts";
import { awsFailure, isThrottling } from "../../shared/lib/http/aws-error.ts";
import { faultsOf } from "../../shared/lib/http/pointer.ts";
import { conflict, invalid, notFound, ProblemError } from "../../shared/lib/http/problem.ts";

/** Seconds to wait before asking again. */
const THROTTLED_SECONDS = 1;
const UNAVAILABLE_SECONDS = "5";
/** Nobody knows when there will be room among the jobs that wait. */
const QUEUE_FULL_SECONDS = 60;

/**
 * @param cursorPath where the request has its cursor, if it has one: in the query or in the body
 * @returns the problem to answer, or undefined when the error is a fault of our own
 */
export function problemFor(error: unknown, cursorPath = "/query/cursor"): ProblemError | undefined {
  if (error instanceof ProblemError) return error;
  if (error instanceof InputValidationError) return invalid(faultsOf(error.issues, ["input"]));
  if (error instanceof InvalidCursorError) return invalid([{ path: cursorPath, message: error.message }]);
  if (error instanceof UnknownTaskError) return notFound(error.message);
  if (error instanceof IdempotencyConflictError) return conflict(error.message);
  if (error instanceof BatchIncompleteError) {
    const location = `${API_PREFIX}/batches/${error.batchId}`;
    const headers = { "retry-after": "1", "idempotency-key": error.key, location };
    return new ProblemError("unavailable", error.message, { headers, cause: error });
  }
  if (error instanceof QueueFullError) {
    return tooMany(`${error.message}; try again in ${QUEUE_FULL_SECONDS} s.`, error, QUEUE_FULL_SECONDS);
  }
  if (error instanceof QueueUnavailableError) return unavailable(error.message, error);
  if (error instanceof ProjectBusyError) return conflict(error.message);
  // What a handler asked of a model server or a vector store itself.
  if (error instanceof RateLimitError) return tooMany(error.message, error, error.retryAfterSeconds);
  if (error instanceof TaskError && error.retryable) return unavailable(error.message, error);
  if (isThrottling(error)) return tooMany("Too many requests at the moment. Try again later.", error);
  if (isOutage(error))
    return unavailable("A service that the API depends on is not responding. Try again later.", error);
  return undefined;
}

const unavailable = (detail: string, cause: unknown): ProblemError =>
  new ProblemError("unavailable", detail, { headers: { "retry-after": UNAVAILABLE_SECONDS }, cause });

const tooMany = (detail: string, cause: unknown, seconds = THROTTLED_SECONDS): ProblemError =>
  new ProblemError("too-many-requests", detail, { headers: { "retry-after": String(Math.ceil(seconds)) }, cause });

function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { status, disconnected } = awsFailure(error);
  return (status !== undefined && status >= 500) || error.name === "TimeoutError" || disconnected;
}
