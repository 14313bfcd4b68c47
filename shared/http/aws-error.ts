import { z } from "zod";
import { connectionCodes, timeoutCodes } from "./network-codes.ts";

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
  $metadata: z.object({ httpStatusCode: z.number().optional() }).optional(),
  $response: z.object({ headers: z.record(z.string(), z.string()) }).optional(),
  code: z.unknown().optional(),
});

export function awsFailure(error: unknown): AwsFailure {
  const { data } = failureSchema.safeParse(error);
  return {
    name: data?.name ?? "Error",
    message: data?.message ?? String(error),
    status: data?.$metadata?.httpStatusCode,
    retryAfter: data?.$response?.headers["retry-after"],
    disconnected: connectionCodes.has(data?.code) || timeoutCodes.has(data?.code),
  };
}
