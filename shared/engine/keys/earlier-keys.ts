/**
 * The API keys that earlier versions stored among the jobs: found, listed and deleted there, never made.
 *
 * @module
 */

import {
  BatchGetCommand,
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
} from "@aws-sdk/lib-dynamodb";
import { z } from "zod";
import { type ApiKeyItem, apiKeyId } from "../../../contracts/keys/api-keys.ts";
import { earlierKeyAddress, earlierKeyPartitions } from "../../../contracts/keys/earlier-api-keys.ts";
import { table } from "../../../contracts/resources.ts";
import { storedKeySchema } from "./stored-key.ts";

const { name: indexName, partitionKey, sortKey } = table.listIndex;
const indexEntry = z.object({ [table.partitionKey]: z.string() }).transform((entry) => ({
  hash: entry[table.partitionKey].slice(earlierKeyPartitions.item.length),
}));

/** Keys that one batch read takes. */
const PAGE = 100;

/** API keys in the table of jobs. */
export class EarlierKeys {
  readonly #document: DynamoDBDocumentClient;
  readonly #table: string;

  /** @param tableName the table of jobs */
  constructor(document: DynamoDBDocumentClient, tableName: string) {
    this.#document = document;
    this.#table = tableName;
  }

  /** @param hash of the key. @returns undefined when there is no such key */
  async find(hash: string): Promise<ApiKeyItem | undefined> {
    const { Item } = await this.#document.send(
      new GetCommand({ TableName: this.#table, Key: earlierKeyAddress(hash), ConsistentRead: true }),
    );
    return Item && storedKeySchema.parse(Item);
  }

  /**
   * The keys made before a place, newest first.
   * @param count how many at the most
   * @param before exclusive; all of them when left out
   */
  async list(count: number, before?: string): Promise<ApiKeyItem[]> {
    const hashes: string[] = [];
    for await (const hash of this.#hashes(before)) {
      hashes.push(hash);
      if (hashes.length === count) break;
    }
    const found = new Map<string, ApiKeyItem>();
    for (let start = 0; start < hashes.length; start += PAGE) {
      let pending: Record<string, unknown>[] = hashes.slice(start, start + PAGE).map(earlierKeyAddress);
      while (pending.length > 0) {
        const { Responses, UnprocessedKeys } = await this.#document.send(
          new BatchGetCommand({ RequestItems: { [this.#table]: { Keys: pending } } }),
        );
        for (const item of Responses?.[this.#table] ?? []) {
          const key = storedKeySchema.parse(item);
          found.set(key.key_id, key);
        }
        pending = UnprocessedKeys?.[this.#table]?.Keys ?? [];
      }
    }
    // One revoked in the meantime is left out.
    return hashes.flatMap((hash) => found.get(apiKeyId(hash)) ?? []);
  }

  /** Deletes a key. Ids are found through the list index. @returns false when there is no key of that id */
  async remove(keyId: string): Promise<boolean> {
    for await (const hash of this.#hashes()) {
      if (apiKeyId(hash) !== keyId) continue;
      const { Attributes } = await this.#document.send(
        new DeleteCommand({ TableName: this.#table, Key: earlierKeyAddress(hash), ReturnValues: "ALL_OLD" }),
      );
      return Attributes !== undefined;
    }
    return false;
  }

  /**
   * Hashes of the keys, newest first. Functions that run tasks may write any other item of the table, and one with
   * attributes that put it into this partition of the index too: the item's own key, which they may not choose, decides.
   */
  async *#hashes(before?: string): AsyncGenerator<string> {
    let start: Record<string, unknown> | undefined;
    do {
      const page = await this.#document.send(
        new QueryCommand({
          TableName: this.#table,
          IndexName: indexName,
          KeyConditionExpression: before === undefined ? "#list = :keys" : "#list = :keys AND #place < :before",
          FilterExpression: "begins_with(#pk, :item)",
          ExpressionAttributeNames: {
            "#list": partitionKey,
            "#pk": table.partitionKey,
            ...(before !== undefined && { "#place": sortKey }),
          },
          ExpressionAttributeValues: {
            ":keys": earlierKeyPartitions.list,
            ":item": earlierKeyPartitions.item,
            ...(before !== undefined && { ":before": before }),
          },
          ScanIndexForward: false,
          ...(start && { ExclusiveStartKey: start }),
        }),
      );
      for (const item of page.Items ?? []) yield indexEntry.parse(item).hash;
      start = page.LastEvaluatedKey;
    } while (start);
  }
}
