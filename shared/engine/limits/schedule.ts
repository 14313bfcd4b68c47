/**
 * Who may call the backend now, and when the others are to ask again. Pure functions of a limiter's state.
 *
 * A run starts when no limit is reached and it is its turn. One that may not start is planned for one of the next minutes:
 * the first in which there is a place, or in which its project has less than its fair share; places are spread over the
 * minute. A project that has planned more than its share of a minute gives way when the others come.
 *
 * @module
 */

import type { LimitedKey } from "../../../contracts/keys/key-limits.ts";
import type { Limits } from "../../../contracts/settings/limits.ts";
import { type Reached, reachedLimit, type Scope, slotLimit } from "./rolling.ts";
import { fairShare } from "./shares.ts";
import type { LimitState, Slot, Start } from "./state.ts";

/** Share of the time of slots: runs differ in length, and a run that finds its slot taken is planned again. */
const PLANNED_LOAD = 0.95;
/** What a run takes until it is known: a run of average length. */
const FIRST_MEAN = { ms: 5_000, tokens: 1_000 };
/** The means follow about this many runs. */
const MEAN_OF = 50;
/** Minutes that are planned; a job beyond them has to ask again later. */
export const PLANNED_MINUTES = 20;

/** A limiter's limits. */
export interface Limited {
  /** Of all projects together. */
  readonly all: Limits;
  /** Of the project that asks. */
  readonly own: Limits;
  /** Of the key that its job came with, where that has limits of its own. */
  readonly key?: LimitedKey | undefined;
}

/** A run that wants to start. */
export interface Asking {
  readonly tenant: string;
  /** Of its lease. */
  readonly token: string;
  readonly slot: Slot;
  /** For when it was planned, if it was. */
  readonly plannedFor: number | undefined;
}

/** When it is, and how long a minute is. */
export interface Clock {
  readonly now: number;
  readonly minuteMs: number;
}

/** By what a run's start is decided. */
export interface Terms {
  readonly limits: Limited;
  readonly clock: Clock;
}

/** Why a run may not start: a limit, or that it is another's turn. */
export type Refusal = Reached | { readonly kind: "turn" };

/** What a run takes on average. */
export function meansOf({ runs, runMs, runTokens }: LimitState): { readonly ms: number; readonly tokens: number } {
  if (runs === 0) return FIRST_MEAN;
  return { ms: Math.max(1, runMs / runs), tokens: Math.max(0, Math.round(runTokens / runs)) };
}

/** Runs that limits let start in a minute, about; Infinity: nothing bounds them. */
function perMinute(limits: Limits, state: LimitState, minuteMs: number): number {
  const { ms, tokens } = meansOf(state);
  const { requests_per_minute = Infinity, tokens_per_minute = Infinity } = limits;
  const slots = slotLimit(limits)?.most ?? Infinity;
  const most = Math.min(
    requests_per_minute,
    tokens === 0 ? Infinity : tokens_per_minute / tokens,
    Math.round(((slots * minuteMs) / ms) * PLANNED_LOAD),
  );
  return Math.max(1, Math.floor(most));
}

/** The limits that count for a run of a project, with whose each is: the widest first. */
export const scopesOf = ({ all, own, key }: Limited, tenant: string): readonly Scope[] => [
  { limits: all },
  { limits: own, tenant },
  ...(key ? [{ limits: key.limits, tenant, key: key.id }] : []),
];

/** Jobs of a limited key are planned under their project, and also under the key: no project has such a name. */
const KEY = "#";
const nameOf = ({ tenant = "", key }: Scope): string => (key === undefined ? tenant : `${tenant}${KEY}${key}`);
/** Of a project, and of a limited key in it: what each may start in a minute, and how much of that is planned. */
const shareholders = ({ own, key }: Limited, tenant: string): readonly Scope[] =>
  scopesOf({ all: {}, own, key }, tenant).slice(1);

/** Forgets what counts no more: minutes that are over, and slots whose lease is. */
export function current(state: LimitState, { now, minuteMs }: Clock): LimitState {
  const minute = Math.floor(now / minuteMs);
  const hasManyRuns = state.runs > 2 * MEAN_OF;
  const share = hasManyRuns ? MEAN_OF / state.runs : 1;
  return {
    ...state,
    slots: new Map([...state.slots].filter(([, slot]) => slot.until > now)),
    started: state.started.filter(({ at }) => at > now - minuteMs),
    planned: new Map([...state.planned].filter(([each]) => each >= minute)),
    tails: new Map([...state.tails].filter(([, until]) => until > now)),
    runs: state.runs * share,
    runMs: state.runMs * share,
    runTokens: state.runTokens * share,
  };
}

