/**
 * How a job comes to run, and goes on running. Each transition is one conditional update; undefined means that it
 * changed nothing, because someone else was first.
 *
 * @module
 */

import type { JobState } from "../../../../contracts/jobs/states.ts";
import type { TaskSettings } from "../../../../contracts/settings/settings.ts";
import { workPartition } from "../../table/addresses.ts";
import { updateHead } from "../head-update.ts";
import { waitingTtl } from "../lifetimes.ts";
import { type JobRecord, packReceiptHandle, type TimelineEntry } from "../record.ts";
import type { JobStore } from "../store.ts";
import { heldBy, keptTimeline, LEFT_OF_A_LIFE } from "./conditions.ts";
import type { Delivery, Lease, Reported } from "./run.ts";

type Settings = Pick<TaskSettings, "RESULT_EXPIRES">;

/** Hosts' clocks differ a little, and a message delivered a moment early should not cost a receive. */
const CLOCK_TOLERANCE_MS = 500;

/**
 * Takes a due job, or one whose worker was lost, and counts the attempt.
 * @returns the record as this worker's own, or undefined when it is not to be run now
 */
export function claim(
  store: JobStore,
  taskId: string,
  generation: number,
  delivery: Delivery,
  lease: Lease,
  now: number,
): Promise<JobRecord | undefined> {
  return updateHead(store, taskId, {
    set: startedBy(taskId, delivery, lease, now),
    add: { attempts: 1 },
    remove: ["next_attempt_at", "finished_at", "needs_send"],
    event: { s: "STARTED", t: now, n: 0, w: delivery.worker },
    condition: [
      "#generation = :generation AND #attempts < #max_attempts",
      "(attribute_not_exists(#expires_at) OR #expires_at > :now OR #attempts > :none)",
      "(((#status = :pending OR #status = :retry) AND (attribute_not_exists(#next_attempt_at) OR #next_attempt_at <= :soon))" +
        " OR (#status = :started AND #lease_until <= :now))",
    ].join(" AND "),
    values: {
      ":generation": generation,
      ":now": now,
      ":soon": now + CLOCK_TOLERANCE_MS,
      ":none": 0,
      ":pending": "PENDING",
      ":retry": "RETRY",
      ":started": "STARTED",
    },
  });
}

/**
 * Runs a failed job again whose message an operator moved back from the dead-letter queue: attempts start anew.
 * @param sentAt when it was moved back
 */
export function claimRedriven(
  store: JobStore,
  record: JobRecord,
  delivery: Delivery,
  lease: Lease,
  sentAt: number,
  now: number,
  settings: Settings,
) {
  const event: TimelineEntry = {
    s: "STARTED",
    t: now,
    n: 1,
    w: delivery.worker,
    m: "redriven from the dead-letter queue",
  };
  return updateHead(store, record.task_id, {
    set: {
      ...startedBy(record.task_id, delivery, lease, now),
      attempts: 1,
      due_at: sentAt,
      events: [...keptTimeline(record), event],
      ttl: Math.max(record.ttl, waitingTtl(now, settings)),
    },
    remove: LEFT_OF_A_LIFE,
    condition: "#status = :failure AND #generation = :generation AND #finished_at = :finished",
    values: { ":failure": "FAILURE", ":generation": record.generation, ":finished": record.finished_at ?? 0 },
  });
}

function startedBy(taskId: string, delivery: Delivery, lease: Lease, now: number): Record<string, unknown> {
  return {
    status: "STARTED" satisfies JobState,
    started_at: now,
    worker: delivery.worker,
    message_id: delivery.messageId,
    receive_count: delivery.receiveCount,
    receipt_handle: packReceiptHandle(delivery.receiptHandle),
    lease_token: lease.token,
    lease_until: lease.until,
    work_pk: workPartition("RUN", taskId),
    work_at: lease.until,
  };
}

/** The heartbeat: keeps the lease and carries what the run reports. @returns undefined when the job is no longer this worker's */
export function renew(store: JobStore, taskId: string, lease: Lease, until: number, { progress, log }: Reported) {
  return updateHead(store, taskId, {
    set: { lease_until: until, work_at: until, progress, log },
    ...heldBy(lease),
  });
}
