import {
  DocumentCorruptError,
  DocumentTooLargeError,
  UnsupportedFormatError,
} from "../../../../../contracts/documents/errors.ts";
import {
  AuthenticationError,
  ConnectionError,
  InvalidInputError,
  OcrServiceError,
  RateLimitError,
  type TaskError,
  type TaskErrorOptions,
} from "../../../../../contracts/errors.ts";
import { awsFailure } from "../../../../lib/http/aws-error.ts";
import { retryAfterSeconds } from "../../../../lib/http/retry-after.ts";

type ErrorClass = new (message: string, options: TaskErrorOptions) => TaskError;

/** By name, since the service answers nearly all of these with status 400. */
const byName: Readonly<Record<string, ErrorClass>> = {
  ThrottlingException: RateLimitError,
  ProvisionedThroughputExceededException: RateLimitError,
  LimitExceededException: RateLimitError,
  AccessDeniedException: AuthenticationError,
  UnrecognizedClientException: AuthenticationError,
  InvalidSignatureException: AuthenticationError,
  MissingAuthenticationTokenException: AuthenticationError,
  IncompleteSignatureException: AuthenticationError,
  BadDocumentException: DocumentCorruptError,
  DocumentTooLargeException: DocumentTooLargeError,
  UnsupportedDocumentException: UnsupportedFormatError,
  // The picture is the request's only parameter.
  InvalidParameterException: UnsupportedFormatError,
};

function byStatus(status: number): ErrorClass {
  if (status === 429) return RateLimitError;
  if (status === 401 || status === 403) return AuthenticationError;
  return status >= 500 || status === 408 ? OcrServiceError : InvalidInputError;
}

/**
 * The project's error for one of the Textract client
 * (https://docs.aws.amazon.com/textract/latest/dg/API_DetectDocumentText.html#API_DetectDocumentText_Errors).
 * @param signal the caller's; when it is aborted its reason is what happened
 */
export function mapTextractError(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  const { name, message, status, retryAfter, disconnected } = awsFailure(error);
  // The SDK finds no credentials, where a role would give them.
  if (name === "CredentialsProviderError") return new AuthenticationError(`Textract: ${message}`, { cause: error });
  if (status === undefined) {
    const text = `Textract did not answer: ${message}`;
    return new (disconnected ? ConnectionError : OcrServiceError)(text, { cause: error });
  }
  const options = { cause: error, retryAfterSeconds: retryAfterSeconds(retryAfter) };
  return new (byName[name] ?? byStatus(status))(`Textract answered ${name}: ${message}`, options);
}
