/**
 * The Lambda functions by name, and the entry point of each: a path from the repository's root, never an import.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { TaskDefinition } from "../contracts/define-task.ts";
import type { QueueDefinition } from "../contracts/queues.ts";
import { documentQueues } from "../contracts/settings/invocations.ts";
import { root, sourceFile } from "./source-files.ts";

/** What is known of a queue where its function is bundled. */
export interface BundledQueue extends Pick<QueueDefinition, "name" | "uses"> {
  readonly tasks: readonly Pick<TaskDefinition, "name" | "schedule">[];
}

/** Functions that are not a queue's. A queue cannot have one of these names. */
export const singleFunctions = {
  api: "functions/api/index.ts",
  authorizer: "functions/authorizer.ts",
  sweeper: "functions/sweeper.ts",
  uploads: "functions/uploads.ts",
} as const;

/** Runs by a schedule and submits a task; built only when a task of the catalog has a schedule. */
export const scheduledFunction = { name: "scheduled", entry: "functions/scheduled.ts" } as const;

/** The worker of a queue that only an application with tasks of its own has. */
const OWN_QUEUE = "functions/own-queue.ts";

/** The entry point of a queue's function. @param isOwn Sluice has no such queue, so that none has a file for it */
function queueEntry(queue: string, isOwn: boolean): string {
  const file = `functions/queues/${queue}.ts`;
  return isOwn && !existsSync(join(root, sourceFile(file))) ? OWN_QUEUE : file;
}

/** True when a task of these queues runs on a schedule. */
const hasSchedules = (queues: readonly BundledQueue[]): boolean =>
  queues.some((queue) => queue.tasks.some((task) => task.schedule));

/**
 * Every function's name with its entry point.
 * @param own queues that an application has tasks of its own on
 * @throws Error when a queue takes the name of another function
 */
export function entryPoints(
  queues: readonly BundledQueue[],
  own: ReadonlySet<string> = new Set(),
): Record<string, string> {
  const entries: Record<string, string> = { ...singleFunctions, [scheduledFunction.name]: scheduledFunction.entry };
  for (const { name } of queues) {
    if (name in entries) {
      throw new Error(`A queue cannot be called ${name}: a function of Sluice's own has that name.`);
    }
    entries[name] = queueEntry(name, own.has(name));
  }
  if (!hasSchedules(queues)) delete entries[scheduledFunction.name];
  if (documentQueues(queues).length === 0) delete entries.uploads;
  return entries;
}
