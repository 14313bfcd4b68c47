/**
 * One delivery of a message by SQS: what the message refers to, and what SQS says of it.
 *
 * @module
 */

import type { SQSRecord } from "aws-lambda";
import { type Lane, workerName } from "../../../contracts/jobs/lanes.ts";
import { type JobMessage, messageSchema } from "../../../contracts/jobs/message.ts";

/** A message at its worker. Times in milliseconds since the epoch. */
export interface Delivery {
  readonly messageId: string;
  /** Undefined when the body is not a reference to a job. */
  readonly reference: JobMessage | undefined;
  /** 1 for the first time. */
  readonly receiveCount: number;
  readonly receiptHandle: string;
  readonly sentAt: number;
  /** When the worker began with it. */
  readonly receivedAt: number;
  /** The lane that it came from. */
  readonly lane: Lane;
  /** The worker's name, as the job's record and the metrics have it. */
  readonly worker: string;
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
