import type { Catalog } from "../../contracts/define-catalog.ts";
import { taskOf } from "../../shared/engine/jobs/submit.ts";
import { notFound } from "../../shared/lib/http/problem.ts";

type Params = Readonly<Record<string, string>>;

/**
 * Looks up what a path names of the catalog: `{task_name}`, by any of the task's names, and `{queue}`.
 * @returns the parameters, with the task's own name
 * @throws UnknownTaskError
 * @throws ProblemError 404 when there is no such queue
 */
export function resolveNames(catalog: Catalog, params: Params): Params {
  const { task_name, queue } = params;
  if (queue !== undefined && !catalog.queues.some(({ name }) => name === queue)) {
    const names = catalog.queues.map(({ name }) => name).join(", ");
    throw notFound(`There is no queue ${queue.slice(0, 100)}. There are: ${names}.`);
  }
  return task_name === undefined ? params : { ...params, task_name: taskOf(catalog, task_name).name };
}
