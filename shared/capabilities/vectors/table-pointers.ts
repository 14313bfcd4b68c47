import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { z } from "zod";
import type { JobStore } from "../../engine/jobs/store.ts";
import { holds } from "../../engine/table/conditional-write.ts";
import { type CollectionPointers, collectionPointerSchema } from "./pointers.ts";

const itemSchema = z.object({ pointer: collectionPointerSchema });

const address = (collection: string) => ({ pk: `VECTORS#${collection}`, sk: "pointer" });

/** Pointers in the table, one item a collection: read consistently, changed by conditional puts. */
export function tablePointers({ document, table }: Pick<JobStore, "document" | "table">): CollectionPointers {
  return {
    async get(collection) {
      const { Item } = await document.send(
        new GetCommand({ TableName: table, Key: address(collection), ConsistentRead: true }),
      );
      return Item && itemSchema.parse(Item).pointer;
    },

    async compareAndSet(seen, next) {
      return holds(
        document.send(
          new PutCommand({
            TableName: table,
            Item: { ...address(next.collection), version: next.version, pointer: next },
            ExpressionAttributeNames: seen === undefined ? { "#key": "pk" } : { "#key": "version" },
            ConditionExpression: seen === undefined ? "attribute_not_exists(#key)" : "#key = :seen",
            ...(seen === undefined ? {} : { ExpressionAttributeValues: { ":seen": seen } }),
          }),
        ),
      );
    },
  };
}
