/**
 * Gives the tables of a data folder the indexes that the template has by now, as CloudFormation does: dynalite can neither make
 * nor drop one.
 *
 * @module
 */

import { isDeepStrictEqual } from "node:util";
import { create, type StoredTable } from "dynalite/db/index.js";
import { repairIndexes } from "./repair-indexes.ts";

/** What a table is to have, in the words of `CreateTable`. */
export interface WantedTable {
  readonly TableName: string;
  readonly KeySchema: readonly { readonly AttributeName: string; readonly KeyType: string }[];
  readonly AttributeDefinitions: readonly { readonly AttributeName: string; readonly AttributeType: string }[];
  readonly GlobalSecondaryIndexes: readonly WantedIndex[];
}

interface WantedIndex {
  readonly IndexName: string;
  readonly KeySchema: WantedTable["KeySchema"];
  readonly Projection: unknown;
}

/**
 * Changes the indexes of tables that are there with the same keys, in a folder that no other process has open. A table of other
 * keys stays as it is: its items would not fit.
 * @param directory dynalite's
 */
export async function changeIndexes(directory: string, wanted: readonly WantedTable[]): Promise<void> {
  const store = create({ path: directory });
  const { db } = store;
  const all = (prefix: string) => db.iterator<unknown>({ gte: prefix, lt: `${prefix}\u00FF` });
  let isChanged = false;
  try {
    const tables: [key: string, table: StoredTable][] = [];
    for await (const [key, table] of all("table~")) tables.push([key, table as StoredTable]);
    for (const [key, table] of tables) {
      const next = wanted.find(({ TableName }) => TableName === table.TableName);
      if (!next || !isSame(next.KeySchema, table.KeySchema) || hasIndexes(table, next)) continue;
      for (const { IndexName } of table.GlobalSecondaryIndexes ?? []) {
        for await (const [entry] of all(`index-global~${table.TableName}~${IndexName}~`)) await db.del(entry);
      }
      await db.put(key, withIndexes(table, next));
      isChanged = true;
    }
  } finally {
    await store.lifecycleManager.gracefulClose();
  }
  // Nothing is in the indexes now.
  if (isChanged) await repairIndexes(directory);
}

/** Items of the store have no prototype. */
const isSame = (one: unknown, other: unknown): boolean =>
  isDeepStrictEqual(JSON.parse(JSON.stringify(one ?? [])), JSON.parse(JSON.stringify(other ?? [])));

function hasIndexes(
  { GlobalSecondaryIndexes: there = [] }: StoredTable,
  { GlobalSecondaryIndexes }: WantedTable,
): boolean {
  const plain = (indexes: readonly WantedIndex[]) =>
    indexes
      .map(({ IndexName, KeySchema, Projection }) => ({ IndexName, KeySchema, Projection }))
      .toSorted((one, other) => one.IndexName.localeCompare(other.IndexName));
  return isSame(plain(there), plain(GlobalSecondaryIndexes));
}

function withIndexes(table: StoredTable, { AttributeDefinitions, GlobalSecondaryIndexes }: WantedTable): object {
  const { GlobalSecondaryIndexes: _, ...rest } = table;
  const indexes = GlobalSecondaryIndexes.map((index) => ({
    ...index,
    IndexArn: `${table.TableArn}/index/${index.IndexName}`,
    ...{ IndexSizeBytes: 0, ItemCount: 0, IndexStatus: "ACTIVE" },
    ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 0, NumberOfDecreasesToday: 0 },
  }));
  return { ...rest, AttributeDefinitions, ...(indexes.length > 0 && { GlobalSecondaryIndexes: indexes }) };
}
