/**
 * API keys in the table: made, looked up by the key itself, listed by creation and revoked by id.
 *
 * @module
 */

import {
  BatchGetCommand,
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
} from "@aws-sdk/lib-dynamodb";
import { z } from "zod";
import {
  type ApiKeyItem,
  apiKeyAddress,
  apiKeyId,
  apiKeyItem,
  apiKeyPartitions,
  hashApiKey,
  newApiKey,
} from "../../../contracts/keys/api-keys.ts";
import { type Scope, scopes } from "../../../contracts/keys/scopes.ts";
import { table } from "../../../contracts/resources.ts";

const storedKey = z.object({
  key_id: z.string(),
  project_id: z.string(),
  scopes: z.array(z.enum(scopes)),
  name: z.string().nullable(),
  created_at: z.number(),
});

const indexEntry = z.object({ [table.partitionKey]: z.string(), [table.listIndex.sortKey]: z.string() });

export interface NewKey {
  readonly projectId: string;
  readonly scopes: readonly Scope[];
  readonly name: string | null;
}

export interface KeyPage {
  readonly keys: readonly ApiKeyItem[];
  readonly nextCursor: string | null;
}

/** Keys that one query reads at the most. */
const PAGE = 100;

export class KeyStore {
  readonly #document: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(document: DynamoDBDocumentClient, tableName: string) {
    this.#document = document;
    this.#table = tableName;
  }

  /** Makes a key. @returns the key, which nobody can read again, and what is stored of it */
  async create(key: NewKey, now = Date.now()): Promise<{ readonly key: string; readonly stored: ApiKeyItem }> {
    const secret = newApiKey();
    const hash = await hashApiKey(secret);
    const stored: ApiKeyItem = {
      key_id: apiKeyId(hash),
      project_id: key.projectId,
      scopes: scopes.filter((scope) => key.scopes.includes(scope)),
      name: key.name,
      created_at: now,
    };
    await this.#document.send(
      new PutCommand({
        TableName: this.#table,
        Item: apiKeyItem(hash, stored),
        ConditionExpression: "attribute_not_exists(#pk)",
        ExpressionAttributeNames: { "#pk": table.partitionKey },
      }),
    );
    return { key: secret, stored };
  }

  /** One consistent read: a key works as soon as it is made. @returns undefined when there is no such key */
  async find(key: string): Promise<ApiKeyItem | undefined> {
    const { Item } = await this.#document.send(
      new GetCommand({ TableName: this.#table, Key: apiKeyAddress(await hashApiKey(key)), ConsistentRead: true }),
    );
    return Item && storedKey.parse(Item);
  }

  /** Newest first: one query and one batch read. */
  async list(limit: number, cursor?: string): Promise<KeyPage> {
    const { entries, next } = await this.#page(limit, cursor);
    return { keys: await this.#read(entries.map((entry) => entry.hash)), nextCursor: next };
  }

  /**
   * Deletes a key. Ids are found through the list index, a page at a time: there are few keys, and this is rare.
   * @returns false when there is no key of that id
   */
  async revoke(keyId: string): Promise<boolean> {
    let cursor: string | undefined;
    do {
      const { entries, next } = await this.#page(PAGE, cursor);
      const found = entries.find((entry) => apiKeyId(entry.hash) === keyId);
      if (found) {
        const { Attributes } = await this.#document.send(
          new DeleteCommand({ TableName: this.#table, Key: apiKeyAddress(found.hash), ReturnValues: "ALL_OLD" }),
        );
        return Attributes !== undefined;
      }
      cursor = next ?? undefined;
    } while (cursor !== undefined);
    return false;
  }

  async #page(limit: number, cursor: string | undefined) {
    const { name, partitionKey, sortKey } = table.listIndex;
    const { Items = [] } = await this.#document.send(
      new QueryCommand({
        TableName: this.#table,
        IndexName: name,
        KeyConditionExpression: cursor === undefined ? "#pk = :keys" : "#pk = :keys AND #sk < :before",
        ExpressionAttributeNames: { "#pk": partitionKey, ...(cursor !== undefined && { "#sk": sortKey }) },
        ExpressionAttributeValues: {
          ":keys": apiKeyPartitions.list,
          ...(cursor !== undefined && { ":before": Buffer.from(cursor, "base64url").toString() }),
        },
        ScanIndexForward: false,
        Limit: limit + 1,
      }),
    );
    const entries = Items.map((item) => indexEntry.parse(item)).map((entry) => ({
      hash: entry[table.partitionKey].slice(apiKeyPartitions.item.length),
      sort: entry[sortKey],
    }));
    const last = entries.length > limit ? entries[limit - 1] : undefined;
    return { entries: entries.slice(0, limit), next: last ? Buffer.from(last.sort).toString("base64url") : null };
  }

  /** Keys by hash, in that order. One revoked in the meantime is left out. */
  async #read(hashes: readonly string[]): Promise<ApiKeyItem[]> {
    const found = new Map<string, ApiKeyItem>();
    let pending: Record<string, unknown>[] = hashes.map(apiKeyAddress);
    while (pending.length > 0) {
      const { Responses, UnprocessedKeys } = await this.#document.send(
        new BatchGetCommand({ RequestItems: { [this.#table]: { Keys: pending } } }),
      );
      for (const item of Responses?.[this.#table] ?? []) {
        const key = storedKey.parse(item);
        found.set(key.key_id, key);
      }
      pending = UnprocessedKeys?.[this.#table]?.Keys ?? [];
    }
    return hashes.flatMap((hash) => found.get(apiKeyId(hash)) ?? []);
  }
}
