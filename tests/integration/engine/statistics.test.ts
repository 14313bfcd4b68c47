import { afterEach, beforeEach, expect, it } from "vitest";
import { secondsBuckets } from "../../../contracts/monitoring/metrics.ts";
import { BatchStatistics, readStatistics } from "../../../shared/engine/monitoring/statistics.ts";
import { Engine } from "../../helpers/engine.ts";

let engine: Engine;
beforeEach(async () => {
  engine = await Engine.start();
});
afterEach(() => engine.close());

it("adds the runs of many batches up", async () => {
  const batches = Array.from({ length: 20 }, async () => {
    const statistics = new BatchStatistics();
    const run = { taskName: "test", lane: "low", tenant: "p", queuedMs: 20, usage: undefined } as const;
    statistics.add({ ...run, status: "SUCCESS", durationMs: 700 });
    const usage = { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12, model: "m" };
    statistics.add({ ...run, status: "FAILURE", durationMs: 5_000_000, usage });
    await statistics.flush(engine.services.store, "test");
  });
  await Promise.all(batches);

  const { runs, durations, tokens, lanes } = await readStatistics(engine.services.store);

  expect(runs).toContainEqual({ taskName: "test", status: "SUCCESS", count: 20 });
  expect(runs).toContainEqual({ taskName: "test", status: "FAILURE", count: 20 });
  const histogram = durations.get("test");
  expect(histogram?.buckets[secondsBuckets.indexOf(1)]).toBe(20);
  expect(histogram?.buckets.at(-1)).toBe(20);
  expect(histogram?.sum).toBeCloseTo(20 * 5_000.7);
  expect(lanes.get("test-low")?.ended).toBe(40);
  // The later of the two had been due 720 ms before it was counted.
  expect(Date.now() - (lanes.get("test-low")?.due ?? 0)).toBeGreaterThanOrEqual(720);
  expect(tokens).toContainEqual({ taskName: "test", tenant: "p", kind: "prompt", count: 200 });
});

it("notes each run that ended with its time in the queue and at work", async () => {
  await engine.submit();
  await engine.step();
  expect(engine.ended).toMatchObject([{ taskName: "test", status: "SUCCESS", tenant: "default" }]);
  expect(engine.ended[0]?.queuedMs).toBeGreaterThanOrEqual(0);
});
