import type { Family } from "./families.ts";
import type { QueueDefinition } from "./queues.ts";
import { queuesAt, type Size } from "./sizes.ts";

/**
 * The queues of a stage: those of its families, as its size has them. Asked again of what it returned, it changes nothing.
 * @param queues of a catalog
 */
export function stageQueues(
  queues: readonly QueueDefinition[],
  { families, size }: { readonly families: ReadonlySet<Family>; readonly size: Size },
): readonly QueueDefinition[] {
  const on = queues.filter(({ family }) => families.has(family));
  if (size === "full") return on;
  return queuesAt(size, Object.fromEntries(on.flatMap(({ tasks }) => tasks).map((task) => [task.name, task])));
}
