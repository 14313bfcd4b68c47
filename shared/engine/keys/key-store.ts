/**
 * API keys in their table: made, looked up by the key itself, listed by creation and revoked by id. Those that earlier
 * versions stored among the jobs are found, listed and revoked as well.
 *
 * @module
 */

import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
} from "@aws-sdk/lib-dynamodb";
import {
  API_KEY_LIST,
  type ApiKeyItem,
  apiKeyId,
  apiKeyItem,
  apiKeyPlace,
  hashApiKey,
  newApiKey,
} from "../../../contracts/keys/api-keys.ts";
import { type Scope, scopes } from "../../../contracts/keys/scopes.ts";
import { keyTable } from "../../../contracts/resources.ts";
import { InvalidCursorError } from "../table/cursor.ts";
import { EarlierKeys } from "./earlier-keys.ts";
import { storedKeySchema } from "./stored-key.ts";

/** What a new key is to be. */
export interface NewKey {
  readonly projectId: string;
  readonly scopes: readonly Scope[];
  readonly name: string | null;
}

/** Keys by creation, newest first. */
export interface KeyPage {
  readonly keys: readonly ApiKeyItem[];
  readonly nextCursor: string | null;
}

/** Where API keys are. */
export interface KeyTables {
  readonly keys: string;
  /** The table of jobs, where earlier versions stored them. */
  readonly jobs: string;
}

/** The API keys of a stage. */
export class KeyStore {
  readonly #document: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #earlier: EarlierKeys;

  constructor(document: DynamoDBDocumentClient, tables: KeyTables) {
    this.#document = document;
    this.#table = tables.keys;
    this.#earlier = new EarlierKeys(document, tables.jobs);
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
        ConditionExpression: "attribute_not_exists(#id)",
        ExpressionAttributeNames: { "#id": keyTable.partitionKey },
      }),
    );
    return { key: secret, stored };
  }

  /**
   * One consistent read: a key works as soon as it is made. A key that is not here takes a second read, as it may be one
   * of an earlier version.
   * @returns undefined when there is no such key
   */
  async find(key: string): Promise<ApiKeyItem | undefined> {
    const hash = await hashApiKey(key);
    const { Item } = await this.#document.send(
      new GetCommand({
        TableName: this.#table,
        Key: { [keyTable.partitionKey]: apiKeyId(hash) },
        ConsistentRead: true,
      }),
    );
    return Item?.hash === hash ? storedKeySchema.parse(Item) : this.#earlier.find(hash);
  }

  /**
   * Newest first: one query here and one among the jobs.
   * @throws InvalidCursorError
   */
  async list(limit: number, cursor?: string): Promise<KeyPage> {
    const before = cursor === undefined ? undefined : decodeCursor(cursor);
    const [own, earlier] = await Promise.all([this.#listOwn(limit + 1, before), this.#earlier.list(limit + 1, before)]);
    // The embedded stack's own key may be in both places.
    const byId = new Map([...earlier, ...own].map((key) => [key.key_id, key]));
    const found = [...byId.values()].sort((one, other) => (apiKeyPlace(one) < apiKeyPlace(other) ? 1 : -1));
    const keys = found.slice(0, limit);
    const last = found.length > limit ? keys.at(-1) : undefined;
    return { keys, nextCursor: last ? Buffer.from(apiKeyPlace(last)).toString("base64url") : null };
  }

  /** Deletes a key, wherever it is. @returns false when there is no key of that id */
  async revoke(keyId: string): Promise<boolean> {
    const [{ Attributes }, wasEarlier] = await Promise.all([
      this.#document.send(
        new DeleteCommand({ TableName: this.#table, Key: { [keyTable.partitionKey]: keyId }, ReturnValues: "ALL_OLD" }),
      ),
      this.#earlier.remove(keyId),
    ]);
    return Attributes !== undefined || wasEarlier;
  }

  async #listOwn(count: number, before: string | undefined): Promise<ApiKeyItem[]> {
    const { name, partitionKey, sortKey } = keyTable.listIndex;
    const { Items = [] } = await this.#document.send(
      new QueryCommand({
        TableName: this.#table,
        IndexName: name,
        KeyConditionExpression: before === undefined ? "#list = :keys" : "#list = :keys AND #place < :before",
        ExpressionAttributeNames: { "#list": partitionKey, ...(before !== undefined && { "#place": sortKey }) },
        ExpressionAttributeValues: { ":keys": API_KEY_LIST, ...(before !== undefined && { ":before": before }) },
        ScanIndexForward: false,
        Limit: count,
      }),
    );
    return Items.map((item) => storedKeySchema.parse(item));
  }
}

function decodeCursor(cursor: string): string {
  const place = Buffer.from(cursor, "base64url").toString();
  if (/^\d{4}-\d\d-\d\dT[\d:.]{12}Z#key_[0-9a-f]{16}$/.test(place)) return place;
  throw new InvalidCursorError("The cursor is not one that this API gave.");
}
