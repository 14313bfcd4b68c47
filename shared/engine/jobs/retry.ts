import type { JobState } from "../../../contracts/jobs/states.ts";
import { sentPlace } from "../table/addresses.ts";
import type { JobRecord } from "./record.ts";
import { QueueUnavailableError, sendJob } from "./send.ts";
import type { JobServices } from "./services.ts";
import { transitions } from "./store.ts";

/** States from which an operator may run a job again. */
const restartable: readonly JobState[] = ["FAILURE", "REVOKED"];
/** Whether an operator may run a job of this state again. */
export const isRestartable = (state: JobState): boolean => restartable.includes(state);

/** How a job runs again. */
export interface RetryOptions {
  /** For the job's timeline. */
  readonly reason: string;
  /** Whole seconds for which SQS holds the message back, up to 15 minutes. */
  readonly delaySeconds?: number;
  /** States that the job may be in. */
  readonly from?: readonly JobState[];
}

/**
 * Runs a failed or revoked job again under a new generation, with attempts counted from 1; a message of the old
 * generation that is still in a queue is then a duplicate. Should the send fail, the sweeper sends.
 * @returns the job as it now waits, or undefined when it is in no state to be run again
 */
export async function retryJob(
  services: JobServices,
  record: JobRecord,
  { reason, delaySeconds = 0, from = restartable }: RetryOptions,
): Promise<JobRecord | undefined> {
  if (!from.includes(record.status)) return undefined;
  const change = transitions(services);
  const restarted = await change.restart(record, { reason, delaySeconds });
  if (!restarted) return undefined;
  try {
    await sendJob(services, restarted, delaySeconds);
  } catch (error) {
    if (error instanceof QueueUnavailableError) return restarted;
    throw error;
  }
  return (await change.markSent(restarted, sentPlace(restarted, services.now() + delaySeconds * 1_000))) ?? restarted;
}
