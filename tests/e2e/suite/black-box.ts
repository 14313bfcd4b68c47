import { describe } from "vitest";
import { describeAuth } from "./auth.ts";
import { describeBadInput } from "./bad-input.ts";
import { describeBatches } from "./batches.ts";
import { describeBounds } from "./bounds.ts";
import { describeDeadLetters } from "./dead-letters.ts";
import { describeDocuments } from "./documents.ts";
import { describeIdempotency } from "./idempotency.ts";
import { describeIsolation } from "./isolation.ts";
import type { Lacks } from "./lacks.ts";
import { describeLater } from "./later.ts";
import { describeLlmCalls } from "./llm-calls.ts";
import { describeLongJobs } from "./long-jobs.ts";
import { describeOperations } from "./operations.ts";
import { describeProjects } from "./projects.ts";
import { describePublicRoutes } from "./public-routes.ts";
import { describeReplacedSystems } from "./replaced-systems.ts";
import { describeResults } from "./results.ts";
import { describeSchedules } from "./schedules.ts";
import { describeSubmit } from "./submit.ts";
import type { Target } from "./target.ts";
import { describeWebhooks } from "./webhooks.ts";

/**
 * One suite for every Sluice: the embedded stack, an emulator, an AWS account. It knows a URL and an admin key.
 * @param lacks what the endpoint cannot do; the tests that need it are skipped, with the reason in their name
 */
export function blackBoxSuite(where: string, target: Target, lacks: Lacks = {}): void {
  describe(where, () => {
    describeAuth(target);
    describePublicRoutes(target);
    describeSubmit(target);
    describeResults(target);
    describeProjects(target);
    describeDocuments(target);
    describeOperations(target);
    describeBadInput(target);
    describeIdempotency(target);
    describeIsolation(target);
    describeDeadLetters(target, lacks);
    describeLater(target);
    describeSchedules(target);
    describeBatches(target, lacks);
    describeWebhooks(target, lacks);
    describeLlmCalls(target, lacks);
    describeLongJobs(target, lacks);
    describeBounds(target);
    describeReplacedSystems(target);
  });
}
