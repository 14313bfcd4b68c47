/**
 * Between routes and addresses: what `hrefOf` writes, `readRoute` reads back.
 *
 * @module
 */

import {
  jobStates,
  jobTabs,
  type Route,
  spanNames,
  submitModes,
  type TrendSpan,
  trendSpans,
  unfinishedStates,
} from "./route.ts";

/** What the console's paths begin with. */
const BASE = "/console";

/** Reads an address. What does not fit is left out, never an error: addresses are typed by people. */
export function readRoute(path: string, search: string): Route {
  const [screen = "", name] = path
    .replace(BASE, "")
    .split("/")
    .filter((segment) => segment !== "")
    .map(decode);
  const query = new URLSearchParams(search);
  const text = (key: string) => query.get(key)?.trim() || undefined;
  const time = (key: string) => (Number.isNaN(Date.parse(query.get(key) ?? "")) ? undefined : text(key));
  const oneOf = <T extends string>(key: string, values: readonly T[]) =>
    values.find((value) => value === query.get(key));

  switch (screen) {
    case "":
    case "overview":
      return { screen: "overview" };
    case "jobs":
      if (name !== undefined) return { screen: "job", id: name, tab: oneOf("tab", jobTabs) };
      return {
        screen: "jobs",
        status: oneOf("status", jobStates),
        task: text("task"),
        project: text("project"),
        since: oneOf("since", spanNames),
        from: time("from"),
        until: time("until"),
        search: text("search"),
        housekeeping: oneOf("housekeeping", ["hide"]),
        cursor: text("cursor"),
      };
    case "batches":
      return name === undefined ? { screen, project: text("project") } : { screen: "batch", id: name };
    case "configs": {
      const project = text("project");
      return name === undefined ? { screen, project } : { screen: "config", id: name, project };
    }
    case "revoke":
      return {
        screen: "revoke",
        task: text("task"),
        status: oneOf("status", unfinishedStates),
        project: text("project"),
        older: oneOf("older", spanNames),
        batch: text("batch"),
        trace: text("trace"),
        running: oneOf("running", ["keep"]),
      };
    case "submit":
      return { screen: "submit", task: name, from: text("from"), mode: oneOf("mode", submitModes) };
    case "dead-letters":
      return { screen: "dead-letters", queue: name, fingerprint: text("fingerprint") };
    case "documents":
      return name === undefined ? { screen, project: text("project") } : { screen: "document", id: name };
    case "escalations":
      return name === undefined ? { screen, project: text("project") } : { screen: "escalation", id: name };
    case "schedules":
    case "usage":
    case "webhooks":
      return { screen, project: text("project") };
    case "trends":
      return { screen, task: text("task"), span: oneOf("span", Object.keys(trendSpans) as TrendSpan[]) };
    case "keys":
      return { screen: "keys" };
    default:
      return { screen: "unknown", path };
  }
}

/** The address of a route; `readRoute` reads it back. */
export function hrefOf(route: Route): string {
  switch (route.screen) {
    case "overview":
    case "keys":
      return address([route.screen], {});
    // Field by field: an object of this type may have more, and a link would carry it along.
    case "jobs": {
      const { status, task, project, since, from, until, search, housekeeping, cursor } = route;
      return address(["jobs"], { status, task, project, since, from, until, search, housekeeping, cursor });
    }
    case "revoke": {
      const { task, status, project, older, batch, trace, running } = route;
      return address(["revoke"], { task, status, project, older, batch, trace, running });
    }
    case "job":
      return address(["jobs", route.id], { tab: route.tab === "overview" ? undefined : route.tab });
    case "batch":
      return address(["batches", route.id], {});
    case "config":
      return address(["configs", route.id], { project: route.project });
    case "batches":
    case "configs":
    case "documents":
    case "escalations":
    case "schedules":
    case "usage":
    case "webhooks":
      return address([route.screen], { project: route.project });
    case "document":
      return address(["documents", route.id], {});
    case "escalation":
      return address(["escalations", route.id], {});
    case "submit":
      return address(["submit", route.task], { from: route.from, mode: route.mode });
    case "dead-letters":
      return address(["dead-letters", route.queue], { fingerprint: route.fingerprint });
    case "trends":
      return address(["trends"], { task: route.task, span: route.span });
    case "unknown":
      return route.path;
  }
}

function address(
  segments: readonly (string | undefined)[],
  query: Readonly<Record<string, string | undefined>>,
): string {
  const path = segments.flatMap((segment) => (segment === undefined ? [] : [encodeURIComponent(segment)]));
  const given = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined && value !== "") given.set(key, value);
  return `${BASE}/${path.join("/")}${given.size === 0 ? "" : `?${given}`}`;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
