/**
 * A call of a model server within its time, and what the network threw as an error of the tree.
 *
 * @module
 */

import { ConnectionError, LLMTimeoutError, type TaskError } from "../../../contracts/errors.ts";
import { connectionCodes, timeoutCodes } from "../../lib/http/network-codes.ts";

const MAX_CAUSES = 8;

/** An error and what caused it, outermost first. */
export function* causes(error: unknown): Generator<unknown> {
  let current = error;
  for (let depth = 0; current !== undefined && current !== null && depth < MAX_CAUSES; depth++) {
    yield current;
    if (current instanceof AggregateError) yield* current.errors;
    current = current instanceof Error ? current.cause : undefined;
  }
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;

/**
 * The error of a connection that failed.
 * @param what the other side, such as "model server"
 * @returns undefined when that is not what was thrown
 */
export function networkError(thrown: unknown, what: string): TaskError | undefined {
  const codes = [...causes(thrown)].map(codeOf).filter((code) => code !== undefined);
  const slow = codes.find((code) => timeoutCodes.has(code));
  if (slow) return new LLMTimeoutError(`The ${what} did not answer (${slow}).`, { cause: thrown });
  const broken = codes.find((code) => connectionCodes.has(code));
  if (!broken) return undefined;
  return new ConnectionError(`The connection to the ${what} failed (${broken}).`, { cause: thrown });
}

/** How long a model is waited for. */
export interface Patience {
  /** Ends the call with its own reason. */
  readonly signal: AbortSignal;
  readonly seconds: number;
  /** The other side, such as "model server". */
  readonly what: string;
}

/**
 * Runs a call within its time.
 * @throws the signal's reason once it is aborted; LLMTimeoutError; ConnectionError; whatever else the call throws
 */
export async function withinTime<Result>(
  { signal, seconds, what }: Patience,
  call: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const timeout = AbortSignal.timeout(seconds * 1_000);
  try {
    signal.throwIfAborted();
    return await call(AbortSignal.any([signal, timeout]));
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (timeout.aborted) {
      throw new LLMTimeoutError(`The ${what} did not answer within ${seconds} s.`, { cause: error });
    }
    throw networkError(error, what) ?? error;
  }
}
