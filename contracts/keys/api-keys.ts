/**
 * API keys: made here, hashed here, stored as items of a table of their own. The API, the authorizer, the CLI's bootstrap and the
 * embedded stack agree on this format. Only the hash is stored; a key is shown once, when it is made.
 *
 * @module
 */

import { keyTable } from "../resources.ts";
import type { LimitedKey } from "./key-limits.ts";
import type { Scope } from "./scopes.ts";

/** A key as it is stored: attributes of its table item. */
export interface ApiKeyItem {
  readonly key_id: string;
  readonly project_id: string;
  /** Other projects that it may act for: by name, or all by `*`. */
  readonly projects?: readonly string[] | undefined;
  readonly scopes: readonly Scope[];
  readonly name: string | null;
  /** What it may ask of the language model; undefined: as much as its project may. */
  readonly limits?: LimitedKey["limits"] | undefined;
  /** Milliseconds since the epoch. */
  readonly created_at: number;
  /** From when on it opens nothing; undefined: it does not expire. */
  readonly expires_at?: number | undefined;
  /** The hour in which it was last used, by its start; undefined: not since uses are noted. */
  readonly last_used_at?: number | undefined;
}

/** Shortest and longest life of a key that expires, in seconds: a minute, ten years. */
export const LIFE = { min: 60, max: 315_360_000 } as const;

/** How long an expired key is still listed, so that whoever looks for it finds it as expired. */
const EXPIRED_KEPT_MS = 7 * 86_400_000;

/** Whether a key has expired. */
export const isExpired = ({ expires_at = Infinity }: Pick<ApiKeyItem, "expires_at">, now: number): boolean =>
  expires_at <= now;

/** What every API key begins with, so that secret scanners can find a leaked one. */
const API_KEY_PREFIX = "slc_";

/** The one partition of the list index. */
export const API_KEY_LIST = "KEYS";

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** A new random key: 192 bits, so that a plain hash of it needs no salt or stretching. */
export const newApiKey = (): string => API_KEY_PREFIX + hex(crypto.getRandomValues(new Uint8Array(24)));

/** SHA-256 of the key, in hexadecimal. */
export async function hashApiKey(key: string): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key))));
}

/** Where a key is among all keys by creation. */
export const apiKeyPlace = ({ created_at, key_id }: Pick<ApiKeyItem, "created_at" | "key_id">): string =>
  `${new Date(created_at).toISOString()}#${key_id}`;

/** The item of an API key. Its id is the start of its hash, so that it is found by either; all of the hash decides. */
export const apiKeyItem = (hash: string, key: ApiKeyItem): Record<string, unknown> => ({
  ...key,
  hash,
  ...(key.expires_at !== undefined && { [keyTable.ttl]: Math.ceil((key.expires_at + EXPIRED_KEPT_MS) / 1_000) }),
  [keyTable.listIndex.partitionKey]: API_KEY_LIST,
  [keyTable.listIndex.sortKey]: apiKeyPlace(key),
});

/** Id of a key: the start of its hash, safe to show and to log. */
export const apiKeyId = (hash: string): string => `key_${hash.slice(0, 16)}`;
