import { DeleteMessageBatchCommand, type Message } from "@aws-sdk/client-sqs";
import type { JobServices } from "../jobs/services.ts";
import { reasonOf } from "./act-on-each.ts";
import { toEntry } from "./scan-queue.ts";

/** How many messages were deleted, and why the others were not. */
export interface Deleted {
  readonly deleted: readonly Message[];
  /** Messages that SQS did not delete; they come into sight again. */
  readonly failed: readonly Message[];
  /** Why the first of those was not. */
  readonly reason: string | undefined;
}

/**
 * Deletes up to ten messages with one call. SQS answers 200 even when it has deleted none of them: its answer says which.
 * Never throws.
 * @param messages of which there may be none
 */
export async function deleteMessages(
  { sqs }: Pick<JobServices, "sqs">,
  QueueUrl: string,
  messages: readonly Message[],
): Promise<Deleted> {
  if (messages.length === 0) return { deleted: [], failed: [], reason: undefined };
  const answer = await sqs
    .send(new DeleteMessageBatchCommand({ QueueUrl, Entries: messages.map(toEntry) }))
    .catch((error: unknown) => ({ error }));
  if ("error" in answer) {
    return { deleted: [], failed: messages, reason: `SQS did not delete messages: ${reasonOf(answer.error)}` };
  }
  const { Failed = [] } = answer;
  const ids = new Set(Failed.map(({ Id }) => Id));
  const [first] = Failed;
  return {
    deleted: messages.filter((_, index) => !ids.has(String(index))),
    failed: messages.filter((_, index) => ids.has(String(index))),
    reason: first && `SQS did not delete a message: ${first.Code}${first.Message ? `: ${first.Message}` : ""}`,
  };
}
