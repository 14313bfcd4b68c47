/**
 * Refuses what limits forbid: at submit, jobs for which a project has no tokens left today, and jobs of which as many wait as
 * may; for a call of the language model that is answered at once, also what cannot run now.
 *
 * @module
 */

import type { TaskDefinition } from "../../contracts/define-task.ts";
import { DEFAULT_PRIORITY, laneFor } from "../../contracts/jobs/lanes.ts";
import type { LimitedKey } from "../../contracts/keys/key-limits.ts";
import { limitsQueued } from "../../contracts/settings/job-limits.ts";
import type { JobServices } from "../../shared/engine/jobs/services.ts";
import type { Limiter } from "../../shared/engine/limits/limiter.ts";
import { type QueuedIn, QueueFullError, queueRoom, queueRooms } from "../../shared/engine/limits/queued-jobs.ts";
import { limitInWords } from "../../shared/engine/limits/rolling.ts";
import { keyedTaskId } from "../../shared/engine/table/addresses.ts";
import { invalid } from "../../shared/lib/http/problem.ts";
import { type Caller, isAdmin } from "./caller.ts";
import { limitProblem } from "./limit-problem.ts";

/** What limits are examined with. */
interface Limiting {
  readonly jobs: JobServices;
  readonly limiter: Limiter;
}

/** Who submits. */
interface Submitter {
  readonly tenant: string;
  /** The key, where it has limits of its own. */
  readonly limitedKey: LimitedKey | undefined;
  /** Of the job: a replay of an accepted submission gets its job. */
  readonly idempotencyKey: string | undefined;
  readonly priority?: number | undefined;
}

/** Jobs that are submitted, or run again. */
interface Submission {
  readonly tenant: string;
  readonly priority?: number | undefined;
  readonly jobs: number;
  /** Whether it was accepted before, and is repeated; asked only when it would be refused. Never when left out. */
  readonly isReplay?: () => Promise<boolean>;
}

/**
 * Refuses jobs beyond those of a project that may wait in a lane, or be open. Without such a bound, nothing is read.
 * @throws ProblemError 422 for more jobs than may ever wait
 * @throws QueueFullError for more than may wait now
 */
export async function refuseOverQueue(
  { jobs }: Pick<Limiting, "jobs">,
  task: TaskDefinition,
  { tenant, priority = DEFAULT_PRIORITY, jobs: more, isReplay = () => Promise.resolve(false) }: Submission,
): Promise<void> {
  if (!limitsQueued(jobs.settings)) return;
  const lane = laneFor(priority, jobs.catalog.queueOf(task.queue).lanes);
  const place = { project_id: tenant, queue: task.queue, lane };
  const rooms = await queueRooms(jobs.store.table, jobs.settings, place);
  const full = rooms.find(({ left }) => left < more);
  if (!full || (await isReplay())) return;
  const never = rooms.find(({ most }) => more > most);
  if (never) {
    const quota = limitInWords(never);
    throw invalid([{ path: "/inputs", message: `project ${tenant} may have ${quota} (${never.kind}), not ${more}` }]);
  }
  throw new QueueFullError(place, full, more);
}

/**
 * Refuses to run a job again where as many jobs of its project wait, or are open, as may. Admin keys are not refused: who operates the
 * stage must get through.
 * @throws QueueFullError
 */
export async function refuseAgain({ jobs }: Pick<Limiting, "jobs">, caller: Caller, job: QueuedIn): Promise<void> {
  if (isAdmin(caller)) return;
  const room = await queueRoom(jobs.store.table, jobs.settings, job);
  if (room?.left === 0) throw new QueueFullError(job, room);
}

/**
 * Refuses a job for which its project has no tokens, or no place among those that wait.
 * @throws ProblemError 429
 * @throws QueueFullError
 */
export async function refuseOverLimits(services: Limiting, task: TaskDefinition, submitter: Submitter): Promise<void> {
  await refuseOverBudget(services, task, submitter);
  const isReplay = () => isKnown(services.jobs, submitter);
  await refuseOverQueue(services, task, { ...submitter, priority: submitter.priority, jobs: 1, isReplay });
}

const isKnown = async (jobs: JobServices, { tenant, idempotencyKey: key }: Submitter): Promise<boolean> =>
  key !== undefined && (await jobs.store.get(keyedTaskId(tenant, key), jobs.now())) !== undefined;

/**
 * Refuses a job that would wait for the next day. Without a limit of a day, nothing is read.
 * @throws ProblemError 429
 */
export async function refuseOverBudget(
  { jobs, limiter }: Limiting,
  task: TaskDefinition,
  submitter: Submitter,
): Promise<void> {
  if (!limiter.isSet && submitter.limitedKey === undefined) return;
  if (!jobs.catalog.queueOf(task.queue).uses.has("llm")) return;
  const reason = await limiter.overBudget({ tenant: submitter.tenant, key: submitter.limitedKey });
  if (!reason || (await isKnown(jobs, submitter))) return;
  throw limitProblem({ reason, until: reason.roomAt }, jobs.now());
}
