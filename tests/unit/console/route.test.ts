import { describe, expect, it } from "vitest";
import type { Identity } from "../../../console/src/api/permissions.ts";
import { hrefOf, readRoute } from "../../../console/src/routing/address.ts";
import { keepProject } from "../../../console/src/routing/keep-project.ts";
import { type Route, titleOf } from "../../../console/src/routing/route.ts";

const read = (href: string): Route => {
  const { pathname, search } = new URL(href, "http://console");
  return readRoute(pathname, search);
};

const keyOf = (scope: "submit" | "admin", projects: string[] = []): Identity => ({
  key_id: "key_1",
  project_id: "own",
  projects,
  scopes: ["read", scope],
  limits: {},
  expires_at: null,
});

describe("an address", () => {
  it("carries nothing along that is not of the route, such as the name of a link to it", () => {
    const entries = [
      { screen: "jobs", name: "Jobs" },
      { screen: "revoke", name: "Revoke" },
    ] as const;

    expect(entries.map((entry) => hrefOf(entry))).toEqual(["/console/jobs", "/console/revoke"]);
  });

  it.each<Route>([
    { screen: "overview" },
    { screen: "jobs" },
    { screen: "jobs", status: "FAILURE", task: "summarize", project: "acme", since: "1h", search: "a b", cursor: "x=" },
    { screen: "jobs", from: "2026-11-21T08:00:00.000Z", until: "2026-11-21T12:00:00.000Z" },
    { screen: "jobs", housekeeping: "hide" },
    { screen: "jobs", batch: "5dc0ddef" },
    { screen: "batch", id: "5dc0ddef-6b58-422d-a668-096afaba0054" },
    { screen: "batches", project: "acme" },
    { screen: "configs", project: undefined },
    { screen: "config", id: "support.v-2", project: "acme" },
    {
      screen: "revoke",
      task: "summarize",
      status: "PENDING",
      project: "acme",
      older: "1h",
      batch: "b",
      running: "keep",
      list: "since=1h&search=a+b",
    },
    { screen: "submit", task: "normalize", mode: "batch" },
    { screen: "job", id: "5dc0ddef-6b58-422d-a668-096afaba0054", tab: "timeline" },
    { screen: "submit", task: "normalize", from: "5dc0ddef", mode: "json" },
    { screen: "dead-letters", queue: "summarize", fingerprint: "41a85efd009b" },
    { screen: "trends", task: "summarize", span: "7d" },
    { screen: "documents", project: "acme", search: "leaking pipes?" },
    { screen: "projects", project: "acme", search: "leaking pipes?" },
    { screen: "project", id: "shop:17@a", project: "acme" },
    { screen: "keys" },
    { screen: "overview", project: "acme" },
    { screen: "job", id: "5dc0ddef", tab: "timeline", project: "acme" },
    { screen: "batch", id: "5dc0ddef", project: "acme" },
    { screen: "document", id: "5dc0ddef", project: "acme" },
    { screen: "escalation", id: "5dc0ddef", project: "acme" },
    { screen: "dead-letters", queue: "summarize", project: "acme" },
    { screen: "submit", task: "normalize", from: "5dc0ddef", project: "acme" },
  ])("is read back as the route that it was made of: %j", (route) => {
    expect(read(hrefOf(route))).toEqual(route);
  });

  it("has no query when no filter is set", () => {
    expect(hrefOf({ screen: "jobs", status: undefined, search: "" })).toBe("/console/jobs");
  });

  it("keeps the first tab of a job out of its query", () => {
    expect(hrefOf({ screen: "job", id: "1", tab: "overview" })).toBe("/console/jobs/1");
  });

  it.each(["/console", "/console/", "/console/overview"])("of %s is the overview", (path) => {
    expect(readRoute(path, "")).toEqual({ screen: "overview" });
  });

  it("drops what does not fit instead of failing", () => {
    expect(read("/console/jobs?status=BROKEN&since=2y&from=noon&search=%20")).toEqual({ screen: "jobs" });
    expect(readRoute("/console/jobs/%E0%A4%A", "")).toMatchObject({ screen: "job", id: "%E0%A4%A" });
  });

  it("keeps what stands in a name from changing the path", () => {
    const route: Route = { screen: "job", id: "a/../b?c#d" };

    expect(hrefOf(route)).toBe("/console/jobs/a%2F..%2Fb%3Fc%23d");
    expect(read(hrefOf(route))).toMatchObject(route);
  });

  it("leads on in the project that was chosen, unless it names another", () => {
    const to: Route = { screen: "batches" };

    expect(keepProject(to, { chosen: "acme", who: keyOf("admin") })).toEqual({ screen: "batches", project: "acme" });
    expect(keepProject({ ...to, project: "shop" }, { chosen: "acme", who: keyOf("admin") }).project).toBe("shop");
    expect(keepProject({ ...to, project: undefined }, { chosen: "acme", who: keyOf("admin") }).project).toBeUndefined();
    expect(keepProject(to, { chosen: "acme", who: undefined }).project).toBe("acme");
  });

  it("leaves out the key's own project, and those that the key may not act for", () => {
    const to: Route = { screen: "job", id: "1" };
    const kept = (chosen: string, who: Identity) => keepProject(to, { chosen, who }).project;

    expect(kept("own", keyOf("admin"))).toBeUndefined();
    expect(kept("acme", keyOf("submit"))).toBeUndefined();
    expect(kept("acme", keyOf("submit", ["acme"]))).toBe("acme");
    expect(kept("acme", keyOf("submit", ["*"]))).toBe("acme");
    expect(kept("shop", keyOf("submit", ["acme"]))).toBeUndefined();
  });

  it("that is none says so", () => {
    expect(titleOf(readRoute("/console/nowhere", ""))).toBe("Not found");
  });
});
