/**
 * Runs a faultCase once for every AWS call that it makes, with a fault at that call, and checks what comes of it.
 *
 * @module
 */

import { expect } from "vitest";
import type { JobState } from "../../contracts/jobs/states.ts";
import type { EngineHarness } from "./engine-harness.ts";
import type { FaultMode, Plan } from "./faults.ts";

export interface FaultCase {
  /** Brings a new job to where the invocation under test begins. @returns its id */
  readonly begin: () => Promise<string>;
  /** The invocation. @returns calls made */
  readonly act: (plan: Plan, taskId: string) => Promise<number>;
  /** What the job may come to. */
  readonly end: readonly JobState[];
  /** Runs at the most. */
  readonly runs: number;
}

/** More than any invocation makes. */
const MAX_CALLS = 30;

/** @returns the number of cases */
export async function everyCall(harness: EngineHarness, mode: Plan["mode"], faultCase: FaultCase): Promise<number> {
  for (let call = 1; call <= MAX_CALLS; call++) {
    await harness.clear();
    const taskId = await faultCase.begin();
    try {
      const calls = await faultCase.act({ call, mode }, taskId);
      await harness.check(taskId, faultCase);
      if (calls < call) {
        expect(call, "calls").toBeGreaterThan(1);
        return call - 1;
      }
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      throw new Error(`call ${call}, ${typeof mode === "string" ? mode : mode.pause}: ${detail}`, { cause: error });
    }
  }
  throw new Error("The invocation does not come to an end.");
}

/** A run may be lost with its worker, and then there is one more; a call that the client repeats costs none. */
export const lostRuns = (mode: FaultMode): number => (mode === "repeated" ? 0 : 1);
