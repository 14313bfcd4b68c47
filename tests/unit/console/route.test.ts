import { describe, expect, it } from "vitest";
import { hrefOf, readRoute } from "../../../console/src/routing/address.ts";
import { type Route, titleOf } from "../../../console/src/routing/route.ts";

const read = (href: string): Route => {
  const { pathname, search } = new URL(href, "http://console");
  return readRoute(pathname, search);
};

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
    },
    { screen: "submit", task: "normalize", mode: "batch" },
    { screen: "job", id: "5dc0ddef-6b58-422d-a668-096afaba0054", tab: "timeline" },
    { screen: "submit", task: "normalize", from: "5dc0ddef", mode: "json" },
    { screen: "dead-letters", queue: "summarize", fingerprint: "41a85efd009b" },
    { screen: "trends", task: "summarize", span: "7d" },
    { screen: "keys" },
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

  it("that is none says so", () => {
    expect(titleOf(readRoute("/console/nowhere", ""))).toBe("Not found");
  });
});
