/**
 * Following a job for an agent, which has to get an answer in time whatever the job does.
 *
 * @module
 */

import { type Job, WaitTimeoutError } from "../../client/index.ts";
import type { ToolContext } from "./tool.ts";

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

/** The outcome, or how to continue. */
export function jobForAgent({ task_id, status, ready, result, error }: Job): JobForAgent {
  if (!ready) return { task_id, status, next: "Call wait_for_job with this task_id." };
  return status === "SUCCESS" ? { task_id, status, result } : { task_id, status, error };
}
