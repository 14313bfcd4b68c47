import type { TaskSettings } from "../../../contracts/settings/settings.ts";
import { LONGEST_WAIT_SECONDS } from "./visibility.ts";

const JITTER = 0.25;

/**
 * Seconds until the next attempt: exponential with jitter, so that jobs that failed together do not return together.
 * `Retry-After` wins when it is longer.
 * @param attempt the attempt that failed, from 1
 * @param random in [0, 1)
 * @returns seconds, at least 1, as ChangeMessageVisibility takes whole seconds
 */
export function backoffSeconds(
  attempt: number,
  settings: Pick<TaskSettings, "TASK_RETRY_BACKOFF" | "TASK_RETRY_BACKOFF_MAX">,
  retryAfterSeconds = 0,
  random = Math.random(),
): number {
  const exponential = settings.TASK_RETRY_BACKOFF * 2 ** (attempt - 1);
  const jittered = exponential * (1 - JITTER + 2 * JITTER * random);
  const seconds = Math.max(Math.min(jittered, settings.TASK_RETRY_BACKOFF_MAX), retryAfterSeconds, 1);
  return Math.min(seconds, LONGEST_WAIT_SECONDS);
}
