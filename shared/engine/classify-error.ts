import { createHash } from "node:crypto";
import { TaskError } from "../../contracts/errors.ts";
import type { JobError } from "../../contracts/wire.ts";

/** The one place that decides whether an error is worth another attempt. */

export interface ClassifiedError extends JobError {
  /** Seconds that the other side asked us to wait. */
  readonly retryAfterSeconds: number | undefined;
}

/** An error's message goes into the head item, which is to stay small. */
const MESSAGE_CHARACTERS = 500;

/** Node's codes for a connection that failed, as system calls and undici name them. */
const CONNECTION_CODES: ReadonlySet<unknown> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ETIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_SOCKET",
]);

/**
 * Names an error and decides whether the job is tried again. Errors of the tree in contracts/errors.ts say so
 * themselves; a failed connection is retryable; so is whatever is unknown, because giving up too early loses work.
 */
export function classifyError(error: unknown): ClassifiedError {
  if (error instanceof TaskError) {
    return describe(error.name, error.message, error.retryable, error.retryAfterSeconds);
  }
  if (!(error instanceof Error)) return describe("UnknownError", String(error), true);
  if (hasConnectionCode(error)) return describe("ConnectionError", error.message, true);
  return describe(error.name || "Error", error.message, true);
}

function hasConnectionCode(error: Error): boolean {
  for (
    let current: unknown = error, depth = 0;
    current instanceof Error && depth < 5;
    current = current.cause, depth++
  ) {
    if ("code" in current && CONNECTION_CODES.has(current.code)) return true;
  }
  return false;
}

function describe(type: string, message: string, retryable: boolean, retryAfterSeconds?: number): ClassifiedError {
  return { type, message: message.slice(0, MESSAGE_CHARACTERS), retryable, retryAfterSeconds };
}

/** Groups errors of one cause: the same for messages that differ only in numbers, ids and quoted values. */
export function fingerprintOf(error: Pick<JobError, "type" | "message">): string {
  const shape = error.message
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27,}|\b[0-9a-f]{12,}\b/gi, "#")
    .replace(/"[^"]*"|'[^']*'|`[^`]*`/g, "*")
    .replace(/\d+([.,:]\d+)*/g, "#");
  return createHash("sha256").update(`${error.type}\n${shape}`).digest("hex").slice(0, 12);
}
