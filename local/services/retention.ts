/**
 * Drops messages that are older than their queue keeps them, as SQS does and the emulator does not.
 *
 * @module
 */

import type { QueueStore } from "./emulator.ts";

const INTERVAL_MS = 30_000;

/** Messages that a consumer holds are left until they come back. @returns how many were dropped */
export function dropExpired(store: QueueStore, now = Date.now()): number {
  let dropped = 0;
  for (const queue of store.allQueues()) {
    const oldest = now - Number(queue.attributes.MessageRetentionPeriod) * 1_000;
    const keep = ({ messageId, sentTimestamp }: { messageId: string; sentTimestamp: number }): boolean => {
      if (sentTimestamp >= oldest) return true;
      store.persistence?.deleteMessage(messageId);
      dropped += 1;
      return false;
    };
    queue.messages = queue.messages.filter(keep);
    queue.delayedMessages = queue.delayedMessages.filter(keep);
  }
  return dropped;
}

/** @returns ends it */
export function startRetention(store: QueueStore): () => void {
  const timer = setInterval(() => dropExpired(store), INTERVAL_MS);
  timer.unref();
  return () => clearInterval(timer);
}
