/**
 * From the list of jobs to the page that revokes them: which filters go along, and which cannot.
 *
 * @module
 */

import { hrefOf, readRoute } from "../../routing/address.ts";
import { type JobsRoute, type RevokeRoute, type Span, unfinishedStates } from "../../routing/route.ts";
import { readSearch } from "../jobs/search.ts";

/** The revoke page with the filters that it shares with the list; the others go along to be named there. */
export function revocationOf(list: JobsRoute): RevokeRoute {
  const { task, status, project, search } = list;
  const { trace, batch } = readSearch(search);
  const isWhole = notTakenOver(list).length === 0 && !hasEnded(list);
  const { search: query } = new URL(hrefOf({ ...list, project: undefined, cursor: undefined }), "http://console");
  return {
    screen: "revoke",
    task,
    status: unfinishedStates.find((state) => state === status),
    project,
    batch: list.batch ?? batch,
    trace,
    list: isWhole ? undefined : query.slice(1),
  };
}

/** The list that one came from; undefined when the revoke page has all of its filters. */
export function listOf({ list, project }: RevokeRoute): JobsRoute | undefined {
  if (list === undefined) return undefined;
  const route = readRoute("/console/jobs", list);
  return route.screen === "jobs" ? { ...route, project } : undefined;
}

const spanNames: Readonly<Record<Span, string>> = {
  "15m": "the last 15 minutes",
  "1h": "the last hour",
  "24h": "the last 24 hours",
  "7d": "the last 7 days",
};

/** Filters of the list by which no revocation goes, as words of a sentence. */
export function notTakenOver({ since, from, until, search, housekeeping }: JobsRoute): string[] {
  const { text } = readSearch(search);
  const between = [from && `from ${from}`, until && `until ${until}`].filter(Boolean).join(" ");
  return [
    ...(since === undefined ? [] : [`the time (${spanNames[since]})`]),
    ...(since === undefined && between !== "" ? [`the time (${between})`] : []),
    ...(text === undefined ? [] : [`the words “${text}”`]),
    ...(housekeeping === undefined ? [] : ["that housekeeping is hidden"]),
  ];
}

/** Whether the list shows jobs that have an outcome, none of which can be revoked. */
export const hasEnded = ({ status }: JobsRoute): boolean =>
  status !== undefined && !unfinishedStates.some((state) => state === status);
