/**
 * `GET /runs/history` on the embedded table: what the sweeper keeps becomes points, none lost between them.
 *
 * @module
 */

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runHistorySchema } from "../../../contracts/monitoring/operations.ts";
import { takeSample } from "../../../shared/engine/monitoring/samples.ts";
import { BatchStatistics, type RunFacts } from "../../../shared/engine/monitoring/statistics.ts";
import { TestApi } from "../../helpers/test-api.ts";

const MINUTE_MS = 60_000;
/** At a full hour, as long ago as no count is thrown away yet. */
const start = Math.floor(Date.now() / (60 * MINUTE_MS)) * 60 * MINUTE_MS - 6 * 60 * MINUTE_MS;
const at = (minute: number) => new Date(start + minute * MINUTE_MS).toISOString();
let api: TestApi;
let now = start;

beforeEach(async () => {
  api = await TestApi.start();
  now = start;
  Object.assign(api.jobs, { now: () => now });
});
afterEach(() => api.close());

const run = { lane: "high", tenant: "acme", usage: undefined, queuedMs: 200 } as const;
async function ended(...runs: Pick<RunFacts, "taskName" | "status" | "durationMs">[]): Promise<void> {
  const statistics = new BatchStatistics();
  for (const each of runs) statistics.add({ ...run, ...each });
  await statistics.flush(api.jobs.store, "summarize");
}
const sampleAt = async (minute: number): Promise<void> => {
  now = start + minute * MINUTE_MS;
  const { keepRuns } = await takeSample(api.jobs);
  await keepRuns();
};
const admin = { key: { tenant: "ops", scopes: ["admin"] as const } };
async function history(query = "") {
  const { status, body } = await api.call("GET", `/runs/history${query}`, admin);
  expect(status, JSON.stringify(body)).toBe(200);
  return runHistorySchema.parse(body);
}
const good = { taskName: "summarize", status: "SUCCESS", durationMs: 800 } as const;
const bad = { taskName: "normalize", status: "FAILURE", durationMs: 20_000 } as const;

describe("the history of runs", () => {
  it("is empty until counts were kept", async () => {
    expect(await history()).toEqual({ tasks: [], points: [] });
  });

  it("has what ended between two counts, and since the last one", async () => {
    await sampleAt(0);
    await ended(good, good, bad);
    await sampleAt(5);
    await ended(good, { ...good, status: "RETRY" });
    now += 2 * MINUTE_MS;

    const { tasks, points } = await history("?hours=1");
    expect(tasks).toEqual(["normalize", "summarize"]);
    expect(points).toMatchObject([
      { from: at(0), to: at(5), succeeded: 2, failed: 1, retried: 0 },
      { from: at(5), to: at(7), succeeded: 1, failed: 0, retried: 1 },
    ]);
    expect(points[0]).toMatchObject({
      duration_p50_seconds: 0.875,
      duration_p95_seconds: 27,
      queue_p95_seconds: 0.242,
    });
  });

  it("is that of one task where one is named", async () => {
    await sampleAt(0);
    await ended(good, bad);
    now += MINUTE_MS;
    expect((await history("?hours=1&task_name=normalize")).points).toMatchObject([{ succeeded: 0, failed: 1 }]);
    for (const name of ["none", "__proto__", "constructor"]) {
      expect((await history(`?hours=1&task_name=${name}`)).points, name).toMatchObject([
        { succeeded: 0, failed: 0, duration_p50_seconds: null },
      ]);
    }
  });

  it("counts each run once where a point covers several counts, and where the sweeper paused", async () => {
    const minutes = [0, 5, 10, 20, 65, 70, 130];
    for (const minute of minutes) {
      await sampleAt(minute);
      await ended(good);
    }
    now += MINUTE_MS;
    for (const hours of [6, 24, 168]) {
      const { points } = await history(`?hours=${hours}`);
      expect(
        points.reduce((sum, { succeeded }) => sum + succeeded, 0),
        `${hours} hours`,
      ).toBe(minutes.length);
      for (const [index, point] of points.slice(1).entries()) expect(point.from).toBe(points[index]?.to);
    }
  });

  it("begins again where the counters do", async () => {
    await ended(good, good, good);
    await sampleAt(0);
    for (let shard = 0; shard < 8; shard++) {
      await api.jobs.store.table.delete({ pk: `STATS#${shard}`, sk: "queue|summarize" });
    }
    await ended(good);
    now += MINUTE_MS;
    expect((await history("?hours=1")).points).toMatchObject([{ succeeded: 1 }]);
  });

  it("is kept once for five minutes, however often the sweeper runs", async () => {
    await sampleAt(0);
    await ended(good);
    await sampleAt(1);
    await sampleAt(4);
    expect((await history("?hours=1")).points).toHaveLength(1);
  });

  it("is of all projects: a key of one project sees none", async () => {
    await sampleAt(0);
    await ended(good);
    now += MINUTE_MS;
    expect((await history()).points).toHaveLength(1);
    expect((await api.call("GET", "/runs/history")).body).toEqual({ tasks: [], points: [] });
  });
});
