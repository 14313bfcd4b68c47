/**
 * Bounds of what one project may have in each lane, so that its flood leaves the workers to others, and over all lanes.
 *
 * @module
 */

import { z } from "zod";
import { projectIdSchema } from "../keys/project-id.ts";
import { blankIsUnset } from "./blank-is-unset.ts";
import { MOST_AT_ONCE } from "./limits.ts";
import { parseOverrides, withOverrides } from "./project-overrides.ts";

/** The most that a bound of waiting jobs may be: they are counted one by one. */
const MOST_QUEUED = 100_000;

const running = z.coerce.number().int().min(1).max(MOST_AT_ONCE);
const queued = z.coerce.number().int().min(1).max(MOST_QUEUED);

const overrideSchema = z.record(
  projectIdSchema,
  z.strictObject({ running_jobs: running.nullish(), queued_jobs: queued.nullish(), open_jobs: queued.nullish() }),
);

/** Settings of a project's bounds in each lane and over all of them. */
export const jobLimitSettings = z.object({
  PROJECT_RUNNING_JOBS: blankIsUnset(running.optional()).describe(
    "Maximum number of a tenant's jobs that run at the same time in each lane; further jobs wait.",
  ),
  PROJECT_QUEUED_JOBS: blankIsUnset(queued.optional()).describe(
    "Maximum number of a tenant's jobs that wait for their first run in each lane; further submissions are rejected with 429.",
  ),
  PROJECT_OPEN_JOBS: blankIsUnset(queued.optional()).describe(
    "Maximum number of a tenant's unfinished jobs over all lanes, waiting and running; further submissions are rejected with 429.",
  ),
  PROJECT_JOB_LIMITS: blankIsUnset(
    z
      .string()
      .max(2_000)
      .refine((json) => parseOverrides(overrideSchema, json) !== undefined, {
        error: `must be JSON such as {"acme":{"running_jobs":2,"queued_jobs":null}}; null: not limited`,
      })
      .optional(),
  ).describe('Quotas of single tenants that replace PROJECT_*_JOBS, as JSON: {"acme": {"running_jobs": 2}}.'),
});

/** What {@link jobLimitSettings} parses to. */
export type JobLimitSettings = z.infer<typeof jobLimitSettings>;

/** What one project may have; what is left out is not limited. */
export interface JobLimits {
  readonly running_jobs?: number | undefined;
  readonly queued_jobs?: number | undefined;
  /** Over all lanes. */
  readonly open_jobs?: number | undefined;
}

/** The bounds of each project: its own where PROJECT_JOB_LIMITS names them. */
export function jobLimits(settings: JobLimitSettings): (tenant: string) => JobLimits {
  const usual: JobLimits = {
    running_jobs: settings.PROJECT_RUNNING_JOBS,
    queued_jobs: settings.PROJECT_QUEUED_JOBS,
    open_jobs: settings.PROJECT_OPEN_JOBS,
  };
  return withOverrides(usual, parseOverrides(overrideSchema, settings.PROJECT_JOB_LIMITS ?? "{}"));
}

/** Whether jobs that run are counted for any project: without that, nothing is asked. */
export const limitsRuns = (settings: JobLimitSettings): boolean =>
  settings.PROJECT_RUNNING_JOBS !== undefined || (settings.PROJECT_JOB_LIMITS ?? "").includes("running_jobs");

/** Whether jobs that wait, or are open, are bounded for any project: without that, nothing is asked. */
export const limitsQueued = (settings: JobLimitSettings): boolean =>
  settings.PROJECT_QUEUED_JOBS !== undefined ||
  settings.PROJECT_OPEN_JOBS !== undefined ||
  /queued_jobs|open_jobs/.test(settings.PROJECT_JOB_LIMITS ?? "");
