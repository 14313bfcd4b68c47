/**
 * A catalog: the tasks of an application and the queues that follow from them. Sluice's own code takes one as an
 * argument; only entry points import contracts/catalog.ts.
 *
 * @module
 */

import type { TaskDefinition } from "./define-task.ts";
import type { Family } from "./families.ts";
import type { QueueDefinition } from "./queues.ts";
import { formerQueues, queuesAt, type Size, tasksAt } from "./sizes.ts";

/** Tasks by name. */
export type TaskRecord = Readonly<Record<string, TaskDefinition>>;

/** The tasks of an application, and the queues that follow from them. */
export interface Catalog<Tasks extends TaskRecord = TaskRecord> {
  /** The tasks by name, with their own types. */
  readonly tasks: Tasks;
  /** The names of the tasks, in the order in which the catalog lists them. */
  readonly taskNames: readonly string[];
  /** Every queue, in the order in which the catalog first names it. */
  readonly queues: readonly QueueDefinition[];
  /** Names of queues that the tasks have in a stage of another size: one that this stage may have been. */
  readonly formerQueues: readonly string[];
  /** Names of the tasks that act on all projects, those of other families too: only admin keys see their jobs. */
  readonly adminTasks: ReadonlySet<string>;
  /**
   * The task for a name that a caller used: its own, an alias, or either at the end of a dotted name as Celery spells it,
   * such as `tasks.summarize` or `app.tasks.summaries.summarize_text`.
   * @returns undefined when there is no such task
   */
  findTask(name: string): TaskDefinition | undefined;
  /** The task that registers a path in its `functionPaths`. @returns undefined when none does */
  findFunction(path: string): TaskDefinition | undefined;
  /** @throws Error when the catalog has no such queue */
  queueOf(name: string): QueueDefinition;
  /** Whether a task asks a language model, by itself or by the jobs that its code submits: such a task takes a config. */
  asksModel(task: TaskDefinition): boolean;
  /** The same catalog without the queues of other families. */
  withFamilies(on: ReadonlySet<Family>): Catalog;
  /** The same tasks on the queues of a stage of that size. */
  withSize(size: Size): Catalog;
  /** The family of a task that {@link withFamilies} left out, by any of its names. @returns undefined when it left none of that name out */
  familyLeftOut(nameOrPath: string): Family | undefined;
}

/**
 * Makes a catalog of tasks.
 * @param tasks definitions under their own names
 * @throws Error when a task is under another name, two have one name, or a queue would hold two retry classes
 */
export function defineCatalog<const Tasks extends TaskRecord>(tasks: Tasks): Catalog<Tasks> {
  return makeCatalog(tasks, "full");
}

function makeCatalog<const Tasks extends TaskRecord>(given: Tasks, size: Size): Catalog<Tasks> {
  const tasks = tasksAt(size, given);
  const byName = new Map<string, TaskDefinition>();
  for (const [name, definition] of Object.entries(tasks)) {
    if (definition.name !== name) throw new Error(`The catalog lists task ${definition.name} as ${name}.`);
    for (const alias of [name, ...(definition.aliases ?? [])]) {
      if (byName.has(alias)) throw new Error(`Two tasks are called ${alias}.`);
      byName.set(alias, definition);
    }
  }
  const byPath = new Map<string, TaskDefinition>();
  for (const definition of Object.values(tasks)) {
    for (const path of definition.functionPaths ?? []) {
      if (byPath.has(path)) throw new Error(`Two tasks register the path ${path}.`);
      byPath.set(path, definition);
    }
  }
  const queues = queuesAt(size, tasks);
  const lastWord = (name: string) => name.slice(name.lastIndexOf(".") + 1);
  const catalog: Catalog<Tasks> = {
    tasks,
    taskNames: Object.keys(tasks),
    queues,
    formerQueues: formerQueues(size, given),
    adminTasks: new Set(Object.values(tasks).flatMap(({ name, scope }) => (scope === "admin" ? [name] : []))),
    findTask: (name) => byName.get(lastWord(name)),
    findFunction: (path) => byPath.get(path),
    queueOf(name) {
      const queue = queues.find((each) => each.name === name);
      if (!queue) throw new Error(`There is no queue ${name}.`);
      return queue;
    },
    asksModel: (task) => reaches(task, new Set()),
    withSize(wanted) {
      if (wanted === size) return this;
      const { adminTasks, familyLeftOut } = this;
      return { ...makeCatalog(given, wanted), adminTasks, familyLeftOut };
    },
    withFamilies(on) {
      const familyOf = new Map(queues.map(({ name, family }) => [name, family]));
      const left = (task: TaskDefinition | undefined) => {
        const family = task && familyOf.get(task.queue);
        return family === undefined || on.has(family) ? undefined : family;
      };
      const kept = makeCatalog(Object.fromEntries(Object.entries(given).filter(([name]) => !left(tasks[name]))), size);
      return {
        ...kept,
        adminTasks: catalog.adminTasks,
        familyLeftOut: (name) => left(catalog.findTask(name) ?? catalog.findFunction(name)),
      };
    },
    familyLeftOut: () => undefined,
  };
  return catalog;

  function reaches(task: TaskDefinition, seen: Set<string>): boolean {
    if (seen.has(task.name)) return false;
    seen.add(task.name);
    if (task.uses?.includes("llm")) return true;
    return (task.submits ?? []).some((name) => {
      const next = byName.get(name);
      return next !== undefined && reaches(next, seen);
    });
  }
}
