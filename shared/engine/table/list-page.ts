import { table as names } from "../../../contracts/resources.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import type { Item, Key, Table } from "./table.ts";

/** Which page of a list to read. */
export interface ListPage {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/**
 * Reads a page of the items that one partition of the list index names, newest first.
 * @param keyOf the key of the item that an entry of the index stands for
 * @throws InvalidCursorError
 */
export async function listPage(
  table: Table,
  partition: string,
  { limit, cursor, keyOf }: ListPage & { readonly keyOf: (entry: Item) => Key },
): Promise<{ readonly items: Item[]; readonly nextCursor: string | null }> {
  const entries = await table.page({
    index: names.listIndex,
    partition,
    before: cursor === undefined ? undefined : decodeCursor(cursor),
    newestFirst: true,
    pageSize: limit + 1,
  });
  const shown = entries.slice(0, limit);
  const last = shown.at(-1);
  const items = await table.getMany(shown.map(keyOf));
  const nextCursor = entries.length > limit && last ? encodeCursor(String(last.list_sk)) : null;
  return { items, nextCursor };
}
