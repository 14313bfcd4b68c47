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

const tokensOf = (used: Used): DayCounts => ({
  used,
  kinds: ["tokens_per_day"],
  read: async (table, { tenant, key }, now) => ({
    tokens_per_day: await tokensOfToday(table, tenant, { key: key?.id, now, used }),
  }),
});

/** Tokens of the language model. */
export const tokenCounts: DayCounts = tokensOf("llm");
/** Tokens that were embedded. */
export const embeddedCounts: DayCounts = tokensOf("embeddings");
