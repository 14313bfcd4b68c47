/**
 * Looks at the outcomes of a run with faults again and again, from its first job on: one that changes for a while only is seen.
 *
 * @module
 */

import { setTimeout as sleep } from "node:timers/promises";
import { isReady, type JobState } from "../../contracts/jobs/states.ts";

/** What is looked at of a job. */
interface Seen {
  readonly task_id: string;
  readonly status: JobState;
}

/** Between two looks, at least; and so many times as long as the look took, which must not be most of what the stack has to do. */
const PAUSE = { ms: 500, times: 3 };

/** The outcomes that were seen, and what became of them. */
export class OutcomeWatch {
  readonly firstOutcomes = new Map<string, JobState>();
  /** A line for each change, the first of a job alone. */
  readonly changes: string[] = [];
  /** How often all jobs were looked at. */
  looks = 0;
  readonly #changed = new Set<string>();
  readonly #over = new AbortController();
  #watching = Promise.resolve();

  /** @returns how many have an outcome that was not seen before */
  look(jobs: readonly Seen[]): number {
    let fresh = 0;
    for (const { task_id: id, status } of jobs) {
      const first = this.firstOutcomes.get(id);
      if (first !== undefined && status !== first && !this.#changed.has(id)) {
        this.#changed.add(id);
        this.changes.push(`${id} was ${first}, and then ${status}`);
      }
      if (first !== undefined || !isReady(status)) continue;
      this.firstOutcomes.set(id, status);
      fresh += 1;
    }
    return fresh;
  }

  /** Looks until {@link end}. @param read gives all jobs, page by page */
  begin(read: () => AsyncIterable<readonly Seen[]>): void {
    this.#watching = (async () => {
      while (!this.#over.signal.aborted) {
        const began = performance.now();
        for await (const page of read()) {
          this.look(page);
          if (this.#over.signal.aborted) return;
        }
        this.looks += 1;
        const pause = Math.max(PAUSE.ms, PAUSE.times * (performance.now() - began));
        await sleep(pause, undefined, { signal: this.#over.signal }).catch(() => undefined);
      }
    })();
  }

  /** Ends after the page that is being read. */
  async end(): Promise<void> {
    this.#over.abort();
    await this.#watching;
  }
}
