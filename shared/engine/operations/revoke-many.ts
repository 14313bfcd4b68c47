import type { JobState } from "../../../contracts/jobs/states.ts";
import { inGroups } from "../../lib/groups.ts";
import type { JobQuery } from "../jobs/list-jobs.ts";
import type { JobRecord } from "../jobs/record.ts";
import { revokeJob } from "../jobs/revoke.ts";
import type { JobServices } from "../jobs/services.ts";
import { throughPages } from "./through-pages.ts";

/** How long a search of a project's jobs may take, so that a request is answered in time. */
const BUDGET_MS = 20_000;
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
 * Revokes the unfinished jobs of a project that a query finds, newest first.
 * @throws any error before one is revoked
 */
export async function revokeMany(services: JobServices, wanted: RevokeMany): Promise<RevokedMany> {
  const { terminate, reason, dryRun, ...query } = wanted;
  let revoked = 0;
  let skipped = 0;
  const sample: JobRecord[] = [];
  const nextCursor = await throughPages(services, {
    query,
    budgetMs: BUDGET_MS,
    hasActed: () => !dryRun && revoked > 0,
    async act(found) {
      const jobs = found.filter((job) => unfinished.has(job.status));
      const outcomes = await inGroups(jobs, async (job) => {
        const ends = dryRun
          ? terminate || job.status !== "STARTED"
          : (await revokeJob(services, job.task_id, { terminate, reason })).outcome === "revoked";
        if (ends) revoked += 1;
        return ends;
      });
      skipped += outcomes.filter((ends) => !ends).length;
      if (dryRun) sample.push(...jobs.filter((_, index) => outcomes[index]).slice(0, SAMPLE - sample.length));
      return undefined;
    },
  });
  return { revoked, skipped, sample, nextCursor };
}
