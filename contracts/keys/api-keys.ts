/**
 * API keys: made here, hashed here, stored as items of the table. The API, the authorizer, the CLI's bootstrap and the
 * embedded stack agree on this format. Only the hash is stored; a key is shown once, when it is made.
 *
 * @module
 */

import { table } from "../resources.ts";
import type { Scope } from "./scopes.ts";

/** A key as it is stored: attributes of its table item. */
export interface ApiKeyItem {
  readonly key_id: string;
  readonly project_id: string;
  readonly scopes: readonly Scope[];
  readonly name: string | null;
  /** Milliseconds since the epoch. */
  readonly created_at: number;
}

/** What every API key begins with, so that secret scanners can find a leaked one. */
export const API_KEY_PREFIX = "slc_";

/** Where the table has API keys: what their partitions start with, and their partition of the list index. */
export const apiKeyPartitions = { item: "K#", list: "KEYS" } as const;

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** A new random key: 192 bits, so that a plain hash of it needs no salt or stretching. */
export const newApiKey = (): string => API_KEY_PREFIX + hex(crypto.getRandomValues(new Uint8Array(24)));

/** SHA-256 of the key, in hexadecimal. */
export async function hashApiKey(key: string): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key))));
}

/** The primary key of a stored API key. */
export const apiKeyAddress = (hash: string): Record<string, string> => ({
  [table.partitionKey]: apiKeyPartitions.item + hash,
  [table.sortKey]: "key",
});

/** The item of an API key, found by its hash and, through the list index, among all keys by creation. */
export const apiKeyItem = (hash: string, key: ApiKeyItem): Record<string, unknown> => ({
  ...apiKeyAddress(hash),
  ...key,
  [table.listIndex.partitionKey]: apiKeyPartitions.list,
  [table.listIndex.sortKey]: `${new Date(key.created_at).toISOString()}#${key.key_id}`,
});

/** Id of a key: the start of its hash, safe to show and to log. */
export const apiKeyId = (hash: string): string => `key_${hash.slice(0, 16)}`;
