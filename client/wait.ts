/**
 * Following a job until it has an outcome, by asking: quickly at first, then every two seconds; or by requests that the API
 * answers when there is one.
 *
 * @module
 */

import { WaitTimeoutError } from "./errors.ts";
import type { Job } from "./route-types.ts";
import { sleep } from "./sleep.ts";

/** How long and how often a job's state is asked for. Times are in milliseconds. */
export interface WaitOptions {
  /** Ends the waiting, not the job. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds; without one there is no end to the patience. */
  readonly timeout?: number | undefined;
  /** Called with the job when it is first seen and whenever its state, attempts or progress has changed. */
  readonly onProgress?: ((job: Job) => void) | undefined;
  /**
   * Ask by requests that stay open until the outcome, for up to 25 s each: the outcome arrives sooner, progress later. Each
   * keeps an instance of the API's function busy, so this is for a person who waits. Default: false.
   */
  readonly longPoll?: boolean | undefined;
}

const FIRST_INTERVAL_MS = 100;
const LONGEST_INTERVAL_MS = 2_000;
const GROWTH = 1.3;
/** The longest that one request waits: the gateway ends it after 30 s. */
const LONGEST_WAIT_SECONDS = 25;

/**
 * Asks until the job is ready.
 * @param get asks once; with a number, the API may take so many seconds to answer
 * @throws WaitTimeoutError when `timeout` has passed
 */
export async function waitFor(get: (wait?: number) => Promise<Job>, options: WaitOptions = {}): Promise<Job> {
  const { signal, timeout = Number.POSITIVE_INFINITY, onProgress, longPoll = false } = options;
  const deadline = performance.now() + timeout;
  let seen = "";
  let lastStatus: Job["status"] | undefined;
  let interval = FIRST_INTERVAL_MS;
  for (;;) {
    const asked = performance.now();
    const wait = longPoll ? Math.min(LONGEST_WAIT_SECONDS, Math.max(0, deadline - asked) / 1_000) : undefined;
    const job = await get(wait);
    const now = JSON.stringify([job.status, job.attempts, job.progress]);
    if (now !== seen) onProgress?.(job);
    seen = now;
    // A job that has begun may end at once, however long it waited before.
    if (job.status !== lastStatus) interval = FIRST_INTERVAL_MS;
    lastStatus = job.status;
    if (job.ready) return job;
    const left = deadline - performance.now();
    if (left <= 0) throw new WaitTimeoutError(job, timeout);
    // An answer before its time says that the API had no place for the wait.
    const hasWaited = wait !== undefined && performance.now() - asked >= wait * 900;
    if (hasWaited) continue;
    await sleep(Math.min(interval, left), signal);
    interval = Math.min(interval * GROWTH, LONGEST_INTERVAL_MS);
  }
}
