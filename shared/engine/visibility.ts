import { ChangeMessageVisibilityCommand } from "@aws-sdk/client-sqs";
import { laneName } from "../../contracts/lanes.ts";
import { classifyError } from "./classify-error.ts";
import type { Job } from "./worker.ts";

/** SQS keeps a message invisible for 12 hours at most, counted from its receive; this leaves room. */
export const LONGEST_WAIT_SECONDS = 11 * 3_600;

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
