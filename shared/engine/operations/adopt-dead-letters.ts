import type { Message } from "@aws-sdk/client-sqs";
import { engineErrors } from "../../../contracts/errors.ts";
import { failureOf } from "../jobs/job-error.ts";
import type { JobRecord } from "../jobs/record.ts";
import { sendAfterFailure } from "../jobs/send.ts";
import type { JobServices } from "../jobs/services.ts";
import { transitions } from "../jobs/store.ts";
import { type FoundJob, findJobs } from "./find-jobs.ts";
import { scanDeadLetterQueue } from "./scan-queue.ts";
import { sendUnhandledFailures } from "./unhandled-failures.ts";

const failure = failureOf({
  type: engineErrors.notDelivered,
  message: "No worker began with the job before SQS moved its message to the dead-letter queue.",
  retryable: true,
});

/**
 * Jobs that wait for a message that no worker will get: SQS moved it to the dead-letter queue before one began with it,
 * as throttled polls use receives up. Nothing else would ever find them. They become FAILURE, so that lists, alarms and
 * redrives see them; their messages stay where they are. Safe to repeat, and beside a redrive in the SQS console: the
 * conditional write decides, and the message stays hidden until a redrive of it can be distinguished from a copy. Failures that
 * nobody has handled are handled, too.
 * @returns the jobs that became FAILURE
 */
export async function adoptDeadLetters(services: JobServices, queue: string): Promise<JobRecord[]> {
  const adopted: JobRecord[] = [];
  await scanDeadLetterQueue(services, queue, async (messages) => {
    const found = await findJobs(services, messages);
    await sendUnhandledFailures(services, found);
    const waiting = found.filter((each) => isStranded(each, services.now()));
    const failed = new Set<Message>();
    for (const each of waiting) {
      const job = await adopt(services, each);
      if (!job) continue;
      adopted.push(job);
      failed.add(each.message);
    }
    return messages.filter((message) => !failed.has(message));
  });
  return adopted;
}

/** Jobs in RETRY or STARTED are in the index of the sweeper, which sends them a new message. */
function isStranded({ job, reference }: FoundJob, now: number): boolean {
  if (job?.status !== "PENDING" || reference.generation !== job.generation || reference.after) return false;
  return !job.needs_send && !job.held && (job.next_attempt_at ?? 0) <= now;
}

async function adopt(services: JobServices, { message, job }: FoundJob): Promise<JobRecord | undefined> {
  if (!job) return undefined;
  await sendAfterFailure(services, job);
  return transitions(services).failOrphaned(job, failure, {
    messageId: message.MessageId ?? "",
    receiveCount: Number(message.Attributes?.ApproximateReceiveCount ?? 1),
  });
}
