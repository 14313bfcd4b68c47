/**
 * How long things live, in seconds.
 *
 * @module
 */

import type { TaskSettings } from "../../../contracts/settings/settings.ts";

export const DAY = 86_400;
/** Source queues keep a message this long, so a waiting job's record must outlive it. */
export const SOURCE_RETENTION = 4 * DAY;
/** As long as a dead letter plus the wait before it: a failed job can be redriven all that time. */
export const FAILURE_RETENTION = 28 * DAY;

export const inSeconds = (milliseconds: number) => Math.floor(milliseconds / 1_000);

type Expiry = Pick<TaskSettings, "RESULT_EXPIRES">;

/** TTL of a waiting or running job: it cannot still have a message after this. */
export const waitingTtl = (dueAt: number, settings: Expiry) =>
  inSeconds(dueAt) + SOURCE_RETENTION + DAY + settings.RESULT_EXPIRES;
export const finishedTtl = (now: number, settings: Expiry) => inSeconds(now) + settings.RESULT_EXPIRES;
/** A message of a revoked job may still lie in a backlog: one without a record would count as a dead letter. */
export const revokedTtl = (now: number, settings: Expiry) =>
  inSeconds(now) + Math.max(SOURCE_RETENTION + DAY, settings.RESULT_EXPIRES);
export const failedTtl = (now: number, settings: Expiry) =>
  inSeconds(now) + Math.max(FAILURE_RETENTION, settings.RESULT_EXPIRES);
/**
 * TTL of stored data: at least that of any head that can refer to it. A failed job is kept, and once more when it is
 * run again at the end of that time, as the bucket's own rule reckons.
 */
export const payloadTtl = (dueAt: number, settings: Expiry) =>
  waitingTtl(dueAt, settings) + 2 * Math.max(FAILURE_RETENTION, settings.RESULT_EXPIRES);
