/**
 * Stored configs of model calls: of each a head and its versions, all of a tenant in one partition. A version is written
 * once; a number is never given twice, not even after the config was deleted and made again.
 *
 * @module
 */

import { z } from "zod";
import { jobConfigSchema, type LlmConfig } from "../../../../contracts/llm/configs.ts";
import { decodeCursor, encodeCursor } from "../../../engine/table/cursor.ts";
import { isNew, parseItem, type Table } from "../../../engine/table/table.ts";

const headSchema = z.object({
  latest: z.number(),
  created_at: z.number(),
  updated_at: z.number(),
  /** Its versions stay, for jobs that were submitted with them. */
  deleted_at: z.number().optional(),
});

const versionSchema = z.object({ config: jobConfigSchema, created_at: z.number() });

/** A stored config without what its versions hold. */
export interface ConfigHead extends Omit<z.infer<typeof headSchema>, "deleted_at"> {
  readonly id: string;
}

/** One version of a stored config. */
export interface StoredVersion {
  readonly id: string;
  readonly version: number;
  readonly config: LlmConfig;
  readonly created_at: number;
}

/** Tries of a number that another request may take first. */
const MAX_TRIES = 10;

const partitionOf = (tenant: string) => `LLMCONFIG#${tenant}`;
const HEAD = "head#";
const headKey = (tenant: string, id: string) => ({ pk: partitionOf(tenant), sk: HEAD + id });
const versionSort = (id: string, version: number) => `version#${id}#${String(version).padStart(6, "0")}`;

/** A place in a list of configs. */
const PLACE = /^head#[\w.-]{1,64}$/;
/** Sorts after every id. */
const LAST = "~";

/** The stored configs of all tenants. */
export class ConfigStore {
  readonly #table: Table;
  readonly #now: () => number;

  constructor(table: Table, now: () => number) {
    this.#table = table;
    this.#now = now;
  }

  /** Makes a config with its first version. @returns undefined when there is one of that id */
  async create(tenant: string, id: string, config: LlmConfig): Promise<StoredVersion | undefined> {
    const now = this.#now();
    const item = { ...headKey(tenant, id), latest: 0, created_at: now, updated_at: now };
    if (!(await this.#table.putIf(item, isNew))) {
      // One that was deleted continues with its numbers. One whose first version was never written is finished.
      const restored = await this.#table.updateIf(
        headKey(tenant, id),
        { set: { created_at: now, updated_at: now }, remove: ["deleted_at"] },
        { condition: "attribute_exists(#deleted_at) OR #latest = :none", values: { ":none": 0 } },
      );
      if (!restored) return undefined;
    }
    return this.addVersion(tenant, id, config);
  }

  /** Adds a version. @returns undefined when there is no such config */
  async addVersion(tenant: string, id: string, config: LlmConfig): Promise<StoredVersion | undefined> {
    const head = await this.#readHead(tenant, id);
    if (!head) return undefined;
    const now = this.#now();
    for (let version = head.latest + 1; version <= head.latest + MAX_TRIES; version++) {
      const item = { pk: partitionOf(tenant), sk: versionSort(id, version), config, created_at: now };
      if (!(await this.#table.putIf(item, isNew))) continue;
      await this.#table.updateIf(
        headKey(tenant, id),
        { set: { latest: version, updated_at: now } },
        // Another request may have made a later one meanwhile.
        { condition: "#latest < :version", values: { ":version": version } },
      );
      return { id, version, config, created_at: now };
    }
    throw new Error(`Config ${id} is changed by others at the same time; try again.`);
  }

  /** A version, or the latest one. @returns undefined when there is none, or the config was deleted */
  async find(tenant: string, id: string, version?: number): Promise<StoredVersion | undefined> {
    const head = await this.#readHead(tenant, id);
    const number = version ?? head?.latest;
    if (!head || number === undefined) return undefined;
    const item = await this.#table.get({ pk: partitionOf(tenant), sk: versionSort(id, number) });
    return item && present(id, item);
  }

  /** Newest first, up to 1 MB. @returns undefined when there is no such config */
  async versions(tenant: string, id: string): Promise<StoredVersion[] | undefined> {
    if (!(await this.#readHead(tenant, id))) return undefined;
    const range = { from: versionSort(id, 0), until: versionSort(id, 999_999) };
    const items = await this.#table.page({ partition: partitionOf(tenant), ...range, newestFirst: true });
    return items.map((item) => present(id, item));
  }

  /** By id. @throws InvalidCursorError */
  async list(tenant: string, limit: number, cursor?: string) {
    const after = cursor === undefined ? HEAD : decodeCursor(cursor, PLACE);
    const range = { partition: partitionOf(tenant), from: after, until: HEAD + LAST };
    const found: ConfigHead[] = [];
    for await (const page of this.#table.pages({ ...range, pageSize: limit + 2 })) {
      for (const item of page) {
        const head = readHead(item);
        if (head && item.sk !== after) found.push(head);
      }
      if (found.length > limit) break;
    }
    const configs = found.slice(0, limit);
    const last = configs.at(-1);
    const nextCursor = found.length > limit && last ? encodeCursor(HEAD + last.id) : null;
    return { configs, nextCursor };
  }

  /** Jobs that were submitted with it continue. @returns false when there is no such config */
  async delete(tenant: string, id: string): Promise<boolean> {
    const deleted = await this.#table.updateIf(
      headKey(tenant, id),
      { set: { deleted_at: this.#now() } },
      {
        condition: "attribute_exists(#pk) AND attribute_not_exists(#deleted_at) AND #latest > :none",
        values: { ":none": 0 },
      },
    );
    return deleted !== undefined;
  }

  async #readHead(tenant: string, id: string) {
    const item = await this.#table.get(headKey(tenant, id));
    const head = item && parseItem(headSchema, item);
    return head?.deleted_at === undefined ? head : undefined;
  }
}

function readHead(item: Record<string, unknown>): ConfigHead | undefined {
  const { deleted_at, ...head } = parseItem(headSchema, item);
  // The first version of one that has none is still to be written.
  if (deleted_at !== undefined || head.latest === 0) return undefined;
  return { ...head, id: String(item.sk).slice(HEAD.length) };
}

function present(id: string, item: Record<string, unknown>): StoredVersion {
  const { config, created_at } = parseItem(versionSchema, item);
  return { id, version: Number(String(item.sk).slice(-6)), config, created_at };
}
