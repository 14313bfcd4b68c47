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
import { inGroups } from "../../lib/groups.ts";
import { decodeCursor, encodeCursor } from "../table/cursor.ts";
import { type Item, parseItem, type Table } from "../table/table.ts";
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
  /** In milliseconds since the epoch; undefined: it does not expire. */
  readonly expiresAt?: number | undefined;
}

/** A key that was found by itself. */
export interface FoundKey extends ApiKeyItem {
  /** Whether an earlier version stored it. */
  readonly isEarlier?: boolean;
}

/** Which keys, and how many at the most. */
export interface KeyQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly isWanted?: KeyFilter;
}

/** Chooses among keys. */
export type KeyFilter = (key: ApiKeyItem) => boolean;

/** What {@link KeyStore.revokeMany} did. */
export interface RevokedKeys {
  readonly revoked: number;
  readonly nextCursor: string | null;
}

const HOUR_MS = 3_600_000;
const everyKey: KeyFilter = () => true;

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
      ...(key.expiresAt !== undefined && { expires_at: key.expiresAt }),
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
  async find(key: string): Promise<FoundKey | undefined> {
    const hash = await hashApiKey(key);
    const item = await this.#table.get({ [keyTable.partitionKey]: apiKeyId(hash) });
    return item?.hash === hash ? parseItem(storedKeySchema, item) : this.#earlier.find(hash);
  }

  /**
   * Notes in which hour a key was last used: one conditional write in each hour, none in the rest of it. Keys of earlier
   * versions are among the jobs, where the authorizer may not write.
   */
  async noteUse({ key_id, last_used_at: known = 0, isEarlier }: FoundKey, now: number): Promise<void> {
    const hour = now - (now % HOUR_MS);
    if (isEarlier || known >= hour) return;
    const { partitionKey, lastUsed } = keyTable;
    await this.#table.markIf(
      { [partitionKey]: key_id },
      { set: { [lastUsed]: hour } },
      // A revoked key is not made again.
      {
        condition: `attribute_exists(#${partitionKey}) AND (attribute_not_exists(#${lastUsed}) OR #${lastUsed} < :hour)`,
        values: { ":hour": hour },
      },
    );
  }

  /**
   * Newest first: one query here and one among the jobs, and as many more as it takes to fill the page.
   * @param isWanted leaves out others
   * @throws InvalidCursorError
   */
  async list({ limit, cursor, isWanted = everyKey }: KeyQuery): Promise<KeyPage> {
    const wanted: ApiKeyItem[] = [];
    let before = cursor === undefined ? undefined : decodeCursor(cursor, PLACE);
    for (let isMore = true; isMore && wanted.length <= limit; ) {
      const page = await this.#page(limit + 1, before);
      wanted.push(...page.keys.filter(isWanted));
      before = page.before;
      isMore = before !== undefined;
    }
    const keys = wanted.slice(0, limit);
    const last = wanted.length > limit ? keys.at(-1) : undefined;
    return { keys, nextCursor: last ? encodeCursor(apiKeyPlace(last)) : null };
  }

  /** Whether there is a key of that id: one that was revoked is remembered by the gateway for a minute. One read; for an earlier version's, a query more. */
  async has(keyId: string): Promise<boolean> {
    return (await this.#get(keyId)) !== undefined || (await this.#earlier.hashesById()).has(keyId);
  }

  /** Deletes a key, wherever it is. @returns false when there is no key of that id, or not one that is wanted */
  async revoke(keyId: string, isWanted: KeyFilter = everyKey): Promise<boolean> {
    const [item, hashes] = await Promise.all([this.#get(keyId), this.#earlier.hashesById()]);
    const hash = hashes.get(keyId);
    const found = item ? parseItem(storedKeySchema, item) : hash && (await this.#earlier.find(hash));
    return found && isWanted(found) ? this.#delete(keyId, hash) : false;
  }

  /**
   * Deletes the next of those keys that are wanted, newest first.
   * @param query.limit how many at the most
   * @throws InvalidCursorError
   */
  async revokeMany(query: KeyQuery): Promise<RevokedKeys> {
    const [{ keys, nextCursor }, hashes] = await Promise.all([this.list(query), this.#earlier.hashesById()]);
    const done = await inGroups(keys, ({ key_id }) => this.#delete(key_id, hashes.get(key_id)));
    return { revoked: done.filter((each) => each).length, nextCursor };
  }

  #get(keyId: string): Promise<Item | undefined> {
    return this.#table.get({ [keyTable.partitionKey]: keyId });
  }

  /** @param earlierHash where it is among the jobs, too. @returns false when it was nowhere */
  async #delete(keyId: string, earlierHash: string | undefined): Promise<boolean> {
    const [own, wasEarlier] = await Promise.all([
      this.#table.delete({ [keyTable.partitionKey]: keyId }),
      earlierHash !== undefined && this.#earlier.remove(earlierHash),
    ]);
    return own !== undefined || wasEarlier;
  }

  /** Keys of both places before a place, newest first. `before` is the place of the last one, while there may be more. */
  async #page(count: number, before: string | undefined) {
    const [own, earlier] = await Promise.all([this.#listOwn(count, before), this.#earlier.list(count, before)]);
    // The embedded stack's own key may be in both places.
    const byId = new Map([...earlier, ...own].map((key) => [key.key_id, key]));
    const found = [...byId.values()].sort((one, other) => (apiKeyPlace(one) < apiKeyPlace(other) ? 1 : -1));
    const keys = found.slice(0, count);
    const last = found.length >= count ? keys.at(-1) : undefined;
    return { keys, before: last && apiKeyPlace(last) };
  }

  async #listOwn(count: number, before: string | undefined): Promise<ApiKeyItem[]> {
    const index = keyTable.listIndex;
    const query = { index, partition: API_KEY_LIST, before, newestFirst: true, pageSize: count };
    return (await this.#table.page(query)).map((item) => parseItem(storedKeySchema, item));
  }
}
