import { catalog, definitionOf, type QueueName, type TaskName, taskNames } from "./catalog.ts";
import type { Capability } from "./define-task.ts";
import { type Lane, lanes } from "./jobs/lanes.ts";
import type { RetryClass } from "./jobs/retry.ts";

/** A queue as its tasks make it: what infra/ builds and what the engine runs. */
export interface QueueDefinition {
  readonly name: QueueName;
  readonly tasks: readonly TaskName[];
  readonly lanes: readonly Lane[];
  /** A queue holds one class, because `maxReceiveCount` belongs to the queue. */
  readonly retry: RetryClass;
  /** Seconds; the maximum over its tasks. */
  readonly timeLimit: { readonly soft: number; readonly hard: number };
  /** MB; the maximum over its tasks. */
  readonly memory: number;
  readonly uses: ReadonlySet<Capability>;
  /** Messages a function gets at once. */
  readonly batchSize: number;
}

/** Queues whose work is all background. */
const singleLane: ReadonlySet<string> = new Set(["monitoring"]);
/** Work that takes long or must not share an invocation's fate with other jobs. */
const alone: readonly Capability[] = ["llm", "embeddings", "documents"];

function defineQueue(name: QueueName): QueueDefinition {
  const tasks = taskNames.filter((task) => catalog[task].queue === name);
  const definitions = tasks.map(definitionOf);
  const classes = new Set(definitions.map((definition) => definition.retry));
  const [retry] = classes;
  if (retry === undefined || classes.size > 1) {
    throw new Error(`Queue ${name} must hold one retry class, not ${[...classes].join(" and ")}.`);
  }
  const uses = new Set(definitions.flatMap((definition) => definition.uses ?? []));
  return {
    name,
    tasks,
    lanes: singleLane.has(name) ? ["low"] : lanes,
    retry,
    timeLimit: {
      soft: Math.max(...definitions.map((definition) => definition.timeLimit.soft)),
      hard: Math.max(...definitions.map((definition) => definition.timeLimit.hard)),
    },
    memory: Math.max(...definitions.map((definition) => definition.memory)),
    uses,
    batchSize: retry === "critical" || alone.some((capability) => uses.has(capability)) ? 1 : 10,
  };
}

/** Every queue, in the order in which the catalog first names it. */
export const queues: readonly QueueDefinition[] = [...new Set(taskNames.map((name) => catalog[name].queue))].map(
  defineQueue,
);

const byName = new Map(queues.map((queue) => [queue.name, queue]));

/** @throws Error when the name is not a queue of the catalog */
export function queueOf(name: QueueName): QueueDefinition {
  const queue = byName.get(name);
  if (!queue) throw new Error(`There is no queue ${name}.`);
  return queue;
}
