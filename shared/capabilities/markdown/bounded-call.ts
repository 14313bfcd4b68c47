/**
 * Work on Markdown, in threads that are ended when it takes longer or more memory than it may.
 *
 * @module
 */

import * as bookErrors from "../../../contracts/books/errors.ts";
import { DeadlineError } from "../../lib/threads/deadline.ts";
import { ThreadEndedError, ThreadPool, type ThreadPoolOptions } from "../../lib/threads/thread-pool.ts";

/** What a thread may take. */
export interface ThreadBounds {
  /** Of a processor. */
  readonly seconds: number;
  readonly megabytes: number;
  /** Further classes of errors that the work throws, by name. */
  readonly errors?: ThreadPoolOptions["errors"];
}

/**
 * A way to call a thread file that serves calls (see serveCalls), one call at a time.
 * @param url the thread's file, as for ThreadPool
 * @returns a function that throws MarkdownTooComplexError when a bound is passed, and what the work throws
 */
export function boundedCalls<Call, Answer>(
  url: URL,
  { seconds, megabytes, errors }: ThreadBounds,
): (call: Call, signal: AbortSignal) => Promise<Answer> {
  let pool: ThreadPool<Call, Answer> | undefined;
  return async (call, signal) => {
    pool ??= new ThreadPool(url, {
      size: 1,
      resourceLimits: { maxOldGenerationSizeMb: megabytes },
      errors: { ...bookErrors, ...errors },
    });
    try {
      return await pool.borrow(signal, (thread) => thread.callWithin(seconds, call, { signal }));
    } catch (error) {
      signal.throwIfAborted();
      throw explain(error, seconds);
    }
  };
}

/** Time and memory that ran out are the text's doing: another attempt would end the same way. */
function explain(error: unknown, seconds: number): unknown {
  if (error instanceof ThreadEndedError && error.outOfMemory) {
    return new bookErrors.MarkdownTooComplexError("The text needs more memory than it may take.");
  }
  if (!(error instanceof DeadlineError)) return error;
  return new bookErrors.MarkdownTooComplexError(`The text takes longer than it may: ${seconds} s.`);
}
