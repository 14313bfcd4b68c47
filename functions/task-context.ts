import type { TaskName, TaskOwnSettings, TaskSecret, TaskTargets } from "../contracts/catalog.ts";
import type { TaskContext } from "../shared/engine/worker/context.ts";

/** The context of a task of the catalog: knows the tasks that it submits with their inputs, its settings and its secrets. */
export type TaskContextOf<Name extends TaskName> = TaskContext<
  TaskTargets<Name>,
  TaskOwnSettings<Name>,
  TaskSecret<Name>
>;
