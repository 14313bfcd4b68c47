import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { retriedManySchema } from "../../../contracts/jobs/retry-many.ts";
import { eventListSchema } from "../../../contracts/jobs/wire.ts";
import { TestApi } from "../../helpers/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.close());

let projects = 0;
/** A project with a failed job of each of two tasks, a revoked one, one that succeeded and one that waits. */
async function project() {
  const key = { tenant: `project-${++projects}` };
  const body = { input: { text: "Water flows downhill." }, tags: { part: "7" } };
  const ids = {
    summary: await api.submit({ key, body }),
    keywords: await api.submit({ key, task: "keywords" }),
    revoked: await api.submit({ key }),
    done: await api.submit({ key }),
    waiting: await api.submit({ key }),
  };
  await (await api.start(ids.summary)).fail("RateLimitError", "The model server answered 429.");
  await (await api.start(ids.keywords)).fail();
  await api.call("POST", `/jobs/${ids.revoked}/revoke`, { key, body: {} });
  await (await api.start(ids.done)).succeed({});
  const retry = async (filter: unknown) => api.call("POST", "/jobs/retry", { key, body: filter });
  const states = async () =>
    Object.fromEntries(
      await Promise.all(Object.entries(ids).map(async ([name, id]) => [name, (await api.record(id)).status])),
    );
  return { key, ids, retry, states };
}

const untouched = {
  ...{ summary: "FAILURE", keywords: "FAILURE", revoked: "REVOKED", done: "SUCCESS", waiting: "PENDING" },
};

describe("retrying by a filter", () => {
  it.each([
    [{ task_name: "extract_keywords" }, { keywords: "PENDING" }],
    [{ q: "answered 429" }, { summary: "PENDING" }],
    [{ tag: "part:7" }, { summary: "PENDING" }],
    [{ all: true, status: "REVOKED" }, { revoked: "PENDING" }],
    [{ all: true }, { summary: "PENDING", keywords: "PENDING" }],
    [{ created_before: "2020-01-01T00:00:00Z" }, {}],
  ])("runs again what fits %j, and nothing else", async (filter, changed) => {
    const { retry, states } = await project();

    const answer = retriedManySchema.parse((await retry(filter)).body);

    const retried = Object.keys(changed).length;
    expect(answer).toEqual({ retried, skipped: 0, dry_run: false, sample: [], next_cursor: null });
    expect(await states()).toEqual({ ...untouched, ...changed });
  });

  it("leaves other projects alone, and says in the timeline who it was", async () => {
    const [one, other] = [await project(), await project()];

    expect((await one.retry({ all: true })).body).toMatchObject({ retried: 2 });

    expect(await other.states()).toEqual(untouched);
    const timeline = await api.call("GET", `/jobs/${one.ids.summary}/events`, { key: one.key });
    expect(eventListSchema.parse(timeline.body).events.at(-1)?.message).toMatch(/^retried by /);
  });

  it("says what it would do in a dry run", async () => {
    const { retry, states } = await project();

    expect((await retry({ all: true, dry_run: true })).body).toMatchObject({
      ...{ retried: 2, skipped: 0, dry_run: true },
      sample: [
        { task_name: "keywords", status: "FAILURE" },
        { task_name: "summarize", status: "FAILURE" },
      ],
    });
    expect(await states()).toEqual(untouched);
  });

  it.each([{}, { status: "REVOKED" }, { dry_run: true }, { status: "SUCCESS", all: true }, { q: " " }])(
    "refuses %j, which names no jobs",
    async (filter) => {
      const { retry } = await project();

      expect((await retry(filter)).status).toBe(422);
    },
  );
});
