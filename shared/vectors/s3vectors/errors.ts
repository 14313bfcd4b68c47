import { z } from "zod";
import {
  AuthenticationError,
  CollectionNotFoundError,
  ConnectionError,
  InvalidInputError,
  RateLimitError,
  TaskError,
  VectorStoreError,
} from "../../../contracts/errors.ts";
import { retryAfterSeconds } from "../../llm/retry-after.ts";

/** What the AWS SDK throws, in the parts that decide. */
const serviceError = z.object({
  name: z.string(),
  message: z.string(),
  $metadata: z.object({ httpStatusCode: z.number().optional() }),
  $response: z.object({ headers: z.record(z.string(), z.string()) }).optional(),
});

const networkCodes = new Set(["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "EPIPE", "EAI_AGAIN", "ETIMEDOUT"]);
const networkError = z.object({ code: z.string().refine((code) => networkCodes.has(code)) });

/**
 * The project's error for one of the S3 Vectors client.
 * @param signal the caller's; when it is aborted its reason is what happened
 */
export function mapS3VectorsError(error: unknown, index: string, signal?: AbortSignal): unknown {
  if (signal?.aborted) return signal.reason;
  if (error instanceof TaskError) return error;
  const parsed = serviceError.safeParse(error);
  const status = parsed.success ? parsed.data.$metadata.httpStatusCode : undefined;
  // Without a status there was no answer: the connection failed, or the client timed out.
  if (!parsed.success || status === undefined) {
    const text = `S3 Vectors did not answer: ${error instanceof Error ? error.message : String(error)}`;
    return networkError.safeParse(error).success
      ? new ConnectionError(text, { cause: error })
      : new VectorStoreError(text, { cause: error });
  }
  const { name, message } = parsed.data;
  const text = `S3 Vectors answered ${name}: ${message}`;
  if (status === 429) {
    const header = parsed.data.$response?.headers["retry-after"];
    return new RateLimitError(text, { cause: error, retryAfterSeconds: retryAfterSeconds(header) });
  }
  if (status === 401 || status === 403) return new AuthenticationError(text, { cause: error });
  if (status === 404) return new CollectionNotFoundError(`${text} (index ${index})`, { cause: error });
  if (status >= 500 || status === 408) return new VectorStoreError(text, { cause: error });
  return new InvalidInputError(text, { cause: error });
}
