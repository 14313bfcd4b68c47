/**
 * The Lambda handler of a queue: functions/queues/<queue>.ts wires it, the engine does the work.
 *
 * @module
 */

import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { definitionOf, type QueueName, type TasksOf } from "../../../contracts/catalog.ts";
import { queueOf } from "../../../contracts/queues.ts";
import { createLogger } from "../../lib/logger.ts";
import { toDelivery } from "../jobs/delivery.ts";
import { processServices } from "../jobs/services.ts";
import { recordRuns } from "../monitoring/run-metrics.ts";
import { CircuitBreaker } from "./circuit-breaker.ts";
import { consume } from "./consume.ts";
import type { AnyTaskModule, TaskModule } from "./context.ts";
import type { Invocation, Worker } from "./worker.ts";

export type QueueHandler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/** Thrown for a message that stays in the queue: it becomes one of the batch's item failures. */
class MessageLeft extends Error {
  override readonly name = "MessageLeft";
}

/**
 * The handler of a queue of the catalog.
 * @param tasks a module for each of the queue's tasks; a missing one does not compile
 */
export function queueHandler<Queue extends QueueName>(
  queue: Queue,
  tasks: { [Name in TasksOf<Queue>]: TaskModule<Name> },
): QueueHandler {
  const { name, retry, uses } = queueOf(queue);
  const modules: Readonly<Record<string, AnyTaskModule>> = tasks;
  const services = processServices();
  return batchHandler({
    services,
    queue: { name, retry },
    tasks: new Map(
      Object.entries(modules).map(([task, module]) => [
        task,
        { definition: definitionOf(task as TasksOf<Queue>), module },
      ]),
    ),
    logger: createLogger(name),
    breaker: uses.has("llm") ? new CircuitBreaker(services.store, "llm") : undefined,
  });
}

/** The handler of any worker: the records of a batch start at once, and those that fail are reported one by one. */
export function batchHandler(worker: Worker): QueueHandler {
  const processor = new BatchProcessor(EventType.SQS);
  return middy<SQSEvent, SQSBatchResponse>()
    .use(injectLambdaContext(worker.logger))
    .handler(async (event, context) => {
      const invocation: Invocation = { worker, lambda: context, ended: [] };
      const response = await processPartialResponse(
        event,
        async (message: SQSRecord) => {
          const delivery = toDelivery(message, worker.queue.name, worker.services.now());
          const verdict = await consume(invocation, delivery);
          if (verdict === "leave") throw new MessageLeft("left in the queue");
        },
        processor,
        { context, throwOnFullBatchFailure: false },
      );
      await recordRuns(invocation.ended, worker.queue.name, worker.services.store, worker.logger);
      return response;
    }) as QueueHandler;
}
