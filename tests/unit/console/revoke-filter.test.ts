import { describe, expect, it } from "vitest";
import type { JobsRoute } from "../../../console/src/routing/route.ts";
import { filterOf } from "../../../console/src/screens/revoke/filter.ts";
import { hasEnded, listOf, notTakenOver, revocationOf } from "../../../console/src/screens/revoke/from-list.ts";

describe("a filter of jobs to revoke", () => {
  it.each([{}, { project: "acme" }, { running: "keep" as const }])(
    "is empty when nothing tells jobs apart: %j",
    (fields) => {
      expect(filterOf({ screen: "revoke", ...fields })).toBeUndefined();
    },
  );

  it("holds what was chosen, in the API's words", () => {
    expect(filterOf({ screen: "revoke", task: "keywords", older: "1h", running: "keep" })).toEqual({
      task_name: "keywords",
      older_than_seconds: 3_600,
      terminate: false,
    });
  });
});

describe("a revocation from a list of jobs", () => {
  it("takes over what it can, and nothing else is lost", () => {
    const list: JobsRoute = {
      screen: "jobs",
      task: "keywords",
      status: "SUCCESS",
      project: "acme",
      since: "1h",
      search: "trace:t batch:b leak sensors",
      cursor: "x",
    };

    const route = revocationOf(list);

    expect(route).toMatchObject({ screen: "revoke", task: "keywords", project: "acme", batch: "b", trace: "t" });
    expect(route.status).toBeUndefined();
    const { cursor: _, ...shown } = list;
    expect(listOf(route)).toEqual(shown);
    expect(hasEnded(list)).toBe(true);
    expect(notTakenOver(list)).toEqual(["the time (the last hour)", "the words “leak sensors”"]);
  });

  it.each<[Partial<JobsRoute>, string[]]>([
    [{ from: "2026-11-21T08:00:00.000Z" }, ["the time (from 2026-11-21T08:00:00.000Z)"]],
    [{ until: "2026-11-21T08:00:00.000Z" }, ["the time (until 2026-11-21T08:00:00.000Z)"]],
    [{ housekeeping: "hide" }, ["that housekeeping is hidden"]],
  ])("names what it does not go by: %j", (filters, named) => {
    const list: JobsRoute = { screen: "jobs", ...filters };

    expect(notTakenOver(list)).toEqual(named);
    expect(listOf(revocationOf(list))).toEqual(list);
  });

  it("says nothing of a list that it has all filters of", () => {
    const route = revocationOf({ screen: "jobs", task: "keywords", status: "RETRY", batch: "b", search: "trace:t" });

    expect(route).toEqual({ screen: "revoke", task: "keywords", status: "RETRY", batch: "b", trace: "t" });
    expect(listOf(route)).toBeUndefined();
  });
});
