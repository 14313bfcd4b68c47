/**
 * Refuses what limits forbid: at submit, jobs for which a project has no tokens left today, and jobs of which as many wait as
 * may; for a call of the language model that is answered at once, also what cannot run now.
 *
 * @module
 */

import type { TaskDefinition } from "../../contracts/define-task.ts";
import { DEFAULT_PRIORITY, laneFor, laneName } from "../../contracts/jobs/lanes.ts";
import type { LimitedKey } from "../../contracts/keys/key-limits.ts";
import { jobLimits } from "../../contracts/settings/job-limits.ts";
import { countQueued } from "../../shared/engine/limits/queued-jobs.ts";
import { limitInWords } from "../../shared/engine/limits/rolling.ts";
import { keyedTaskId } from "../../shared/engine/table/addresses.ts";
import { invalid, ProblemError } from "../../shared/lib/http/problem.ts";
import { limitProblem } from "./limit-problem.ts";
import type { ApiServices } from "./route-handler.ts";

/** Who submits. */
interface Submitter {
  readonly tenant: string;
  /** The key, where it has limits of its own. */
  readonly limitedKey: LimitedKey | undefined;
  /** Of the job: a replay of an accepted submission gets its job. */
  readonly idempotencyKey: string | undefined;
  readonly priority?: number | undefined;
}

/** Nobody knows when there will be room among the jobs that wait. */
const ASK_AGAIN_S = 60;

/** Jobs that are submitted. */
interface Submission {
  readonly tenant: string;
  readonly priority: number | undefined;
  readonly jobs: number;
  /** Whether it was accepted before, and is repeated; asked only when it would be refused. */
  readonly isReplay: () => Promise<boolean>;
}

/**
 * Refuses jobs beyond those of a project that may wait in a lane. Without such a bound, nothing is read.
 * @throws ProblemError 422 for more jobs than may ever wait, 429 for more than may wait now
 */
export async function refuseOverQueue(
  { jobs }: Pick<ApiServices, "jobs">,
  task: TaskDefinition,
  { tenant, priority = DEFAULT_PRIORITY, jobs: more, isReplay }: Submission,
): Promise<void> {
  const most = jobLimits(jobs.settings)(tenant).queued_jobs;
  if (most === undefined) return;
  const quota = limitInWords({ kind: "queued_jobs", most });
  if (more > most) {
    if (await isReplay()) return;
    throw invalid([{ path: "/inputs", message: `project ${tenant} may have ${quota} (queued_jobs), not ${more}` }]);
  }
  const lane = laneFor(priority, jobs.catalog.queueOf(task.queue).lanes);
  const waiting = await countQueued(jobs.store.table, { project_id: tenant, queue: task.queue, lane });
  if (waiting + more <= most || (await isReplay())) return;
  const asked = more === 1 ? "" : `, and ${more} more are asked for`;
  const detail = `Project ${tenant} has reached the limit of ${quota} (queued_jobs): ${waiting} wait in ${laneName(task.queue, lane)}${asked}; try again in ${ASK_AGAIN_S} s.`;
  throw new ProblemError("too-many-requests", detail, { headers: { "retry-after": String(ASK_AGAIN_S) } });
}

/**
 * Refuses a job for which its project has no tokens, or no place among those that wait.
 * @throws ProblemError 429
 */
export async function refuseOverLimits(
  services: Pick<ApiServices, "jobs" | "limiter">,
  task: TaskDefinition,
  submitter: Submitter,
): Promise<void> {
  await refuseOverBudget(services, task, submitter);
  const isReplay = () => isKnown(services.jobs, submitter);
  await refuseOverQueue(services, task, { ...submitter, priority: submitter.priority, jobs: 1, isReplay });
}

const isKnown = async (jobs: ApiServices["jobs"], { tenant, idempotencyKey: key }: Submitter): Promise<boolean> =>
  key !== undefined && (await jobs.store.get(keyedTaskId(tenant, key), jobs.now())) !== undefined;

/**
 * Refuses a job that would wait for the next day. Without a limit of a day, nothing is read.
 * @throws ProblemError 429
 */
export async function refuseOverBudget(
  { jobs, limiter }: Pick<ApiServices, "jobs" | "limiter">,
  task: TaskDefinition,
  submitter: Submitter,
): Promise<void> {
  if (!limiter.isSet && submitter.limitedKey === undefined) return;
  if (!jobs.catalog.queueOf(task.queue).uses.has("llm")) return;
  const reason = await limiter.overBudget({ tenant: submitter.tenant, key: submitter.limitedKey });
  if (!reason || (await isKnown(jobs, submitter))) return;
  throw limitProblem({ reason, until: reason.roomAt }, jobs.now());
}
