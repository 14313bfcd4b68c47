import { MAX_DEAD_LETTERS_PER_REQUEST, type Redrive } from "../../../contracts/dead-letters/dead-letters.ts";
import type { JobRecord } from "../jobs/record.ts";
import { retryJob } from "../jobs/retry.ts";
import { MAX_SQS_DELAY_SECONDS, QueueUnavailableError } from "../jobs/send.ts";
import type { JobServices } from "../jobs/services.ts";
import { QueueRooms } from "../limits/queued-jobs.ts";
import { encodeCursor } from "../monitoring/work-index.ts";
import { actOnEach, asIfDone, type Outcome } from "./act-on-each.ts";
import { type OwnJobs, positionOf, type Selection, selectDeadLetters } from "./dead-letters.ts";

/** Which dead letters are run again, and why: for their timelines. */
export interface Redriving {
  readonly wanted: Redrive;
  /** Leaves out the jobs of others; none when left out. */
  readonly isOwn?: OwnJobs | undefined;
  readonly reason: string;
  /** Takes no more of them than their projects have room for among their waiting jobs. Default: false. */
  readonly isBounded?: boolean;
}

/**
 * Runs dead letters again, each under a new generation. The rate is kept by SQS's own delay, so that nothing has to wait
 * here: the n-th message is held back n / rate seconds.
 * @throws QueueFullError when a bound leaves room for none
 */
export async function redrive(
  services: JobServices,
  queue: string,
  { wanted, isOwn, reason, isBounded = false }: Redriving,
): Promise<Outcome> {
  const { rate_per_second: rate } = wanted;
  const limit = Math.min(MAX_DEAD_LETTERS_PER_REQUEST, rate === undefined ? Infinity : rateLimit(rate));
  const selected = await selectDeadLetters(services, queue, { ...wanted, isOwn, limit });
  const { jobs, skipped, nextCursor } = isBounded && !wanted.dry_run ? await withRoom(services, selected) : selected;
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

/** As many of the dead letters, from the latest on, as may wait; the next page continues behind them. */
async function withRoom({ store, settings }: JobServices, selection: Selection): Promise<Selection> {
  const { taken, full } = await new QueueRooms(store.table, settings).take(selection.jobs);
  if (!full) return selection;
  const last = taken.at(-1);
  if (!last) throw full;
  return { ...selection, jobs: taken, nextCursor: encodeCursor(positionOf(last)) };
}
