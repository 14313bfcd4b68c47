/**
 * Where the sweeper looks for a job that waits.
 *
 * @module
 */

import { type WorkKind, workPartition } from "../table/addresses.ts";
import type { JobRecord } from "./record.ts";

/** A job that may expire is looked at this long after it was sent, and then again and again. */
export const EXPIRING_CHECK_MS = 120_000;

type Waiting = Pick<JobRecord, "task_id" | "lane" | "expires_at" | "held">;

/** A job's keys in the work index. */
export interface WorkPlace {
  readonly work_pk: string;
  readonly work_at: number;
}

const placeOf = (kind: WorkKind, { task_id }: Pick<JobRecord, "task_id">, at: number): WorkPlace => ({
  work_pk: workPartition(kind, task_id),
  work_at: at,
});

/** The place of a job whose message was sent at a time, or is about to be. */
export function sentPlace(job: Waiting, sentAt: number): WorkPlace {
  if (job.expires_at === undefined) return placeOf(`WAIT#${job.lane}`, job, sentAt);
  return placeOf("EXPIRE", job, job.held ? job.expires_at : Math.min(job.expires_at, sentAt + EXPIRING_CHECK_MS));
}

/** The place of a job that is due later. One that expires before it is due will only ever expire. */
export const delayedPlace = (job: Waiting, dueAt: number): WorkPlace =>
  neverRuns(job, dueAt) ? placeOf("EXPIRE", job, job.expires_at ?? dueAt) : placeOf("DUE", job, dueAt);

/** True when a job expires before it is due. */
export const neverRuns = ({ expires_at: expiresAt }: Pick<JobRecord, "expires_at">, dueAt: number): boolean =>
  expiresAt !== undefined && expiresAt <= dueAt;
