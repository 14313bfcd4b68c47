import type { QueueDefinition } from "../queues.ts";
import { ownConcurrency, type TaskSettings } from "./tasks.ts";

type ConcurrencySettings = Pick<TaskSettings, "WORKER_CONCURRENCY" | "WORKER_CONCURRENCY_BY_QUEUE">;

/** Invocations at once for each lane of a queue. */
export const concurrencyOf = (settings: ConcurrencySettings, { name }: Pick<QueueDefinition, "name">): number =>
  ownConcurrency(settings).get(name) ?? settings.WORKER_CONCURRENCY;

/** Invocations at once of all lanes together: the sum of their MaximumConcurrency. */
export const invocationsAtOnce = (settings: ConcurrencySettings, queues: readonly QueueDefinition[]): number =>
  queues.reduce((sum, queue) => sum + queue.lanes.length * concurrencyOf(settings, queue), 0);
