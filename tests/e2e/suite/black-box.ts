import { describe } from "vitest";
import { describeAuth } from "./auth.ts";
import { describeBadInput } from "./bad-input.ts";
import { describeIdempotency } from "./idempotency.ts";
import { describeIsolation } from "./isolation.ts";
import { describeResults } from "./results.ts";
import { describeSubmit } from "./submit.ts";
import type { Target } from "./target.ts";

/**
 * One suite for every Sluice: the embedded stack, an emulator, an AWS account. It knows a URL and an admin key.
 */
export function blackBoxSuite(where: string, target: Target): void {
  describe(where, () => {
    describeAuth(target);
    describeSubmit(target);
    describeResults(target);
    describeBadInput(target);
    describeIdempotency(target);
    describeIsolation(target);
  });
}
