import type { JobState } from "../../../contracts/jobs/states.ts";
import { inGroups } from "../../lib/groups.ts";
import type { JobQuery } from "../jobs/list-jobs.ts";
import type { JobRecord } from "../jobs/record.ts";
import { revokeJob } from "../jobs/revoke.ts";
import type { JobServices } from "../jobs/services.ts";
import { cursorBefore } from "../table/cursor.ts";

/** How long a search of a project's jobs may take, so that a request is answered in time. */
const BUDGET_MS = 20_000;
const PAGE = 100;
/** Jobs that a dry run shows. */
const SAMPLE = 10;

const unfinished: ReadonlySet<JobState> = new Set(["PENDING", "RETRY", "STARTED"]);

/** Which jobs are revoked, and how. */
export interface RevokeMany extends Omit<JobQuery, "limit"> {
  /** Running jobs too. */
  readonly terminate: boolean;
  /** For the jobs' timelines. */
  readonly reason: string;
  readonly dryRun: boolean;
}

/** How far a bulk revoke came. */
export interface RevokedMany {
  readonly revoked: number;
  readonly skipped: number;
  /** In a dry run, the newest that would be revoked. */
  readonly sample: readonly JobRecord[];
  /** Where to continue when time ran out, or when an error ended it after some were revoked. */
  readonly nextCursor: string | null;
}

/**
 * Revokes the unfinished jobs of a project that a query finds, newest first. An error after some are revoked ends it with
 * their count and the cursor of its page: thrown, it would say that nothing has happened.
 * @throws the error, before one is revoked
 */
export async function revokeMany(services: JobServices, wanted: RevokeMany): Promise<RevokedMany> {
  const { terminate, reason, dryRun, ...query } = wanted;
  const until = performance.now() + BUDGET_MS;
  let revoked = 0;
  let skipped = 0;
  const sample: JobRecord[] = [];
  let cursor: string | null = query.cursor ?? null;
  do {
    try {
      const page = await services.store.list({ ...query, cursor: cursor ?? undefined, limit: PAGE });
      const [first] = page.jobs;
      // The first page has no cursor, and it may be the one to continue with.
      if (first) cursor ??= cursorBefore(first);
      const jobs = page.jobs.filter((job) => unfinished.has(job.status));
      const outcomes = await inGroups(jobs, async (job) => {
        const ends = dryRun
          ? terminate || job.status !== "STARTED"
          : (await revokeJob(services, job.task_id, { terminate, reason })).outcome === "revoked";
        if (ends) revoked += 1;
        return ends;
      });
      skipped += outcomes.filter((ends) => !ends).length;
      if (dryRun) sample.push(...jobs.filter((_, index) => outcomes[index]).slice(0, SAMPLE - sample.length));
      cursor = page.nextCursor;
    } catch (error) {
      if (dryRun || revoked === 0) throw error;
      return { revoked, skipped, sample, nextCursor: cursor };
    }
  } while (cursor !== null && performance.now() < until);
  return { revoked, skipped, sample, nextCursor: cursor };
}