/** What has started in this minute and what is planned for it, by project. */
function demands(state: LimitState, { now, minuteMs }: Clock): Map<string, number> {
  const minute = Math.floor(now / minuteMs);
  const counts = new Map(state.planned.get(minute));
  for (const { at, tenant, key, calls } of state.started) {
    if (at < minute * minuteMs) continue;
    counts.set(tenant, (counts.get(tenant) ?? 0) + calls);
    if (key === undefined) continue;
    const name = nameOf({ limits: {}, tenant, key });
    counts.set(name, (counts.get(name) ?? 0) + calls);
  }
  return counts;
}

/** The counts of projects, without those of limited keys. */
const ofProjects = (counts: ReadonlyMap<string, number>): number[] =>
  [...counts].filter(([name]) => !name.includes(KEY)).map(([, count]) => count);
const sum = (counts: ReadonlyMap<string, number>): number =>
  ofProjects(counts).reduce((total, each) => total + each, 0);

/** Whether runs of a project were put off to a minute that is not over. */
export const isPlanned = (state: LimitState, tenant: string): boolean =>
  [...state.planned.values()].some((counts) => (counts.get(tenant) ?? 0) > 0);

/** @returns undefined when the run may start */
export function refusalOf(state: LimitState, asking: Asking, { limits, clock }: Terms): Refusal | undefined {
  const { tenant, plannedFor } = asking;
  const wanted = { calls: 1, tokens: meansOf(state).tokens, isRun: true };
  for (const scope of scopesOf(limits, tenant)) {
    const reached = reachedLimit(state, scope, { wanted, at: clock.now, minuteMs: clock.minuteMs });
    if (reached) return reached;
  }
  const planned = state.planned.get(Math.floor(clock.now / clock.minuteMs)) ?? new Map<string, number>();
  const ofOthers = sum(planned) - (planned.get(tenant) ?? 0);
  const counts = demands(state, clock);
  const capacity = perMinute(limits.all, state, clock.minuteMs);
  // One that was planned is among the planned already.
  const isCounted = plannedFor !== undefined && (planned.get(tenant) ?? 0) > 0;
  const mine = (counts.get(tenant) ?? 0) + (isCounted ? 0 : 1);
  const share = fairShare(capacity, ofProjects(counts.set(tenant, mine)));
  const hasStarted = mine - (planned.get(tenant) ?? 0) + (isCounted ? 1 : 0);
  if (plannedFor !== undefined) {
    // A share is spread over the minute, as places are: the others find theirs when they come.
    const soFar = Math.ceil(share * ((clock.now % clock.minuteMs) / clock.minuteMs));
    return ofOthers > 0 && hasStarted > soFar ? { kind: "turn" } : undefined;
  }
  const isBehindOwn = shareholders(limits, tenant).some((scope) => {
    const name = nameOf(scope);
    const wanted = name === tenant ? mine : (counts.get(name) ?? 0) + 1;
    return (planned.get(name) ?? 0) > 0 && wanted > Math.min(capacity, perMinute(scope.limits, state, clock.minuteMs));
  });
  const isBehindOthers = ofOthers > 0 && sum(counts) > capacity && mine > share;
  return isBehindOwn || isBehindOthers ? { kind: "turn" } : undefined;
}

/** Whether the runs of the moment are bounded. */
export const hasSlots = (limits: Limited): boolean => scopesOf(limits, "").some((scope) => slotLimit(scope.limits));

/** Whether a minute is limited. */
export const hasMinuteLimit = ({ requests_per_minute, tokens_per_minute }: Limits): boolean =>
  requests_per_minute !== undefined || tokens_per_minute !== undefined;

/** Whether anything but days is limited. */
export const limitsMoment = (limits: Limits): boolean => slotLimit(limits) !== undefined || hasMinuteLimit(limits);

/** Whether anybody asks what started within the last minute: who shares with others, or has a limit of a minute. */
export const countsStarts = ({ all, own, key }: Limited): boolean =>
  key !== undefined || limitsMoment(all) || hasMinuteLimit(own);

/** The state in which the run has started. */
export function started(state: LimitState, asking: Asking, { limits, clock }: Terms): LimitState {
  const { tenant, token, slot, plannedFor } = asking;
  const minute = Math.floor(clock.now / clock.minuteMs);
  const planned = new Map(state.planned);
  if (plannedFor !== undefined) {
    const counts = new Map(planned.get(minute));
    for (const name of shareholders(limits, tenant).map(nameOf)) {
      const count = counts.get(name) ?? 0;
      if (count > 0) planned.set(minute, counts.set(name, count - 1));
    }
  }
  const call = { tenant, key: limits.key?.id, tokens: meansOf(state).tokens };
  return {
    ...(countsStarts(limits) ? withCalls(state, call, clock) : state),
    planned,
    slots: hasSlots(limits) ? new Map(state.slots).set(token, slot) : state.slots,
  };
}

/** Starts of one moment that are kept one by one; more of them are added up by the second. */
const KEPT_APART = 150;

