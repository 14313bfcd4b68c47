/**
 * The Lambda functions by name, and the entry point of each: a path from the repository's root, never an import.
 *
 * @module
 */

import type { QueueDefinition } from "../contracts/queues.ts";
import { processDocument } from "../contracts/tasks/process-document.ts";

/** Functions that are not a queue's. A queue cannot have one of these names. */
export const singleFunctions = {
  api: "functions/api/index.ts",
  authorizer: "functions/authorizer.ts",
  sweeper: "functions/sweeper.ts",
  uploads: "functions/uploads.ts",
} as const;

/** Runs by a schedule and submits a task; built only when a task of the catalog has a schedule. */
export const scheduledFunction = { name: "scheduled", entry: "functions/scheduled.ts" } as const;

/** The entry point of a queue's function. */
const queueEntry = (queue: string): string => `functions/queues/${queue}.ts`;

/** The queues whose function reads uploaded documents: where there is none, nothing waits for uploads. */
export const documentQueues = (queues: readonly QueueDefinition[]): readonly QueueDefinition[] =>
  queues.filter((queue) => queue.tasks.some(({ name }) => name === processDocument.name));

/** True when a task of these queues runs on a schedule. */
const hasSchedules = (queues: readonly QueueDefinition[]): boolean =>
  queues.some((queue) => queue.tasks.some((task) => task.schedule));

/**
 * Every function's name with its entry point.
 * @throws Error when a queue takes the name of another function
 */
export function entryPoints(queues: readonly QueueDefinition[]): Record<string, string> {
  const entries: Record<string, string> = { ...singleFunctions, [scheduledFunction.name]: scheduledFunction.entry };
  for (const { name } of queues) {
    if (name in entries) {
      throw new Error(`A queue cannot be called ${name}: a function of Sluice's own has that name.`);
    }
    entries[name] = queueEntry(name);
  }
  if (!hasSchedules(queues)) delete entries[scheduledFunction.name];
  if (documentQueues(queues).length === 0) delete entries.uploads;
  return entries;
}
