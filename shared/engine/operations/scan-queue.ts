/**
 * Scans a dead-letter queue.
 *
 * @module
 */

import { ChangeMessageVisibilityBatchCommand, type Message } from "@aws-sdk/client-sqs";
import { deadLetterName } from "../../../contracts/jobs/lanes.ts";
import { type JobServices, queueUrl } from "../jobs/services.ts";
import { MESSAGES_PER_CALL, receiveMessages } from "./receive-messages.ts";

/** How long a scan may take, so that a request answers in time. */
const BUDGET_MS = 8_000;

/**
 * Receives the messages of a dead-letter queue, each once, within a time; they can be received again afterwards.
 * @param visit gets up to ten at a time, and says which become visible at once; the others stay hidden for a minute
 * @returns whether the queue was scanned to its end
 * @throws what SQS or `visit` throws, after the messages seen so far were given back
 */
export async function scanDeadLetterQueue(
  services: JobServices,
  queue: string,
  visit: (messages: readonly Message[], queueUrl: string) => Promise<readonly Message[]>,
): Promise<{ readonly complete: boolean }> {
  const QueueUrl = queueUrl(services, deadLetterName(queue));
  const until = performance.now() + BUDGET_MS;
  const kept: Message[] = [];
  try {
    while (performance.now() < until) {
      const messages = await receiveMessages(services, QueueUrl);
      if (messages.length === 0) return { complete: true };
      kept.push(...(await visit(messages, QueueUrl)));
    }
    return { complete: false };
  } finally {
    await giveBack(services, QueueUrl, kept);
  }
}

/** Never throws: a message that is not given back becomes visible within a minute. */
async function giveBack({ sqs }: JobServices, QueueUrl: string, messages: readonly Message[]): Promise<void> {
  for (let start = 0; start < messages.length; start += MESSAGES_PER_CALL) {
    const Entries = messages
      .slice(start, start + MESSAGES_PER_CALL)
      .map((each, index) => ({ ...toEntry(each, index), VisibilityTimeout: 0 }));
    await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries })).catch(() => undefined);
  }
}

/** A message in a batch request. */
export const toEntry = (message: Message, index: number) => ({
  Id: String(index),
  ReceiptHandle: message.ReceiptHandle ?? "",
});
