/**
 * How long things live, in seconds.
 *
 * @module
 */

import { FAILED_JOB_RETENTION, LANE_RETENTION } from "../../../contracts/jobs/retention.ts";
import type { TaskSettings } from "../../../contracts/settings/settings.ts";
import { DAY, inSeconds } from "../../lib/time.ts";

type Expiry = Pick<TaskSettings, "RESULT_EXPIRES">;

/** TTL of a waiting or running job: it cannot still have a message after this. */
export const waitingTtl = (dueAt: number, settings: Expiry) =>
  inSeconds(dueAt) + LANE_RETENTION + DAY + settings.RESULT_EXPIRES;
/** When the record of a finished job expires, in seconds since the epoch. */
export const finishedTtl = (now: number, settings: Expiry) => inSeconds(now) + settings.RESULT_EXPIRES;
/** A message of a revoked job may still lie in a backlog: one without a record would count as a dead letter. */
export const revokedTtl = (now: number, settings: Expiry) =>
  inSeconds(now) + Math.max(LANE_RETENTION + DAY, settings.RESULT_EXPIRES);
/** When the record of a failed job expires, in seconds since the epoch. */
export const failedTtl = (now: number, settings: Expiry) =>
  inSeconds(now) + Math.max(FAILED_JOB_RETENTION, settings.RESULT_EXPIRES);
/**
 * TTL of stored data: at least that of any head that can refer to it. A failed job is kept, and once more when it is
 * run again at the end of that time, as the bucket's own rule reckons.
 */
export const payloadTtl = (dueAt: number, settings: Expiry) =>
  waitingTtl(dueAt, settings) + 2 * Math.max(FAILED_JOB_RETENTION, settings.RESULT_EXPIRES);
