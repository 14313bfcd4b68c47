import { NEW_ACCOUNT_MEMORY } from "../../../contracts/define-task.ts";
import { familyNames } from "../../../contracts/families.ts";
import { laneName } from "../../../contracts/jobs/lanes.ts";
import { invocationsAtOnce, LEAST_CONCURRENCY, mappingsInWords } from "../../../contracts/settings/invocations.ts";
import { type Check, fail, ok, warn } from "../../doctor/check.ts";
import type { PlannedStage } from "../planned-stage.ts";
import { regionOf, type StageTarget } from "../stage.ts";
import { unanswered } from "./unanswered.ts";

const QUOTA =
  "Lambda's quota `Concurrent executions` (L-B99A9384) is raised in the Service Quotas console, free of charge.";

/** Whether the lanes fit into what the account may run at once. */
export async function checkConcurrency(planned: PlannedStage): Promise<Check[]> {
  const { target, stage, settings, queues } = planned;
  const { LambdaClient, GetAccountSettingsCommand } = await import("@aws-sdk/client-lambda");
  let quota: number;
  try {
    const { AccountLimit } = await new LambdaClient(regionOf(target)).send(new GetAccountSettingsCommand({}));
    // What functions of the account have reserved is not available either.
    quota = AccountLimit?.UnreservedConcurrentExecutions ?? AccountLimit?.ConcurrentExecutions ?? 0;
  } catch (error) {
    return [unanswered("concurrency", error)];
  }
  const { SLUICE_ACCOUNT_CONCURRENCY: declared, SLUICE_CONCURRENCY_HEADROOM: headroom } = stage;
  const wanted = invocationsAtOnce(settings, queues);
  const numbers = `the account runs ${quota} functions at once, the ${mappingsInWords(queues)} up to ${wanted}`;
  if (wanted + headroom <= quota) {
    const waits = [...checkWaits(planned, quota - wanted), ...(await checkOthers(planned, quota - wanted - headroom))];
    if (declared <= quota) return [ok("concurrency", numbers), ...waits];
    return [warn("concurrency", numbers, `SLUICE_ACCOUNT_CONCURRENCY says ${declared}: set ${quota}.`), ...waits];
  }
  return [
    fail(
      "concurrency",
      `${numbers}, and ${headroom} are left for the API (SLUICE_CONCURRENCY_HEADROOM)`,
      adviceFor(planned, quota),
    ),
  ];
}

/**
 * Whether other stages in the account have lanes that may take what this one leaves. Lambda does not add them up: they
 * would be throttled beside each other.
 * @param left invocations, without what is kept for the API
 */
async function checkOthers({ target }: PlannedStage, left: number): Promise<Check[]> {
  try {
    const others = await otherStages(target);
    const taken = [...others.values()].reduce((sum, each) => sum + each, 0);
    if (taken <= left) return [];
    const named = [...others].map(([stage, most]) => `${stage} up to ${most}`).join(", ");
    const detail = `the lanes of other stages in this account and region take ${named}, of ${left} that this one leaves`;
    return [warn("other stages", detail, `When all are busy, jobs wait longer for each other. ${QUOTA}`)];
  } catch (error) {
    return [unanswered("other stages", error)];
  }
}

/** Invocations at once that the mappings of each other stage may take. */
async function otherStages({ stage, region }: StageTarget): Promise<Map<string, number>> {
  const { LambdaClient, paginateListEventSourceMappings } = await import("@aws-sdk/client-lambda");
  const client = new LambdaClient(regionOf({ stage, region }));
  const others = new Map<string, number>();
  for await (const { EventSourceMappings = [] } of paginateListEventSourceMappings({ client }, {})) {
    for (const { FunctionArn = "", ScalingConfig } of EventSourceMappings) {
      const [, other] = /:function:sluice-([a-z][a-z0-9]*)-/.exec(FunctionArn) ?? [];
      if (other === undefined || other === stage) continue;
      others.set(other, (others.get(other) ?? 0) + (ScalingConfig?.MaximumConcurrency ?? 0));
    }
  }
  return others;
}

/** Whether requests that wait for a job can take all that the lanes leave. @param left invocations */
function checkWaits({ settings }: PlannedStage, left: number): Check[] {
  const { API_WAITS_AT_ONCE: waits } = settings;
  if (waits < left) return [];
  const detail = `up to ${waits} requests wait for a job at a time, and the lanes leave ${left} invocations for the API, the sweeper and schedules`;
  return [warn("waits", detail, `Set API_WAITS_AT_ONCE=${Math.max(1, Math.floor(left / 4))}.`)];
}

/** What makes the stage fit into the account's quota. */
function adviceFor(planned: PlannedStage, quota: number): string {
  const { stage, queues, small } = planned;
  const least = leastOf(planned);
  const fits = quota - least;
  if (fits > 0) {
    const headroom = Math.min(stage.SLUICE_CONCURRENCY_HEADROOM, fits);
    return `Set WORKER_CONCURRENCY=${LEAST_CONCURRENCY}, SLUICE_ACCOUNT_CONCURRENCY=${quota} and SLUICE_CONCURRENCY_HEADROOM=${headroom}. ${QUOTA}`;
  }
  const tooMany = `Even with ${LEAST_CONCURRENCY} a lane, the least that SQS takes, ${mappingsInWords(queues)} need ${least}.`;
  if (small !== undefined && leastOf(small) + small.stage.SLUICE_CONCURRENCY_HEADROOM <= quota) {
    const { givenForSize } = planned;
    const without = givenForSize.length === 0 ? "" : `, and take ${givenForSize.join(", ")} out`;
    return `${tooMany} Set SLUICE_SIZE=small${without}: ${sizeInWords(small, planned)}. ${QUOTA}`;
  }
  return `${tooMany} Leave families out (SLUICE_FAMILIES). ${QUOTA}`;
}

/** Invocations at once when each mapping has the least that there is. */
const leastOf = ({ queues }: PlannedStage): number =>
  invocationsAtOnce({ WORKER_CONCURRENCY: LEAST_CONCURRENCY, WORKER_CONCURRENCY_BY_QUEUE: undefined }, queues);

/** What a small stage has, and what of another one it leaves out. */
function sizeInWords(small: PlannedStage, full: Pick<PlannedStage, "families">): string {
  const { SLUICE_ACCOUNT_CONCURRENCY: quota } = small.stage;
  const { settings, queues } = small;
  const names = queues.flatMap(({ name, lanes }) => lanes.map((lane) => laneName(name, lane)));
  const wanted = invocationsAtOnce(settings, queues);
  const left = [...full.families].filter((family) => !small.families.has(family));
  return (
    `the families ${[...small.families].join(", ")} on the lanes ${names.join(", ")}, up to ${wanted} invocations at once` +
    ` of ${quota}, which leaves ${quota - wanted}` +
    `; without ${[...(left.length > 0 ? [`the families ${left.join(", ")}`] : []), "high lanes"].join(" and ")}`
  );
}

/** What a small stage has and leaves out, in words; nothing of another one. */
export function checkSize(planned: PlannedStage): Check[] {
  if (planned.stage.SLUICE_SIZE !== "small") return [];
  return [ok("size", `small: ${sizeInWords(planned, { families: new Set(familyNames) })}`)];
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
