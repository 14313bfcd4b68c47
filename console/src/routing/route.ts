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

/** The list of jobs with its filters. */
export interface JobsRoute {
  readonly screen: "jobs";
  readonly status?: JobState | undefined;
  readonly task?: string | undefined;
  readonly project?: string | undefined;
  readonly since?: Span | undefined;
  /** Instead of a span: ISO times in UTC, so that they mean the same to whoever gets the address. */
  readonly from?: string | undefined;
  readonly until?: string | undefined;
  readonly search?: string | undefined;
  /** The stack's own jobs, such as cleanups, which admin keys see. */
  readonly housekeeping?: "hide" | undefined;
  readonly cursor?: string | undefined;
}

/** The bulk revoke screen with its filters. */
export interface RevokeRoute {
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
export interface SubmitRoute {
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

/** A screen that shows one project: the key's own, or for admins the one that is named. */
export interface ProjectRoute {
  readonly screen: "batches" | "configs" | "documents" | "escalations" | "schedules" | "usage" | "webhooks";
  readonly project?: string | undefined;
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

/** A config of language models with its versions; its id is its project's. */
export interface ConfigRoute {
  readonly screen: "config";
  readonly id: string;
  readonly project?: string | undefined;
}

/** An escalation with its history. */
export interface EscalationRoute {
  readonly screen: "escalation";
  readonly id: string;
}

/** A route in the console: a screen with what it shows. */
export type Route =
  | { readonly screen: "overview" }
  | ProjectRoute
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
  | { readonly screen: "unknown"; readonly path: string };

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
  documents: "Documents",
  document: "Document",
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
