/**
 * Running again what the list of jobs finds, which takes the API one or more calls.
 *
 * @module
 */

import { call } from "../../api/call.ts";
import type { JobsRoute } from "../../routing/route.ts";
import { type JobsQuery, queryOf } from "./search.ts";

/** Which jobs run again; `dry_run` counts them. */
export type RetryFilter = Omit<JobsQuery, "status" | "project_id" | "cursor" | "limit"> & {
  readonly status: "FAILURE" | "REVOKED";
  readonly all: true;
  readonly dry_run?: boolean;
};

/** What a bulk retry did so far, or would do. */
export interface Retried {
  readonly retried: number;
  readonly skipped: number;
  /** In a dry run, when the newest of them was submitted. */
  readonly newest: string | undefined;
  /** Where the next call goes on; undefined behind the last one. */
  readonly cursor: string | undefined;
}

/**
 * The filters of the list.
 * @returns undefined when the list shows jobs of another state than those that can run again
 */
export function retryFilterOf(route: JobsRoute, now: number): RetryFilter | undefined {
  const { status = "FAILURE" } = route;
  if (status !== "FAILURE" && status !== "REVOKED") return undefined;
  const { project_id: _, cursor: __, limit: ___, ...query } = queryOf(route, now);
  return { ...query, status, all: true };
}

interface How {
  readonly project: string | undefined;
  readonly isStopped: () => boolean;
  /** Told after each call but the last. */
  readonly report: (so: Retried) => void;
  /** What was done before an error, to go on from there. */
  readonly soFar?: Retried | undefined;
}

/** Counts what fits. */
export const countRetries = (filter: RetryFilter, how: How): Promise<Retried> =>
  askAll({ ...filter, dry_run: true }, how);

/** Runs what was counted again, and nothing that was submitted later; stops early when asked. */
export const retryCounted = (filter: RetryFilter, { newest }: Retried, how: How): Promise<Retried> =>
  // By the clock that the jobs have: this machine's may differ.
  askAll({ ...filter, created_before: newest }, how);

async function askAll(filter: RetryFilter, { project, isStopped, report, soFar }: How): Promise<Retried> {
  let total: Retried = soFar ?? { retried: 0, skipped: 0, newest: undefined, cursor: undefined };
  for (;;) {
    const { cursor } = total;
    const answer = await call("POST /api/v1/jobs/retry", {
      query: { project_id: project },
      body: { ...filter, ...(cursor !== undefined && { cursor }) },
    });
    total = {
      retried: total.retried + answer.retried,
      skipped: total.skipped + answer.skipped,
      newest: total.newest ?? answer.sample[0]?.created_at,
      cursor: answer.next_cursor ?? undefined,
    };
    if (total.cursor === undefined || isStopped()) return total;
    report(total);
  }
}