/** The state in which one more call was made. */
export function withCalls(
  state: LimitState,
  { tenant, key, tokens }: Pick<Start, "tenant" | "key" | "tokens">,
  { now, minuteMs }: Clock,
): LimitState {
  // Rounded up: what is taken for later counts for longer.
  const step = state.started.length < KEPT_APART ? 1 : Math.ceil(minuteMs / 60);
  const at = Math.ceil(now / step) * step;
  const isSame = (start: Start) => start.at === at && start.tenant === tenant && start.key === key && start.calls > 0;
  const same = state.started.findIndex(isSame);
  const before = state.started[same] ?? { calls: 0, tokens: 0 };
  const start = { at, tenant, key, calls: before.calls + 1, tokens: before.tokens + tokens };
  return { ...state, started: same < 0 ? [...state.started, start] : state.started.with(same, start) };
}

/**
 * Plans a run that may not start.
 * @returns when it is to ask again, in milliseconds since the epoch, and the state that knows of it
 */
export function plan(
  state: LimitState,
  { tenant }: Pick<Asking, "tenant">,
  { limits, clock }: Terms,
): { readonly until: number; readonly state: LimitState } {
  const { now, minuteMs } = clock;
  const capacity = perMinute(limits.all, state, minuteMs);
  const owners = shareholders(limits, tenant).map((scope) => ({
    name: nameOf(scope),
    capacity: perMinute(scope.limits, state, minuteMs),
  }));
  const ownCapacity = Math.min(...owners.map((owner) => owner.capacity));
  const present = Math.floor(now / minuteMs);
  for (let minute = present + 1; minute <= present + PLANNED_MINUTES; minute++) {
    const counts = new Map(state.planned.get(minute));
    const mine = counts.get(tenant) ?? 0;
    const total = sum(counts);
    const before = owners.map((owner) => ({ ...owner, planned: counts.get(owner.name) ?? 0 }));
    for (const { name, planned } of before) counts.set(name, planned + 1);
    const share = total < capacity ? Infinity : fairShare(capacity, ofProjects(counts));
    if (mine >= share || before.some((owner) => owner.planned >= owner.capacity)) continue;
    const places = Math.min(capacity, ownCapacity, MOST_PLACES);
    // One that the others make room for comes as its project's share is spread, and before they do.
    const isFree = total < capacity;
    const ofShare = isFree ? placeIn(total, capacity) : placeIn(mine - 0.25, share);
    const from = Math.max(ofShare, ...before.map((owner) => placeIn(owner.planned, owner.capacity)));
    const until = firstRoom(
      state,
      { tenant, limits },
      {
        from: (minute + from) * minuteMs,
        end: (minute + 1) * minuteMs,
        step: minuteMs / places,
        before: isFree ? total : mine,
        minuteMs,
      },
    );
    if (until !== undefined) return { until, state: { ...state, planned: new Map(state.planned).set(minute, counts) } };
  }
  // Beyond what is planned, each project's jobs come one after the other, as fast as its share lets them.
  const names = [...state.planned.values()].flatMap((counts) => [...counts.keys()]);
  const projects = new Set([tenant, ...names.filter((name) => !name.includes(KEY))]).size;
  const pace = minuteMs / Math.max(1, Math.min(ownCapacity, capacity / projects));
  const horizon = (present + 1 + PLANNED_MINUTES) * minuteMs;
  // Those of a limited key are slower than others of its project, which do not wait behind them.
  const slowest = owners.at(-1)?.name ?? tenant;
  const until = Math.round(Math.max(state.tails.get(slowest) ?? 0, horizon) + pace);
  return { until, state: { ...state, tails: new Map(state.tails).set(slowest, until) } };
}

/** Of a minute without a bound. */
const MOST_PLACES = 600;

/** Where in a minute a place is, from 0 to 1. */
const placeIn = (index: number, capacity: number): number =>
  capacity === Infinity ? 0 : ((index % capacity) + 0.5) / capacity;

interface Room {
  readonly from: number;
  readonly end: number;
  readonly step: number;
  /** Runs that are planned for the same minute before it. */
  readonly before: number;
  readonly minuteMs: number;
}

/** The first place of a minute at which what has started leaves room, with those that are planned before it. */
function firstRoom(
  state: LimitState,
  { tenant, limits }: { readonly tenant: string; readonly limits: Limited },
  room: Room,
): number | undefined {
  const { tokens } = meansOf(state);
  const calls = room.before + 1;
  const wanted = { calls, tokens: tokens * calls, isRun: false };
  const [all, ...owners] = scopesOf(limits, tenant);
  for (let at = room.from; at < room.end; at += room.step) {
    const isFree = (scope: Scope | undefined, each: typeof wanted) =>
      scope === undefined || !reachedLimit(state, scope, { wanted: each, at, minuteMs: room.minuteMs });
    const one = { calls: 1, tokens, isRun: false };
    if (isFree(all, wanted) && owners.every((owner) => isFree(owner, one))) return Math.round(at);
  }
  return undefined;
}
