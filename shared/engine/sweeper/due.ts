/**
 * What is due, as the sweeper finds it in the work index.
 *
 * @module
 */

import { table as names } from "../../../contracts/resources.ts";
import { inGroups } from "../../lib/groups.ts";
import type { Item, Table } from "../table/table.ts";

/** What is due before the next sweep is sent ahead, with a delay, so that its jobs start on the second. */
export const LOOK_AHEAD_MS = 75_000;
/** Items that are worked on side by side. */
export const AT_ONCE = 10;

/** Between two checks of what still waits: a tenth of what it has waited, within these. Milliseconds. */
const CHECK_INTERVAL = { least: 60_000, most: 15 * 60_000 };

/** When something that still waits is checked again, so that a long backlog is not checked each minute. */
export function nextCheck(now: number, waitingSince: number): number {
  return now + Math.min(Math.max(CHECK_INTERVAL.least, (now - waitingSince) / 10), CHECK_INTERVAL.most);
}

/**
 * Half of the time that is left now, so that a flood of one kind of work does not keep the other kinds waiting.
 * @param remainingMs says what is left, in milliseconds
 * @returns whether any of that half is left
 */
export function halfOf(remainingMs: () => number): () => boolean {
  const until = remainingMs() / 2;
  return () => remainingMs() > until;
}

/** A shard of a kind of work, up to a time. */
interface Due {
  readonly partition: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
  readonly hasTime: () => boolean;
}

/** Entries of one shard up to a time, oldest first. The index may lag behind their items. */
export async function forEachDue(
  table: Table,
  { partition, until, hasTime }: Due,
  act: (entry: Item) => Promise<void>,
): Promise<void> {
  for await (const page of table.pages({ index: names.workIndex, partition, until, pageSize: 100 })) {
    await inGroups(page, async (entry) => void (hasTime() && (await act(entry))), AT_ONCE);
    if (!hasTime()) return;
  }
}
