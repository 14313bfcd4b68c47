import type { z } from "zod";
import type { catalog } from "../contracts/catalog.ts";
import type { Catalog, TaskRecord } from "../contracts/define-catalog.ts";
import type { InputOf, OutputOf, RequestOf, TaskDefinition } from "../contracts/define-task.ts";
import type { TaskContext, TaskModule } from "../shared/engine/worker/context.ts";

type StandardTasks = typeof catalog.tasks;

/** What the code of a task may submit: the names under its `submits`, with their inputs. */
type Targets<Definition extends TaskDefinition, Tasks extends TaskRecord> = {
  [Name in NonNullable<Definition["submits"]>[number] & keyof Tasks]: RequestOf<Tasks[Name]>;
};

/**
 * The code of a task: `export const run: TaskRun<typeof countWords> = async (input, context) => ...`.
 * @typeParam Tasks where the tasks are declared that it submits: `typeof catalog.tasks` for those of your own
 */
export type TaskRun<Definition extends TaskDefinition, Tasks extends TaskRecord = StandardTasks> = (
  input: InputOf<Definition>,
  context: TaskContext<
    Targets<Definition, Tasks>,
    z.output<NonNullable<Definition["settings"]>>,
    NonNullable<Definition["secrets"]>[number]
  >,
) => Promise<OutputOf<Definition>>;

/** The names of a catalog's tasks that are not Sluice's own. */
type OwnNames<Tasks> = Exclude<keyof Tasks, keyof StandardTasks>;

/**
 * The code of your tasks, each loaded by its own function alone: `{ count_words: () => import("./count-words.ts") }`. A task
 * without one does not compile. For a task of Sluice's own that you redefine, give one too.
 */
export type Handlers<Of extends Catalog> = {
  readonly [Name in OwnNames<Of["tasks"]>]: () => Promise<TaskModule<Of["tasks"][Name] & TaskDefinition>>;
} & {
  readonly [Name in keyof StandardTasks & keyof Of["tasks"]]?: () => Promise<
    TaskModule<Of["tasks"][Name] & TaskDefinition>
  >;
};
