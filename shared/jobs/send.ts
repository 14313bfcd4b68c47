import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { engineErrors } from "../../contracts/errors.ts";
import { laneName } from "../../contracts/lanes.ts";
import type { JobMessage } from "../../contracts/message.ts";
import type { JobRecord } from "./record.ts";
import type { JobServices } from "./services.ts";

/** SQS holds a message back for 15 minutes at most. */
export const MAX_SQS_DELAY_SECONDS = 900;

/** SQS did not take the message. The job's record stands, so that the same Idempotency-Key can send it again. */
export class QueueUnavailableError extends Error {
  override readonly name = engineErrors.queueUnavailable;
}

export const queueUrl = (services: JobServices, job: Pick<JobRecord, "queue" | "lane">): string =>
  services.resources.SLUICE_QUEUE_URL_PREFIX + laneName(job.queue, job.lane);

/**
 * Sends a job's message: a reference to its record.
 * @param delaySeconds whole seconds, up to {@link MAX_SQS_DELAY_SECONDS}
 * @throws QueueUnavailableError
 */
export async function sendJob(services: JobServices, job: SentJob, delaySeconds = 0): Promise<void> {
  const message: JobMessage = { v: 1, task_id: job.task_id, generation: job.generation, trace_id: job.trace_id };
  try {
    await services.sqs.send(
      new SendMessageCommand({
        QueueUrl: queueUrl(services, job),
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
