/**
 * A run of a job, as its transitions know it.
 *
 * @module
 */

import type { Progress, Usage } from "../../../../contracts/jobs/wire.ts";
import type { JobRecord, LogLine } from "../record.ts";

/** The delivery that a run came from. */
export interface Delivery {
  readonly messageId: string;
  readonly receiveCount: number;
  readonly receiptHandle: string;
  readonly worker: string;
}

export interface Lease {
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** What a run tells of itself while it goes on. */
export interface Reported {
  readonly progress: Progress | undefined;
  /** Left out: what is there stays. */
  readonly log?: readonly LogLine[] | undefined;
}

export interface Outcome extends Reported {
  /** Of this run alone. */
  readonly usage: Usage | undefined;
}

/** The attributes of an outcome. Tokens are paid for whether the attempt succeeds or not, so the job's are all runs'. */
export const accountOf = (record: JobRecord, { usage, progress, log }: Outcome) => ({
  usage: usage && addUsage(record.usage, usage),
  progress,
  log,
});

export function addUsage(sum: Usage | undefined, more: Usage): Usage {
  if (!sum) return more;
  return {
    prompt_tokens: sum.prompt_tokens + more.prompt_tokens,
    completion_tokens: sum.completion_tokens + more.completion_tokens,
    total_tokens: sum.total_tokens + more.total_tokens,
    model: more.model ?? sum.model,
  };
}

/** Milliseconds since the run began; undefined when there was none. */
export const ranFor = (record: JobRecord, now: number): number | undefined =>
  record.started_at === undefined ? undefined : Math.max(0, now - record.started_at);
