import type { QueueName, TaskOf, TasksOf } from "../contracts/catalog.ts";
import type { TaskModule } from "../shared/engine/worker/context.ts";
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
): QueueHandler => createQueueHandler({ services: processServices(), queue, modules: { ...tasks, ...own } });
