/**
 * Lives of jobs drawn by lot, the same each time. `ENGINE_STORIES=5000 npx vitest run random-stories` plays more of them,
 * `ENGINE_SEED=7` others; a failure says which one it was and all that happened.
 *
 * @module
 */

import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { Rig } from "./rig.ts";
import { lots, type Setting, Story } from "./story.ts";

const count = Number(process.env.ENGINE_STORIES ?? 12);
const firstSeed = Number(process.env.ENGINE_SEED ?? 1);
/** Failures that are told in full. */
const SHOWN = 3;

const settings: readonly (readonly [string, Setting])[] = [
  ["a standard queue", { isCritical: false, hasBreaker: false }],
  ["a critical queue", { isCritical: true, hasBreaker: false }],
  ["a queue whose backend is down at times", { isCritical: false, hasBreaker: true }],
];

describe.each(settings)("a job of %s", (_, setting) => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await Rig.start({ retry: setting.isCritical ? "critical" : "standard", breaker: setting.hasBreaker });
  });
  afterAll(() => rig.close());

  it("runs as often as it may, ends once and stays so, whatever happens", {
    timeout: 60_000 + count * 5_000,
  }, async () => {
    const failures: string[] = [];
    for (let seed = firstSeed; seed < firstSeed + count; seed++) {
      await rig.clear();
      const random = lots(seed);
      vi.spyOn(Math, "random").mockImplementation(random);
      const story = new Story(rig, random, `story ${seed}`, setting);
      try {
        await story.play();
      } catch (error) {
        const detail = error instanceof Error ? error.message : String(error);
        failures.push(`story ${seed}: ${detail}\n${story.told.join("\n")}`);
      }
    }
    expect(failures.slice(0, SHOWN).join("\n\n"), `${failures.length} of ${count} stories`).toBe("");
  });
});
