import type { Job } from "../../../../contracts/wire.ts";
import { type JobsPlace, spans } from "../../routing/place.ts";

/** What the jobs page asks the API for, and what it sorts out itself. */

const PAGE = 50;
/** While searching, more is fetched than shown. */
const SEARCHED = 100;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A whole id is not searched for but opened. */
export const jobIdIn = (search: string): string | undefined => (UUID.test(search.trim()) ? search.trim() : undefined);

/** `trace:` before a trace id asks the API for it; anything else is looked for in the page. */
const traceIn = (search: string | undefined): string | undefined => /^trace:\s*(\S+)$/.exec(search ?? "")?.[1];

export const isSearching = (place: JobsPlace): boolean =>
  place.search !== undefined && traceIn(place.search) === undefined;

/** @param now milliseconds; spans of time are counted from it */
export function queryOf(place: JobsPlace, now: number) {
  return {
    status: place.status,
    task_name: place.task,
    project_id: place.project,
    trace_id: traceIn(place.search),
    created_after: place.since && new Date(now - spans[place.since] * 1_000).toISOString(),
    cursor: place.cursor,
    limit: isSearching(place) ? SEARCHED : PAGE,
  };
}

type Searched = Pick<Job, "task_id" | "task_name" | "project_id" | "trace_id">;

export function matchesSearch(job: Searched, search: string | undefined): boolean {
  if (search === undefined || traceIn(search) !== undefined) return true;
  const words = search.toLowerCase().split(/\s+/);
  const text = [job.task_id, job.task_name, job.project_id, job.trace_id].join(" ").toLowerCase();
  return words.every((word) => text.includes(word));
}
