/**
 * The API keys that earlier versions stored among the jobs: found, listed and deleted there, never made.
 *
 * @module
 */

import { type ApiKeyItem, apiKeyId } from "../../../contracts/keys/api-keys.ts";
import { earlierKeyAddress, earlierKeyPartitions } from "../../../contracts/keys/earlier-api-keys.ts";
import { table as names } from "../../../contracts/resources.ts";
import { parseItem, type Table } from "../table/table.ts";
import { storedKeySchema } from "./stored-key.ts";

/** API keys in the table of jobs. */
export class EarlierKeys {
  readonly #table: Table;

  /** @param table the table of jobs */
  constructor(table: Table) {
    this.#table = table;
  }

  /** @param hash of the key. @returns undefined when there is no such key */
  async find(hash: string): Promise<(ApiKeyItem & { readonly isEarlier: true }) | undefined> {
    const item = await this.#table.get(earlierKeyAddress(hash));
    return item && { ...parseItem(storedKeySchema, item), isEarlier: true };
  }

  /** The hashes of all keys by their ids. */
  async hashesById(): Promise<ReadonlyMap<string, string>> {
    const hashes = new Map<string, string>();
    for await (const hash of this.#hashes()) hashes.set(apiKeyId(hash), hash);
    return hashes;
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
    // One revoked in the meantime is left out.
    return (await this.#table.getMany(hashes.map(earlierKeyAddress))).map((item) => parseItem(storedKeySchema, item));
  }

  /** Deletes a key. @param hash of the key. @returns false when there was none */
  async remove(hash: string): Promise<boolean> {
    return (await this.#table.delete(earlierKeyAddress(hash))) !== undefined;
  }

  /**
   * Hashes of the keys, newest first. Functions that run tasks may write any other item of the table, and one with
   * attributes that put it into this partition of the index too: the item's own key, which they may not choose, decides.
   */
  async *#hashes(before?: string): AsyncGenerator<string> {
    const { item: prefix, list } = earlierKeyPartitions;
    const pages = this.#table.pages({ index: names.listIndex, partition: list, before, newestFirst: true });
    for await (const page of pages) {
      for (const item of page) {
        const place = String(item[names.partitionKey]);
        if (place.startsWith(prefix)) yield place.slice(prefix.length);
      }
    }
  }
}
