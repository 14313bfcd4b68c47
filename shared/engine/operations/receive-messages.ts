import { type Message, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import type { JobServices } from "../jobs/services.ts";

/** Most messages that one call of SQS receives or changes. */
export const MESSAGES_PER_CALL = 10;
/** A short poll asks only some of SQS's servers, so that an empty answer would not mean an empty queue. */
const LONG_POLL_SECONDS = 1;
/** Longer than an operation takes: a message that it has received is not received again meanwhile. */
const HIDDEN_SECONDS = 60;

/** Receives up to ten messages, which stay hidden for a minute. @returns none when the queue is empty */
export async function receiveMessages(
  { sqs }: Pick<JobServices, "sqs">,
  QueueUrl: string,
): Promise<readonly Message[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: MESSAGES_PER_CALL,
      WaitTimeSeconds: LONG_POLL_SECONDS,
      VisibilityTimeout: HIDDEN_SECONDS,
      MessageSystemAttributeNames: ["ApproximateReceiveCount"],
    }),
  );
  return Messages;
}
