/**
 * API keys as earlier versions stored them: among the jobs. They still work until they are revoked; none is made
 * there any more, but by a command line that is newer than its stage.
 *
 * @module
 */

import { table } from "../resources.ts";
import { API_KEY_LIST, type ApiKeyItem, apiKeyPlace } from "./api-keys.ts";

/** What the partitions of such keys start with, and their partition of the list index. Denied to all task functions. */
export const earlierKeyPartitions = { item: "K#", list: API_KEY_LIST } as const;

/** The primary key of such an item. */
export const earlierKeyAddress = (hash: string): Record<string, string> => ({
  [table.partitionKey]: earlierKeyPartitions.item + hash,
  [table.sortKey]: "key",
});

/** The item of such a key. */
export const earlierKeyItem = (hash: string, key: ApiKeyItem): Record<string, unknown> => ({
  ...earlierKeyAddress(hash),
  ...key,
  [table.listIndex.partitionKey]: earlierKeyPartitions.list,
  [table.listIndex.sortKey]: apiKeyPlace(key),
});
