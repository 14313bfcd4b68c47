/**
 * How a job leaves its state to another run: at once, or when the jobs that it waits for have ended. As with a breaker
 * that is open, its message is acknowledged and another one is sent under the next generation, so that neither SQS's
 * receives nor Lambda's bound on chains of messages are used up.
 *
 * @module
 */

import { workPartition } from "../../table/addresses.ts";
import type { JobRecord, Payload } from "../record.ts";
import {
  type ClaimedJob,
  heldBy,
  keptTimeline,
  keptUntil,
  LEASE_ATTRIBUTES,
  type Outcome,
  outcomeAttributes,
  ranFor,
  retryAt,
  type TransitionContext,
} from "./run.ts";

/** What a run leaves to the next one. */
export interface Left {
  readonly state: Payload;
  /** The item that names the jobs which the next run waits for; undefined: it begins at once. */
  readonly waitId: string | undefined;
  /** Functions that the message of the next run will have come through, where that begins at once. */
  readonly hops: number;
  /** For the timeline. */
  readonly reason: string;
}

/** The first check of a job that waits: its worker has checked by then. */
const FIRST_CHECK_MS = 30_000;

/** The transitions of jobs that run in several invocations. */
export const checkpointTransitions = ({ update, now: clock }: TransitionContext) => ({
  /**
   * Sets RETRY with a state for the next run, by the worker of the lease. Attempts are counted from 1. Where the next run
   * begins at once, the caller sends its message, or leaves it to the sweeper.
   */
  checkpoint({ record, lease }: ClaimedJob, { state, waitId, hops, reason }: Left, outcome: Outcome) {
    const now = clock();
    const place =
      waitId === undefined
        ? { needs_send: true, hops, ...retryAt(record, now) }
        : { wait_id: waitId, work_pk: workPartition("PARKED", record.task_id), work_at: now + FIRST_CHECK_MS };
    return update(record.task_id, {
      set: {
        status: "RETRY",
        state,
        attempts: 0,
        ...outcomeAttributes(record, outcome),
        duration_ms: ranFor(record, now),
        ...place,
        events: [...keptTimeline(record), { s: "RETRY", t: now, n: record.attempts, m: reason, c: true }],
        ttl: keptUntil(record, now),
      },
      add: { generation: 1, checkpoints: 1 },
      remove: [...LEASE_ATTRIBUTES, "error", "resends", "expires_at"],
      ...heldBy(lease),
    });
  },

  /**
   * Has a job run again whose jobs have ended; holds once for each wait. The caller sends its message, or leaves it to the
   * sweeper.
   * @param hops functions that the message will have come through
   */
  resume(record: JobRecord, hops: number) {
    const now = clock();
    return update(record.task_id, {
      set: {
        needs_send: true,
        hops,
        ...retryAt(record, now),
        ttl: keptUntil(record, now),
      },
      remove: ["wait_id"],
      ...stillWaits(record),
    });
  },

  /** Records when a job that waits is checked again. */
  checkLater(record: JobRecord, at: number) {
    return update(record.task_id, {
      set: { work_at: at, ttl: keptUntil(record, at) },
      ...stillWaits(record),
    });
  },
});

const stillWaits = (record: JobRecord) => ({
  condition: "#status = :retry AND #wait_id = :wait",
  values: { ":retry": "RETRY", ":wait": record.wait_id ?? "" },
});
