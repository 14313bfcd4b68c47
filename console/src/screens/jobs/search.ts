/**
 * What the jobs page asks the API for.
 *
 * @module
 */

import { type JobsPlace, spans } from "../../routing/place.ts";

/** Jobs on a page. */
export const PAGE = 50;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A whole id is not searched for but opened. */
export const jobIdIn = (search: string): string | undefined => (UUID.test(search.trim()) ? search.trim() : undefined);

/** A search as typed: `trace:` and `batch:` before an id ask for that trace or batch, the other words for jobs with them. */
export function readSearch(search = "") {
  const words = search.split(/\s+/).filter((word) => word !== "");
  const named = (name: string) => words.find((word) => word.startsWith(name))?.slice(name.length) || undefined;
  const rest = words.filter((word) => !/^(trace|batch):/.test(word));
  return { trace: named("trace:"), batch: named("batch:"), text: rest.join(" ") || undefined };
}

/** @param now milliseconds; spans of time are counted from it */
export function queryOf(place: JobsPlace, now: number) {
  const { trace, batch, text } = readSearch(place.search);
  return {
    status: place.status,
    task_name: place.task,
    project_id: place.project,
    trace_id: trace,
    batch_id: batch,
    q: text,
    created_after: place.since ? new Date(now - spans[place.since] * 1_000).toISOString() : place.from,
    created_before: place.since ? undefined : place.until,
    cursor: place.cursor,
    limit: PAGE,
  };
}

/** The query of `GET /jobs` that the filters make. */
export type JobsQuery = ReturnType<typeof queryOf>;
