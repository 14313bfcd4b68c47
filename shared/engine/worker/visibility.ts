/**
 * When a message that is left in its queue becomes visible again: at once, after a backoff, or at a time.
 *
 * @module
 */

import { ChangeMessageVisibilityCommand } from "@aws-sdk/client-sqs";
import { laneName } from "../../../contracts/jobs/lanes.ts";
import type { TaskSettings } from "../../../contracts/settings/tasks.ts";
import { classifyError } from "../jobs/job-error.ts";
import { queueUrl } from "../jobs/services.ts";
import type { Waiting } from "./decide.ts";
import type { Delivery, Worker } from "./worker.ts";

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

/**
 * Backoff of a message whose record could not be read or written, or whose job another worker runs: twice as long each
 * time, as receives count.
 */
const BACKOFF_SECONDS = 30;
const LONGEST_BACKOFF_SECONDS = 900;

/**
 * Sets when a message that is left in the queue becomes visible again.
 * @param seconds rounded up to whole seconds; a message that is to wait longer than SQS can becomes visible earlier
 *
 * Never throws: should it fail, the message returns after its visibility timeout, or the sweeper makes it visible.
 */
async function setVisibility({ services, queue, logger }: Worker, delivery: Delivery, seconds: number) {
  try {
    await services.sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queueUrl(services, laneName(queue.name, delivery.lane)),
        ReceiptHandle: delivery.receiptHandle,
        VisibilityTimeout: Math.min(Math.max(0, Math.ceil(seconds)), LONGEST_WAIT_SECONDS),
      }),
    );
  } catch (error) {
    logger.warn("could not set a message's visibility", { detail: classifyError(error).message });
  }
}

/** Leaves a message in its queue for some seconds. */
export async function leaveFor(worker: Worker, delivery: Delivery, seconds: number): Promise<"leave"> {
  await setVisibility(worker, delivery, seconds);
  return "leave";
}

/** Leaves a message in its queue, for longer each time. */
export const leaveWithBackoff = (worker: Worker, delivery: Delivery): Promise<"leave"> =>
  leaveFor(worker, delivery, backoffOf(delivery));

/**
 * Leaves a message until its job is due. Another worker renews its lease for as long as it runs, which may be many
 * times: a copy of its message that returned at the end of each would use the receives up, and take the job's own message
 * with it to the dead-letter queue.
 */
export function leaveUntil(worker: Worker, delivery: Delivery, { until, isLease }: Waiting): Promise<"leave"> {
  const seconds = (until - worker.services.now()) / 1_000;
  return leaveFor(worker, delivery, isLease ? Math.max(seconds, backoffOf(delivery)) : seconds);
}

/** Seconds. */
const backoffOf = ({ receiveCount }: Delivery): number =>
  Math.min(BACKOFF_SECONDS * 2 ** (receiveCount - 1), LONGEST_BACKOFF_SECONDS);
