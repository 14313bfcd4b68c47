import { QueueDoesNotExist, SendMessageCommand } from "@aws-sdk/client-sqs";
import type { Catalog } from "../../../contracts/define-catalog.ts";
import { engineErrors } from "../../../contracts/errors.ts";
import { type Lane, laneFor, laneName } from "../../../contracts/jobs/lanes.ts";
import type { JobMessage } from "../../../contracts/jobs/message.ts";
import type { JobRecord } from "./record.ts";
import { type JobServices, queueUrl } from "./services.ts";
import { transitions } from "./store.ts";

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
  given: SentJob,
  { delaySeconds, ...more }: Pick<JobMessage, "after"> & { readonly delaySeconds: number },
): Promise<void> {
  const job = await inPresentLane(services, given);
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

type SentJob = Pick<
  JobRecord,
  "task_id" | "task_name" | "generation" | "trace_id" | "queue" | "lane" | "priority" | "project_id"
>;

/** What a job's lane follows from: of its record, or of its entry in an index. */
interface PlacedJob {
  readonly task_name: string;
  readonly queue: string;
  readonly lane: Lane;
  /** Of the record alone. */
  readonly priority?: number;
}

/**
 * The lane of a job whose own is gone: a deployment has given the stage another size, or the task another queue.
 * @returns undefined while the lane that the record names is there, and when the task has none
 */
export function otherLane(catalog: Catalog, job: PlacedJob): Pick<JobRecord, "queue" | "lane"> | undefined {
  const lanesOf = (queue: string) => catalog.queues.find(({ name }) => name === queue)?.lanes ?? [];
  if (lanesOf(job.queue).includes(job.lane)) return undefined;
  const queue = catalog.findTask(job.task_name)?.queue;
  if (queue === undefined) return undefined;
  // A queue of one lane has taken jobs of any priority.
  return { queue, lane: laneFor(job.priority ?? 0, lanesOf(queue)) };
}

/** A job in a lane that there is: its record is changed first, where its own is gone. */
export async function inPresentLane<Job extends PlacedJob & Pick<JobRecord, "task_id" | "generation">>(
  services: JobServices,
  job: Job,
): Promise<Job> {
  const place = otherLane(services.catalog, job);
  if (place === undefined) return job;
  await transitions(services).moveTo(job, place);
  return { ...job, ...place };
}
