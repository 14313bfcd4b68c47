/**
 * Where the person is: the address of the page holds all of it, so that it can be bookmarked, sent and gone back to.
 *
 * @module
 */

import type { JobState } from "../../../contracts/jobs/states.ts";

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

/** The project that was chosen; left out, it is the key's own. It stays on every page until another one is chosen. */
interface InProject {
  readonly project?: string | undefined;
}

/** The list of jobs with its filters. */
export interface JobsRoute extends InProject {
  readonly screen: "jobs";
  readonly status?: JobState | undefined;
  readonly task?: string | undefined;
  readonly since?: Span | undefined;
  /** Instead of a span: ISO times in UTC, so that they mean the same to whoever gets the address. */
  readonly from?: string | undefined;
  readonly until?: string | undefined;
  readonly search?: string | undefined;
  readonly batch?: string | undefined;
  /** The stack's own jobs, such as cleanups, which admin keys see. */
  readonly housekeeping?: "hide" | undefined;
  readonly cursor?: string | undefined;
}

/** The bulk revoke screen with its filters. */
export interface RevokeRoute extends InProject {
  readonly screen: "revoke";
  readonly task?: string | undefined;
  readonly status?: UnfinishedState | undefined;
  /** Only jobs that were submitted at least this long ago. */
  readonly older?: Span | undefined;
  readonly batch?: string | undefined;
  readonly trace?: string | undefined;
  /** Running jobs are left alone. */
  readonly running?: "keep" | undefined;
  /** The query of the list of jobs that one came from, where some of it has no place here. */
  readonly list?: string | undefined;
}

/** How inputs are given; a form when it is neither. */
export const submitModes = ["json", "batch"] as const;
/** How the submit screen takes its input. */
export type SubmitMode = (typeof submitModes)[number];

/** The submit screen with its task and mode. */
export interface SubmitRoute extends InProject {
  readonly screen: "submit";
  readonly task?: string | undefined;
  /** A job whose input the form starts with. */
  readonly from?: string | undefined;
  readonly mode?: SubmitMode | undefined;
}

/** The dead letters with their filters. */
export interface DeadLettersRoute {
  readonly screen: "dead-letters";
  readonly queue?: string | undefined;
  /** The group that is open. */
  readonly fingerprint?: string | undefined;
}

/** A screen that shows one project. */
export interface ProjectRoute extends InProject {
  readonly screen: "batches" | "configs" | "escalations" | "schedules" | "usage" | "webhooks";
}

/** A screen of one project whose texts a search finds. */
export interface SearchRoute extends InProject {
  readonly screen: "documents" | "projects";
  readonly search?: string | undefined;
}

/** Time spans of the trends, in hours. */
export const trendSpans = { "6h": 6, "24h": 24, "7d": 168 } as const;
/** The name of a time span of the trends. */
export type TrendSpan = keyof typeof trendSpans;

/** Runs over time with their filters. */
export interface TrendsRoute {
  readonly screen: "trends";
  readonly task?: string | undefined;
  /** A day when left out. */
  readonly span?: TrendSpan | undefined;
}

/** A document with its text. */
export interface DocumentRoute {
  readonly screen: "document";
  readonly id: string;
}

/** A searchable project; its id is that of the project of the API key that it belongs to. */
export interface SearchableProjectRoute extends InProject {
  readonly screen: "project";
  readonly id: string;
}

/** A config of language models with its versions; its id is its project's. */
export interface ConfigRoute extends InProject {
  readonly screen: "config";
  readonly id: string;
}

/** An escalation with its history. */
export interface EscalationRoute {
  readonly screen: "escalation";
  readonly id: string;
}

/** A route in the console: a screen with what it shows. */
export type Route = InProject &
  (
    | { readonly screen: "overview" }
    | ProjectRoute
    | SearchRoute
    | SearchableProjectRoute
    | ConfigRoute
    | DocumentRoute
    | EscalationRoute
    | JobsRoute
    | { readonly screen: "job"; readonly id: string; readonly tab?: JobTab | undefined }
    | { readonly screen: "batch"; readonly id: string }
    | RevokeRoute
    | SubmitRoute
    | DeadLettersRoute
    | TrendsRoute
    | { readonly screen: "keys" }
    | { readonly screen: "settings" }
    | { readonly screen: "unknown"; readonly path: string }
  );

const titles: Readonly<Record<Route["screen"], string>> = {
  overview: "Overview",
  jobs: "Jobs",
  job: "Job",
  batch: "Batch",
  batches: "Batches",
  config: "Config",
  configs: "Model configs",
  revoke: "Revoke jobs",
  submit: "Submit",
  "dead-letters": "Dead letters",
  keys: "Keys",
  settings: "Settings",
  documents: "Documents",
  document: "Document",
  projects: "Projects",
  project: "Project",
  escalations: "Escalations",
  escalation: "Escalation",
  schedules: "Schedules",
  trends: "Trends",
  usage: "Usage",
  webhooks: "Webhooks",
  unknown: "Not found",
};

/** The title of a route. */
export const titleOf = (route: Route): string =>
  "id" in route ? `${titles[route.screen]} ${route.id.slice(0, 8)}` : titles[route.screen];
