/**
 * Keeps the `MessageGroupId` of a standard queue's messages, which the emulator drops: SQS passes it on with the message
 * (fair queues). The order of delivery stays the emulator's own.
 *
 * @module
 */

import type { BuildAppOptions, buildApp } from "fauxqs";
import { z } from "zod";

const sendSchema = z.object({ MessageBody: z.string(), MessageGroupId: z.string().optional() });
const batchSchema = z.object({ Entries: z.array(sendSchema) });

/** Must be called before the first queue is made. */
export function keepMessageGroups(
  app: ReturnType<typeof buildApp>,
  queues: NonNullable<BuildAppOptions["stores"]>["sqsStore"],
): void {
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
    return queue;
  };
}
