/**
 * Makes the indexes of dynalite's tables what the items say. dynalite writes an index and the item one after the other, so
 * that a process which is killed in between leaves an entry without its item, or an item that no index has: a job would be
 * listed twice, or be found by no sweep. In DynamoDB an index always follows its table.
 *
 * @module
 */

import { isDeepStrictEqual } from "node:util";
import { create, getIndexActions, type Item, type StoredTable } from "dynalite/db/index.js";

/**
 * Repairs all tables in a folder that no other process has open.
 * @param directory dynalite's
 */
export async function repairIndexes(directory: string): Promise<void> {
  const store = create({ path: directory });
  const { db } = store;
  const allOf = (prefix: string) => db.iterator<unknown>({ gte: prefix, lt: `${prefix}\u00FF` });
  const repair = async (table: StoredTable): Promise<void> => {
    const indexes = table.GlobalSecondaryIndexes ?? [];
    const right = new Map<string, Item>();
    const prefixOf = (index: string) => `index-global~${table.TableName}~${index}~`;
    for await (const [, item] of allOf(`item-${table.TableName}~`)) {
      const { puts } = getIndexActions(indexes, null, item as Item, table);
      for (const { index, key, item: entry } of puts) right.set(prefixOf(index) + key, entry);
    }
    for (const { IndexName } of indexes) {
      for await (const [key, entry] of allOf(prefixOf(IndexName))) {
        if (!right.has(key)) await db.del(key);
        else if (isDeepStrictEqual(plain(right.get(key)), plain(entry))) right.delete(key);
      }
    }
    for (const [key, entry] of right) await db.put(key, entry);
  };
  try {
    const tables: StoredTable[] = [];
    for await (const [, table] of allOf("table~")) tables.push(table as StoredTable);
    for (const table of tables) await repair(table);
  } finally {
    await store.lifecycleManager.gracefulClose();
  }
}

/** Projected entries have no prototype. */
const plain = (item: unknown): unknown => JSON.parse(JSON.stringify(item));
