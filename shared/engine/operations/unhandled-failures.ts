/**
 * Failures that nobody has handled: the worker died between the commit of the failure and its callback or `onFailure`, and
 * the message reached the dead-letter queue without another worker, because each of its receives was throttled.
 *
 * @module
 */

import type { JobRecord } from "../jobs/record.ts";
import { sendAfterFailure } from "../jobs/send.ts";
import type { JobServices } from "../jobs/services.ts";
import { transitions } from "../jobs/store.ts";
import type { FoundJob } from "./find-jobs.ts";

/** An `onFailure` that always fails must not fill the dead-letter queue. */
const MAX_SENDS = 3;

/** True for a failed job whose callback or `onFailure` is still to come. */
export const isUnhandled = (job: JobRecord): boolean =>
  job.status === "FAILURE" && !job.failure_handled && (job.failure_sends ?? 0) < MAX_SENDS;

/** Sends messages that have workers handle the failures among the jobs of dead letters, one for each job. */
export async function sendUnhandledFailures(services: JobServices, found: readonly FoundJob[]): Promise<void> {
  const jobs = found.flatMap(({ job, reference }) =>
    job && reference.generation === job.generation && isUnhandled(job) ? [job] : [],
  );
  const distinct = new Map(jobs.map((job) => [job.task_id, job]));
  for (const job of distinct.values()) {
    // Recorded first: a worker that dies in between has spent one of the job's messages, and the next check sends another one.
    if (await transitions(services).noteFailureSend(job)) await sendAfterFailure(services, job);
  }
}
