/**
 * What projects have used of the language model, by day in UTC: one item for each project and day, which answers
 * `GET /usage` and is what a day's limit is measured by.
 *
 * @module
 */

import { z } from "zod";
import type { Usage } from "../../../contracts/jobs/wire.ts";
import { DAY, inSeconds } from "../../lib/time.ts";
import type { Key, Table } from "../table/table.ts";

/** Days that usage is kept. */
const KEPT_DAYS = 400;
/** A model's name comes from its server. */
export const MODEL_CHARACTERS = 100;
/** The name of all projects together; no project can have it. */
const ALL_PROJECTS = "*";

/** A day in UTC, such as 2026-11-28. @param time milliseconds since the epoch */
export const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);
/** When the next day begins, in milliseconds since the epoch. */
export const nextDay = (time: number): number => (Math.floor(time / (DAY * 1_000)) + 1) * DAY * 1_000;

const keyOf = (tenant: string, day: string) => ({ pk: `USAGE#${tenant}`, sk: day });

/** Limits are measured by these alone, so embeddings have an item of their own. */
const keysOf: Readonly<Record<Used, typeof keyOf>> = {
  llm: keyOf,
  embeddings: (tenant, day) => ({ pk: `EMBEDDED#${tenant}`, sk: day }),
};

/** What was used of one model. */
export interface ModelUsage {
  /** null: the server named none. */
  readonly model: string | null;
  /** Runs and calls that were booked. */
  readonly runs: number;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
}

/** What a project used within a day. */
export interface DayUsage {
  readonly day: string;
  readonly models: readonly ModelUsage[];
}

/** What was used: the language model, or embeddings, which are counted apart from it. */
export type Used = "llm" | "embeddings";

