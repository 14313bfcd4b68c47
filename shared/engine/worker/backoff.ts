import type { TaskSettings } from "../../../contracts/settings/settings.ts";

/** SQS keeps a message invisible for 12 hours at most, counted from its receive; this leaves room. */
export const LONGEST_WAIT_SECONDS = 11 * 3_600;

const JITTER = 0.25;

/** What the wait before an attempt depends on. */
export interface BackoffOptions {
  readonly settings: Pick<TaskSettings, "TASK_RETRY_BACKOFF" | "TASK_RETRY_BACKOFF_MAX">;
  /** What the other side asked for; it wins when it is longer. */
  readonly retryAfterSeconds?: number | undefined;
  /** In [0, 1). */
  readonly random?: number;
}

/**
 * Seconds until the next attempt: exponential with jitter, so that jobs that failed together do not return together.
 * @param attempt the attempt that failed, from 1
 * @returns seconds, at least 1, as ChangeMessageVisibility takes whole seconds
 */
export function backoffSeconds(attempt: number, options: BackoffOptions): number {
  const { settings, retryAfterSeconds = 0, random = Math.random() } = options;
  const exponential = settings.TASK_RETRY_BACKOFF * 2 ** (attempt - 1);
  const jittered = exponential * (1 - JITTER + 2 * JITTER * random);
  const seconds = Math.max(Math.min(jittered, settings.TASK_RETRY_BACKOFF_MAX), retryAfterSeconds, 1);
  return Math.min(seconds, LONGEST_WAIT_SECONDS);
}
