import { ChangeMessageVisibilityBatchCommand, type Message, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { deadLetterName } from "../../../contracts/jobs/lanes.ts";
import { type JobServices, queueUrl } from "../jobs/services.ts";

/** What a look through the queue may take, so that a request answers in time. */
const BUDGET_MS = 8_000;
/** Longer than the look takes: a message that was seen is not received again meanwhile. */
const HIDDEN_SECONDS = 60;
const BATCH = 10;

/**
 * Looks at the messages of a dead-letter queue, each once, within a time; others look at them again afterwards.
 * @param look gets up to ten at a time, and says which come back into sight at once; the others stay hidden for a minute
 */
export async function lookThroughDeadLetters(
  services: JobServices,
  queue: string,
  look: (messages: readonly Message[], queueUrl: string) => Promise<readonly Message[]>,
): Promise<void> {
  const QueueUrl = queueUrl(services, deadLetterName(queue));
  const until = performance.now() + BUDGET_MS;
  const kept: Message[] = [];
  while (performance.now() < until) {
    const { Messages = [] } = await services.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: BATCH,
        VisibilityTimeout: HIDDEN_SECONDS,
        MessageSystemAttributeNames: ["ApproximateReceiveCount"],
      }),
    );
    if (Messages.length === 0) break;
    kept.push(...(await look(Messages, QueueUrl)));
  }
  for (let start = 0; start < kept.length; start += BATCH) {
    const Entries = kept
      .slice(start, start + BATCH)
      .map((each, index) => ({ ...toEntry(each, index), VisibilityTimeout: 0 }));
    await services.sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
  }
}

/** A message in a batch request. */
export const toEntry = (message: Message, index: number) => ({
  Id: String(index),
  ReceiptHandle: message.ReceiptHandle ?? "",
});
