import { MAX_DEAD_LETTERS_PER_REQUEST, type Redrive } from "../../../contracts/dead-letters/dead-letters.ts";
import type { JobRecord } from "../jobs/record.ts";
import { retryJob } from "../jobs/retry.ts";
import { MAX_SQS_DELAY_SECONDS, QueueUnavailableError } from "../jobs/send.ts";
import type { JobServices } from "../jobs/services.ts";
import { actOnEach, asIfDone, type Outcome } from "./act-on-each.ts";
import { type OwnJobs, selectDeadLetters } from "./dead-letters.ts";

/** Which dead letters are run again, and why: for their timelines. */
export interface Redriving {
  readonly wanted: Redrive;
  /** Leaves out the jobs of others; none when left out. */
  readonly isOwn?: OwnJobs | undefined;
  readonly reason: string;
}

/**
 * Runs dead letters again, each under a new generation. The rate is kept by SQS's own delay, so that nothing has to wait
 * here: the n-th message is held back n / rate seconds.
 */
export async function redrive(
  services: JobServices,
  queue: string,
  { wanted, isOwn, reason }: Redriving,
): Promise<Outcome> {
  const { rate_per_second: rate } = wanted;
  const limit = Math.min(MAX_DEAD_LETTERS_PER_REQUEST, rate === undefined ? Infinity : rateLimit(rate));
  const { jobs, skipped, nextCursor } = await selectDeadLetters(services, queue, { ...wanted, isOwn, limit });
  const again = async (job: JobRecord, index: number): Promise<boolean> => {
    const delay = rate === undefined ? 0 : Math.floor(index / rate);
    try {
      return (await retryJob(services, job, { reason, delaySeconds: delay })) !== undefined;
    } catch (error) {
      // The job waits again, and the sweeper sends what SQS did not take.
      if (error instanceof QueueUnavailableError) return true;
      throw error;
    }
  };
  const outcome = wanted.dry_run ? asIfDone(jobs) : await actOnEach(jobs, again);
  return { ...outcome, skipped: skipped + outcome.skipped, nextCursor };
}

/** Messages that SQS can hold back at this rate. */
const rateLimit = (rate: number): number => Math.max(1, Math.floor(rate * MAX_SQS_DELAY_SECONDS));
