/**
 * What must hold while calls of AWS fail, processes die, clocks differ, the model server is away and the whole stack is
 * killed. `npm run chaos` does the same with more jobs, and with planted bugs.
 *
 * @module
 */

import { expect, it } from "vitest";
import { examine } from "../helpers/chaos-checks.ts";
import { runChaos } from "../helpers/chaos-run.ts";

const JOBS = 200;

it("every accepted job ends once, as ordered, whatever goes wrong around it", { timeout: 1_200_000 }, async () => {
  const { history, facts } = await runChaos({ jobs: JOBS });

  expect(Object.entries(examine(history)).filter(([, violations]) => violations.length > 0)).toEqual([]);
  expect(facts.jobs).toBe(JOBS);
  expect(facts.stackKills).toBe(2);
  expect(facts.workerKills).toBeGreaterThan(0);
  expect(facts.modelOutages).toBeGreaterThan(0);
  // Rare kinds may not come up among so few calls.
  expect(Object.keys(facts.faults)).toEqual(expect.arrayContaining(["unsent", "unanswered", "throttled", "failing"]));
});
