import { describe, expect, it } from "vitest";
import { endedEarly, findJobs, nothingYet } from "../../../console/src/screens/jobs/find-jobs.ts";
import { type JobsQuery, jobIdIn, queryOf, readSearch } from "../../../console/src/screens/jobs/search.ts";
import type { JobList } from "../../../contracts/jobs/list.ts";
import type { Job } from "../../../contracts/jobs/wire.ts";

const id = "5dc0ddef-6b58-422d-a668-096afaba0054";

describe("a search", () => {
  it("opens a whole id and nothing less", () => {
    expect(jobIdIn(` ${id} `)).toBe(id);
    expect(jobIdIn(id.slice(0, 8))).toBeUndefined();
  });

  it.each([
    ["rate limit", { text: "rate limit" }],
    ["trace:nightly-digest", { trace: "nightly-digest" }],
    [`batch:${id} timeout  again`, { batch: id, text: "timeout again" }],
    [" ", {}],
    ["trace:", {}],
    [undefined, {}],
  ])("of %j is read", (typed, read) => {
    expect(readSearch(typed)).toEqual({ trace: undefined, batch: undefined, text: undefined, ...read });
  });

  it("counts a span of time from now", () => {
    const now = Date.parse("2026-11-21T12:00:00Z");

    expect(queryOf({ screen: "jobs", since: "15m" }, now).created_after).toBe("2026-11-21T11:45:00.000Z");
    expect(queryOf({ screen: "jobs" }, now).created_after).toBeUndefined();
  });

  it("asks for the batch of the field, or the one that is typed", () => {
    expect(queryOf({ screen: "jobs", search: "batch:b" }, 0).batch_id).toBe("b");
    expect(queryOf({ screen: "jobs", search: "batch:b", batch: id }, 0).batch_id).toBe(id);
  });

  it("asks for the time between two times", () => {
    const [from, until] = ["2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z"];

    expect(queryOf({ screen: "jobs", from, until }, 0)).toMatchObject({ created_after: from, created_before: until });
  });
});

describe("finding jobs that few fit", () => {
  const query = queryOf({ screen: "jobs", search: "rare" }, 0);
  /** An API that examines 1,000 jobs a call and finds what is given for each. */
  function api(...found: readonly number[]) {
    const asked: JobsQuery[] = [];
    const list = async (given: JobsQuery): Promise<JobList> => {
      asked.push(given);
      const call = given.cursor === undefined ? 0 : Number(given.cursor);
      return {
        jobs: Array.from({ length: Math.min(found[call] ?? 0, given.limit) }, () => ({}) as Job),
        next_cursor: call + 1 < found.length ? String(call + 1) : null,
        searched: { jobs: 1_000, back_to: `2026-11-2${9 - call}T00:00:00Z` },
      };
    };
    return { asked, list };
  }
  const quietly = { from: undefined, isStopped: () => false, report: () => {} };

  it("continues over empty pages to the end, and tells how far it is", async () => {
    const { list } = api(0, 1, 0, 2);
    const told: (readonly [number, number])[] = [];

    const found = await findJobs(query, {
      ...quietly,
      list,
      report: ({ jobs, searched }) => told.push([jobs.length, searched]),
    });

    expect(told).toEqual([
      [0, 1_000],
      [1, 2_000],
      [1, 3_000],
    ]);
    expect(found).toMatchObject({ jobs: { length: 3 }, nextCursor: null, searched: 4_000, calls: 4 });
    expect(found.backTo).toBe("2026-11-26T00:00:00Z");
  });

  it("ends when the page is full, and asks for no more than is missing", async () => {
    const { asked, list } = api(30, 40, 40);

    const found = await findJobs(query, { ...quietly, list });

    expect(asked.map(({ limit }) => limit)).toEqual([50, 20]);
    expect(found).toMatchObject({ jobs: { length: 50 }, nextCursor: "2" });
    expect(endedEarly(found, query.limit)).toBe(false);
  });

  it("keeps what it has when it is stopped, and continues from there", async () => {
    const { asked, list } = api(1, 1, 1);

    const stopped = await findJobs(query, { ...quietly, list, isStopped: () => true });
    expect(stopped).toMatchObject({ jobs: { length: 1 }, searched: 1_000 });
    expect(endedEarly(stopped, query.limit)).toBe(true);

    const rest = await findJobs(query, { ...quietly, list, from: stopped });
    expect(rest).toMatchObject({ jobs: { length: 3 }, searched: 3_000, nextCursor: null });
    expect(asked.map(({ cursor }) => cursor)).toEqual([undefined, "1", "2"]);
  });

  it("ends by itself after many calls", async () => {
    const { asked, list } = api(...Array.from({ length: 200 }, () => 0));

    const found = await findJobs(query, { ...quietly, list });

    expect(asked).toHaveLength(50);
    expect(endedEarly(found, query.limit)).toBe(true);
    expect(endedEarly(nothingYet, query.limit)).toBe(false);
  });
});
