/**
 * Errors of jobs, as their records show them. The one place that decides whether an error is worth another attempt.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { inspect } from "node:util";
import { engineErrors, TaskError } from "../../../contracts/errors.ts";
import type { JobError } from "../../../contracts/jobs/wire.ts";
import { isNetworkCode } from "../../lib/http/network-codes.ts";
import type { JobRecord } from "./record.ts";
import type { Failure } from "./transitions/run.ts";

/** An error as the record keeps it, and how long the other side asked to wait. */
export interface ClassifiedError extends JobError {
  /** Seconds that the other side asked us to wait. */
  readonly retryAfterSeconds: number | undefined;
}

/** An error's message goes into the head item, which is to stay small. */
const MESSAGE_CHARACTERS = 500;
const NAME_CHARACTERS = 100;
const MAX_CAUSES = 5;

/**
 * Names an error and decides whether the job is tried again. Errors of the tree in contracts/errors.ts say so
 * themselves; a failed connection is retryable; so is whatever is unknown, because giving up too early loses work.
 * Never throws, whatever was thrown: a job whose error cannot be described would never end.
 */
export function classifyError(thrown: unknown): ClassifiedError {
  if (thrown instanceof TaskError) {
    return describe(thrown.name, textOf(thrown.message), thrown);
  }
  if (!(thrown instanceof Error)) return describe("UnknownError", textOf(thrown));
  const chain = [...causes(thrown)];
  const message = [...new Set(chain.map(messageOf))].filter((text) => text !== "").join(": ");
  return describe(chain.some(hasConnectionCode) ? "ConnectionError" : thrown.name, message);
}

/** An error and its causes, outermost first: clients put the reason into a cause. */
function* causes(error: unknown, depth = 0): Generator<unknown> {
  if (error === undefined || error === null || depth > MAX_CAUSES) return;
  yield error;
  if (error instanceof AggregateError) for (const each of error.errors.slice(0, 3)) yield* causes(each, depth + 1);
  if (error instanceof Error) yield* causes(error.cause, depth + 1);
}

const hasConnectionCode = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "code" in error && isNetworkCode(error.code);

const messageOf = (error: unknown): string => textOf(error instanceof Error ? error.message : error);

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  try {
    return inspect(value, { depth: 2, breakLength: Infinity });
  } catch {
    return "a value that cannot be shown";
  }
}

/** Half a character at the cut, or one that was broken before, is nothing that DynamoDB takes. */
const cut = (text: string, length: number): string => text.slice(0, length).toWellFormed();

function describe(
  name: unknown,
  message: string,
  { retryable = true, retryAfterSeconds }: Partial<Pick<TaskError, "retryable" | "retryAfterSeconds">> = {},
): ClassifiedError {
  return {
    type: cut((typeof name === "string" && name) || "Error", NAME_CHARACTERS),
    message: cut(message, MESSAGE_CHARACTERS),
    retryable,
    retryAfterSeconds: Number.isFinite(retryAfterSeconds) ? retryAfterSeconds : undefined,
  };
}

/** Numbers, but for the status that a server answered: 400, 404 and 413 have different causes. */
const STATUS_OR_NUMBER = /((?<=\b(?:answered|status|code|HTTP) )[45]\d\d\b)|\d+([.,:]\d+)*/g;

/**
 * Groups errors of one cause: the same for messages that differ only in ids, quoted values and numbers that are no HTTP
 * status.
 */
export function fingerprintOf(error: Pick<JobError, "type" | "message">): string {
  const shape = error.message
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27,}|\b[0-9a-f]{12,}\b/gi, "#")
    .replace(/"[^"]*"|'[^']*'|`[^`]*`/g, "*")
    .replace(STATUS_OR_NUMBER, (_, status: string | undefined) => status ?? "#");
  return createHash("sha256").update(`${error.type}\n${shape}`).digest("hex").slice(0, 12);
}

/** An error of a job that failed for good, as its record keeps it. */
export const failureOf = ({ type, message, retryable }: JobError): Failure => ({
  error: { type, message, retryable },
  fingerprint: fingerprintOf({ type, message }),
});

/** Why a job is put off without a run. */
export interface PutOffReason {
  readonly type:
    | typeof engineErrors.backendDown
    | typeof engineErrors.limitReached
    | typeof engineErrors.laneLimitReached;
  /** Such as "The backend failed for several jobs in a row". */
  readonly cause: string;
}

const putOffTypes: ReadonlySet<string> = new Set([
  engineErrors.backendDown,
  engineErrors.limitReached,
  engineErrors.laneLimitReached,
]);
const LAST_RUN = " Its last run: ";

/**
 * The error in the record of a job that is put off: why, until when, and how its last run ended.
 * @param until milliseconds since the epoch
 */
export function putOff({ error }: Pick<JobRecord, "error">, { type, cause }: PutOffReason, until: number): JobError {
  const message = `${cause}; this one waits until ${new Date(until).toISOString()}, which spends no attempt.${lastRun(error)}`;
  return { type, message: cut(message, MESSAGE_CHARACTERS), retryable: true };
}

/** How the last run ended, also of a job that was put off since. */
function lastRun(error: JobError | undefined): string {
  if (!error) return "";
  if (!putOffTypes.has(error.type)) return `${LAST_RUN}${error.type}: ${error.message}`;
  const at = error.message.indexOf(LAST_RUN);
  return at < 0 ? "" : error.message.slice(at);
}

/** The error of a job whose worker died, and that is tried again. */
export const lostWorker = (record: JobRecord): JobError => ({
  type: engineErrors.workerLost,
  message: `The worker ${record.worker ?? ""} died while it ran the job.`,
  retryable: true,
});

/** The failure of a job whose worker died, or whose attempts are used up. */
export function lossOf(record: JobRecord, cause: "worker-lost" | "exhausted"): Failure {
  if (cause === "exhausted" && record.error) return failureOf(record.error);
  const message = `The worker ${record.worker ?? ""} died while it ran the job, and no attempt is left.`;
  return failureOf({ type: engineErrors.workerLost, message, retryable: false });
}
