import { QueueDoesNotExist, SendMessageCommand } from "@aws-sdk/client-sqs";
import { engineErrors } from "../../../contracts/errors.ts";
import { laneName } from "../../../contracts/jobs/lanes.ts";
import type { JobMessage } from "../../../contracts/jobs/message.ts";
import type { JobRecord } from "./record.ts";
import { type JobServices, queueUrl } from "./services.ts";

/** SQS holds a message back for 15 minutes at most. */
export const MAX_SQS_DELAY_SECONDS = 900;

/** SQS did not take the message. The job's record is kept, so that the same Idempotency-Key can send it again. */
export class QueueUnavailableError extends Error {
  override readonly name = engineErrors.queueUnavailable;
}

/**
 * Sends a job's message: a reference to its record.
 * @param delaySeconds whole seconds, up to {@link MAX_SQS_DELAY_SECONDS}; at once when they are not above 0
 * @throws QueueUnavailableError
 */
export const sendJob = (services: JobServices, job: SentJob, delaySeconds = 0): Promise<void> =>
  send(services, job, { delaySeconds });

/** Longer than its sender can take to commit the failure. */
const AFTER_FAILURE_SECONDS = 60;

/**
 * Has a worker call the onFailure of a job that is about to be FAILURE without one. Sent before the commit, so that a
 * crash in between leaves a message that does nothing rather than a failure that nobody handles.
 * @throws QueueUnavailableError
 */
export async function sendAfterFailure(services: JobServices, job: SentJob): Promise<void> {
  try {
    await send(services, job, { after: "failure", delaySeconds: AFTER_FAILURE_SECONDS });
  } catch (error) {
    // A queue that was taken out of the catalog has no worker to call; its jobs must still come to their end.
    if (!(error instanceof QueueUnavailableError && error.cause instanceof QueueDoesNotExist)) throw error;
  }
}

async function send(
  services: JobServices,
  job: SentJob,
  { delaySeconds, ...more }: Pick<JobMessage, "after"> & { readonly delaySeconds: number },
): Promise<void> {
  const { task_id, generation, trace_id } = job;
  const message: JobMessage = { v: 1, task_id, generation, trace_id, ...more };
  try {
    await services.sqs.send(
      new SendMessageCommand({
        QueueUrl: queueUrl(services, laneName(job.queue, job.lane)),
        MessageBody: JSON.stringify(message),
        // SQS fair queues: one project's flood does not delay the others.
        MessageGroupId: job.project_id,
        ...(delaySeconds > 0 ? { DelaySeconds: Math.min(MAX_SQS_DELAY_SECONDS, delaySeconds) } : {}),
      }),
    );
  } catch (error) {
    throw new QueueUnavailableError(`The queue ${laneName(job.queue, job.lane)} did not take the job.`, {
      cause: error,
    });
  }
}

type SentJob = Pick<JobRecord, "task_id" | "generation" | "trace_id" | "queue" | "lane" | "project_id">;
