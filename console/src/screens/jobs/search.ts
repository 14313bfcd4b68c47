/**
 * What the jobs page asks the API for.
 *
 * @module
 */

import { type JobsRoute, spans } from "../../routing/route.ts";

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
export function queryOf(route: JobsRoute, now: number) {
  const { trace, batch, text } = readSearch(route.search);
  return {
    status: route.status,
    task_name: route.task,
    project_id: route.project,
    trace_id: trace,
    batch_id: route.batch ?? batch,
    q: text,
    housekeeping: route.housekeeping === "hide" ? false : undefined,
    created_after: route.since ? new Date(now - spans[route.since] * 1_000).toISOString() : route.from,
    created_before: route.since ? undefined : route.until,
    cursor: route.cursor,
    limit: PAGE,
  };
}

/** The query of `GET /jobs` that the filters make. */
export type JobsQuery = ReturnType<typeof queryOf>;
