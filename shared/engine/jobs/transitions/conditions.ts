/**
 * What must still hold of a head item for a transition to be made, and what a transition takes away.
 *
 * @module
 */

import type { JobRecord } from "../record.ts";
import type { Lease } from "./run.ts";

/** The job runs, and under this lease. */
export const heldBy = (lease: Lease) => ({
  condition: "#status = :started AND #lease_token = :token",
  values: { ":started": "STARTED", ":token": lease.token },
});

/** Nothing has moved since the record was read, and no live worker holds the job. */
export const unattended = (record: JobRecord, now: number) => ({
  condition:
    "#status = :status AND #generation = :generation AND #attempts = :attempts AND (attribute_not_exists(#lease_until) OR #lease_until <= :now)",
  values: {
    ":status": record.status,
    ":generation": record.generation,
    ":attempts": record.attempts,
    ":now": now,
  },
});

/** They go when a job is no longer a worker's own. */
export const LEASE_ATTRIBUTES: readonly string[] = ["lease_token", "lease_until", "receipt_handle"];

/** What a life of the job left to be read; they go when another one begins. */
export const LEFT_OF_A_LIFE: readonly string[] = [
  "finished_at",
  "duration_ms",
  "error",
  "fingerprint",
  "failure_handled",
  "result",
  "usage",
  "progress",
  "log",
  "resends",
];

/** Older entries make room when a job starts anew. */
const TIMELINE_KEPT = 20;

/** The newest part of a timeline, for a job that starts anew. */
export const keptTimeline = (record: JobRecord) => record.events.slice(-TIMELINE_KEPT);
