import type { JobState } from "../../../contracts/jobs/states.ts";
import { inGroups } from "../../lib/groups.ts";
import type { JobQuery } from "../jobs/list-jobs.ts";
import type { JobRecord } from "../jobs/record.ts";
import { retryJob } from "../jobs/retry.ts";
import type { JobServices } from "../jobs/services.ts";
import { QueueRooms } from "../limits/queued-jobs.ts";
import { cursorBehind } from "../table/cursor.ts";
import { throughPages } from "./through-pages.ts";

const BUDGET_MS = 20_000;
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
  /** Where to continue when time ran out, or when an error ended it after some ran. */
  readonly nextCursor: string | null;
}

/**
 * Runs the jobs of a project that a query finds again, newest first. A job that fails once more meanwhile is behind the
 * cursor, so that none runs twice.
 * @throws QueueFullError when a bound leaves room for none, and any other error before one has run
 */
export async function retryMany(services: JobServices, wanted: RetryMany): Promise<RetriedMany> {
  const { reason, dryRun, isBounded, isObsolete, budgetMs = BUDGET_MS, ...query } = wanted;
  const rooms = new QueueRooms(services.store.table, services.settings);
  let retried = 0;
  let skipped = 0;
  const sample: JobRecord[] = [];
  const nextCursor = await throughPages(services, {
    query,
    budgetMs,
    hasActed: () => !dryRun && retried > 0,
    async act(found, start) {
      const obsolete = await inGroups(found, async (job) => (await isObsolete?.(job)) ?? false);
      const jobs = found.filter((_, index) => !obsolete[index]);
      const { taken, full } = isBounded && !dryRun ? await rooms.take(jobs) : { taken: jobs };
      if (full && retried === 0 && taken.length === 0) throw full;
      await inGroups(taken, async (job) => {
        const runs = dryRun || (await retryJob(services, job, { reason, from: [query.status] })) !== undefined;
        if (runs) retried += 1;
        else skipped += 1;
      });
      if (dryRun) sample.push(...jobs.slice(0, SAMPLE - sample.length));
      const reached = full ? found.findLastIndex((job) => taken.includes(job)) + 1 : found.length;
      skipped += obsolete.slice(0, reached).filter(Boolean).length;
      if (!full) return undefined;
      // What has no room is asked for once more, and refused then.
      const last = taken.at(-1);
      return last ? cursorBehind(last) : start;
    },
  });
  return { retried, skipped, sample, nextCursor };
}
