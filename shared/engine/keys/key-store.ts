/**
 * API keys in their table: made, looked up by the key itself, listed by creation and revoked by id. Those that earlier
 * versions stored among the jobs are found, listed and revoked as well.
 *
 * @module
 */

import {
  API_KEY_LIST,
  type ApiKeyItem,
  apiKeyId,
  apiKeyItem,
  apiKeyPlace,
  hashApiKey,
  newApiKey,
} from "../../../contracts/keys/api-keys.ts";
import { type LimitedKey, limitsAnything } from "../../../contracts/keys/key-limits.ts";
import { type Scope, scopes } from "../../../contracts/keys/scopes.ts";
import { keyTable } from "../../../contracts/resources.ts";
import { decodeCursor, encodeCursor } from "../table/cursor.ts";
import { parseItem, type Table } from "../table/table.ts";
import { EarlierKeys } from "./earlier-keys.ts";
import { storedKeySchema } from "./stored-key.ts";

/** What a cursor holds: see `apiKeyPlace`. */
const PLACE = /^\d{4}-\d\d-\d\dT[\d:.]{12}Z#key_[0-9a-f]{16}$/;

/** What a new key is to be. */
export interface NewKey {
  readonly tenant: string;
  /** Other projects that it may act for. */
  readonly projects?: readonly string[];
  readonly scopes: readonly Scope[];
  readonly name: string | null;
  /** What it may ask of the language model. */
  readonly limits?: LimitedKey["limits"] | undefined;
}

/** Keys by creation, newest first. */
export interface KeyPage {
  readonly keys: readonly ApiKeyItem[];
  readonly nextCursor: string | null;
}

/** Where API keys are. */
export interface KeyTables {
  readonly keys: Table;
  /** The table of jobs, where earlier versions stored them. */
  readonly jobs: Table;
}

/** The API keys of a stage. */
export class KeyStore {
  readonly #table: Table;
  readonly #earlier: EarlierKeys;

  constructor({ keys, jobs }: KeyTables) {
    this.#table = keys;
    this.#earlier = new EarlierKeys(jobs);
  }

  /** Makes a key. @returns the key, which nobody can read again, and what is stored of it */
  async create(key: NewKey, now = Date.now()): Promise<{ readonly key: string; readonly stored: ApiKeyItem }> {
    const secret = newApiKey();
    const hash = await hashApiKey(secret);
    const stored: ApiKeyItem = {
      key_id: apiKeyId(hash),
      project_id: key.tenant,
      ...(key.projects && key.projects.length > 0 && { projects: [...new Set(key.projects)] }),
      scopes: scopes.filter((scope) => key.scopes.includes(scope)),
      name: key.name,
      created_at: now,
      ...(key.limits && limitsAnything(key.limits) && { limits: key.limits }),
    };
    await this.#table.putIf(apiKeyItem(hash, stored), {
      condition: `attribute_not_exists(#${keyTable.partitionKey})`,
    });
    return { key: secret, stored };
  }

  /**
   * One consistent read: a key works as soon as it is made. A key that is not here takes a second read, as it may be one
   * of an earlier version.
   * @returns undefined when there is no such key
   */
  async find(key: string): Promise<ApiKeyItem | undefined> {
    const hash = await hashApiKey(key);
    const item = await this.#table.get({ [keyTable.partitionKey]: apiKeyId(hash) });
    return item?.hash === hash ? parseItem(storedKeySchema, item) : this.#earlier.find(hash);
  }

  /**
   * Newest first: one query here and one among the jobs.
   * @throws InvalidCursorError
   */
  async list(limit: number, cursor?: string): Promise<KeyPage> {
    const before = cursor === undefined ? undefined : decodeCursor(cursor, PLACE);
    const [own, earlier] = await Promise.all([this.#listOwn(limit + 1, before), this.#earlier.list(limit + 1, before)]);
    // The embedded stack's own key may be in both places.
    const byId = new Map([...earlier, ...own].map((key) => [key.key_id, key]));
    const found = [...byId.values()].sort((one, other) => (apiKeyPlace(one) < apiKeyPlace(other) ? 1 : -1));
    const keys = found.slice(0, limit);
    const last = found.length > limit ? keys.at(-1) : undefined;
    return { keys, nextCursor: last ? encodeCursor(apiKeyPlace(last)) : null };
  }

  /** Deletes a key, wherever it is. @returns false when there is no key of that id */
  async revoke(keyId: string): Promise<boolean> {
    const [own, wasEarlier] = await Promise.all([
      this.#table.delete({ [keyTable.partitionKey]: keyId }),
      this.#earlier.remove(keyId),
    ]);
    return own !== undefined || wasEarlier;
  }

  async #listOwn(count: number, before: string | undefined): Promise<ApiKeyItem[]> {
    const index = keyTable.listIndex;
    const query = { index, partition: API_KEY_LIST, before, newestFirst: true, pageSize: count };
    return (await this.#table.page(query)).map((item) => parseItem(storedKeySchema, item));
  }
}
