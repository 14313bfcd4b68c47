/**
 * Embeds many items in groups, so that one bad item fails alone.
 *
 * @module
 */

import { AuthenticationError, ConnectionError, LLMTimeoutError, RateLimitError } from "../../../contracts/errors.ts";
import type { Embedder } from "./embedder.ts";

/** One text to embed. */
export interface BatchItem {
  readonly id: string;
  readonly text: string;
}

/** What became of one text. */
export type BatchOutcome =
  | { readonly id: string; readonly vector: Float32Array }
  | { readonly id: string; readonly error: unknown };

/** Counts over a batch. */
export interface BatchStatistics {
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Calls to the embedder. */
  readonly calls: number;
  /** Groups that failed and were tried again item by item. */
  readonly groups_split: number;
  readonly duration_ms: number;
}

/** The outcomes of a batch, in the order of its items, and their counts. */
export interface BatchResult {
  /** In the order of the items. */
  readonly outcomes: readonly BatchOutcome[];
  readonly statistics: BatchStatistics;
}

/** How a batch is embedded. */
export interface BatchOptions {
  /** Texts a call. */
  readonly groupSize?: number;
  /** Calls at once. */
  readonly parallel?: number;
  readonly signal: AbortSignal;
  /** Told after each group. */
  readonly onProgress?: (done: number, total: number) => void;
}

const DEFAULT_GROUP_SIZE = 10;
const DEFAULT_PARALLEL = 4;

/** These say something about the server, not about an item: trying the items one by one would only add to its load. */
const concernsServer = (error: unknown): boolean =>
  error instanceof ConnectionError ||
  error instanceof RateLimitError ||
  error instanceof AuthenticationError ||
  error instanceof LLMTimeoutError;

/**
 * Embeds every item and says for each how it went. A failed group is tried again, item by item.
 * @throws the signal's reason when it is aborted, and nothing else
 */
export async function embedBatch(
  embedder: Embedder,
  items: readonly BatchItem[],
  { groupSize = DEFAULT_GROUP_SIZE, parallel = DEFAULT_PARALLEL, signal, onProgress }: BatchOptions,
): Promise<BatchResult> {
  const startedAt = performance.now();
  const outcomes: BatchOutcome[] = new Array(items.length);
  let calls = 0;
  let groupsSplit = 0;
  let done = 0;

  async function embed(group: readonly BatchItem[]): Promise<BatchOutcome[]> {
    signal.throwIfAborted();
    calls += 1;
    try {
      const vectors = await embedder.embed(
        group.map(({ text }) => text),
        signal,
      );
      return group.map(({ id }, position) => {
        const vector = vectors[position];
        return vector ? { id, vector } : { id, error: new Error("The embedder gave no vector for this item.") };
      });
    } catch (error) {
      signal.throwIfAborted();
      if (group.length === 1 || concernsServer(error)) return group.map(({ id }) => ({ id, error }));
      groupsSplit += 1;
      const alone: BatchOutcome[] = [];
      for (const item of group) alone.push(...(await embed([item])));
      return alone;
    }
  }

  let next = 0;
  async function work(): Promise<void> {
    while (next < items.length) {
      const start = next;
      next += groupSize;
      const group = await embed(items.slice(start, start + groupSize));
      for (const [position, outcome] of group.entries()) outcomes[start + position] = outcome;
      done += group.length;
      onProgress?.(done, items.length);
    }
  }
  await Promise.all(Array.from({ length: Math.min(parallel, Math.ceil(items.length / groupSize)) }, work));

  const failed = outcomes.filter((outcome) => "error" in outcome).length;
  return {
    outcomes,
    statistics: {
      total: items.length,
      succeeded: items.length - failed,
      failed,
      calls,
      groups_split: groupsSplit,
      duration_ms: Math.round(performance.now() - startedAt),
    },
  };
}
