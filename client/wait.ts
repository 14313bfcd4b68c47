/**
 * Following a job until it has an outcome, by asking: quickly at first, then every two seconds.
 *
 * @module
 */

import type { JobState } from "../contracts/jobs/states.ts";
import type { Job } from "../contracts/jobs/wire.ts";
import { WaitTimeoutError } from "./errors.ts";
import { sleep } from "./sleep.ts";

/** How long and how often a job's state is asked for. Times are in milliseconds. */
export interface WaitOptions {
  /** Ends the waiting, not the job. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds; without one there is no end to the patience. */
  readonly timeout?: number | undefined;
  /** Called with the job when it is first seen and whenever its state, attempts or progress has changed. */
  readonly onProgress?: ((job: Job) => void) | undefined;
}

const FIRST_INTERVAL_MS = 100;
const LONGEST_INTERVAL_MS = 2_000;
const GROWTH = 1.3;

/**
 * Asks until the job is ready.
 * @throws WaitTimeoutError when `timeout` has passed
 */
export async function waitFor(get: () => Promise<Job>, options: WaitOptions = {}): Promise<Job> {
  const { signal, timeout = Number.POSITIVE_INFINITY, onProgress } = options;
  const deadline = performance.now() + timeout;
  let seen = "";
  let lastState: JobState | undefined;
  let interval = FIRST_INTERVAL_MS;
  for (;;) {
    const job = await get();
    const now = JSON.stringify([job.status, job.attempts, job.progress]);
    if (now !== seen) onProgress?.(job);
    seen = now;
    // A job that has begun may end at once, however long it waited before.
    if (job.status !== lastState) interval = FIRST_INTERVAL_MS;
    lastState = job.status;
    if (job.ready) return job;
    const left = deadline - performance.now();
    if (left <= 0) throw new WaitTimeoutError(job, timeout);
    await sleep(Math.min(interval, left), signal);
    interval = Math.min(interval * GROWTH, LONGEST_INTERVAL_MS);
  }
}
