import { z } from "zod";
import { isNetworkCode } from "./network-codes.ts";

/** What an AWS SDK client throws, in the parts that decide. */
export interface AwsFailure {
  /** The service's name of the error, such as `ThrottlingException`. */
  readonly name: string;
  readonly message: string;
  /** HTTP status; without one there was no answer: the connection failed, or the client timed out. */
  readonly status: number | undefined;
  /** The `Retry-After` header. */
  readonly retryAfter: string | undefined;
  /** The connection was refused, cut or never made. */
  readonly disconnected: boolean;
}

const failureSchema = z.object({
  name: z.string().default("Error"),
  message: z.string().default(""),
  // Other libraries' errors may have these, too, in other shapes: each part is taken for itself.
  $metadata: z.object({ httpStatusCode: z.number().optional() }).optional().catch(undefined),
  $response: z
    .object({ headers: z.record(z.string(), z.string()) })
    .optional()
    .catch(undefined),
  code: z.unknown().optional(),
});

/** What is known of an AWS error: status, and whether the connection failed. */
export function awsFailure(error: unknown): AwsFailure {
  const { data } = failureSchema.safeParse(error);
  return {
    name: data?.name ?? "Error",
    message: data?.message ?? String(error),
    status: data?.$metadata?.httpStatusCode,
    retryAfter: data?.$response?.headers["retry-after"],
    disconnected: isNetworkCode(data?.code),
  };
}

/** Names that DynamoDB, SQS and S3 give to throttling; the AWS SDK retries by the same list. */
const throttlingNames: ReadonlySet<string> = new Set([
  "Throttling",
  "ThrottlingException",
  "ThrottledException",
  "RequestThrottled",
  "RequestThrottledException",
  "RequestLimitExceeded",
  "TooManyRequestsException",
  "ProvisionedThroughputExceededException",
  "LimitExceededException",
  "OverLimit",
  "SlowDown",
]);

/** Whether a service of AWS refused because too much is asked of it. */
export const isThrottling = (error: unknown): boolean =>
  error instanceof Error && (throttlingNames.has(error.name) || awsFailure(error).status === 429);
