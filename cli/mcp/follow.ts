/**
 * Following a job for an agent, which has to get an answer in time whatever the job does.
 *
 * @module
 */

import { type Job, WaitTimeoutError } from "../../client/index.ts";
import type { Accepted, ToolContext } from "./tool.ts";

/** What is reported to an agent about a job. */
export interface JobForAgent {
  readonly task_id: string;
  readonly status: Job["status"];
  readonly result?: unknown;
  readonly error?: unknown;
  /** What to do when there is no outcome yet. */
  readonly next?: string;
}

/** Waits for a job's outcome, at most so many seconds. @returns the job as it is then */
export async function followForAgent(taskId: string, seconds: number, context: ToolContext): Promise<JobForAgent> {
  const onProgress = ({ status, progress }: Job) =>
    context.progress(progress?.current ?? 0, progress?.total ?? undefined, progress?.message ?? status);
  try {
    const options = { timeout: seconds * 1_000, signal: context.signal, onProgress };
    return jobForAgent((await context.client.wait(taskId, options)) as Job);
  } catch (error) {
    if (error instanceof WaitTimeoutError) return jobForAgent(error.job);
    throw error;
  }
}

/**
 * {@link followForAgent} of a job that was just submitted: when it cannot be read, the agent still gets its id, as it
 * would submit it again otherwise.
 */
export async function followSubmitted(accepted: Accepted, seconds: number, context: ToolContext): Promise<JobForAgent> {
  try {
    return await followForAgent(accepted.task_id, seconds, context);
  } catch (error) {
    if (context.signal.aborted) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const { task_id, status } = accepted;
    return {
      task_id,
      status,
      next: `The job is submitted, and could not be read yet (${reason}). Do not submit it again: call wait_for_job with this task_id.`,
    };
  }
}

/** The outcome, or how to continue. */
export function jobForAgent({ task_id, status, ready, result, error }: Job): JobForAgent {
  if (!ready) return { task_id, status, next: "Call wait_for_job with this task_id." };
  return status === "SUCCESS" ? { task_id, status, result } : { task_id, status, error };
}
