/**
 * When a message that is left in its queue comes again.
 *
 * @module
 */

import { ChangeMessageVisibilityCommand } from "@aws-sdk/client-sqs";
import { laneName } from "../../../contracts/jobs/lanes.ts";
import { classifyError } from "./classify-error.ts";
import type { Waiting } from "./decide.ts";
import type { Job, Verdict } from "./worker.ts";

/** SQS keeps a message invisible for 12 hours at most, counted from its receive; this leaves room. */
export const LONGEST_WAIT_SECONDS = 11 * 3_600;

/**
 * How long a message rests when the record could not be read or written, or another worker runs the job: twice as long
 * each time, as receives count.
 */
const REST_SECONDS = 30;
const LONGEST_REST_SECONDS = 900;

/** The lane that a message came from, by its queue's ARN. */
export function laneOf(job: Job): "high" | "low" {
  return job.message.eventSourceARN.endsWith("-high") ? "high" : "low";
}

/**
 * Sets when a message that is left in the queue comes again.
 * @param seconds rounded up to whole seconds; a message that is to wait longer than SQS can comes earlier
 *
 * Never throws: should it fail, the message comes back after its visibility timeout, or the sweeper brings it.
 */
export async function setVisibility(job: Job, seconds: number): Promise<void> {
  const { services, queue, logger } = job.worker;
  try {
    await services.sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: services.resources.SLUICE_QUEUE_URL_PREFIX + laneName(queue.name, laneOf(job)),
        ReceiptHandle: job.message.receiptHandle,
        VisibilityTimeout: Math.min(Math.max(0, Math.ceil(seconds)), LONGEST_WAIT_SECONDS),
      }),
    );
  } catch (error) {
    logger.warn("could not set a message's visibility", { detail: classifyError(error).message });
  }
}

/** Leaves a message in its queue for some seconds. */
export async function rest(job: Job, seconds: number): Promise<Verdict> {
  await setVisibility(job, seconds);
  return "leave";
}

/** Leaves a message for longer each time. */
export const restLonger = (job: Job): Promise<Verdict> => rest(job, longerRest(job));

/**
 * Leaves a message until it is time for it. Another worker renews its lease for as long as it runs, which may be many
 * times: a copy of its message that came back at the end of each would use the receives up, and take the job's own message
 * with it to the dead-letter queue.
 */
export function restUntil(job: Job, { until, isLease }: Waiting, now: number): Promise<Verdict> {
  const seconds = (until - now) / 1_000;
  return rest(job, isLease ? Math.max(seconds, longerRest(job)) : seconds);
}

/** Seconds. */
function longerRest({ message }: Job): number {
  const receives = Number(message.attributes.ApproximateReceiveCount);
  return Math.min(REST_SECONDS * 2 ** (receives - 1), LONGEST_REST_SECONDS);
}
