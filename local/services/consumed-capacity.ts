/**
 * Units that a write costs in indexes, which dynalite leaves out of what it reports: one for each KB of an entry that is
 * put, changed or removed, and both where an entry's key changes.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes
 *
 * @module
 */

import { isDeepStrictEqual } from "node:util";
import db, { type Capacity, type Item, type StoredTable } from "dynalite/db/index.js";

const UNIT = 1_024;

/** What each index needs for a change of an item. */
function indexUnits(
  table: StoredTable,
  before: Item | undefined,
  after: Item | undefined,
): Readonly<Record<string, number>> {
  const indexes = table.GlobalSecondaryIndexes ?? [];
  const entries = (item: Item | undefined) =>
    new Map(
      item ? db.getIndexActions(indexes, null, item, table).puts.map((put) => [put.index, put] as const) : undefined,
    );
  const [old, fresh] = [entries(before), entries(after)];
  const units = (item: Item | undefined): number => (item ? Math.ceil(db.itemSize(plain(item)) / UNIT) : 0);
  return Object.fromEntries(
    indexes.map(({ IndexName }) => {
      const [from, to] = [old.get(IndexName), fresh.get(IndexName)];
      if (from?.key !== to?.key) return [IndexName, units(from?.item) + units(to?.item)];
      const isSame = isDeepStrictEqual(plain(from?.item), plain(to?.item));
      return [IndexName, isSame ? 0 : Math.max(units(from?.item), units(to?.item))];
    }),
  );
}

/** Projected entries have no prototype, and name what the item does not have. */
const plain = (item: Item | undefined): Item => JSON.parse(JSON.stringify(item ?? {}));

/** Must run before requests are taken. */
export function countIndexUnits(): void {
  const { addConsumedCapacity, updateIndexes } = db;
  /** Of the write that goes on: dynalite changes the indexes at once after it has reckoned. */
  let reported: Capacity | undefined;
  Object.assign(db, {
    addConsumedCapacity: (...change: Parameters<typeof addConsumedCapacity>) => {
      reported = addConsumedCapacity(...change);
      return reported;
    },
    updateIndexes: (...change: Parameters<typeof updateIndexes>) => {
      const [, table, before, after] = change;
      if (reported) {
        const each = Object.entries(indexUnits(table, before, after)).filter(([, units]) => units > 0);
        reported.CapacityUnits += each.reduce((sum, [, units]) => sum + units, 0);
        if (reported.Table && each.length > 0) {
          reported.GlobalSecondaryIndexes = Object.fromEntries(
            each.map(([name, units]) => [name, { CapacityUnits: units }]),
          );
        }
      }
      reported = undefined;
      updateIndexes(...change);
    },
  });
}
