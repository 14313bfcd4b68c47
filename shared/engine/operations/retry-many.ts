import type { JobState } from "../../../contracts/jobs/states.ts";
import { inGroups } from "../../lib/groups.ts";
import type { JobQuery } from "../jobs/list-jobs.ts";
import type { JobRecord } from "../jobs/record.ts";
import { retryJob } from "../jobs/retry.ts";
import type { JobServices } from "../jobs/services.ts";

/** How long a search of a project's jobs may take, so that a request is answered in time. */
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
}

/** How far a bulk retry came. */
export interface RetriedMany {
  readonly retried: number;
  /** Jobs that were changed by something else in the meantime. */
  readonly skipped: number;
  /** In a dry run, the newest that would run again. */
  readonly sample: readonly JobRecord[];
  /** Where to continue when time ran out. */
  readonly nextCursor: string | null;
}

/**
 * Runs the jobs of a project that a query finds again, newest first. A job that fails once more meanwhile is behind the
 * cursor, so that none runs twice.
 */
export async function retryMany(services: JobServices, wanted: RetryMany): Promise<RetriedMany> {
  const { reason, dryRun, ...query } = wanted;
  const until = performance.now() + BUDGET_MS;
  let retried = 0;
  let skipped = 0;
  const sample: JobRecord[] = [];
  let cursor: string | null = query.cursor ?? null;
  do {
    const page = await services.store.list({ ...query, cursor: cursor ?? undefined, limit: PAGE });
    const outcomes = await inGroups(
      page.jobs,
      async (job) => dryRun || (await retryJob(services, job, { reason, from: [query.status] })) !== undefined,
    );
    const done = outcomes.filter(Boolean).length;
    retried += done;
    skipped += page.jobs.length - done;
    if (dryRun) sample.push(...page.jobs.slice(0, SAMPLE - sample.length));
    cursor = page.nextCursor;
  } while (cursor !== null && performance.now() < until);
  return { retried, skipped, sample, nextCursor: cursor };
}
