import { call } from "../api/call.ts";
import type { AnswerOf } from "../api/routes.ts";
import { onSignOut } from "../api/session.ts";
import { createStore } from "../store.ts";

/** How many dead letters each queue has. */
export type DeadLetterCounts = Pick<AnswerOf<"GET /api/v1/dlq">, "queues" | "total_count">;

/**
 * The latest counts of dead letters, by their records: the one source of every such number on the page. SQS's own count
 * lags behind a backlog, and two numbers beside each other would differ.
 */
export const deadLetterCounts = createStore<DeadLetterCounts | undefined>(undefined);
onSignOut(() => deadLetterCounts.set(undefined));

/** Shares the counts that an answer about queues holds. */
export function shareDeadLetterCounts({ queues }: AnswerOf<"GET /api/v1/queues">): void {
  const counted = queues.map(({ name, dead_letters }) => ({ queue: name, count: dead_letters ?? 0, messages: null }));
  deadLetterCounts.set({ queues: counted, total_count: counted.reduce((sum, { count }) => sum + count, 0) });
}

/** Asks for the counts, and shares them. SQS's are not shown, so it is not asked. */
export async function loadDeadLetterCounts(signal: AbortSignal): Promise<DeadLetterCounts> {
  const counts = await call("GET /api/v1/dlq", { query: { messages: false }, signal });
  deadLetterCounts.set(counts);
  return counts;
}
