/**
 * Errors of the HTTP API: problem details as RFC 9457 defines them.
 *
 * @module
 */

import type { Problem } from "../../../contracts/problem.ts";

/** The kinds of problem there are: a stable URI reference, a title and a status for each. */
export const problemKinds = {
  "malformed-json": { status: 400, title: "Malformed JSON" },
  "malformed-body": { status: 400, title: "Malformed body" },
  unauthorized: { status: 401, title: "No API key" },
  forbidden: { status: 403, title: "Not allowed" },
  "not-found": { status: 404, title: "Not found" },
  "method-not-allowed": { status: 405, title: "Method not allowed" },
  "not-acceptable": { status: 406, title: "No acceptable answer" },
  conflict: { status: 409, title: "Conflict" },
  "too-large": { status: 413, title: "Request too large" },
  "unsupported-media-type": { status: 415, title: "Unsupported media type" },
  validation: { status: 422, title: "Invalid request" },
  "too-many-requests": { status: 429, title: "Too many requests" },
  internal: { status: 500, title: "Internal error" },
  unavailable: { status: 503, title: "Temporarily unavailable" },
} as const satisfies Record<string, { status: number; title: string }>;

/** The kind of a problem. */
export type ProblemKind = keyof typeof problemKinds;

/** A fault in a request: where (a JSON pointer, RFC 6901) and what. */
export interface Fault {
  readonly path: string;
  readonly message: string;
}

interface ProblemOptions {
  readonly errors?: readonly Fault[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** Thrown by handlers; the API answers it as `application/problem+json`. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly kind: ProblemKind;
  readonly errors: readonly Fault[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(kind: ProblemKind, detail: string, options: ProblemOptions = {}) {
    super(detail, { cause: options.cause });
    this.kind = kind;
    this.errors = options.errors;
    this.headers = options.headers ?? {};
  }

  get status(): number {
    return problemKinds[this.kind].status;
  }

  /** The body of the answer. */
  toBody(): Problem {
    return {
      type: `/problems/${this.kind}`,
      title: problemKinds[this.kind].title,
      status: this.status,
      detail: this.message,
      ...(this.errors && { errors: [...this.errors] }),
    };
  }
}

/** A 404 problem. */
export const notFound = (detail: string): ProblemError => new ProblemError("not-found", detail);
/** A 409 problem. */
export const conflict = (detail: string): ProblemError => new ProblemError("conflict", detail);
/** A 403 problem. */
export const forbidden = (detail: string): ProblemError => new ProblemError("forbidden", detail);

/** 422 that names every fault. */
export function invalid(errors: readonly Fault[]): ProblemError {
  const [first] = errors;
  const detail = first ? `${first.path || "The body"}: ${first.message}` : "The request is invalid.";
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
  return new ProblemError("validation", detail + more, { errors });
}
