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
  const place = { taskName: "test", tenant: "p", model: "m", config: "" };
  expect(tokens).toContainEqual({ ...place, kind: "prompt", count: 200 });
});

it("tells tokens apart by model and config", async () => {
  const { store } = engine.services;
  const tokensOf = (model: string | null) => ({ prompt_tokens: 10, completion_tokens: 2, total_tokens: 12, model });
  const statistics = new BatchStatistics();
  const place = { taskName: "llm_call", tenant: "p" };
  statistics.addUsage({ ...place, configName: "support@3" }, tokensOf("models/a|b %"));
  statistics.addUsage({ ...place, configName: "support@3" }, tokensOf("models/a|b %"));
  statistics.addUsage({ ...place, configName: "support@4" }, tokensOf("models/a|b %"));
  statistics.addUsage(place, tokensOf(null));
  await statistics.flush(store, "llm-call");
  // As it was written before models and configs were told apart.
  await store.table.update({ pk: "STATS#0", sk: "tokens|llm_call|p" }, { add: { prompt: 5 } });

  const { tokens } = await readStatistics(store);

  const prompts = tokens
    .filter(({ kind }) => kind === "prompt")
    .map(({ model, config, count }) => [model, config, count]);
  expect(prompts.toSorted()).toEqual([
    ["", "", 15],
    ["models/a|b %", "support@3", 20],
    ["models/a|b %", "support@4", 10],
  ]);
});

it("notes each run that ended with its time in the queue and at work", async () => {
  await engine.submit();
  await engine.step();
  expect(engine.ended).toMatchObject([{ taskName: "test", status: "SUCCESS", tenant: "default" }]);
  expect(engine.ended[0]?.queuedMs).toBeGreaterThanOrEqual(0);
});
