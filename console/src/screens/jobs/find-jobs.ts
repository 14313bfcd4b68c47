/**
 * Finding a page of jobs that few fit: the API examines a part of them at a time.
 *
 * @module
 */

import type { JobList } from "../../../../contracts/jobs/list.ts";
import type { JobsQuery } from "./search.ts";

/** The jobs that a search found so far. */
export interface FoundJobs {
  readonly jobs: JobList["jobs"];
  readonly nextCursor: string | null;
  /** Jobs that were examined, and when the last of them was made. */
  readonly searched: number;
  readonly backTo: string | null;
  readonly calls: number;
}

/** The state of a search before its first answer. */
export const nothingYet: FoundJobs = { jobs: [], nextCursor: null, searched: 0, backTo: null, calls: 0 };

/** Calls that one search makes by itself; a person may then ask for more. */
const MAX_CALLS = 50;

interface Search {
  readonly list: (query: JobsQuery) => Promise<JobList>;
  /** What an earlier search found, to continue from. */
  readonly from: FoundJobs | undefined;
  readonly isStopped: () => boolean;
  /** Told after each call but the last. */
  readonly report: (found: FoundJobs) => void;
}

/** Asks until the page is full, there are no more jobs, or the search is stopped. */
export async function findJobs(query: JobsQuery, { list, from, isStopped, report }: Search): Promise<FoundJobs> {
  let found = from ?? { ...nothingYet, nextCursor: query.cursor ?? null };
  for (let call = 1; ; call++) {
    const limit = query.limit - found.jobs.length;
    const page = await list({ ...query, cursor: found.nextCursor ?? undefined, limit });
    found = {
      jobs: [...found.jobs, ...page.jobs],
      nextCursor: page.next_cursor,
      searched: found.searched + page.searched.jobs,
      backTo: page.searched.back_to ?? found.backTo,
      calls: found.calls + 1,
    };
    const enough = found.jobs.length >= query.limit || found.nextCursor === null;
    if (enough || call === MAX_CALLS || isStopped()) return found;
    report(found);
  }
}

/** Whether the search ended before the page was full, though there are more jobs. */
export const endedEarly = (found: FoundJobs, limit: number): boolean =>
  found.nextCursor !== null && found.jobs.length < limit;
