/**
 * How a job starts to run, and how its lease is renewed.
 *
 * @module
 */

import type { JobState } from "../../../../contracts/jobs/states.ts";
import { QUEUED_ATTRIBUTES } from "../../limits/queued-jobs.ts";
import { openPlace, workPartition } from "../../table/addresses.ts";
import { type JobRecord, packReceiptHandle, type TimelineEntry } from "../record.ts";
import {
  type Claimant,
  heldBy,
  keptTimeline,
  keptUntil,
  type Lease,
  type Reported,
  RUN_ATTRIBUTES,
  type TransitionContext,
} from "./run.ts";

/** Hosts' clocks differ a little, and a message delivered a moment early should not cost a receive. */
const CLOCK_TOLERANCE_MS = 500;

/** The transitions to STARTED, and the heartbeat. */
export const startTransitions = ({ update, now: clock, settings }: TransitionContext) => ({
  /**
   * Takes a due job, or one whose worker was lost, and counts the attempt.
   * @param reference the message's reference to the job; `isUnlimited`: only if no limits of a key came with the job
   * @returns the record as this worker's own, or undefined when it is not to be run now
   */
  claim(reference: { task_id: string; generation: number; isUnlimited?: boolean }, delivery: Claimant, lease: Lease) {
    const now = clock();
    return update(reference.task_id, {
      set: startedBy(reference.task_id, delivery, { lease, now }),
      add: { attempts: 1 },
      remove: ["next_attempt_at", "finished_at", "needs_send", "resends", ...QUEUED_ATTRIBUTES],
      event: { s: "STARTED", t: now, n: 0, w: delivery.worker },
      condition: [
        ...(reference.isUnlimited ? ["attribute_not_exists(#limited_key)"] : []),
        "#generation = :generation AND #attempts < #max_attempts",
        "(attribute_not_exists(#expires_at) OR #expires_at > :now OR #attempts > :none)",
        "(((#status = :pending OR #status = :retry) AND (attribute_not_exists(#next_attempt_at) OR #next_attempt_at <= :soon))" +
          " OR (#status = :started AND #lease_until <= :now))",
      ].join(" AND "),
      values: {
        ":generation": reference.generation,
        ":now": now,
        ":soon": now + CLOCK_TOLERANCE_MS,
        ":none": 0,
        ":pending": "PENDING",
        ":retry": "RETRY",
        ":started": "STARTED",
      },
    });
  },

  /** Runs a failed job again whose message an operator moved back from the dead-letter queue, with attempts counted from 1. */
  claimRedriven(record: JobRecord, delivery: Claimant & { readonly sentAt: number }, lease: Lease) {
    const now = clock();
    const event: TimelineEntry = {
      s: "STARTED",
      t: now,
      n: 1,
      w: delivery.worker,
      m: "redriven from the dead-letter queue",
    };
    return update(record.task_id, {
      set: {
        ...startedBy(record.task_id, delivery, { lease, now }),
        attempts: 1,
        due_at: delivery.sentAt,
        events: [...keptTimeline(record), event],
        ttl: keptUntil(record, now, settings),
        ...openPlace(settings, record.task_id, record.project_id),
      },
      remove: RUN_ATTRIBUTES,
      condition: "#status = :failure AND #generation = :generation AND #finished_at = :finished",
      values: { ":failure": "FAILURE", ":generation": record.generation, ":finished": record.finished_at ?? 0 },
    });
  },

  /**
   * The heartbeat: keeps the lease and carries what the run reports.
   * @param until to when the lease is extended
   * @returns undefined when the job is no longer this worker's
   */
  renew(taskId: string, lease: Lease, { until, ...reported }: Reported & { readonly until: number }) {
    return update(taskId, { set: { lease_until: until, work_at: until, ...reported }, ...heldBy(lease) });
  },
});

function startedBy(
  taskId: string,
  delivery: Claimant,
  { lease, now }: { readonly lease: Lease; readonly now: number },
): Record<string, unknown> {
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
