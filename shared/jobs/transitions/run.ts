import type { Progress, Usage } from "../../../contracts/wire.ts";
import type { JobRecord, LogLine } from "../record.ts";

/** A run of a job, as its transitions know it. */

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
  readonly usage: Usage | undefined;
}

/** The attributes of an outcome. */
export const accountOf = ({ usage, progress, log }: Outcome) => ({ usage, progress, log });

/** Milliseconds since the run began; undefined when there was none. */
export const ranFor = (record: JobRecord, now: number): number | undefined =>
  record.started_at === undefined ? undefined : Math.max(0, now - record.started_at);
