/**
 * Makes the template's queues.
 *
 * @module
 */

import { z } from "zod";
import type { Deployment, Resource } from "../template/deployment.ts";
import { propertiesOf } from "../template/parse.ts";
import type { QueueStore } from "./emulator.ts";

const count = z.coerce.number().int().nonnegative().optional();

const queueSchema = z.object({
  VisibilityTimeout: count,
  DelaySeconds: count,
  MaximumMessageSize: count,
  MessageRetentionPeriod: count,
  ReceiveMessageWaitTimeSeconds: count,
  SqsManagedSseEnabled: z.boolean().optional(),
  KmsMasterKeyId: z.string().optional(),
  FifoQueue: z.literal(false, "FIFO queues are not run here").optional(),
  RedrivePolicy: z
    .object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number().int().positive() })
    .optional(),
  RedriveAllowPolicy: z.record(z.string(), z.json()).optional(),
});

/** A queue as the template defines it. */
export interface Queue {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  readonly visibilityTimeout: number;
}

/** Creates each queue, or gives one that an earlier run left the template's attributes and today's URL. */
export function createQueues(deployment: Deployment, store: QueueStore): Queue[] {
  return deployment.ofType("AWS::SQS::Queue").map((resource) => {
    const attributes = attributesOf(resource);
    const name = String(resource.attribute("QueueName"));
    const arn = String(resource.attribute("Arn"));
    const existing = store.getQueueByName(name);
    if (existing) {
      existing.setAttributes({ RedrivePolicy: "", ...attributes });
      Object.assign(existing, { url: resource.ref });
    } else {
      store.createQueue(name, resource.ref, arn, attributes);
    }
    return { name, url: resource.ref, arn, visibilityTimeout: Number(attributes.VisibilityTimeout ?? 30) };
  });
}

/** SQS takes every attribute as a string, structured ones as JSON. */
function attributesOf(resource: Resource): Record<string, string> {
  return Object.fromEntries(
    Object.entries(propertiesOf(resource, queueSchema)).map(([name, value]) => [
      name,
      typeof value === "object" ? JSON.stringify(value) : String(value),
    ]),
  );
}
