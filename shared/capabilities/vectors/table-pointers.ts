import { z } from "zod";
import { isNew, parseItem, type Table } from "../../engine/table/table.ts";
import { type CollectionPointers, collectionPointerSchema } from "./pointers.ts";

const itemSchema = z.object({ pointer: collectionPointerSchema });

const address = (collection: string) => ({ pk: `VECTORS#${collection}`, sk: "pointer" });

/** Pointers in the table, one item a collection: read consistently, changed by conditional puts. */
export function tablePointers(table: Table): CollectionPointers {
  return {
    async get(collection) {
      const item = await table.get(address(collection));
      return item && parseItem(itemSchema, item).pointer;
    },

    compareAndSet(seen, next) {
      const item = { ...address(next.collection), version: next.version, pointer: next };
      const isStill = { condition: "#version = :seen", values: { ":seen": seen } };
      return table.putIf(item, seen === undefined ? isNew : isStill);
    },
  };
}
