import type { JobState } from "../../../contracts/jobs/states.ts";
import { inGroups } from "../../lib/groups.ts";
import type { JobQuery } from "../jobs/list-jobs.ts";
import type { JobRecord } from "../jobs/record.ts";
import { revokeJob } from "../jobs/revoke.ts";
import type { JobServices } from "../jobs/services.ts";

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
  /** Where to continue when time ran out. */
  readonly nextCursor: string | null;
}

/** Revokes the unfinished jobs of a project that a query finds, newest first. */
export async function revokeMany(services: JobServices, wanted: RevokeMany): Promise<RevokedMany> {
  const { terminate, reason, dryRun, ...query } = wanted;
  const until = performance.now() + BUDGET_MS;
  let revoked = 0;
  let skipped = 0;
  const sample: JobRecord[] = [];
  let cursor: string | null = query.cursor ?? null;
  do {
    const page = await services.store.list({ ...query, cursor: cursor ?? undefined, limit: PAGE });
    const jobs = page.jobs.filter((job) => unfinished.has(job.status));
    const outcomes = await inGroups(jobs, async (job) => {
      if (dryRun) return terminate || job.status !== "STARTED";
      return (await revokeJob(services, job.task_id, { terminate, reason })).outcome === "revoked";
    });
    const done = outcomes.filter(Boolean).length;
    revoked += done;
    skipped += jobs.length - done;
    if (dryRun) sample.push(...jobs.filter((_, index) => outcomes[index]).slice(0, SAMPLE - sample.length));
    cursor = page.nextCursor;
  } while (cursor !== null && performance.now() < until);
  return { revoked, skipped, sample, nextCursor: cursor };
}
