import type { Capability, TaskDefinition } from "./define-task.ts";
import type { Family } from "./families.ts";
import { type Lane, lanes } from "./jobs/lanes.ts";
import type { RetryClass } from "./jobs/retry.ts";
import { queueTraits, usualTraits } from "./queue-traits.ts";

/** A queue as its tasks make it: what infra/ builds and what the engine runs. */
export interface QueueDefinition {
  readonly name: string;
  readonly family: Family;
  readonly tasks: readonly TaskDefinition[];
  readonly lanes: readonly Lane[];
  /** A queue holds one class, because `maxReceiveCount` belongs to the queue. */
  readonly retry: RetryClass;
  /** Seconds; the maximum over its tasks. */
  readonly timeLimit: { readonly soft: number; readonly hard: number };
  /** MB; the maximum over its tasks. */
  readonly memory: number;
  readonly uses: ReadonlySet<Capability>;
}

/**
 * The visibility timeout of a lane, in seconds. Six times the function's time limit is AWS's advice for SQS event sources:
 * the poller may hold a batch for several invocations' time before it is run. Backoff and redelivery set the visibility
 * themselves; this is what a message waits when its worker vanished.
 * @param timeLimit seconds after which the function is ended
 */
export const visibilityTimeout = (timeLimit: number): number => 6 * timeLimit;

function defineQueue(name: string, tasks: readonly TaskDefinition[]): QueueDefinition {
  const classes = new Set(tasks.map((task) => task.retry));
  const [retry] = classes;
  if (retry === undefined || classes.size > 1) {
    throw new Error(`Queue ${name} must hold one retry class, not ${[...classes].join(" and ")}.`);
  }
  const { family, lanes: own = lanes } = queueTraits[name] ?? usualTraits;
  const uses = new Set(tasks.flatMap((task) => task.uses ?? []));
  return {
    name,
    family,
    tasks,
    lanes: own,
    retry,
    timeLimit: {
      soft: Math.max(...tasks.map((task) => task.timeLimit.soft)),
      hard: Math.max(...tasks.map((task) => task.timeLimit.hard)),
    },
    memory: Math.max(...tasks.map((task) => task.memory)),
    uses,
  };
}

/**
 * The queues of a catalog's tasks, in the order in which the catalog first names them.
 * @param tasks definitions by name
 * @throws Error when a queue would hold two retry classes
 */
export function queuesOf(tasks: Readonly<Record<string, TaskDefinition>>): readonly QueueDefinition[] {
  const byQueue = Map.groupBy(Object.values(tasks), (task) => task.queue);
  return [...byQueue].map(([name, own]) => defineQueue(name, own));
}
