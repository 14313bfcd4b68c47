/**
 * The Lambda handler of a queue: functions/queue-handler.ts wires it, the engine does the work.
 *
 * @module
 */

import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type { Lane } from "../../../contracts/jobs/lanes.ts";
import { llmFallbackSettings } from "../../../contracts/settings/llm.ts";
import { parseSettings } from "../../../contracts/settings/parse-settings.ts";
import { createLogger } from "../../lib/logger.ts";
import type { JobServices } from "../jobs/services.ts";
import { embeddingLimiter } from "../limits/embedding-limiter.ts";
import { laneLimiters } from "../limits/lane-limiters.ts";
import { llmLimiter } from "../limits/llm-limiter.ts";
import { ocrLimiter } from "../limits/ocr-limiter.ts";
import { recordRuns, recordTaken } from "../monitoring/run-metrics.ts";
import type { RunFacts } from "../monitoring/statistics.ts";
import { CircuitBreaker } from "./circuit-breaker.ts";
import { consume } from "./consume.ts";
import type { AnyTaskModule } from "./context.ts";
import { type Invocation, toDelivery, type Worker } from "./worker.ts";

/** The Lambda handler of a queue. */
export type QueueHandler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/** How often it is noted of a lane that messages are taken without a run; the alarm for lanes that stand still looks at minutes. */
const NOTED_MS = 60_000;

/** Thrown for a message that stays in the queue: it becomes one of the batch's item failures. */
class MessageLeft extends Error {
  override readonly name = "MessageLeft";
}

/** What a queue's function is made of. */
export interface QueueHandlerOptions {
  readonly services: JobServices;
  /** A queue of the services' catalog. */
  readonly queue: string;
  /** A module for each of the queue's tasks, by the task's name. */
  readonly modules: Readonly<Record<string, AnyTaskModule>>;
}

/**
 * The handler of a queue of the catalog.
 * @throws Error when the catalog has no such queue, or the queue lacks the task of a module
 */
export function createQueueHandler({ services, queue, modules }: QueueHandlerOptions): QueueHandler {
  const { name, retry, uses, tasks } = services.catalog.queueOf(queue);
  return batchHandler({
    services,
    queue: { name, retry },
    tasks: new Map(
      Object.entries(modules).map(([task, module]) => {
        const definition = tasks.find((each) => each.name === task);
        if (!definition) throw new Error(`Queue ${name} has no task ${task}.`);
        return [task, { definition, module }];
      }),
    ),
    logger: createLogger(name),
    breaker: uses.has("llm") ? new CircuitBreaker(services.store.table, "llm") : undefined,
    fallback:
      uses.has("llm") && hasSecondModel() ? new CircuitBreaker(services.store.table, "llm-fallback") : undefined,
    limiter: uses.has("llm") ? llmLimiter(services) : uses.has("embeddings") ? embeddingLimiter(services) : undefined,
    used: !uses.has("llm") && uses.has("embeddings") ? "embeddings" : "llm",
    lanes: laneLimiters(services, name),
    lateLimiter: uses.has("documents") ? ocrLimiter(services) : undefined,
  });
}

const hasSecondModel = () => parseSettings(llmFallbackSettings, process.env).LLM_FALLBACK_BACKEND !== undefined;

/** The handler of any worker: the records of a batch start at once, and those that fail are reported one by one. */
export function batchHandler(worker: Worker): QueueHandler {
  const processor = new BatchProcessor(EventType.SQS);
  const noted = new Map<Lane, number>();
  return middy<SQSEvent, SQSBatchResponse>()
    .use(injectLambdaContext(worker.logger))
    .handler(async (event, context) => {
      const ended: RunFacts[] = [];
      const taken = new Set<Lane>();
      const response = await processPartialResponse(
        event,
        async (message: SQSRecord) => {
          const delivery = toDelivery(message, worker.queue.name, worker.services.now());
          const invocation: Invocation = { worker, lambda: context, ended: [] };
          const verdict = await consume(invocation, delivery);
          ended.push(...invocation.ended);
          if (verdict === "acknowledge" && invocation.ended.every(({ isLoss }) => isLoss)) taken.add(delivery.lane);
          if (verdict === "leave") throw new MessageLeft("left in the queue");
        },
        processor,
        { context, throwOnFullBatchFailure: false },
      );
      const { queue, services, logger, used } = worker;
      const options = { queue: queue.name, store: services.store, logger };
      await recordRuns(ended, { ...options, used });
      const now = services.now();
      for (const lane of taken) {
        if (now - (noted.get(lane) ?? 0) < NOTED_MS) continue;
        noted.set(lane, now);
        await recordTaken(lane, { ...options, now });
      }
      return response;
    }) as QueueHandler;
}
