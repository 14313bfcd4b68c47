import type { JobQuery } from "../jobs/list-jobs.ts";
import type { JobRecord } from "../jobs/record.ts";
import type { JobServices } from "../jobs/services.ts";
import { cursorBefore } from "../table/cursor.ts";

const PAGE = 100;

/** Which jobs are worked through, and how. */
export interface Pages {
  readonly query: Omit<JobQuery, "limit">;
  /** Milliseconds after which it ends, so that a request is answered in time. */
  readonly budgetMs: number;
  /** Whether something is done that an error must not hide. */
  readonly hasActed: () => boolean;
  /**
   * Works on a page that begins at that cursor, null on a first page of no jobs.
   * @returns where to go on with another request; undefined: with the next page
   */
  act(jobs: readonly JobRecord[], start: string | null): Promise<string | null | undefined>;
}

/**
 * Works through the jobs that a query finds, newest first. An error after something is done ends it with the cursor of its page:
 * thrown, it would say that nothing has happened.
 * @returns where to continue when time ran out or an error ended it; null at the end
 * @throws the error, before anything is done
 */
export async function throughPages({ store }: JobServices, pages: Pages): Promise<string | null> {
  const { query, budgetMs, hasActed } = pages;
  const until = performance.now() + budgetMs;
  let cursor: string | null = query.cursor ?? null;
  do {
    try {
      const page = await store.list({ ...query, cursor: cursor ?? undefined, limit: PAGE });
      const [first] = page.jobs;
      // The first page has no cursor, and it may be the one to continue with.
      if (first) cursor ??= cursorBefore(first);
      const elsewhere = await pages.act(page.jobs, cursor);
      if (elsewhere !== undefined) return elsewhere;
      cursor = page.nextCursor;
    } catch (error) {
      if (!hasActed()) throw error;
      return cursor;
    }
  } while (cursor !== null && performance.now() < until);
  return cursor;
}
