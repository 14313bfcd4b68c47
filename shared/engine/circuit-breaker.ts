import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { z } from "zod";
import type { JobStore } from "../jobs/store.ts";

/**
 * A circuit breaker (Nygard, Release It!) for a backend that all jobs of a kind share. While it is open, jobs are put
 * off without spending an attempt. Each process counts for itself; what it finds out is shared through one item.
 */

/** Different jobs that must fail in a row, in one process, before the backend counts as down. */
const THRESHOLD = 5;
/** An older failure says nothing of the backend now: without this, one job's retries would add to an outage long over. */
const COUNTED_MS = 5 * 60_000;
const OPEN_MS = 30_000;
/** How long a process believes what it last read. */
const FRESH_MS = 5_000;

const stateSchema = z.object({ open_until: z.number() });

export class CircuitBreaker {
  readonly #store: JobStore;
  readonly #key: { pk: string; sk: string };
  /** When each of the jobs that failed since the last success did so. */
  readonly #failed = new Map<string, number>();
  #openUntil = 0;
  #readAt = 0;

  /** @param backend names what may be down, such as `llm` */
  constructor(store: JobStore, backend: string) {
    this.#store = store;
    this.#key = { pk: `BREAKER#${backend}`, sk: "state" };
  }

  /** @returns the time until which jobs should be put off, or 0 */
  async openUntil(now: number): Promise<number> {
    if (now - this.#readAt >= FRESH_MS) {
      this.#readAt = now;
      const { Item } = await this.#store.document.send(
        new GetCommand({ TableName: this.#store.table, Key: this.#key }),
      );
      this.#openUntil = Math.max(this.#openUntil, Item ? stateSchema.parse(Item).open_until : 0);
    }
    return this.#openUntil > now ? this.#openUntil : 0;
  }

  succeeded(): void {
    this.#failed.clear();
  }

  /** Counts a job that found the backend down. After the pause, the first further failure opens the breaker again. */
  async failed(taskId: string, now: number): Promise<void> {
    this.#failed.set(taskId, now);
    for (const [failed, at] of this.#failed) if (now - at > COUNTED_MS) this.#failed.delete(failed);
    if (this.#failed.size < THRESHOLD) return;
    this.#openUntil = now + OPEN_MS;
    await this.#store.document.send(
      new PutCommand({
        TableName: this.#store.table,
        Item: { ...this.#key, open_until: this.#openUntil, ttl: Math.ceil(this.#openUntil / 1_000) },
      }),
    );
  }
}
