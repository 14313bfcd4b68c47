import { type Lane, laneName, lanes } from "../../../contracts/jobs/lanes.ts";
import { jobLimits, limitsRuns } from "../../../contracts/settings/job-limits.ts";
import type { JobServices } from "../jobs/services.ts";
import { Limiter } from "./limiter.ts";

/** The limiters of the lanes of one queue. */
export type LaneLimiters = Readonly<Record<Lane, Limiter>>;

/**
 * What bounds the running jobs of each project in the lanes of a queue. Who is over a bound waits for nothing at the worker,
 * which is what the others need.
 * @returns undefined when nothing is bounded
 */
export function laneLimiters(
  { store, now, settings }: Pick<JobServices, "store" | "now" | "settings">,
  queue: string,
): LaneLimiters | undefined {
  if (!limitsRuns(settings)) return undefined;
  const limitsOf = jobLimits(settings);
  const made = lanes.map((lane) => {
    const backend = `lane#${laneName(queue, lane)}`;
    const runs = (tenant: string) => ({ running_jobs: limitsOf(tenant).running_jobs });
    return [lane, new Limiter({ table: store.table, backend, limits: {}, limitsOf: runs, now, patience: 0 })] as const;
  });
  return Object.fromEntries(made) as Record<Lane, Limiter>;
}
