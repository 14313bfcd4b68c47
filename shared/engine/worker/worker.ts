/**
 * A worker and what it is given: a queue, an invocation, and one delivery of a message by SQS.
 *
 * @module
 */

import type { Context, SQSRecord } from "aws-lambda";
import type { TaskDefinition } from "../../../contracts/define-task.ts";
import { type Lane, workerName } from "../../../contracts/jobs/lanes.ts";
import { type JobMessage, messageSchema } from "../../../contracts/jobs/message.ts";
import type { RetryClass } from "../../../contracts/jobs/retry.ts";
import type { Logger } from "../../lib/logger.ts";
import type { JobServices } from "../jobs/services.ts";
import type { Claimant } from "../jobs/transitions/run.ts";
import type { LaneLimiters } from "../limits/lane-limiters.ts";
import type { Limiter } from "../limits/limiter.ts";
import type { Used } from "../limits/usage.ts";
import type { RunFacts } from "../monitoring/statistics.ts";
import type { CircuitBreaker } from "./circuit-breaker.ts";
import type { AnyTaskModule } from "./context.ts";

/** A queue's worker: what the function of one queue knows. */
export interface Worker {
  readonly services: JobServices;
  readonly queue: { readonly name: string; readonly retry: RetryClass };
  readonly tasks: ReadonlyMap<string, { readonly definition: TaskDefinition; readonly module: AnyTaskModule }>;
  readonly logger: Logger;
  /** Present where the queue's tasks share a backend that can be down. */
  readonly breaker: CircuitBreaker | undefined;
  /** The breaker of the backend that takes over while the other is down, where there is one. */
  readonly fallback?: CircuitBreaker | undefined;
  /** Whether jobs are run by that one; {@link breaker} is its own then. */
  readonly usesFallback?: boolean;
  /** What the tokens are of that the queue's tasks report. @default the language model */
  readonly used?: Used | undefined;
  /** Present where the queue's tasks use a backend that can be limited. */
  readonly limiter: Limiter | undefined;
  /** Present where the running jobs of a project are bounded in each lane. */
  readonly lanes?: LaneLimiters | undefined;
  /** Present where what only some runs need is limited: they ask for it themselves. */
  readonly lateLimiter?: Limiter | undefined;
}

/** Whether every run has to ask before it begins; that of a key's job may have to where this is not so. */
export const asksFirst = ({ limiter, lanes }: Pick<Worker, "limiter" | "lanes">): boolean =>
  lanes !== undefined || limiter?.isSet === true;

/** One invocation of a worker, with a batch of messages. */
export interface Invocation {
  readonly worker: Worker;
  readonly lambda: Pick<Context, "getRemainingTimeInMillis">;
  /** Where each run is noted when it has ended, to be counted with the batch. */
  readonly ended: RunFacts[];
}

/**
 * What becomes of a message: deleted, or left in the queue until its visibility timeout is over. `again`: the job is not,
 * or no longer, this worker's to run, and its record has to be read again to say.
 */
export type Verdict = "acknowledge" | "leave" | "again";
/** What becomes of a message in the end. */
export type FinalVerdict = Exclude<Verdict, "again">;

/** A message at its worker. Times in milliseconds since the epoch. */
export interface Delivery extends Claimant {
  /** Undefined when the body is not a reference to a job. */
  readonly reference: JobMessage | undefined;
  readonly sentAt: number;
  /** When the worker began with it. */
  readonly receivedAt: number;
  /** The lane that it came from. */
  readonly lane: Lane;
}

/** A delivery of a message that refers to a job. */
export interface JobDelivery extends Delivery {
  readonly reference: JobMessage;
}

/** @param queue the queue's name, without lane and stage */
export function toDelivery(message: SQSRecord, queue: string, receivedAt: number): Delivery {
  const lane = message.eventSourceARN.endsWith("-high") ? "high" : "low";
  return {
    messageId: message.messageId,
    reference: parseReference(message.body),
    receiveCount: Number(message.attributes.ApproximateReceiveCount),
    receiptHandle: message.receiptHandle,
    sentAt: Number(message.attributes.SentTimestamp),
    receivedAt,
    lane,
    worker: workerName(queue, lane),
  };
}

/** Reads a message's body. @returns undefined when it is not a reference to a job */
export function parseReference(body: string | undefined): JobMessage | undefined {
  try {
    return messageSchema.safeParse(JSON.parse(body ?? "")).data;
  } catch {
    return undefined;
  }
}
