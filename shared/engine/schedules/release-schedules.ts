import { inGroups } from "../../lib/groups.ts";
import type { Logger } from "../../lib/logger.ts";
import type { JobServices } from "../jobs/services.ts";
import { InputValidationError, submitJob, UnknownTaskError } from "../jobs/submit.ts";
import { AT_ONCE, forEachDue, LOOK_AHEAD_MS } from "../sweeper/due.ts";
import { workPartitions } from "../table/addresses.ts";
import { type ScheduleRecord, ScheduleStore, scheduledJob, scheduleIdOf } from "./schedule-store.ts";

/** What releasing schedules reports to, and until when it continues. */
interface ReleaseOptions {
  readonly logger: Pick<Logger, "error" | "warn">;
  readonly hasTime: () => boolean;
}

/**
 * Submits the jobs of schedules whose time has come: one for each time, as the job's id follows from the schedule and its
 * time. Never throws: what could not be done is done by the next sweep.
 * @returns how many were submitted
 */
export async function releaseSchedules(services: JobServices, { logger, hasTime }: ReleaseOptions): Promise<number> {
  const { table } = services.store;
  const schedules = new ScheduleStore(table, services.now);
  const until = services.now() + LOOK_AHEAD_MS;
  let released = 0;
  const releaseOne = async (id: string): Promise<void> => {
    try {
      const schedule = await schedules.get(id);
      if (!schedule?.enabled || schedule.next_at === undefined || schedule.next_at > until) return;
      if (await release(services, schedules, schedule)) released += 1;
      else logger.warn("a schedule was paused, as its job cannot be submitted", { schedule_id: id });
    } catch (error) {
      logger.error("a schedule could not be released", { schedule_id: id, error });
    }
  };
  await inGroups(
    workPartitions("SCHEDULE"),
    async (partition) => {
      try {
        await forEachDue(table, { partition, until, hasTime }, (entry) => releaseOne(scheduleIdOf(entry)));
      } catch (error) {
        logger.error("a shard of the schedules could not be read", { partition, error });
      }
    },
    AT_ONCE,
  );
  return released;
}

/** @returns false when the job cannot be submitted any more: the task was removed, or its input has changed */
async function release(services: JobServices, schedules: ScheduleStore, schedule: ScheduleRecord): Promise<boolean> {
  const { next_at: due = 0, schedule_id: id } = schedule;
  try {
    const { job } = await submitJob(services, {
      ...scheduledJob(schedule),
      eta: new Date(due),
      idempotencyKey: `schedule ${id} ${due}`,
      isSameByKey: true,
    });
    await schedules.advance(schedule, job.task_id);
    return true;
  } catch (error) {
    if (!(error instanceof UnknownTaskError || error instanceof InputValidationError)) throw error;
    await schedules.pause(schedule, error.message.slice(0, 500));
    return false;
  }
}
