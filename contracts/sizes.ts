/**
 * Sizes of a stage. A new AWS account runs 10 functions at once, and each lane of a queue takes 2 of them at least: a
 * small stage has one lane for each queue, and one queue for tasks that have nothing to hide from each other.
 *
 * @module
 */

import type { TaskDefinition } from "./define-task.ts";
import type { Lane } from "./jobs/lanes.ts";
import { type QueueDefinition, queuesOf } from "./queues.ts";

/** The sizes that a stage can have. */
export const sizes = ["full", "small"] as const;
/** The size of a stage. */
export type Size = (typeof sizes)[number];

/** The queues that only a small stage has. */
const housekeeping = { queue: "housekeeping" } as const;
const language = { queue: "language" } as const;

type Moved = Pick<TaskDefinition, "queue"> & Partial<Pick<TaskDefinition, "retry">>;

/**
 * Where tasks run in a small stage, by name: those of a task that is not here keep their queue. By task, not by queue: a
 * task of an application's own keeps its own function, and gets no permission that it did not have.
 *
 * What sends webhooks to addresses of others, opens their files, or talks to another kind of model stays alone.
 */
const smallStage = {
  summarize: language,
  keywords: language,
  normalize: language,
  llm_call: language,
  submit_batch: housekeeping,
  settle_batch: housekeeping,
  cleanup_old_documents: housekeeping,
  cleanup_expired_results: housekeeping,
  get_queue_stats: housekeeping,
  get_worker_stats: housekeeping,
  process_dead_letter_queue: housekeeping,
  // A queue holds one retry class. Nothing is easier to repeat than a task that does nothing.
  health_check: { ...housekeeping, retry: "idempotent" },
} as const satisfies Readonly<Record<string, Moved>>;

type MovedTask = keyof typeof smallStage;
/** A queue that only a small stage has. */
export type MergedQueue = (typeof smallStage)[MovedTask]["queue"];
/** The names of the tasks that such a queue runs. */
export type TasksMovedTo<Queue extends MergedQueue> = {
  [Name in MovedTask]: (typeof smallStage)[Name]["queue"] extends Queue ? Name : never;
}[MovedTask];

const movedFrom: Readonly<Partial<Record<string, Moved>>> = smallStage;
const lowLane: readonly Lane[] = ["low"];

/** The tasks of a stage of a size: the same, some of them on other queues. */
export const tasksAt = <Tasks extends Readonly<Record<string, TaskDefinition>>>(size: Size, tasks: Tasks): Tasks =>
  size === "full"
    ? tasks
    : (Object.fromEntries(
        Object.entries(tasks).map(([name, task]) => [name, { ...task, ...movedFrom[name] }]),
      ) as unknown as Tasks);

/** Names of queues that these tasks have in stages of other sizes, and not in one of this. */
export function formerQueues(size: Size, tasks: Readonly<Record<string, TaskDefinition>>): string[] {
  const namesAt = (each: Size) => Object.values(tasksAt(each, tasks)).map(({ queue }) => queue);
  const here = new Set(namesAt(size));
  return [...new Set(sizes.flatMap(namesAt))].filter((name) => !here.has(name));
}

/** The queues of such tasks. @throws Error when a queue would hold two retry classes */
export function queuesAt(size: Size, tasks: Readonly<Record<string, TaskDefinition>>): readonly QueueDefinition[] {
  const queues = queuesOf(tasksAt(size, tasks));
  return size === "full" ? queues : queues.map((queue) => ({ ...queue, lanes: lowLane }));
}
