import { invocationsAtOnce } from "../../../contracts/settings/invocations.ts";
import { type Check, fail, ok, warn } from "../../doctor/check.ts";
import type { PlannedStage } from "../planned-stage.ts";
import { regionOf } from "../stage.ts";
import { unanswered } from "./unanswered.ts";

/** The most memory of a function in an account that has not asked for more, in MB. */
const NEW_ACCOUNT_MEMORY = 3_008;
/** The least MaximumConcurrency that SQS event sources take. */
const LEAST_CONCURRENCY = 2;
const QUOTA =
  "Lambda's quota `Concurrent executions` (L-B99A9384) is raised in the Service Quotas console, free of charge.";

/** Whether the lanes fit into what the account may run at once. */
export async function checkConcurrency({ target, stage, settings, queues }: PlannedStage): Promise<Check[]> {
  const { LambdaClient, GetAccountSettingsCommand } = await import("@aws-sdk/client-lambda");
  let quota: number;
  try {
    const { AccountLimit } = await new LambdaClient(regionOf(target)).send(new GetAccountSettingsCommand({}));
    // What other functions of the account have reserved is not available either.
    quota = AccountLimit?.UnreservedConcurrentExecutions ?? AccountLimit?.ConcurrentExecutions ?? 0;
  } catch (error) {
    return [unanswered("concurrency", error)];
  }
  const { SLUICE_ACCOUNT_CONCURRENCY: declared, SLUICE_CONCURRENCY_HEADROOM: headroom } = stage;
  const wanted = invocationsAtOnce(settings, queues);
  const lanes = queues.reduce((sum, queue) => sum + queue.lanes.length, 0);
  const numbers = `the account runs ${quota} functions at once, the ${lanes} lanes up to ${wanted}`;
  if (wanted + headroom <= quota) {
    if (declared <= quota) return [ok("concurrency", numbers)];
    return [warn("concurrency", numbers, `SLUICE_ACCOUNT_CONCURRENCY says ${declared}: set ${quota}.`)];
  }
  const least = LEAST_CONCURRENCY * lanes;
  const fits = quota - least;
  const advice =
    fits > 0
      ? `Set WORKER_CONCURRENCY=${LEAST_CONCURRENCY}, SLUICE_ACCOUNT_CONCURRENCY=${quota} and SLUICE_CONCURRENCY_HEADROOM=${Math.min(headroom, fits)}. ${QUOTA}`
      : `Even with ${LEAST_CONCURRENCY} a lane, the least that SQS takes, ${lanes} lanes need ${least}. Leave families out (SLUICE_FAMILIES). ${QUOTA}`;
  return [
    fail("concurrency", `${numbers}, and ${headroom} are left for the API (SLUICE_CONCURRENCY_HEADROOM)`, advice),
  ];
}

/** Whether a new account can make the largest function. No API returns an account's limit. */
export function checkMemory({ queues }: PlannedStage): Check[] {
  const [largest] = queues.toSorted((a, b) => b.memory - a.memory);
  if (largest === undefined) return [];
  const detail = `the largest function, ${largest.name}, has ${largest.memory} MB`;
  if (largest.memory <= NEW_ACCOUNT_MEMORY) return [ok("memory", detail)];
  return [
    warn(
      "memory",
      `${detail}; new accounts may have at most ${NEW_ACCOUNT_MEMORY}`,
      "Lower the task's `memory`, or ask AWS Support for more.",
    ),
  ];
}
