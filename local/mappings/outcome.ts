import { z } from "zod";
import type { Outcome } from "../lambda/process.ts";

const responseSchema = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish() })
  .nullable();

/**
 * Which messages of a batch are done with. A function error, a malformed response or an unknown identifier fails the
 * whole batch.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 * @param reportsItems whether the mapping asks for `ReportBatchItemFailures`
 * @returns ids of the messages to delete
 */
export function succeeded(outcome: Outcome, messageIds: readonly string[], reportsItems: boolean): string[] {
  if (!outcome.ok) return [];
  if (!reportsItems) return [...messageIds];
  const response = responseSchema.safeParse(JSON.parse(outcome.payload));
  if (!response.success) return [];
  const failures = new Set((response.data?.batchItemFailures ?? []).map((failure) => failure.itemIdentifier));
  if (![...failures].every((id) => messageIds.includes(id))) return [];
  return messageIds.filter((id) => !failures.has(id));
}
