/**
 * The callback of a job that has ended: a job of its own, which delivers a webhook. Its id follows from the job and its
 * end, so that submitting it again changes nothing. What dies before it was submitted is left to the sweeper or, for a
 * failed job, to the message on its way to the dead-letter queue.
 *
 * @module
 */

import { callbackTask } from "../../../contracts/webhooks/webhooks.ts";
import type { JobRecord } from "./record.ts";
import type { JobServices } from "./services.ts";
import { transitions } from "./store.ts";
import { submitJob } from "./submit.ts";

/**
 * Submits the callback of a job that has ended; does nothing for a job without one.
 * @param record as its end left it
 */
export async function submitCallback(services: JobServices, record: JobRecord): Promise<void> {
  if (record.callback_url === undefined || record.finished_at === undefined) return;
  await submitJob(services, {
    taskName: callbackTask,
    tenant: record.project_id,
    input: { task_id: record.task_id, ended_at: record.finished_at },
    idempotencyKey: `callback:${record.task_id}:${record.finished_at}`,
    traceId: record.trace_id,
    traceparent: record.traceparent,
  });
  // A failed job is looked for as a dead letter.
  if (record.status !== "FAILURE") await transitions(services).markCallbackSubmitted(record);
}
