import assert from "node:assert/strict";
import { test } from "node:test";
import { stateLeftBy, taskContext } from "sluice/testing";
import { run as readingReport } from "../sluice/tasks/reading-report.run.ts";
import { run as wordStats } from "../sluice/tasks/word-stats.run.ts";

test("counts words and finds the longest", async () => {
  assert.deepEqual(await wordStats({ text: "The river rose." }, taskContext()), { words: 3, longest: "river" });
});

test("a report waits for its two jobs, then joins them", async () => {
  const context = { settings: { WORDS_PER_MINUTE: 200 }, submit: async (task: string) => `job of ${task}` };
  const left = await stateLeftBy(() => readingReport({ text: "The river rose." }, taskContext(context)));
  assert.deepEqual(left.waitFor, ["job of summarize", "job of word_stats"]);

  const ended = (result: unknown) => ({ taskId: "", status: "SUCCESS", result, error: null }) as const;
  const results = async () => [ended({ summary: "A river." }), ended({ words: 300 })];
  const second = taskContext({ ...context, state: left.state, results });
  assert.deepEqual(await readingReport({ text: "" }, second), { summary: "A river.", minutes: 1.5 });
});
