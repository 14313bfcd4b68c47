import { expect, test } from "vitest";
import { catalog } from "../../contracts/catalog.ts";
import type { Capability } from "../../contracts/define-task.ts";
import { bundleFunctions } from "../../infra/bundle.ts";

const ofSmallStages = catalog
  .withSize("small")
  .queues.filter(({ name }) => !catalog.queues.some((each) => each.name === name));
const queues = [...catalog.queues, ...ofSmallStages];

/**
 * Code is parsed at every cold start, so its size is a budget: a dependency that breaks it is a decision, not an
 * accident. In KB of code that is parsed then; a queue's budget grows with what its tasks use.
 */
const base = 1_110;
const extra: Readonly<Partial<Record<Capability, number>>> = {
  llm: 650,
  embeddings: 100,
  vectors: 100,
  documents: 300,
  files: 100,
  queues: 100,
  webhooks: 100,
};
const single: Readonly<Record<string, number>> = {
  ...{ authorizer: 800, api: 1_420, sweeper: base, scheduled: base },
  // Four tasks' own code, in a stage that has no room for four functions.
  language: 1_800,
};

const budgetOf = (name: string): number => {
  const queue = queues.find((candidate) => candidate.name === name);
  return single[name] ?? base + [...(queue?.uses ?? [])].reduce((sum, capability) => sum + (extra[capability] ?? 0), 0);
};

test("every function's code is within its budget", async () => {
  const sizes = Object.entries(await bundleFunctions({ queues }));

  const over = sizes.filter(([name, bytes]) => bytes / 1_024 > budgetOf(name));

  expect(over.map(([name, bytes]) => `${name}: ${Math.round(bytes / 1_024)} KB of ${budgetOf(name)} KB`)).toEqual([]);
});
