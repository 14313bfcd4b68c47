/**
 * Random scenarios, the same each time. `ENGINE_SCENARIOS=5000 npx vitest run random-scenarios` runs more of them,
 * `ENGINE_SEED=7` others; a failure says which one it was and all that happened.
 *
 * @module
 */

import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { EngineHarness } from "../../helpers/engine-harness.ts";
import { Scenario, type Setting, seededRandom } from "../../helpers/random-scenario.ts";

const count = Number(process.env.ENGINE_SCENARIOS ?? 12);
const firstSeed = Number(process.env.ENGINE_SEED ?? 1);
/** Failures that are shown in full. */
const SHOWN = 3;

const settings: readonly (readonly [string, Setting])[] = [
  ["a standard queue", { isCritical: false, hasBreaker: false }],
  ["a critical queue", { isCritical: true, hasBreaker: false }],
  ["a queue whose backend is down at times", { isCritical: false, hasBreaker: true }],
];

describe.each(settings)("a job of %s", (_, setting) => {
  let harness: EngineHarness;
  beforeAll(async () => {
    harness = await EngineHarness.start({
      retry: setting.isCritical ? "critical" : "standard",
      breaker: setting.hasBreaker,
    });
  });
  afterAll(() => harness.close());

  it("runs as often as it may, ends once and stays so, whatever happens", {
    timeout: 60_000 + count * 5_000,
  }, async () => {
    const failures: string[] = [];
    for (let seed = firstSeed; seed < firstSeed + count; seed++) {
      await harness.clear();
      const random = seededRandom(seed);
      vi.spyOn(Math, "random").mockImplementation(random);
      const scenario = new Scenario(harness, { key: `scenario ${seed}`, setting }, random);
      try {
        await scenario.run();
      } catch (error) {
        const detail = error instanceof Error ? error.message : String(error);
        failures.push(`scenario ${seed}: ${detail}\n${scenario.log.join("\n")}`);
      }
    }
    expect(failures.slice(0, SHOWN).join("\n\n"), `${failures.length} of ${count} scenarios`).toBe("");
  });
});
