import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
} from "@aws-sdk/client-sqs";
import { isReady } from "../../contracts/states.ts";
import { parseMessage } from "../jobs/parse-message.ts";
import type { JobServices } from "../jobs/services.ts";
import { deadLetterName, urlOf } from "../monitoring/lanes.ts";
import { isDeadLetter } from "./dead-letters.ts";

/** What a look through the queue may take, so that a request answers in time. */
const BUDGET_MS = 8_000;
/** Longer than the look takes: a message that was seen is not received again meanwhile. */
const HIDDEN_SECONDS = 60;
const BATCH = 10;

/**
 * Removes messages from a dead-letter queue whose jobs are no dead letters any more: run again, purged, archived or
 * expired. Such a message does nothing, but keeps the queue's depth and its alarm up. Others come back into sight, and
 * one that is no job's message at all is kept for a human to look at.
 * @returns messages removed
 */
export async function clearDeadLetterQueue(services: JobServices, queue: string): Promise<number> {
  const QueueUrl = urlOf(services, deadLetterName(queue));
  const until = performance.now() + BUDGET_MS;
  const kept: Message[] = [];
  let removed = 0;
  while (performance.now() < until) {
    const { Messages = [] } = await services.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: BATCH, VisibilityTimeout: HIDDEN_SECONDS }),
    );
    if (Messages.length === 0) break;
    const stale = await findStale(services, queue, Messages);
    kept.push(...Messages.filter((message) => !stale.has(message)));
    if (stale.size === 0) continue;
    await services.sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: [...stale].map(toEntry) }));
    removed += stale.size;
  }
  for (let start = 0; start < kept.length; start += BATCH) {
    const Entries = kept
      .slice(start, start + BATCH)
      .map((each, index) => ({ ...toEntry(each, index), VisibilityTimeout: 0 }));
    await services.sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
  }
  return removed;
}

async function findStale(services: JobServices, queue: string, messages: readonly Message[]): Promise<Set<Message>> {
  const parsed = messages.flatMap((message) => {
    const reference = parseMessage(message.Body);
    return reference ? [{ message, ...reference }] : [];
  });
  const jobs = await services.store.getMany(parsed.map((each) => each.task_id));
  const byId = new Map(jobs.map((job) => [job.task_id, job]));
  const stale = parsed.filter(({ task_id, generation }) => {
    const job = byId.get(task_id);
    if (!job || generation < job.generation) return true;
    // A job without an outcome may have no other message than this one.
    return isReady(job.status) && !isDeadLetter(job, queue);
  });
  return new Set(stale.map((each) => each.message));
}

const toEntry = (message: Message, index: number) => ({
  Id: String(index),
  ReceiptHandle: message.ReceiptHandle ?? "",
});
