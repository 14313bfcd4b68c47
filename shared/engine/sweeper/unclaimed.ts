/**
 * Tells a job whose message no worker will claim from one that waits its turn. A worker may die between its receive and
 * its claim, and the API function between its record and its message: such a message is in flight for the whole visibility
 * timeout, or there is none, and the record looks like that of any waiting job. What gives it away is what happens around
 * it: others are started past it, or its lane is empty or gone. docs/decisions/0121.
 *
 * @module
 */

import { type Lane, laneName } from "../../../contracts/jobs/lanes.ts";
import { otherLane } from "../jobs/send.ts";
import type { JobServices } from "../jobs/services.ts";
import { readDepth } from "../monitoring/lanes.ts";
import { readWork, type WorkEntry } from "../monitoring/work-index.ts";

/** So long a message may be on its way without anybody looking for it. SQS's counts lag less than this. */
export const UNCLAIMED_AFTER_MS = 60_000;
/** Jobs made side by side may be sent in another order than their records were written. */
const ORDER_MARGIN_MS = 1_000;
/** SQS serves a project with few messages before one with many, so others overtake only the latter by right. */
const FEW = 10;

/** A waiting job, and since when its message could be claimed. */
export interface WaitingJob {
  readonly queue: string;
  readonly lane: Lane;
  readonly project_id: string;
  readonly task_name: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What one sweep knows of its lanes; asked of AWS when it is needed first, and once. */
export class LaneProgress {
  readonly #services: JobServices;
  readonly #waiting = new Map<string, number>();
  readonly #empty = new Map<string, Promise<boolean>>();
  #newest: Promise<ReadonlyMap<string, number>> | undefined;

  constructor(services: JobServices) {
    this.#services = services;
  }

  /** Counts waiting jobs by lane and project. */
  count(entries: readonly WorkEntry[]): void {
    for (const entry of entries) {
      const key = projectKey(entry);
      this.#waiting.set(key, (this.#waiting.get(key) ?? 0) + 1);
    }
  }

  /** True when the job's message would have been claimed by now, if it could be. */
  async hasPassed(job: WaitingJob): Promise<boolean> {
    if (otherLane(this.#services.catalog, job)) return true;
    const newest = await this.#newestRunning();
    const isFew = (this.#waiting.get(projectKey(job)) ?? 0) < FEW;
    const passedBy = newest.get(isFew ? laneKey(job) : projectKey(job)) ?? 0;
    return passedBy > job.at + ORDER_MARGIN_MS || this.#isEmpty(job);
  }

  /** The latest submission of a job that runs now, by lane and by lane and project. */
  #newestRunning(): Promise<ReadonlyMap<string, number>> {
    this.#newest ??= readWork(this.#services, "RUN").then((running) => {
      const newest = new Map<string, number>();
      for (const entry of running) {
        for (const key of [laneKey(entry), projectKey(entry)]) {
          newest.set(key, Math.max(newest.get(key) ?? 0, entry.created_at));
        }
      }
      return newest;
    });
    return this.#newest;
  }

  #isEmpty({ queue, lane }: WaitingJob): Promise<boolean> {
    const name = laneName(queue, lane);
    const known = this.#empty.get(name);
    if (known) return known;
    const asked = readDepth(this.#services, name).then(({ reachable, waiting }) => reachable && waiting === 0);
    this.#empty.set(name, asked);
    return asked;
  }
}

const laneKey = ({ queue, lane }: Pick<WaitingJob, "queue" | "lane">): string => laneName(queue, lane);
const projectKey = (job: Pick<WaitingJob, "queue" | "lane" | "project_id">): string =>
  `${laneKey(job)} ${job.project_id}`;
