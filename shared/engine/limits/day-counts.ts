/**
 * What a limiter counts by the day.
 *
 * @module
 */

import type { Table } from "../table/table.ts";
import type { Reached } from "./rolling.ts";
import type { Party } from "./ticket.ts";
import { tokensOfToday, type Used } from "./usage.ts";

/** What was used today of a kind of limit. */
type SpentToday = Readonly<
  Partial<Record<Reached["kind"], { readonly own: number; readonly key?: number; readonly all: number }>>
>;

/** What is counted by the day. */
export interface DayCounts {
  /** What its tokens are of. @default the language model */
  readonly used?: Used;
  readonly kinds: readonly Reached["kind"][];
  read(table: Table, party: Party, now: number): Promise<SpentToday>;
}

/** Tokens of the language model. */
export const tokenCounts: DayCounts = {
  kinds: ["tokens_per_day"],
  read: async (table, { tenant, key }, now) => ({
    tokens_per_day: await tokensOfToday(table, tenant, { key: key?.id, now }),
  }),
};

/** Tokens that were embedded. A key's limits are of the language model. */
export const embeddedCounts: DayCounts = {
  used: "embeddings",
  kinds: ["tokens_per_day"],
  read: async (table, { tenant }, now) => ({
    tokens_per_day: await tokensOfToday(table, tenant, { now, used: "embeddings" }),
  }),
};
