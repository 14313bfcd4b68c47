/**
 * What is left to do when a job has ended: to take it out of what its parent waits for, to note it in its batch, and to
 * submit its callback, a job of its own that delivers a webhook. The callback's id follows from the job and its end, so that submitting it again changes
 * nothing. What dies before it was submitted is left to the sweeper or, for a failed job, to the message on its way to the
 * dead-letter queue.
 *
 * @module
 */

import { callbackTask } from "../../../contracts/webhooks/webhooks.ts";
import { isOfTrackedBatch, noteEndInBatch } from "../batches/note-end.ts";
import type { JobRecord } from "./record.ts";
import type { JobServices } from "./services.ts";
import { transitions } from "./store.ts";
import { submitJob } from "./submit.ts";
import { notifyParent } from "./waiting-jobs.ts";

/** True for a job after whose end there is something to do. */
export const hasAfterEnd = (record: JobRecord): boolean =>
  record.callback_url !== undefined || record.parent_id !== undefined || isOfTrackedBatch(record);

/**
 * Does what is left to do when a job has ended; nothing for most jobs. Safe to repeat.
 * @param record as its end left it
 */
export async function handleEnd(services: JobServices, record: JobRecord): Promise<void> {
  await notifyParent(services, record);
  await noteEndInBatch(services, record);
  await submitCallback(services, record);
}

async function submitCallback(services: JobServices, record: JobRecord): Promise<void> {
  if (record.callback_url === undefined || record.finished_at === undefined) return;
  await submitJob(services, {
    taskName: callbackTask,
    tenant: record.project_id,
    input: { task_id: record.task_id, ended_at: record.finished_at },
    idempotencyKey: `callback:${record.task_id}:${record.finished_at}`,
    traceId: record.trace_id,
    traceparent: record.traceparent,
  });
  // A failed job is looked for as a dead letter, and a revoked one until all that it has submitted is revoked too.
  if (record.status === "FAILURE" || (record.status === "REVOKED" && record.may_submit)) return;
  await transitions(services).markEndHandled(record);
}
