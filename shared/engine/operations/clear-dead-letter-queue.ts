import { DeleteMessageBatchCommand, type Message } from "@aws-sdk/client-sqs";
import { isReady } from "../../../contracts/jobs/states.ts";
import type { JobServices } from "../jobs/services.ts";
import { isDeadLetter } from "./dead-letters.ts";
import { findJobs } from "./find-jobs.ts";
import { lookThroughDeadLetters, toEntry } from "./look-through.ts";

/**
 * Removes messages from a dead-letter queue whose jobs are no dead letters any more: run again, purged, archived or
 * expired. Such a message does nothing, but keeps the queue's depth and its alarm up. Others come back into sight, and
 * one that is no job's message at all is kept for a human to look at.
 * @returns messages removed
 */
export async function clearDeadLetterQueue(services: JobServices, queue: string): Promise<number> {
  let removed = 0;
  await lookThroughDeadLetters(services, queue, async (messages, QueueUrl) => {
    const stale = await findStale(services, queue, messages);
    if (stale.size > 0) {
      await services.sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: [...stale].map(toEntry) }));
      removed += stale.size;
    }
    return messages.filter((message) => !stale.has(message));
  });
  return removed;
}

async function findStale(services: JobServices, queue: string, messages: readonly Message[]): Promise<Set<Message>> {
  const found = await findJobs(services, messages);
  const stale = found.filter(({ reference, job }) => {
    if (!job || reference.generation < job.generation) return true;
    // A job without an outcome may have no other message than this one.
    return isReady(job.status) && !isDeadLetter(job, queue);
  });
  return new Set(stale.map(({ message }) => message));
}
