import type { JobState } from "../../../contracts/jobs/states.ts";
import { inGroups } from "../../lib/groups.ts";
import type { JobQuery } from "../jobs/list-jobs.ts";
import type { JobRecord } from "../jobs/record.ts";
import { retryJob } from "../jobs/retry.ts";
import type { JobServices } from "../jobs/services.ts";
import { QueueRooms } from "../limits/queued-jobs.ts";
import { cursorBefore, cursorBehind } from "../table/cursor.ts";

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
  /** Where to continue when time ran out, or when an error ended it after some ran. */
  readonly nextCursor: string | null;
}

/**
 * Runs the jobs of a project that a query finds again, newest first. A job that fails once more meanwhile is behind the
 * cursor, so that none runs twice. An error after some have run ends it with their count and the cursor of its page: thrown,
 * it would say that nothing has happened.
 * @throws QueueFullError when a bound leaves room for none, and any other error before one has run
 */
export async function retryMany(services: JobServices, wanted: RetryMany): Promise<RetriedMany> {
  const { budgetMs = BUDGET_MS } = wanted;
  const until = performance.now() + budgetMs;
  const rooms = new QueueRooms(services.store.table, services.settings);
  const done: Done = { retried: 0, skipped: 0, sample: [], start: wanted.cursor ?? null };
  let next: Next;
  do {
    try {
      next = await retryPage({ services, rooms }, wanted, done);
    } catch (error) {
      if (wanted.dryRun || done.retried === 0) throw error;
      next = { cursor: done.start, ends: true };
    }
    done.start = next.cursor;
  } while (next.cursor !== null && !next.ends && performance.now() < until);
  return { retried: done.retried, skipped: done.skipped, sample: done.sample, nextCursor: next.cursor };
}

/** What has been done so far. */
interface Done {
  retried: number;
  skipped: number;
  readonly sample: JobRecord[];
  /** Where the page begins that is worked on. */
  start: string | null;
}

/** Where to go on, and whether another request has to. */
interface Next {
  readonly cursor: string | null;
  readonly ends: boolean;
}

async function retryPage(
  { services, rooms }: { readonly services: JobServices; readonly rooms: QueueRooms },
  wanted: RetryMany,
  done: Done,
): Promise<Next> {
  const { reason, dryRun, isBounded, isObsolete, budgetMs: _, ...query } = wanted;
  const page = await services.store.list({ ...query, cursor: done.start ?? undefined, limit: PAGE });
  const [first] = page.jobs;
  // The first page has no cursor, and it may be the one to continue with.
  if (first) done.start ??= cursorBefore(first);
  const obsolete = await inGroups(page.jobs, async (job) => (await isObsolete?.(job)) ?? false);
  const jobs = page.jobs.filter((_, index) => !obsolete[index]);
  const { taken, full } = isBounded && !dryRun ? await rooms.take(jobs) : { taken: jobs };
  if (full && done.retried === 0 && taken.length === 0) throw full;
  await inGroups(taken, async (job) => {
    const runs = dryRun || (await retryJob(services, job, { reason, from: [query.status] })) !== undefined;
    done[runs ? "retried" : "skipped"] += 1;
  });
  if (dryRun) done.sample.push(...jobs.slice(0, SAMPLE - done.sample.length));
  const last = taken.at(-1);
  const reached = full ? page.jobs.findLastIndex((job) => taken.includes(job)) + 1 : page.jobs.length;
  done.skipped += obsolete.slice(0, reached).filter(Boolean).length;
  // What has no room is asked for once more, and refused then.
  if (full) return { cursor: last ? cursorBehind(last) : done.start, ends: true };
  return { cursor: page.nextCursor, ends: false };
}
