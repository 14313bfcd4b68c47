import type { JobState } from "../../../contracts/jobs/states.ts";
import { inGroups } from "../../lib/groups.ts";
import type { JobQuery } from "../jobs/list-jobs.ts";
import type { JobRecord } from "../jobs/record.ts";
import { retryJob } from "../jobs/retry.ts";
import type { JobServices } from "../jobs/services.ts";
import { QueueRooms } from "../limits/queued-jobs.ts";
import { listSort } from "../table/addresses.ts";
import { encodeCursor } from "../table/cursor.ts";

const BUDGET_MS = 20_000;
const PAGE = 100;
/** Jobs that a dry run shows. */
const SAMPLE = 10;

/** Which jobs run again. */
export interface RetryMany extends Omit<JobQuery, "limit"> {
  readonly status: JobState;
  /** For the jobs' timelines. */
  readonly reason: string;
  readonly dryRun: boolean;
  /** Takes no more of them than their project has room for among its waiting jobs. */
  readonly isBounded: boolean;
  /** Jobs that are left out and counted as skipped: what they work on is gone. Default: none. */
  readonly isObsolete?: (job: JobRecord) => Promise<boolean>;
  /** Milliseconds after which it ends, so that a request is answered in time. Default: 20,000. */
  readonly budgetMs?: number;
}

/** How far a bulk retry came. */
export interface RetriedMany {
  readonly retried: number;
  /** Jobs that were changed by something else in the meantime, or whose work is gone. */
  readonly skipped: number;
  /** In a dry run, the newest that would run again. */
  readonly sample: readonly JobRecord[];
  /** Where to continue when time ran out. */
  readonly nextCursor: string | null;
}

/**
 * Runs the jobs of a project that a query finds again, newest first. A job that fails once more meanwhile is behind the
 * cursor, so that none runs twice.
 * @throws QueueFullError when a bound leaves room for none
 */
export async function retryMany(services: JobServices, wanted: RetryMany): Promise<RetriedMany> {
  const { reason, dryRun, isBounded, isObsolete, budgetMs = BUDGET_MS, ...query } = wanted;
  const until = performance.now() + budgetMs;
  const rooms = new QueueRooms(services.store.table, services.settings);
  let retried = 0;
  let skipped = 0;
  const sample: JobRecord[] = [];
  let cursor: string | null = query.cursor ?? null;
  do {
    const page = await services.store.list({ ...query, cursor: cursor ?? undefined, limit: PAGE });
    const obsolete = await inGroups(page.jobs, async (job) => (await isObsolete?.(job)) ?? false);
    const jobs = page.jobs.filter((_, index) => !obsolete[index]);
    const { taken, full } = isBounded && !dryRun ? await rooms.take(jobs) : { taken: jobs };
    if (full && retried === 0 && taken.length === 0) throw full;
    const outcomes = await inGroups(
      taken,
      async (job) => dryRun || (await retryJob(services, job, { reason, from: [query.status] })) !== undefined,
    );
    const done = outcomes.filter(Boolean).length;
    retried += done;
    skipped += taken.length - done;
    if (dryRun) sample.push(...jobs.slice(0, SAMPLE - sample.length));
    const last = taken.at(-1);
    const reached = full ? page.jobs.findLastIndex((job) => taken.includes(job)) + 1 : page.jobs.length;
    skipped += obsolete.slice(0, reached).filter(Boolean).length;
    // What has no room is asked for once more, and refused then.
    if (full) return { retried, skipped, sample, nextCursor: behind(last) ?? cursor };
    cursor = page.nextCursor;
  } while (cursor !== null && performance.now() < until);
  return { retried, skipped, sample, nextCursor: cursor };
}

const behind = (job: JobRecord | undefined): string | undefined =>
  job && encodeCursor(listSort(job.created_at, job.task_id));
