import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jobListSchema } from "../../../contracts/jobs/list.ts";
import type { NewJob } from "../../../shared/engine/jobs/store.ts";
import { TestApi } from "../../helpers/test-api.ts";
import { writeJobs } from "../../helpers/write-jobs.ts";

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.close());

const DAY = Date.parse("2026-11-20T00:00:00Z");
const hour = (index: number) => DAY + index * 1_000;

const write = (tenant: string, count: number, change: (index: number) => Partial<NewJob>) =>
  writeJobs(api.jobs.store, { tenant, count, from: DAY }, change);

async function list(tenant: string, query: Record<string, string>) {
  const answer = await api.call("GET", `/jobs?${new URLSearchParams(query)}`, { key: { tenant } });
  expect(answer.status).toBe(200);
  return jobListSchema.parse(answer.body);
}

/** Every page of a search, as the console asks for them. */
async function pages(tenant: string, query: Record<string, string>) {
  const found: Awaited<ReturnType<typeof list>>[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof list>> = await list(tenant, { ...query, ...(cursor && { cursor }) });
    found.push(page);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return found;
}

const failure = (type: string, message: string) => ({
  status: "FAILURE" as const,
  error: { type, message, retryable: false },
});

describe("searching jobs by text", () => {
  beforeAll(() =>
    write("texts", 4, (index) => {
      if (index === 0) return failure("RateLimitError", "The model answered 429: slow down.");
      if (index === 1) return failure("AuthenticationError", "Incorrect API key provided.");
      if (index === 2) return { task_name: "keywords", batch_id: "batch-7", trace_id: "nightly-digest" };
      return { status: "STARTED", progress: { current: 1, total: 9, message: "Reading page 1" } };
    }),
  );

  it.each([
    ["an error's type", "ratelimit", [0]],
    ["words of an error's message, in any order", "provided KEY", [1]],
    ["a task", "keywords", [2]],
    ["a batch", "batch-7", [2]],
    ["a trace id", "nightly", [2]],
    ["a progress message", "reading page", [3]],
    ["the project, which all have", "texts", [3, 2, 1, 0]],
    ["nothing, when one word does not occur", "nightly ratelimit", []],
    ["everything, when only blanks are given", "  ", [3, 2, 1, 0]],
  ])("finds %s", async (_, q, found) => {
    const { jobs } = await list("texts", { q });

    expect(jobs.map((job) => Date.parse(job.created_at))).toEqual(found.map(hour));
  });

  it("finds the beginning of an id", async () => {
    const { jobs } = await list("texts", {});
    const [job] = jobs;

    expect((await list("texts", { q: job?.task_id.slice(0, 8) ?? "" })).jobs).toEqual([job]);
  });

  it("goes with the other filters", async () => {
    expect((await list("texts", { q: "provided", status: "SUCCESS" })).jobs).toEqual([]);
  });

  it("says how far it looked", async () => {
    expect((await list("texts", { q: "429" })).searched).toEqual({ jobs: 4, back_to: new Date(hour(0)).toISOString() });
    expect((await list("nobody", { q: "429" })).searched).toEqual({ jobs: 0, back_to: null });
  });
});

describe("searching far back", () => {
  const COUNT = 1_300;
  beforeAll(() =>
    write("many", COUNT, (index) => {
      if (index === 3) return { task_name: "keywords" };
      return index % 500 === 7 ? failure("RateLimitError", "slow down") : {};
    }),
  );

  it("ends a call after 1,000 records, with a cursor that continues where it stopped", async () => {
    const [first, second, ...rest] = await pages("many", { q: "slow", limit: "20" });

    expect(first?.jobs.map((job) => Date.parse(job.created_at))).toEqual([hour(1_007), hour(507)]);
    expect(first?.searched).toEqual({ jobs: 1_000, back_to: new Date(hour(300)).toISOString() });
    expect(second?.jobs.map((job) => Date.parse(job.created_at))).toEqual([hour(7)]);
    expect(second?.searched).toEqual({ jobs: 300, back_to: new Date(hour(0)).toISOString() });
    expect(rest).toEqual([]);
  });

  it("gives an empty page and a cursor when nothing was found so far", async () => {
    const found = await pages("many", { trace_id: "another" });

    expect(found.map((page) => [page.jobs.length, page.next_cursor !== null])).toEqual([
      [0, true],
      [0, false],
    ]);
  });

  it("looks past other tasks without reading their records", async () => {
    const page = await list("many", { task_name: "keywords" });

    expect(page.jobs.map((job) => Date.parse(job.created_at))).toEqual([hour(3)]);
    expect(page).toMatchObject({ next_cursor: null, searched: { jobs: COUNT } });
  });

  it("gives every job once and in order, whatever the page", async () => {
    const found = (await pages("many", { limit: "97" })).flatMap(({ jobs }) => jobs.map((job) => job.created_at));

    expect(found).toHaveLength(COUNT);
    expect(found).toEqual([...new Set(found)].sort().reverse());
  });
});
