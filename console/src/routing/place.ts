/**
 * Where the person is: the address of the page holds all of it, so that it can be bookmarked, sent and gone back to.
 *
 * @module
 */

import type { JobState } from "../../../contracts/jobs/states.ts";

/** What the console's paths begin with. */
const BASE = "/console";

/** The tabs of a job's screen. */
export const jobTabs = ["overview", "input", "timeline", "json"] as const;
/** One of {@link jobTabs}. */
export type JobTab = (typeof jobTabs)[number];

/** Time spans of the jobs page, in seconds. */
export const spans = { "15m": 900, "1h": 3_600, "24h": 86_400, "7d": 604_800 } as const;
/** The name of a time span of the filters. */
export type Span = keyof typeof spans;
/** The names of the time spans. */
export const spanNames = Object.keys(spans) as Span[];

/** In the order of a job's life. The type makes a new state show up here. */
const stateOrder: Readonly<Record<JobState, true>> = {
  PENDING: true,
  STARTED: true,
  RETRY: true,
  SUCCESS: true,
  FAILURE: true,
  REVOKED: true,
};
/** The states of a job, in the order of the filters. */
export const jobStates = Object.keys(stateOrder) as JobState[];

/** What can still be revoked. */
export const unfinishedStates = ["PENDING", "STARTED", "RETRY"] as const;
/** One of {@link unfinishedStates}. */
export type UnfinishedState = (typeof unfinishedStates)[number];

/** The list of jobs with its filters. */
export interface JobsPlace {
  readonly screen: "jobs";
  readonly status?: JobState | undefined;
  readonly task?: string | undefined;
  readonly project?: string | undefined;
  readonly since?: Span | undefined;
  /** Instead of a span: ISO times in UTC, so that they mean the same to whoever gets the address. */
  readonly from?: string | undefined;
  readonly until?: string | undefined;
  readonly search?: string | undefined;
  readonly cursor?: string | undefined;
}

/** The bulk revoke screen with its filters. */
export interface RevokePlace {
  readonly screen: "revoke";
  readonly task?: string | undefined;
  readonly status?: UnfinishedState | undefined;
  readonly project?: string | undefined;
  /** Only jobs that were submitted at least this long ago. */
  readonly older?: Span | undefined;
  readonly batch?: string | undefined;
  readonly trace?: string | undefined;
  /** Running jobs are left alone. */
  readonly running?: "keep" | undefined;
}

/** How inputs are given; a form when it is neither. */
export const submitModes = ["json", "batch"] as const;
/** How the submit screen takes its input. */
export type SubmitMode = (typeof submitModes)[number];

/** The submit screen with its task and mode. */
export interface SubmitPlace {
  readonly screen: "submit";
  readonly task?: string | undefined;
  /** A job whose input the form starts with. */
  readonly from?: string | undefined;
  readonly mode?: SubmitMode | undefined;
}

/** The dead letters with their filters. */
export interface DeadLettersPlace {
  readonly screen: "dead-letters";
  readonly queue?: string | undefined;
  /** The group that is open. */
  readonly fingerprint?: string | undefined;
}

/** A screen that shows one project: the key's own, or for admins the one that is named. */
export interface ProjectPlace {
  readonly screen: "documents" | "escalations" | "schedules" | "usage" | "webhooks";
  readonly project?: string | undefined;
}

/** A document with its text. */
export interface DocumentPlace {
  readonly screen: "document";
  readonly id: string;
}

/** An escalation with its history. */
export interface EscalationPlace {
  readonly screen: "escalation";
  readonly id: string;
}

/** A place in the console: a screen with what it shows. */
export type Place =
  | { readonly screen: "overview" }
  | ProjectPlace
  | DocumentPlace
  | EscalationPlace
  | JobsPlace
  | { readonly screen: "job"; readonly id: string; readonly tab?: JobTab | undefined }
  | { readonly screen: "batch"; readonly id: string }
  | RevokePlace
  | SubmitPlace
  | DeadLettersPlace
  | { readonly screen: "keys" }
  | { readonly screen: "unknown"; readonly path: string };

/** Reads an address. What does not fit is left out, never an error: addresses are typed by people. */
export function readPlace(path: string, search: string): Place {
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
        cursor: text("cursor"),
      };
    case "batches":
      return name === undefined ? { screen: "jobs" } : { screen: "batch", id: name };
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
    case "keys":
      return { screen: "keys" };
    default:
      return { screen: "unknown", path };
  }
}

/** The address of a place; `readPlace` reads it back. */
export function hrefOf(place: Place): string {
  switch (place.screen) {
    case "overview":
    case "keys":
      return address([place.screen], {});
    // Field by field: an object of this type may have more, and a link would carry it along.
    case "jobs": {
      const { status, task, project, since, from, until, search, cursor } = place;
      return address(["jobs"], { status, task, project, since, from, until, search, cursor });
    }
    case "revoke": {
      const { task, status, project, older, batch, trace, running } = place;
      return address(["revoke"], { task, status, project, older, batch, trace, running });
    }
    case "job":
      return address(["jobs", place.id], { tab: place.tab === "overview" ? undefined : place.tab });
    case "batch":
      return address(["batches", place.id], {});
    case "documents":
    case "escalations":
    case "schedules":
    case "usage":
    case "webhooks":
      return address([place.screen], { project: place.project });
    case "document":
      return address(["documents", place.id], {});
    case "escalation":
      return address(["escalations", place.id], {});
    case "submit":
      return address(["submit", place.task], { from: place.from, mode: place.mode });
    case "dead-letters":
      return address(["dead-letters", place.queue], { fingerprint: place.fingerprint });
    case "unknown":
      return place.path;
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

const titles: Readonly<Record<Place["screen"], string>> = {
  overview: "Overview",
  jobs: "Jobs",
  job: "Job",
  batch: "Batch",
  revoke: "Revoke jobs",
  submit: "Submit",
  "dead-letters": "Dead letters",
  keys: "Keys",
  documents: "Documents",
  document: "Document",
  escalations: "Escalations",
  escalation: "Escalation",
  schedules: "Schedules",
  usage: "Usage",
  webhooks: "Webhooks",
  unknown: "Not found",
};

/** The title of a place. */
export const titleOf = (place: Place): string =>
  "id" in place ? `${titles[place.screen]} ${place.id.slice(0, 8)}` : titles[place.screen];
