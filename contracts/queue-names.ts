/**
 * The names of queues that callers use: a queue's own, with `_` for `-`, and those of the replaced systems that stand for
 * lanes of several queues.
 *
 * @module
 */

import type { Lane } from "./jobs/lanes.ts";

/** Names for lanes of all queues. */
const groups: Readonly<Record<string, Lane>> = { high_priority: "high", low_priority: "low" };
/** Names of the replaced systems for one of ours. */
const others: Readonly<Record<string, string>> = { cron: "monitoring" };

/** Which lanes a name stands for. */
export interface NamedQueues {
  /** The one queue; undefined for a group of lanes. */
  readonly queue: string | undefined;
  includes(lane: { readonly queue: string; readonly lane: Lane }): boolean;
}

/**
 * Looks up a name. A queue of that very name goes before a group.
 * @returns undefined when there is nothing of that name
 */
export function queuesNamed(
  { queues }: { readonly queues: readonly { readonly name: string }[] },
  given: string,
): NamedQueues | undefined {
  const spellings = [given, given.replaceAll("_", "-"), others[given]];
  const own = queues.find(({ name }) => spellings.includes(name))?.name;
  if (own !== undefined) return { queue: own, includes: ({ queue }) => queue === own };
  const group = Object.hasOwn(groups, given) ? groups[given] : undefined;
  return group && { queue: undefined, includes: ({ lane }) => lane === group };
}
