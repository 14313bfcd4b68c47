import { inGroups } from "../../lib/groups.ts";
import type { JobRecord } from "../jobs/record.ts";
import { otherLane, sendAfterFailure } from "../jobs/send.ts";
import type { JobServices } from "../jobs/services.ts";
import { transitions } from "../jobs/store.ts";
import { readWork } from "../monitoring/work-index.ts";
import { deadKind, isDeadLetter } from "./dead-letters.ts";
import { isUnhandled } from "./unhandled-failures.ts";

/** A worker is given this long after the end of a job to handle its failure. */
const HANDLING_MS = 5 * 60_000;

/**
 * Lists dead letters of queues that went with a deployment, as the stage got another size, under the queues that their tasks
 * have now. What their failure still calls for was to be done by a message that went with its queue: another one is sent.
 * @returns how many were moved
 */
export async function moveDeadLetters(services: JobServices): Promise<number> {
  const moved = await inGroups(
    services.catalog.formerQueues,
    async (queue) => {
      const entries = await readWork(services, deadKind(queue));
      const done = await inGroups(entries, ({ task_id: taskId }) => moveOne(services, queue, taskId));
      return done.filter(Boolean).length;
    },
    4,
  );
  return moved.reduce((sum, count) => sum + count, 0);
}

async function moveOne(services: JobServices, queue: string, taskId: string): Promise<boolean> {
  const record = await services.store.get(taskId, services.now());
  const place = record && otherLane(services.catalog, record);
  if (!place || !isDeadLetter(record, queue) || isBeingHandled(record, services.now())) return false;
  const change = transitions(services);
  const moved = await change.moveDeadLetter(record, place);
  if (moved && isUnhandled(moved) && (await change.noteFailureSend(moved))) await sendAfterFailure(services, moved);
  return moved !== undefined;
}

/** The next look at it comes in a quarter of an hour. */
const isBeingHandled = (record: JobRecord, now: number): boolean =>
  isUnhandled(record) && (record.finished_at ?? 0) > now - HANDLING_MS;
