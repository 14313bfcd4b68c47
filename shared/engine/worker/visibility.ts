/**
 * When a message that is left in its queue becomes visible again.
 *
 * @module
 */

import { ChangeMessageVisibilityCommand } from "@aws-sdk/client-sqs";
import { laneName } from "../../../contracts/jobs/lanes.ts";
import type { Delivery } from "../jobs/delivery.ts";
import { classifyError } from "../jobs/job-error.ts";
import { queueUrl } from "../jobs/services.ts";
import { LONGEST_WAIT_SECONDS } from "./backoff.ts";
import type { Waiting } from "./decide.ts";
import type { Worker } from "./worker.ts";

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
export async function setVisibility({ services, queue, logger }: Worker, delivery: Delivery, seconds: number) {
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
 * Leaves a message until it is time for it. Another worker renews its lease for as long as it runs, which may be many
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
