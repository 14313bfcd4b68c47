import type { Message } from "@aws-sdk/client-sqs";
import { isReady } from "../../../contracts/jobs/states.ts";
import type { JobServices } from "../jobs/services.ts";
import { reasonOf } from "./act-on-each.ts";
import { isDeadLetter } from "./dead-letters.ts";
import { deleteMessages } from "./delete-messages.ts";
import { type FoundJob, findJobs } from "./find-jobs.ts";
import { scanDeadLetterQueue } from "./scan-queue.ts";

/** What was removed from a dead-letter queue, and what was not. */
export interface Cleared {
  /** Messages removed. */
  readonly removed: number;
  /** Messages that were to be removed, and are still there. */
  readonly notRemoved: number;
  /** Jobs of which at least one message was found that was to be removed. */
  readonly found: ReadonlySet<string>;
  /** Why messages were not removed, or the queue was not searched to its end; null when all went well. */
  readonly reason: string | null;
}

/** Which messages are removed. */
export interface ClearOptions {
  /** Keep a message whose job has no record: for calls that no operator has made. */
  readonly keepUnknown?: boolean;
}

/**
 * Removes messages from a dead-letter queue whose jobs are no longer dead letters: run again, purged, archived or
 * expired. Such a message does nothing, but keeps the queue's depth and its alarm up. Others come back into sight, and
 * one that is not a job's message at all is kept for a person to examine. Never throws: what could not be done is reported.
 */
export async function clearDeadLetterQueue(
  services: JobServices,
  queue: string,
  options: ClearOptions = {},
): Promise<Cleared> {
  let removed = 0;
  let notRemoved = 0;
  let reason: string | null = null;
  const found = new Set<string>();
  try {
    const { complete } = await scanDeadLetterQueue(services, queue, async (messages, QueueUrl) => {
      const stale = await findStale(services, messages, { queue, ...options });
      for (const { reference } of stale) found.add(reference.task_id);
      const outcome = await deleteMessages(
        services,
        QueueUrl,
        stale.map(({ message }) => message),
      );
      removed += outcome.deleted.length;
      notRemoved += outcome.failed.length;
      reason ??= outcome.reason ?? null;
      const deleted = new Set(outcome.deleted);
      return messages.filter((message) => !deleted.has(message) && !outcome.failed.includes(message));
    });
    if (!complete) reason ??= "There was no time to look at every message of the dead-letter queue.";
  } catch (error) {
    reason ??= `The dead-letter queue could not be looked through: ${reasonOf(error)}`;
  }
  return { removed, notRemoved, found, reason };
}

async function findStale(
  services: JobServices,
  messages: readonly Message[],
  { queue, keepUnknown = false }: ClearOptions & { readonly queue: string },
): Promise<FoundJob[]> {
  const found = await findJobs(services, messages);
  return found.filter(({ reference, job }) => {
    if (!job) return !keepUnknown;
    if (reference.generation < job.generation) return true;
    // A job without an outcome may have no other message than this one.
    return isReady(job.status) && !isDeadLetter(job, queue);
  });
}
