/**
 * The sweeper, every minute: handles jobs that no message will move on. It finds its work in the sparse index, never by a scan,
 * and every step is idempotent: whatever it does twice is done once.
 *
 * @module
 */

import { type Lane, lanes } from "../../../contracts/jobs/lanes.ts";
import { inGroups } from "../../lib/groups.ts";
import type { Logger } from "../../lib/logger.ts";
import type { JobRecord } from "../jobs/record.ts";
import type { JobServices } from "../jobs/services.ts";
import { WorkPartitions } from "../monitoring/work-at-once.ts";
import { readWork } from "../monitoring/work-index.ts";
import { taskIdOf, type WorkKind } from "../table/addresses.ts";
import { AT_ONCE, forEachDue, halfOf, LOOK_AHEAD_MS } from "./due.ts";
import {
  CALLBACK_GRACE_MS,
  LEASE_GRACE_MS,
  refuseUnsigned,
  type Sweep,
  type Swept,
  sweepDelayed,
  sweepEnded,
  sweepExpiring,
  sweepParked,
  sweepRetry,
  sweepRunning,
  sweepUnclaimed,
  sweepWaiting,
} from "./sweep-job.ts";
import { LaneProgress, UNCLAIMED_AFTER_MS } from "./unclaimed.ts";

/** Left of the invocation when a sweep stops. */
const CLOSING_MS = 5_000;

/** What a sweep did, by kind. */
export type SweepCounts = Record<Swept, number>;

/** What a sweep reports to, and how long it may take. */
export interface SweepOptions {
  readonly logger: Pick<Logger, "error">;
  /** Says how long this sweep may continue; what is left over is the next one's. */
  readonly remainingMs: () => number;
  /** Given the jobs that became FAILURE, to be counted. */
  readonly failed?: JobRecord[];
  /** Where there is work. @default read when the sweep begins */
  readonly partitions?: WorkPartitions;
}

/** Works on one kind of work while there is time. */
type Step = (hasTime: () => boolean) => Promise<unknown>;

/**
 * Works on each kind of work for half of the time that is left, and then on what that was too short for.
 * @throws AggregateError when part of the index could not be read, after all else was done
 */
export async function sweep(services: JobServices, options: SweepOptions): Promise<SweepCounts> {
  const { logger, remainingMs, failed = [] } = options;
  const counts: SweepCounts = { released: 0, given_back: 0, resent: 0, failed: 0, expired: 0, called_back: 0 };
  const now = services.now();
  const progress = new LaneProgress(services);
  const current: Sweep = { services, now, failed, progress };
  const leftMs = () => remainingMs() - CLOSING_MS;
  const unread: unknown[] = [];
  const partitions = options.partitions ?? (await WorkPartitions.read(services, logger));
  const due =
    (kind: WorkKind, until: number, act: (current: Sweep, record: JobRecord) => Promise<Swept | undefined>): Step =>
    (hasTime) =>
      inGroups(
        partitions.of(kind),
        (partition) =>
          forEachDue(services.store.table, { partition, until, hasTime }, async (entry) => {
            const taskId = taskIdOf(entry);
            try {
              // Read just before it is acted upon: a message sent for a job that has run meanwhile would be one too many.
              const record = await services.store.get(taskId, now);
              if (record?.work_pk !== partition || (record.work_at ?? 0) > until) return;
              const done = (await refuseUnsigned(current, record)) ?? (await act(current, record));
              if (!done) return;
              counts[done] += 1;
              partitions.forget();
            } catch (error) {
              logger.error("a job could not be swept", { task_id: taskId, error });
            }
          }).catch((error: unknown) => unread.push(error)),
        AT_ONCE,
      );
  const unclaimed =
    (lane: Lane): Step =>
    (hasTime) =>
      findUnclaimed(current, { kind: `WAIT#${lane}`, partitions, logger, hasTime }).catch((error: unknown) => {
        unread.push(error);
      });
  // What only workers make comes first.
  const steps: readonly Step[] = [
    due("RUN", now - LEASE_GRACE_MS, sweepRunning),
    due("DUE", now + LOOK_AHEAD_MS, sweepDelayed),
    due("UNCLAIMED", now, sweepUnclaimed),
    ...lanes.map(unclaimed),
    due("EXPIRE", now, sweepExpiring),
    due("RETRY", now + LOOK_AHEAD_MS, sweepRetry),
    due("PARKED", now, sweepParked),
    due("CALLBACK", now - CALLBACK_GRACE_MS, sweepEnded),
  ];
  const cutShort: Step[] = [];
  for (const step of steps) {
    const hasTime = halfOf(leftMs);
    await step(hasTime);
    if (!hasTime()) cutShort.push(step);
  }
  for (const step of cutShort) if (leftMs() > 0) await step(() => leftMs() > 0);
  if (unread.length > 0) throw new AggregateError(unread, "Part of the work index could not be read.");
  return counts;
}

interface UnclaimedOptions extends Pick<SweepOptions, "logger"> {
  readonly kind: WorkKind;
  readonly partitions: WorkPartitions;
  readonly hasTime: () => boolean;
}

/** Notes waiting jobs that no worker seems to claim. Those that wait their turn cost no read but that of the index. */
async function findUnclaimed(current: Sweep, { kind, partitions, logger, hasTime }: UnclaimedOptions): Promise<void> {
  const { services, now, progress } = current;
  const waiting = await readWork(services, kind, { until: now - UNCLAIMED_AFTER_MS, partitions: partitions.of(kind) });
  progress.count(waiting);
  await inGroups(
    waiting,
    async (entry) => {
      try {
        if (!hasTime() || !(await progress.hasPassed(entry))) return;
        const record = await services.store.get(entry.task_id, now);
        if (record?.work_at === entry.at && record.work_pk?.startsWith(kind))
          await sweepWaiting(current, record, entry.at);
      } catch (error) {
        logger.error("a waiting job could not be looked at", { task_id: entry.task_id, error });
      }
    },
    AT_ONCE,
  );
}
