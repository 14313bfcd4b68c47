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
  const project = new URLSearchParams(search).get("project")?.trim() || undefined;
  return { ...readScreen(path, search), ...(project !== undefined && { project }) };
}

function readScreen(path: string, search: string): Route {
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
        since: oneOf("since", spanNames),
        from: time("from"),
        until: time("until"),
        search: text("search"),
        batch: text("batch"),
        housekeeping: oneOf("housekeeping", ["hide"]),
        cursor: text("cursor"),
      };
    case "batches":
      return name === undefined ? { screen } : { screen: "batch", id: name };
    case "configs":
      return name === undefined ? { screen } : { screen: "config", id: name };
    case "revoke":
      return {
        screen: "revoke",
        task: text("task"),
        status: oneOf("status", unfinishedStates),
        older: oneOf("older", spanNames),
        batch: text("batch"),
        trace: text("trace"),
        running: oneOf("running", ["keep"]),
        list: text("list"),
      };
    case "submit":
      return { screen: "submit", task: name, from: text("from"), mode: oneOf("mode", submitModes) };
    case "dead-letters":
      return { screen: "dead-letters", queue: name, fingerprint: text("fingerprint") };
    case "documents":
      if (name !== undefined) return { screen: "document", id: name };
      return { screen, search: text("search") };
    case "projects":
      if (name !== undefined) return { screen: "project", id: name };
      return { screen, search: text("search") };
    case "escalations":
      return name === undefined ? { screen } : { screen: "escalation", id: name };
    case "trends":
      return { screen, task: text("task"), span: oneOf("span", Object.keys(trendSpans) as TrendSpan[]) };
    case "schedules":
    case "usage":
    case "webhooks":
    case "keys":
    case "settings":
      return { screen };
    default:
      return { screen: "unknown", path };
  }
}

/** The address of a route; `readRoute` reads it back. */
export function hrefOf(route: Route): string {
  if (route.screen === "unknown") return route.path;
  const { segments, query = {} } = partsOf(route);
  const path = segments.flatMap((segment) => (segment === undefined ? [] : [encodeURIComponent(segment)]));
  const given = new URLSearchParams();
  for (const [key, value] of Object.entries({ ...query, project: route.project })) {
    if (value !== undefined && value !== "") given.set(key, value);
  }
  return `${BASE}/${path.join("/")}${given.size === 0 ? "" : `?${given}`}`;
}

interface Parts {
  readonly segments: readonly (string | undefined)[];
  readonly query?: Readonly<Record<string, string | undefined>>;
}

/** Path and query of a screen, but for the project, which each of them may have. */
function partsOf(route: Exclude<Route, { readonly screen: "unknown" }>): Parts {
  switch (route.screen) {
    case "overview":
    case "keys":
    case "settings":
    case "batches":
    case "configs":
    case "escalations":
    case "schedules":
    case "usage":
    case "webhooks":
      return { segments: [route.screen] };
    // Field by field: an object of this type may have more, and a link would carry it along.
    case "jobs": {
      const { status, task, since, from, until, search, batch, housekeeping, cursor } = route;
      return { segments: ["jobs"], query: { status, task, since, from, until, search, batch, housekeeping, cursor } };
    }
    case "revoke": {
      const { task, status, older, batch, trace, running, list } = route;
      return { segments: ["revoke"], query: { task, status, older, batch, trace, running, list } };
    }
    case "job":
      return { segments: ["jobs", route.id], query: { tab: route.tab === "overview" ? undefined : route.tab } };
    case "batch":
      return { segments: ["batches", route.id] };
    case "config":
      return { segments: ["configs", route.id] };
    case "documents":
    case "projects":
      return { segments: [route.screen], query: { search: route.search } };
    case "project":
      return { segments: ["projects", route.id] };
    case "document":
      return { segments: ["documents", route.id] };
    case "escalation":
      return { segments: ["escalations", route.id] };
    case "submit":
      return { segments: ["submit", route.task], query: { from: route.from, mode: route.mode } };
    case "dead-letters":
      return { segments: ["dead-letters", route.queue], query: { fingerprint: route.fingerprint } };
    case "trends":
      return { segments: ["trends"], query: { task: route.task, span: route.span } };
  }
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
