/**
 * What goes wrong when the console asks the API.
 *
 * @module
 */

import type { Problem } from "../../../contracts/problem.ts";

/**
 * `offline`: no answer, or the gateway in front cannot reach the API. `key`: the gateway does not take the key.
 * `problem`: the API's own refusal.
 */
export type ApiErrorKind = "offline" | "key" | "problem";

type ApiErrorDetails = Pick<ApiError, "status" | "fields">;

/** An answer of the API that is a problem, or the lack of an answer. */
export class ApiError extends Error {
  readonly kind: ApiErrorKind;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** Fields at fault, as JSON Pointers (RFC 6901) into the request body. */
  readonly fields: NonNullable<Problem["errors"]>;

  constructor(kind: ApiErrorKind, message: string, { status = 0, fields = [] }: Partial<ApiErrorDetails> = {}) {
    super(message);
    this.name = "ApiError";
    this.kind = kind;
    this.status = status;
    this.fields = fields;
  }
}

/** Reads an error answer: problem details (RFC 9457), or the gateway's own `{message}`. */
export function errorFrom(status: number, body: unknown): ApiError {
  if (isProblem(body)) return new ApiError("problem", body.detail, { status, fields: body.errors ?? [] });
  if (status === 401 || status === 403) return new ApiError("key", "The API does not know this key.", { status });
  if (status === 502 || status === 503 || status === 504) {
    return new ApiError("offline", `The API does not answer (HTTP ${status}).`, { status });
  }
  return new ApiError("problem", `The API answered HTTP ${status} without saying why.`, { status });
}

function isProblem(value: unknown): value is Problem {
  if (typeof value !== "object" || value === null) return false;
  return "detail" in value && typeof value.detail === "string" && "status" in value;
}

/** One sentence for a person, whatever was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What a form shows of a refusal: a line for each field at fault, or else the one sentence. */
export function failuresOf(error: unknown): string[] {
  const fields = error instanceof ApiError ? error.fields.map(({ path, message }) => `${path} ${message}`) : [];
  return fields.length > 0 ? fields : [messageOf(error)];
}