/** Who used something, and when. */
interface Spender {
  readonly tenant: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

interface Addition {
  readonly add: Readonly<Record<string, number>>;
  readonly now: number;
}

const counters = { n: "runs", p: "prompt_tokens", c: "completion_tokens" } as const;
const counterSchema = z.number();

/** Books what one project used: one write. @param used what of. Default: the language model */
export async function bookUsage(
  table: Table,
  { tenant, now, used = "llm" }: Spender & { readonly used?: Used },
  usages: readonly Usage[],
): Promise<void> {
  await noteSpender(table, tenant, now);
  const add = new Map<string, number>();
  const count = (name: string, amount: number) => add.set(name, (add.get(name) ?? 0) + amount);
  for (const { model, prompt_tokens, completion_tokens } of usages) {
    const name = (model ?? "").slice(0, MODEL_CHARACTERS).toWellFormed();
    count(`n|${name}`, 1);
    count(`p|${name}`, prompt_tokens);
    count(`c|${name}`, completion_tokens);
  }
  await book(table, keysOf[used](tenant, dayOf(now)), { add: Object.fromEntries(add), now });
}

/** The partition of all projects by the day on which they used something. */
const SPENDERS = "SPENDERS";
const spenderKey = (tenant: string, day: string) => ({ pk: SPENDERS, sk: `${day}#${tenant}` });

/** What this process has noted of today. */
const noted = { day: "", tenants: new Set<string>() };

/** Notes that a project uses something today, before it is booked: one write of each process, project and day. */
async function noteSpender(table: Table, tenant: string, now: number): Promise<void> {
  const day = dayOf(now);
  if (noted.day !== day) {
    noted.day = day;
    noted.tenants.clear();
  }
  const place = `${table.name} ${tenant}`;
  if (noted.tenants.has(place)) return;
  await table.update(spenderKey(tenant, day), { set: { ttl: inSeconds(now) + KEPT_DAYS * DAY } });
  noted.tenants.add(place);
}

/** Projects that used something on the days of a span, each with the last of them, the latest first. One query. */
export async function readSpenders(table: Table, { from, until }: Span): Promise<ReadonlyMap<string, string>> {
  const last = new Map<string, string>();
  // The sort key goes on after the day: `~` is after all that it may hold.
  for await (const page of table.pages({ partition: SPENDERS, from, until: `${until}#~`, newestFirst: true })) {
    for (const { sk } of page) {
      const [day = "", tenant = ""] = String(sk).split("#");
      if (!last.has(tenant)) last.set(tenant, day);
    }
  }
  return last;
}

/** Adds to the counters of a day. */
const book = (table: Table, key: Key, { add, now }: Addition): Promise<void> =>
  table.update(key, { add, set: { ttl: inSeconds(now) + KEPT_DAYS * DAY } });

/** Apart from the day's item by model, which limits are measured by: configs have as many names as a project makes. */
const configKeyOf = (tenant: string, day: string) => ({ pk: `USAGECONFIG#${tenant}`, sk: day });

/** Books what one project used by a config: one write. @param config such as `support@3` */
export async function bookConfigUsage(
  table: Table,
  { tenant, config, now }: Spender & { readonly config: string },
  usages: readonly Usage[],
): Promise<void> {
  const sum = (of: (usage: Usage) => number) => usages.reduce((total, usage) => total + of(usage), 0);
  const add = {
    [`n|${config}`]: usages.length,
    [`p|${config}`]: sum((usage) => usage.prompt_tokens),
    [`c|${config}`]: sum((usage) => usage.completion_tokens),
  };
  await book(table, configKeyOf(tenant, dayOf(now)), { add, now });
}

/** Days in UTC, the first and the last one. */
interface Span {
  readonly from: string;
  readonly until: string;
}

/** What a project used by configs on the days of a span, by day: config in place of a model. One query. */
export async function readConfigUsage(
  table: Table,
  tenant: string,
  span: Span,
): Promise<ReadonlyMap<string, readonly ModelUsage[]>> {
  const days = new Map<string, readonly ModelUsage[]>();
  for await (const page of table.pages({ partition: `USAGECONFIG#${tenant}`, ...span })) {
    for (const { day, models } of page.map(readDay)) days.set(day, models);
  }
  return days;
}

/** Books tokens of all projects together: one write. */
export const bookForAll = (
  table: Table,
  tokens: number,
  { now, used }: { readonly now: number; readonly used: Used },
): Promise<void> => book(table, keysOf[used](ALL_PROJECTS, dayOf(now)), { add: { "p|": tokens }, now });

/** Of one key in one project; no project has such a name. */
const keyName = ({ tenant, key }: { readonly tenant: string; readonly key: string }) => `${tenant}#${key}`;

/** Books tokens of one key in one project: one write. */
export const bookForKey = (
  table: Table,
  whose: { readonly tenant: string; readonly key: string },
  { tokens, now, used }: { readonly tokens: number; readonly now: number; readonly used: Used },
): Promise<void> => book(table, keysOf[used](keyName(whose), dayOf(now)), { add: { "p|": tokens }, now });

/** What a project used on the days of a span, newest first; days without use are left out. One query. */
export async function readUsage(
  table: Table,
  tenant: string,
  { used = "llm", ...span }: Span & { readonly used?: Used },
): Promise<DayUsage[]> {
  const days: DayUsage[] = [];
  const partition = keysOf[used](tenant, span.from).pk;
  for await (const page of table.pages({ partition, ...span, newestFirst: true })) {
    days.push(...page.map(readDay));
  }
  return days;
}

/** Tokens that were used today: by a project, by a key in it where one is given, and by all together. One read. */
export async function tokensOfToday(
  table: Table,
  tenant: string,
  { key, now, used = "llm" }: { readonly key?: string | undefined; readonly now: number; readonly used?: Used },
): Promise<{ readonly own: number; readonly key: number; readonly all: number }> {
  const day = dayOf(now);
  const names = [tenant, ALL_PROJECTS, ...(key === undefined ? [] : [keyName({ tenant, key })])];
  const items = await table.getMany(
    names.map((name) => keysOf[used](name, day)),
    { consistent: true },
  );
  const tokensOf = (name: string) =>
    items
      .filter(({ pk }) => pk === keysOf[used](name, day).pk)
      .flatMap((item) => readDay(item).models)
      .reduce((sum, { prompt_tokens, completion_tokens }) => sum + prompt_tokens + completion_tokens, 0);
  const ofKey = key === undefined ? 0 : tokensOf(keyName({ tenant, key }));
  return { own: tokensOf(tenant), key: ofKey, all: tokensOf(ALL_PROJECTS) };
}

function readDay(item: Readonly<Record<string, unknown>>): DayUsage {
  const models = new Map<string, { -readonly [Field in keyof ModelUsage]: ModelUsage[Field] }>();
  for (const [name, value] of Object.entries(item)) {
    const [kind = "", ...rest] = name.split("|");
    const field = rest.length > 0 && kind in counters ? counters[kind as keyof typeof counters] : undefined;
    if (!field) continue;
    const model = rest.join("|");
    const usage = models.get(model) ?? { model: model || null, runs: 0, prompt_tokens: 0, completion_tokens: 0 };
    usage[field] += counterSchema.parse(value);
    models.set(model, usage);
  }
  const byTokens = (one: ModelUsage, other: ModelUsage) => other.prompt_tokens - one.prompt_tokens;
  return { day: String(item.sk), models: [...models.values()].sort(byTokens) };
}
