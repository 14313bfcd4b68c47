import {
  AuthenticationError,
  CollectionNotFoundError,
  ConnectionError,
  InvalidInputError,
  RateLimitError,
  TaskError,
  VectorStoreError,
} from "../../../../contracts/errors.ts";
import { awsFailure } from "../../../lib/http/aws-error.ts";
import { retryAfterSeconds } from "../../../lib/http/retry-after.ts";

/**
 * The project's error for one of the S3 Vectors client.
 * @param signal the caller's; when it is aborted its reason is what happened
 */
export function mapS3VectorsError(error: unknown, index: string, signal?: AbortSignal): unknown {
  if (signal?.aborted) return signal.reason;
  if (error instanceof TaskError) return error;
  const { name, message, status, retryAfter, disconnected } = awsFailure(error);
  if (status === undefined) {
    const text = `S3 Vectors did not answer: ${message}`;
    return new (disconnected ? ConnectionError : VectorStoreError)(text, { cause: error });
  }
  const text = `S3 Vectors answered ${name}: ${message}`;
  if (status === 429) {
    return new RateLimitError(text, { cause: error, retryAfterSeconds: retryAfterSeconds(retryAfter) });
  }
  if (status === 401 || status === 403) return new AuthenticationError(text, { cause: error });
  if (status === 404) return new CollectionNotFoundError(`${text} (index ${index})`, { cause: error });
  if (status >= 500 || status === 408) return new VectorStoreError(text, { cause: error });
  return new InvalidInputError(text, { cause: error });
}
