/**
 * Groups of a standard queue's messages, which the emulator drops: SQS passes the `MessageGroupId` on with the message, and
 * delivers by it, so that no group's flood keeps the others waiting (fair queues).
 *
 * @module
 */

import type { BuildAppOptions, buildApp } from "fauxqs";
import { z } from "zod";
import { FairOrder } from "./fair-order.ts";

type QueueStore = NonNullable<BuildAppOptions["stores"]>["sqsStore"];
type Queue = ReturnType<QueueStore["createQueue"]>;

const sendSchema = z.object({ MessageBody: z.string(), MessageGroupId: z.string().optional() });
const batchSchema = z.object({ Entries: z.array(sendSchema) });

/** Must be called before the first queue is made. */
export function keepMessageGroups(app: ReturnType<typeof buildApp>, queues: QueueStore): void {
  /** What the request at hand sends; its handler runs in one go. */
  let sending: z.infer<typeof sendSchema>[] = [];
  app.addHook("preHandler", (request, _reply, done) => {
    const action = String(request.headers["x-amz-target"] ?? "");
    if (action === "AmazonSQS.SendMessage") sending = sendSchema.array().safeParse([request.body]).data ?? [];
    else if (action === "AmazonSQS.SendMessageBatch") sending = batchSchema.safeParse(request.body).data?.Entries ?? [];
    else sending = [];
    done();
  });
  const { createQueue } = queues;
  queues.createQueue = (...args) => {
    const queue = createQueue.apply(queues, args);
    const { enqueue } = queue;
    queue.enqueue = (message) => {
      const sent = sending.findIndex((entry) => entry.MessageBody === message.body);
      const [entry] = sent < 0 ? [] : sending.splice(sent, 1);
      enqueue.call(
        queue,
        entry?.MessageGroupId === undefined ? message : { ...message, messageGroupId: entry.MessageGroupId },
      );
    };
    if (!queue.isFifo()) deliverFairly(queue);
    return queue;
  };
}

/** Puts what comes next to the front of the queue before the emulator takes it from there, and notes what became of it. */
function deliverFairly(queue: Queue): void {
  const order = new FairOrder();
  const { dequeue, deleteMessage, changeVisibility } = queue;
  queue.dequeue = (most, ...options) => {
    queue.processTimers();
    const now = Date.now();
    order.keepOnly((handle) => queue.inflightMessages.has(handle), now);
    const next = new Set(order.next(queue.messages, most, now));
    const isInFront = queue.messages.slice(0, next.size).every((message) => next.has(message));
    if (!isInFront) queue.messages = [...next, ...queue.messages.filter((message) => !next.has(message))];
    const received = dequeue.call(queue, most, ...options);
    for (const { ReceiptHandle: handle } of received) {
      const message = queue.inflightMessages.get(handle)?.message;
      if (message) order.received(handle, message, now);
    }
    return received;
  };
  queue.deleteMessage = (handle) => {
    order.ended(handle, Date.now());
    return deleteMessage.call(queue, handle);
  };
  queue.changeVisibility = (handle, seconds) => {
    if (seconds === 0) order.ended(handle, Date.now());
    changeVisibility.call(queue, handle, seconds);
  };
}
