/**
 * What the tasks of an application are declared with: the main entry of the package `sluice`.
 *
 * @module
 */

import { catalog } from "../contracts/catalog.ts";

export { z } from "zod";
export { type Catalog, defineCatalog } from "../contracts/define-catalog.ts";
export {
  type Capability,
  defineTask,
  type InputOf,
  type OutputOf,
  type TaskDefinition,
} from "../contracts/define-task.ts";
export {
  AuthenticationError,
  ConnectionError,
  FinalError,
  InvalidInputError,
  RateLimitError,
  RetryableError,
  SchemaValidationError,
  SoftTimeLimitExceeded,
  TaskError,
} from "../contracts/errors.ts";
export type { TaskContext } from "../shared/engine/worker/context.ts";
export type { Handlers, TaskRun } from "./task-types.ts";

/** Sluice's own tasks: `defineCatalog({ ...standardTasks, your_task })`. A stage works only with them. */
export const standardTasks = catalog.tasks;
