import { describe, expect, it } from "vitest";
import { isSearching, jobIdIn, matchesSearch, queryOf } from "../../../console/src/screens/jobs/search.ts";

const id = "5dc0ddef-6b58-422d-a668-096afaba0054";
const job = { task_id: id, task_name: "summarize", project_id: "acme", trace_id: "nightly-digest" };

describe("searching jobs", () => {
  it("opens a whole id and nothing less", () => {
    expect(jobIdIn(` ${id} `)).toBe(id);
    expect(jobIdIn(id.slice(0, 8))).toBeUndefined();
  });

  it.each(["5dc0", "SUMM", "acme nightly", ""])("finds a job by %j", (search) => {
    expect(matchesSearch(job, search || undefined)).toBe(true);
  });

  it("wants every word", () => {
    expect(matchesSearch(job, "acme keywords")).toBe(false);
  });

  it("asks the API for a trace, and sorts out nothing itself", () => {
    const place = { screen: "jobs", search: "trace:nightly-digest" } as const;

    expect(queryOf(place, 0).trace_id).toBe("nightly-digest");
    expect(isSearching(place)).toBe(false);
    expect(matchesSearch({ ...job, trace_id: "other" }, place.search)).toBe(true);
  });

  it("counts a span of time from now", () => {
    const now = Date.parse("2026-11-21T12:00:00Z");

    expect(queryOf({ screen: "jobs", since: "15m" }, now).created_after).toBe("2026-11-21T11:45:00.000Z");
    expect(queryOf({ screen: "jobs" }, now).created_after).toBeUndefined();
  });
});
