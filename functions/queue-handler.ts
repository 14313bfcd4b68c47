import type { QueueName, TaskOf, TasksOf } from "../contracts/catalog.ts";
import type { MergedQueue, TasksMovedTo } from "../contracts/sizes.ts";
import type { AnyTaskModule, TaskModule } from "../shared/engine/worker/context.ts";
import { createQueueHandler, type QueueHandler } from "../shared/engine/worker/queue-handler.ts";
import { modules as own } from "./app.ts";
import { processServices } from "./services.ts";

/**
 * The Lambda handler of a queue of the catalog, for functions/queues/.
 * Tasks that an application has put on the queue come along.
 * @param tasks a module for each of the queue's tasks; a missing one does not compile
 */
export const queueHandler = <Queue extends QueueName>(
  queue: Queue,
  tasks: { readonly [Name in TasksOf<Queue>]: TaskModule<TaskOf<Name>> },
): QueueHandler => handlerOf(queue, tasks);

/**
 * The Lambda handler of a queue that a small stage has in place of several.
 * @param tasks a module for each task that runs there; a missing one does not compile
 */
export const mergedHandler = <Queue extends MergedQueue>(
  queue: Queue,
  tasks: { readonly [Name in TasksMovedTo<Queue>]: TaskModule<TaskOf<Name>> },
): QueueHandler => handlerOf(queue, tasks);

function handlerOf(queue: string, tasks: Readonly<Record<string, AnyTaskModule>>): QueueHandler {
  const services = processServices();
  const here = new Set(services.catalog.queueOf(queue).tasks.map(({ name }) => name));
  // In a stage of another size, tasks are on another queue: what is left of this one is the application's own.
  const modules = Object.fromEntries(Object.entries(tasks).filter(([name]) => here.has(name)));
  return createQueueHandler({ services, queue, modules: { ...modules, ...own } });
}
