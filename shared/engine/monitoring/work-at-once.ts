/**
 * Reads many kinds of work at once. Each kind is in 16 shards, and each queue has a kind of its own for its dead
 * letters, so that one answer about all queues would take some 350 queries, and one sweep 176. While the work index is small, as it is
 * unless jobs pile up, one call reads all of it. docs/decisions/0222.
 *
 * @module
 */

import { table } from "../../../contracts/resources.ts";
import type { Logger } from "../../lib/logger.ts";
import type { JobServices } from "../jobs/services.ts";
import { type WorkKind, workPartitions } from "../table/addresses.ts";
import type { Item, Table } from "../table/table.ts";
import { comparePositions, countWork, readWork, toEntry, type WorkEntry, type WorkRange } from "./work-index.ts";

const index = table.workIndex;

/** How long an index that was too large for one call is not asked for as a whole again, by this process. */
const TOO_LARGE_MS = 5 * 60_000;
const tooLargeUntil = new WeakMap<Table, number>();

/** Reads and counts work of any kind. */
export interface WorkReader {
  /** As {@link readWork}. */
  read(kind: WorkKind, range?: Omit<WorkRange, "limit">): Promise<WorkEntry[]>;
  /** As {@link countWork}. */
  count(kind: WorkKind): Promise<number>;
}

/** Reads the whole index by one call if that is all it takes; if not, what is asked for is read shard by shard. */
export async function readAtOnce(services: JobServices): Promise<WorkReader> {
  const items = await readWhole(services);
  if (!items) {
    return {
      read: (kind, range) => readWork(services, kind, range),
      count: (kind) => countWork(services, kind),
    };
  }
  const byPartition = Map.groupBy(items, (item) => String(item[index.partitionKey]));
  const of = (kind: WorkKind) => workPartitions(kind).flatMap((partition) => byPartition.get(partition) ?? []);
  return {
    read: async (kind, { since = -Infinity, until = Infinity } = {}) =>
      of(kind)
        .map(toEntry)
        .filter(({ at }) => at >= since && at <= until)
        .sort(comparePositions),
    count: async (kind) => of(kind).length,
  };
}

/**
 * Which partitions of the index are worth reading: those that hold anything, while one call reads the whole index, and all of
 * them where it is larger, or could not be read.
 */
export class WorkPartitions {
  #occupied: ReadonlySet<string> | undefined;

  private constructor(occupied: ReadonlySet<string> | undefined) {
    this.#occupied = occupied;
  }

  static async read(services: JobServices, logger: Pick<Logger, "error">): Promise<WorkPartitions> {
    const items = await readWhole(services).catch((error: unknown) => {
      logger.error("the work index could not be read at once", { error });
      return undefined;
    });
    return new WorkPartitions(items && new Set(items.map((item) => String(item[index.partitionKey]))));
  }

  of(kind: WorkKind): string[] {
    return workPartitions(kind).filter((partition) => this.#occupied?.has(partition) ?? true);
  }

  /** To be called when jobs were moved: what was empty may not be any more. */
  forget(): void {
    this.#occupied = undefined;
  }
}

async function readWhole({ store, now }: JobServices): Promise<Item[] | undefined> {
  if (now() < (tooLargeUntil.get(store.table) ?? 0)) return undefined;
  const items = await store.table.whole(index);
  if (!items) tooLargeUntil.set(store.table, now() + TOO_LARGE_MS);
  return items;
}
