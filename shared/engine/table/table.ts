/**
 * The one place that talks to DynamoDB: reads are consistent, writes may depend on a condition, queries come in pages.
 *
 * @module
 */

import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
  ScanCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import type { z } from "zod";
import { table as names } from "../../../contracts/resources.ts";
import {
  type Change,
  type Condition,
  conditionParameters,
  type Index,
  keyParameters,
  type PartitionQuery,
  updateParameters,
} from "./expressions.ts";

/** An item's primary key: of the table of jobs, `pk` and `sk`. */
export type Key = Readonly<Record<string, string>>;

/** An item as it is stored; `parseItem` reads it. */
export type Item = Record<string, unknown>;

/** Keys that one batch read takes. */
const BATCH = 100;

/** A condition that holds when there is no item of the key yet. */
export const isNew: Condition = { condition: `attribute_not_exists(#${names.partitionKey})` };

/** The one place that talks to the table. */
export class Table {
  readonly document: DynamoDBDocumentClient;
  readonly name: string;

  constructor(document: DynamoDBDocumentClient, name: string) {
    this.document = document;
    this.name = name;
  }

  /** One consistent read. */
  async get(key: Key): Promise<Item | undefined> {
    const { Item } = await this.document.send(new GetCommand({ TableName: this.name, Key: key, ConsistentRead: true }));
    return Item;
  }

  /** Items of a table with `pk` and `sk` by key, each once, in the order asked for; missing ones are left out. One read for up to 100. */
  async getMany(wanted: readonly Key[], { consistent = false } = {}): Promise<Item[]> {
    const found = new Map<string, Item>();
    // DynamoDB refuses a batch that names a key twice.
    const each = [...new Map(wanted.map((key) => [placeOf(key), key])).values()];
    for (let start = 0; start < each.length; start += BATCH) {
      let keys: Item[] = each.slice(start, start + BATCH);
      while (keys.length > 0) {
        const request = { Keys: keys, ...(consistent && { ConsistentRead: true }) };
        const { Responses, UnprocessedKeys } = await this.document.send(
          new BatchGetCommand({ RequestItems: { [this.name]: request } }),
        );
        for (const item of Responses?.[this.name] ?? []) found.set(placeOf(item), item);
        keys = UnprocessedKeys?.[this.name]?.Keys ?? [];
      }
    }
    return each.map((key) => found.get(placeOf(key))).filter((item) => item !== undefined);
  }

  /** Writes an item, whatever was there. */
  async put(item: Item): Promise<void> {
    await this.document.send(new PutCommand({ TableName: this.name, Item: item }));
  }

  /** Writes an item if a condition holds of what is there. @returns false when it did not hold */
  async putIf(item: Item, condition: Condition): Promise<boolean> {
    const put = new PutCommand({ TableName: this.name, Item: item, ...conditionParameters(condition) });
    return (await ifHeld(this.document.send(put))) !== undefined;
  }

  /** Changes an item, or makes it. */
  async update(key: Key, change: Change): Promise<void> {
    await this.document.send(new UpdateCommand({ TableName: this.name, Key: key, ...updateParameters(change) }));
  }

  /** Changes an item if a condition holds of it. @returns the item after it, or undefined when it did not hold */
  async updateIf(key: Key, change: Change, condition: Condition): Promise<Item | undefined> {
    const update = new UpdateCommand({
      TableName: this.name,
      Key: key,
      ...updateParameters(change, condition),
      ReturnValues: "ALL_NEW",
    });
    return (await ifHeld(this.document.send(update)))?.Attributes;
  }

  /**
   * Changes an item if a condition holds of it, and reads nothing: for roles that may not see the rest of it.
   * @returns false when it did not hold
   */
  async markIf(key: Key, change: Change, condition: Condition): Promise<boolean> {
    const update = new UpdateCommand({ TableName: this.name, Key: key, ...updateParameters(change, condition) });
    return (await ifHeld(this.document.send(update))) !== undefined;
  }

  /** Deletes an item. @returns the item as it was, or undefined when there was none */
  async delete(key: Key): Promise<Item | undefined> {
    const { Attributes } = await this.document.send(
      new DeleteCommand({ TableName: this.name, Key: key, ReturnValues: "ALL_OLD" }),
    );
    return Attributes;
  }

  /** Deletes an item if a condition holds of it. @returns false when it did not hold */
  async deleteIf(key: Key, condition: Condition): Promise<boolean> {
    const deletion = new DeleteCommand({ TableName: this.name, Key: key, ...conditionParameters(condition) });
    return (await ifHeld(this.document.send(deletion))) !== undefined;
  }

  /** The items of one partition by sort key, page by page: one call for each page that is taken. */
  async *pages(query: PartitionQuery): AsyncGenerator<Item[]> {
    for await (const { Items = [] } of this.#query(query)) yield Items;
  }

  /** The first page of a query: one call. */
  async page(query: PartitionQuery): Promise<Item[]> {
    for await (const items of this.pages(query)) return items;
    return [];
  }

  /** How many items a query finds: one call for each 1 MB of them. */
  async count(query: PartitionQuery): Promise<number> {
    let count = 0;
    for await (const { Count = 0 } of this.#query(query, { Select: "COUNT" })) count += Count;
    return count;
  }

  /** All items of an index, in no order, by one call. @returns undefined when they are more than 1 MB */
  async whole({ name }: Index): Promise<Item[] | undefined> {
    const page = await this.document.send(new ScanCommand({ TableName: this.name, IndexName: name }));
    return page.LastEvaluatedKey === undefined ? (page.Items ?? []) : undefined;
  }

  async *#query(query: PartitionQuery, more: Partial<QueryCommandInput> = {}): AsyncGenerator<QueryCommandOutput> {
    const { index = names, newestFirst = false, pageSize, firstPageSize = pageSize } = query;
    let size = firstPageSize;
    let start: QueryCommandOutput["LastEvaluatedKey"];
    do {
      const page: QueryCommandOutput = await this.document.send(
        new QueryCommand({
          TableName: this.name,
          ...("name" in index && { IndexName: index.name }),
          ...keyParameters(index, query),
          ScanIndexForward: !newestFirst,
          ...(size !== undefined && { Limit: size }),
          ...(start && { ExclusiveStartKey: start }),
          ...more,
        }),
      );
      yield page;
      start = page.LastEvaluatedKey;
      size = pageSize;
    } while (start !== undefined);
  }
}

const placeOf = ({ pk, sk }: Readonly<Item>): string => `${pk} ${sk}`;

/** Waits for a conditional write. @returns its answer, or undefined when its condition did not hold */
async function ifHeld<Answer>(write: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await write;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

/** An item of the table is not what the code expects there. */
class BrokenItemError extends Error {
  override readonly name = "BrokenItemError";
}

const SHOWN = 5;

/**
 * Reads an item of the table.
 * @throws BrokenItemError that names the item and the attributes at fault
 */
export function parseItem<Schema extends z.ZodType>(schema: Schema, item: Record<string, unknown>): z.infer<Schema> {
  const parsed = schema.safeParse(item);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const faults = issues.slice(0, SHOWN).map(({ path, message }) => `${path.join(".")}: ${message}`);
  const more = issues.length > SHOWN ? `; and ${issues.length - SHOWN} more` : "";
  throw new BrokenItemError(`The item ${item.pk} / ${item.sk} cannot be read: ${faults.join("; ")}${more}`);
}
