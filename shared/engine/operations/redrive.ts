import { MAX_DEAD_LETTERS_PER_REQUEST, type Redrive } from "../../../contracts/dead-letters/dead-letters.ts";
import { inGroups } from "../../lib/groups.ts";
import { retryJob } from "../jobs/retry.ts";
import { MAX_SQS_DELAY_SECONDS, QueueUnavailableError } from "../jobs/send.ts";
import type { JobServices } from "../jobs/services.ts";
import { selectDeadLetters } from "./dead-letters.ts";

export interface Outcome {
  readonly done: number;
  readonly skipped: number;
  /** Where to go on, while there is more. */
  readonly nextCursor: string | null;
}

/**
 * Runs dead letters again, each under a new generation. The rate is kept by SQS's own delay, so that nothing has to wait
 * here: the n-th message is held back n / rate seconds.
 * @param reason for the jobs' timelines
 */
export async function redrive(services: JobServices, queue: string, wanted: Redrive, reason: string): Promise<Outcome> {
  const { rate_per_second: rate } = wanted;
  const limit = Math.min(MAX_DEAD_LETTERS_PER_REQUEST, rate === undefined ? Infinity : rateLimit(rate));
  const { jobs, skipped, nextCursor } = await selectDeadLetters(services, queue, wanted, limit);
  if (wanted.dry_run) return { done: jobs.length, skipped, nextCursor };
  const redriven = await inGroups(jobs, async (job, index) => {
    const delay = rate === undefined ? 0 : Math.floor(index / rate);
    try {
      return (await retryJob(services, job, reason, { delaySeconds: delay })) !== undefined;
    } catch (error) {
      // The job waits again, and the sweeper sends what SQS did not take.
      if (error instanceof QueueUnavailableError) return true;
      throw error;
    }
  });
  const done = redriven.filter(Boolean).length;
  return { done, skipped: skipped + jobs.length - done, nextCursor };
}

/** Messages that SQS can hold back at this rate. */
const rateLimit = (rate: number): number => Math.max(1, Math.floor(rate * MAX_SQS_DELAY_SECONDS));
