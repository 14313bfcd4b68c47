import type { QueueDefinition } from "../queues.ts";
import { processDocument } from "../tasks/process-document.ts";
import { ownConcurrency, type TaskSettings } from "./tasks.ts";

type ConcurrencySettings = Pick<TaskSettings, "WORKER_CONCURRENCY" | "WORKER_CONCURRENCY_BY_QUEUE">;

/** The least MaximumConcurrency that SQS event sources take. */
export const LEAST_CONCURRENCY = 2;
/** Invocations at once of the function that starts the jobs of uploaded documents. */
export const UPLOADS_CONCURRENCY = LEAST_CONCURRENCY;

/** Invocations at once for each lane of a queue. */
export const concurrencyOf = (settings: ConcurrencySettings, { name }: Pick<QueueDefinition, "name">): number =>
  ownConcurrency(settings).get(name) ?? settings.WORKER_CONCURRENCY;

/** The queues whose function reads uploaded documents: where there is none, nothing waits for uploads. */
export const documentQueues = <Queue extends { readonly tasks: readonly { readonly name: string }[] }>(
  queues: readonly Queue[],
): readonly Queue[] => queues.filter(({ tasks }) => tasks.some(({ name }) => name === processDocument.name));

/** Invocations at once of all event source mappings together: the sum of their MaximumConcurrency, that of uploads too. */
export const invocationsAtOnce = (settings: ConcurrencySettings, queues: readonly QueueDefinition[]): number =>
  queues.reduce(
    (sum, queue) => sum + queue.lanes.length * concurrencyOf(settings, queue),
    documentQueues(queues).length > 0 ? UPLOADS_CONCURRENCY : 0,
  );

/** Those mappings in words. */
export function mappingsInWords(queues: readonly QueueDefinition[]): string {
  const lanes = queues.reduce((sum, queue) => sum + queue.lanes.length, 0);
  return documentQueues(queues).length > 0 ? `${lanes} lanes and uploads` : `${lanes} lanes`;
}
