/**
 * Retry classes: how often a task may run again, and what follows from that for its queue.
 *
 * @module
 */

/** Retries after the first run, per class; `standard` can be changed with `TASK_MAX_RETRIES`. */
export const retryClasses = {
  /** The default: a transient error is tried again. */
  standard: { retries: 3 },
  /** Safe to repeat, so tried more often. */
  idempotent: { retries: 5 },
  /** Must not run twice: one attempt, and a crash is final. */
  critical: { retries: 0 },
} as const;

/** The name of a retry class. */
export type RetryClass = keyof typeof retryClasses;

/**
 * Receives that a queue allows beyond the attempts. Attempts are counted in the job record; SQS's own count also
 * grows with throttled polls and redeliveries under a live lease, so it is only the safety net.
 */
export const RECEIVE_MARGIN = 3;

/**
 * Runs that a job of this class may take: retries + 1.
 * @param standardRetries the `TASK_MAX_RETRIES` setting, for class `standard`
 */
export function maxAttempts(retryClass: RetryClass, standardRetries: number = retryClasses.standard.retries): number {
  return (retryClass === "standard" ? standardRetries : retryClasses[retryClass].retries) + 1;
}

/** SQS `maxReceiveCount` of a queue that holds jobs of this class. */
export function maxReceiveCount(retryClass: RetryClass, standardRetries?: number): number {
  return maxAttempts(retryClass, standardRetries) + RECEIVE_MARGIN;
}
