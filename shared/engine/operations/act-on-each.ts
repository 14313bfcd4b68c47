import { inGroups } from "../../lib/groups.ts";
import type { JobRecord } from "../jobs/record.ts";

/** What became of an operation on many jobs. */
export interface ActedOn {
  /** Ids of the jobs that it was done to. */
  readonly done: readonly string[];
  /** Jobs that were not to be acted on any more. */
  readonly skipped: number;
  /** Jobs for which it could not be done; they are as they were. */
  readonly failed: number;
  /** Why the first of those failed. */
  readonly reason: string | null;
}

/** What became of the jobs that a filter found. */
export interface Outcome extends ActedOn {
  /** Where to continue, while there is more. */
  readonly nextCursor: string | null;
}

/** What a dry run says about the jobs that it found. */
export const asIfDone = (jobs: readonly JobRecord[]): ActedOn => ({
  done: jobs.map(({ task_id }) => task_id),
  skipped: 0,
  failed: 0,
  reason: null,
});

/** An error's text, for an operator. */
export const reasonOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);

/**
 * Does something to each job, and continues when one of them fails: a single throttled write must not hide what was done.
 * @param act returns false when there was nothing to do
 * @throws the first error when nothing could be done at all
 */
export async function actOnEach(
  jobs: readonly JobRecord[],
  act: (job: JobRecord, index: number) => Promise<boolean>,
): Promise<ActedOn> {
  const errors: unknown[] = [];
  const outcomes = await inGroups(jobs, async (job, index) => {
    try {
      return await act(job, index);
    } catch (error) {
      errors.push(error);
      return undefined;
    }
  });
  const done = jobs.filter((_, index) => outcomes[index]).map(({ task_id }) => task_id);
  if (done.length === 0 && errors.length > 0) throw errors[0];
  return {
    done,
    skipped: outcomes.filter((outcome) => outcome === false).length,
    failed: errors.length,
    reason: errors.length > 0 ? reasonOf(errors[0]) : null,
  };
}
