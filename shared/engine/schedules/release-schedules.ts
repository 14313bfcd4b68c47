import { laneFor } from "../../../contracts/jobs/lanes.ts";
import { inGroups } from "../../lib/groups.ts";
import type { Logger } from "../../lib/logger.ts";
import type { JobServices } from "../jobs/services.ts";
import { InputValidationError, submitJob, taskOf, UnknownTaskError } from "../jobs/submit.ts";
import { QueueFullError, queueRoom } from "../limits/queued-jobs.ts";
import { WorkPartitions } from "../monitoring/work-at-once.ts";
import { AT_ONCE, forEachDue, LOOK_AHEAD_MS } from "../sweeper/due.ts";
import { keyedTaskId } from "../table/addresses.ts";
import { type ScheduleRecord, ScheduleStore, scheduledJob, scheduleIdOf } from "./schedule-store.ts";

/** What releasing schedules reports to, and until when it continues. */
interface ReleaseOptions {
  readonly logger: Pick<Logger, "error" | "warn">;
  readonly hasTime: () => boolean;
  /** Where there is work. @default read at the beginning */
  readonly partitions?: WorkPartitions;
}

/**
 * Submits the jobs of schedules whose time has come: one for each time, as the job's id follows from the schedule and its
 * time. A time for which its project has no room among its waiting jobs is skipped, and the schedule says so. Never throws:
 * what could not be done is done by the next sweep.
 * @returns how many were submitted
 */
export async function releaseSchedules(services: JobServices, options: ReleaseOptions): Promise<number> {
  const { logger, hasTime } = options;
  const partitions = options.partitions ?? (await WorkPartitions.read(services, logger));
  const { table } = services.store;
  const schedules = new ScheduleStore(table, services.now);
  const until = services.now() + LOOK_AHEAD_MS;
  let released = 0;
  const releaseOne = async (id: string): Promise<void> => {
    try {
      const schedule = await schedules.get(id);
      if (!schedule?.enabled || schedule.next_at === undefined || schedule.next_at > until) return;
      const outcome = await release(services, schedules, schedule);
      if (outcome === "submitted") released += 1;
      else logger.warn(`a schedule was ${outcome}, as its job cannot be submitted`, { schedule_id: id });
    } catch (error) {
      logger.error("a schedule could not be released", { schedule_id: id, error });
    }
  };
  await inGroups(
    partitions.of("SCHEDULE"),
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

/** What became of a schedule's time: paused when the task was removed or its input has changed, skipped over a quota. */
type Outcome = "submitted" | "skipped" | "paused";

async function release(services: JobServices, schedules: ScheduleStore, schedule: ScheduleRecord): Promise<Outcome> {
  const { next_at: due = 0, schedule_id: id } = schedule;
  const idempotencyKey = `schedule ${id} ${due}`;
  try {
    await requireRoom(services, schedule, idempotencyKey);
    const job = { ...scheduledJob(schedule), eta: new Date(due), idempotencyKey, isSameByKey: true };
    const submitted = await submitJob(services, job);
    await schedules.advance(schedule, submitted.job);
    return "submitted";
  } catch (error) {
    if (error instanceof QueueFullError) {
      await schedules.skip(schedule, error.message);
      return "skipped";
    }
    if (!(error instanceof UnknownTaskError || error instanceof InputValidationError)) throw error;
    await schedules.pause(schedule, error.message.slice(0, 500));
    return "paused";
  }
}

/** @throws QueueFullError unless the job was submitted before, by a sweep that died before it noted that */
async function requireRoom(
  { store, settings, catalog, now }: JobServices,
  { project_id, task_name: name, priority }: ScheduleRecord,
  idempotencyKey: string,
): Promise<void> {
  const { queue } = taskOf(catalog, name);
  const place = { project_id, queue, lane: laneFor(priority, catalog.queueOf(queue).lanes) };
  const room = await queueRoom(store.table, settings, place);
  if (room?.left !== 0) return;
  if (!(await store.get(keyedTaskId(project_id, idempotencyKey), now()))) throw new QueueFullError(place, room);
}
