/**
 * What each page of the web console asks for again and again, and how often. A test in a browser counts the requests of every
 * page by this table, the benchmark counts what a request asks of AWS, and docs/costs.md has the sum.
 *
 * @module
 */

import { QUIET_FACTOR } from "../../console/src/live/pace.ts";
import { paces } from "../../console/src/live/paces.ts";
import type { Route } from "../../console/src/routing/route.ts";

/** A page as it is open in a tab. */
export interface ConsolePage {
  readonly screen: Route["screen"] | "menu";
  readonly name: string;
  /** Address below /console; `{name}` is the id of one of the records of tests/helpers/console-records.ts. */
  readonly path: string;
  /** The one request of each refresh: path below the API's prefix, and query. */
  readonly request: string;
  /** Milliseconds between two refreshes while every answer differs from the one before. */
  readonly every: number;
  /** One of how many requests is answered anew, at that pace; the others get the answer of one before. @default 1 */
  readonly freshOneOf?: number;
  /** No answer is the one before, as it ends now: the page does not slow down. */
  readonly alwaysChanges?: true;
}

const list = (path: string, project = ""): string => `${path}?${project && `project_id=${project}&`}limit=50`;

/** Every page that asks more than once. */
export const consolePages = [
  {
    ...{ screen: "overview", name: "*Overview*", path: "/overview", every: paces.overview, freshOneOf: 3 },
    request: "/queues?dead_letters=true&max_age=40",
  },
  {
    ...{ screen: "trends", name: "*Trends*, a day", path: "/trends", every: paces.trends, alwaysChanges: true },
    request: "/runs/history?hours=24",
  },
  { screen: "jobs", name: "*Jobs*, 50 of 1,000", path: "/jobs", every: paces.jobs, request: list("/jobs") },
  {
    ...{ screen: "job", name: "A job that waits or runs", path: "/jobs/{waiting}", every: paces.job },
    request: "/views/jobs/{waiting}?children=false",
  },
  {
    ...{ screen: "job", name: "A finished job", path: "/jobs/{job}", every: paces.endedJob },
    request: "/views/jobs/{job}?children=false",
  },
  {
    ...{ screen: "job", name: "A finished job with unfinished child jobs", path: "/jobs/{parent}" },
    ...{ every: paces.children, request: "/views/jobs/{parent}?children=true" },
  },
  { screen: "batches", name: "*Batches*", path: "/batches", every: paces.batches, request: list("/batches") },
  {
    ...{ screen: "batches", name: "*Batches*, one of them unfinished", path: "/batches?project=busy" },
    ...{ every: paces.openBatches, request: list("/batches", "busy") },
  },
  {
    ...{ screen: "batch", name: "A batch with one unfinished job", path: "/batches/{openBatch}" },
    ...{ every: paces.batch + paces.eachOpenJob, request: "/batches/{openBatch}" },
  },
  {
    ...{ screen: "batch", name: "A completed batch", path: "/batches/{batch}", every: paces.endedBatch },
    request: "/batches/{batch}",
  },
  {
    ...{ screen: "dead-letters", name: "*Dead letters*, 50 with one kind of error", path: "/dead-letters" },
    ...{ every: paces.deadLetters, request: "/views/dead-letters?limit=50" },
  },
  {
    ...{ screen: "escalations", name: "*Escalations*", path: "/escalations", every: paces.escalations },
    request: "/escalations?status=unresolved&limit=50",
  },
  {
    ...{ screen: "escalation", name: "An unresolved escalation", path: "/escalations/{escalation}" },
    ...{ every: paces.escalation, request: "/escalations/{escalation}" },
  },
  { screen: "documents", name: "*Documents*", path: "/documents", every: paces.documents, request: list("/documents") },
  {
    ...{ screen: "documents", name: "*Documents*, one of them being read", path: "/documents?project=busy" },
    ...{ every: paces.reading, request: list("/documents", "busy") },
  },
  {
    ...{ screen: "document", name: "A document that is being read", path: "/documents/{unread}" },
    ...{ every: paces.reading, request: "/documents/{unread}" },
  },
  { screen: "projects", name: "*Projects*", path: "/projects", every: paces.projects, request: list("/projects") },
  {
    ...{ screen: "projects", name: "*Projects*, one still without its vector", path: "/projects?project=busy" },
    ...{ every: paces.pendingProjects, request: list("/projects", "busy") },
  },
  {
    ...{ screen: "project", name: "A project still without its vector", path: "/projects/{pending}?project=busy" },
    ...{ every: paces.pendingProject, request: "/projects/{pending}?project_id=busy" },
  },
  { screen: "schedules", name: "*Schedules*", path: "/schedules", every: paces.schedules, request: list("/schedules") },
  {
    ...{ screen: "webhooks", name: "*Webhooks*", path: "/webhooks", every: paces.webhooks },
    request: list("/webhooks/deliveries"),
  },
  { screen: "configs", name: "*Model configs*", path: "/configs", every: paces.configs, request: list("/llm/configs") },
  {
    ...{ screen: "config", name: "A model config", path: "/configs/{config}", every: paces.config },
    request: "/llm/configs/{config}/versions",
  },
  {
    ...{ screen: "usage", name: "*Usage*, for an admin, with 10 tenants", path: "/usage", every: paces.usage },
    request: "/views/usage",
  },
  { screen: "keys", name: "*Keys*", path: "/keys", every: paces.keys, request: list("/keys") },
  {
    ...{
      screen: "menu",
      name: "the menu's count of dead letters, on every page except *Overview* and *Dead letters*",
      path: "/settings",
    },
    ...{ every: paces.menu, request: "/dlq?messages=false" },
  },
] as const satisfies readonly ConsolePage[];

/** Pages that ask once. A new page that is in neither list does not compile. */
export const restingPages = ["submit", "settings", "revoke", "unknown"] as const;
type Missing = Exclude<Route["screen"], (typeof consolePages)[number]["screen"] | (typeof restingPages)[number]>;
/** Does not compile while a page is missing. */
true satisfies [Missing] extends [never] ? true : Missing;

/** Pages whose own answers have the count of dead letters, so that the menu does not ask for it. */
export const countsItself = ({ screen }: ConsolePage): boolean => screen === "overview" || screen === "dead-letters";

/** Milliseconds between two refreshes of a page on which nothing changes. */
export const quietEvery = ({ every, alwaysChanges }: ConsolePage): number =>
  alwaysChanges ? every : every * QUIET_FACTOR;
