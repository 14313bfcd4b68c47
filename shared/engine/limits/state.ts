/**
 * What a limiter remembers: one item, so that one conditional write decides over all kinds of limit at once.
 *
 * @module
 */

import { z } from "zod";
import { type Item, isNew, parseItem } from "../table/table.ts";

/** The right of a run to call the backend, for as long as its lease. */
export interface Slot {
  readonly tenant: string;
  /** The key of its job, where that has limits of its own. */
  readonly key?: string | undefined;
  /** The job that it is for; undefined for a call without one. */
  readonly taskId?: string | undefined;
  /** The end of the lease as it was last known, in milliseconds since the epoch. */
  readonly until: number;
}

/** What was started, or booked, at a time. */
export interface Start {
  readonly at: number;
  readonly tenant: string;
  /** As a slot's. */
  readonly key?: string | undefined;
  readonly calls: number;
  readonly tokens: number;
}

/** A limiter's state; a function of the schedule makes the next one of it. */
export interface LimitState {
  /** 0: nothing is stored yet. */
  readonly version: number;
  /** By the lease's token. */
  readonly slots: ReadonlyMap<string, Slot>;
  /** Of the last minute. */
  readonly started: readonly Start[];
  /** Jobs that are planned for a minute, by the minute's number and by project; those of limited keys also by key. */
  readonly planned: ReadonlyMap<number, ReadonlyMap<string, number>>;
  /** Until when jobs of a project, or of a limited key, were put off beyond the planned minutes. */
  readonly tails: ReadonlyMap<string, number>;
  /** Of runs that have ended, for the means: how many, their milliseconds and their tokens. */
  readonly runs: number;
  readonly runMs: number;
  readonly runTokens: number;
}

/** A state in which nothing has happened. */
export const emptyState: LimitState = {
  version: 0,
  slots: new Map(),
  started: [],
  planned: new Map(),
  tails: new Map(),
  runs: 0,
  runMs: 0,
  runTokens: 0,
};

const SLOT = "slot_";
/** The attribute of a slot: an end of a run removes it without reading the rest. */
export const slotAttribute = (token: string): string => SLOT + token.replaceAll("-", "");

const startSchema = z.union([
  z.tuple([z.number(), z.string(), z.number(), z.number()]),
  z.tuple([z.number(), z.string(), z.number(), z.number(), z.string()]),
]);
const itemSchema = z.object({
  version: z.number(),
  started: z.array(startSchema),
  planned: z.record(z.string(), z.record(z.string(), z.number())),
  tails: z.record(z.string(), z.number()),
  runs: z.number(),
  run_ms: z.number(),
  run_tokens: z.number(),
});
const slotSchema = z.object({
  tenant: z.string(),
  key: z.string().optional(),
  task_id: z.string().optional(),
  until: z.number(),
});

/** A start as it is stored. */
export const startItem = ({ at, tenant, key, calls, tokens }: Start) =>
  key === undefined ? ([at, tenant, calls, tokens] as const) : ([at, tenant, calls, tokens, key] as const);

/** Reads a stored state. @throws BrokenItemError */
export function readState(item: Item): LimitState {
  const { version, started, planned, tails, runs, run_ms, run_tokens } = parseItem(itemSchema, item);
  const slots = Object.entries(item).flatMap(([name, value]) => {
    if (!name.startsWith(SLOT)) return [];
    const { tenant, key, task_id, until } = parseItem(slotSchema, value as Item);
    return [[name.slice(SLOT.length), { tenant, key, taskId: task_id, until }] as const];
  });
  return {
    version,
    slots: new Map(slots),
    started: started.map(([at, tenant, calls, tokens, key]) => ({ at, tenant, calls, tokens, key })),
    planned: new Map(
      Object.entries(planned).map(([minute, counts]) => [Number(minute), new Map(Object.entries(counts))]),
    ),
    tails: new Map(Object.entries(tails)),
    runs,
    runMs: run_ms,
    runTokens: run_tokens,
  };
}

/** The item of a state that follows on the stored one. */
export const stateItem = (state: LimitState): Item => ({
  version: state.version + 1,
  started: state.started.map(startItem),
  planned: Object.fromEntries([...state.planned].map(([minute, counts]) => [minute, Object.fromEntries(counts)])),
  tails: Object.fromEntries(state.tails),
  runs: state.runs,
  run_ms: state.runMs,
  run_tokens: state.runTokens,
  ...Object.fromEntries(
    [...state.slots].map(([token, { tenant, key, taskId, until }]) => [
      slotAttribute(token),
      { tenant, key, task_id: taskId, until },
    ]),
  ),
});

/** Holds as long as nobody has written since a state was read. */
export const unchanged = ({ version }: LimitState) =>
  version === 0 ? isNew : { condition: "#version = :version", values: { ":version": version } };
